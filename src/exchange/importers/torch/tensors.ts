import { NUMBER_TYPES, type NumberType } from '../../../core/number-types.js';
import { sizeOf } from '../../../network/tensor.js';
import { problems } from '../../problems.js';
import type { FileTensor } from '../tensors/named-tensors.js';
import { Named, wordOf } from './pickle-machine.js';

/** Types of numbers by PyTorch's names. */
const DTYPES: Readonly<Record<string, NumberType>> = {
  float64: NUMBER_TYPES.f8,
  float32: NUMBER_TYPES.f4,
  float16: NUMBER_TYPES.f2,
  bfloat16: NUMBER_TYPES.bf2,
  int64: NUMBER_TYPES.i8,
  int32: NUMBER_TYPES.i4,
  int16: NUMBER_TYPES.i2,
  int8: NUMBER_TYPES.i1,
  uint8: NUMBER_TYPES.u1,
  bool: NUMBER_TYPES.b1,
};

/** What storages of a type are called. */
const STORAGES: Readonly<Record<string, string>> = {
  DoubleStorage: 'float64',
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
};

/** Bytes of each number; of a storage of bytes 1. */
export const bytesOfNumber = (dtype: string | undefined): number =>
  dtype === undefined ? 1 : DTYPES[dtype].bytes;

/** Values that the tensors of one network may have together. */
export const MOST_VALUES = 2 ** 24;

/** Numbers one after the other, which several tensors may look at. */
export interface Storage {
  /** Of the file's storages the one it is, or lies in. */
  readonly key: string;
  /** Of its numbers; undefined for bytes alone. */
  readonly dtype: string | undefined;
  /** Numbers of the file's storage before its first. */
  readonly offset: number;
}

/** A view of a storage. */
export class TorchTensor {
  constructor(
    readonly storage: Storage,
    readonly dtype: string,
    /** In numbers from the storage's beginning. */
    readonly offset: number,
    readonly shape: readonly number[],
    /** Numbers from one item of an axis to the next. */
    readonly strides: readonly number[],
  ) {}
}

/** The storage that a persistent id names: ('storage', type, key, where it was, its length, a part of it). */
export function storageOf(id: unknown, where: string): Storage {
  const [kind, type, key, , , view] = Array.isArray(id) ? id : [];
  if (kind !== 'storage' || !(type instanceof Named)) {
    throw problems.importPickle(where, 'a sign of something that is no storage');
  }
  const name = type.name.slice(type.name.lastIndexOf('.') + 1);
  if (name !== 'UntypedStorage' && !Object.hasOwn(STORAGES, name)) {
    const wanted = 'floats of 16, 32 or 64 bits, bfloat16 or whole numbers';
    throw problems.importTensor(where, `numbers of a ${name}`, wanted, quantizedHint(name));
  }
  const offset = Array.isArray(view) ? view[1] : 0;
  return { key: wordOf(key), dtype: STORAGES[name], offset: isLength(offset) ? offset : 0 };
}

const quantizedHint = (name: string) =>
  /^Q/.test(name) ? 'of a quantized model an export to ONNX says what its codes mean' : undefined;

const isLength = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const areLengths = (value: unknown): value is number[] => Array.isArray(value) && value.every(isLength);

/** What `torch._utils._rebuild_tensor` and its later forms make; undefined where the arguments are not theirs. */
export function rebuiltTensor(args: readonly unknown[], dtype?: unknown): TorchTensor | undefined {
  const [storage, offset, shape, strides] = args;
  if (!isStorage(storage) || !isLength(offset) || !areLengths(shape) || !areLengths(strides))
    return undefined;
  const stated = dtype instanceof Named ? dtype.name.replace(/^torch\./, '') : storage.dtype;
  if (stated === undefined || shape.length !== strides.length) return undefined;
  return new TorchTensor(storage, stated, offset, shape, strides);
}

const isStorage = (value: unknown): value is Storage =>
  typeof value === 'object' && value !== null && 'key' in value && 'dtype' in value;

/** The bytes of a file's storages, by their keys. */
export interface StorageBytes {
  readonly get: (key: string) => Uint8Array | undefined;
  readonly isLittle: boolean;
}

/**
 * A tensor under its name, its place in the storage looked at before anything is made room for.
 *
 * @throws exchange/import-tensor
 */
export function namedTensor(
  name: string,
  tensor: TorchTensor,
  storages: StorageBytes,
  file: string,
): FileTensor {
  const { shape, strides, storage } = tensor;
  const where = `${file}, ${name}`;
  if (!Object.hasOwn(DTYPES, tensor.dtype)) {
    const wanted = Object.keys(DTYPES).join(', ');
    throw problems.importTensor(where, `numbers of the type ${tensor.dtype}`, `one of ${wanted}`);
  }
  const type = DTYPES[tensor.dtype];
  const size = sizeOf({ shape });
  if (!(size <= MOST_VALUES)) throw problems.importTensor(where, `${size} values`, `at most ${MOST_VALUES}`);
  const bytes = storages.get(storage.key);
  if (bytes === undefined) {
    throw problems.importTensor(where, `no storage ${storage.key}`, 'the storage that its numbers lie in');
  }
  const first = storage.offset + tensor.offset;
  const last = shape.reduce((at, length, axis) => at + Math.max(length - 1, 0) * strides[axis], first);
  const numbers = Math.floor(bytes.length / type.bytes);
  if (size > 0 && !(last < numbers)) {
    const wanted = `at most ${numbers}, which storage ${storage.key} has`;
    throw problems.importTensor(where, `numbers ${first} to ${last} of a storage`, wanted, TRUNCATED);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const read = (place: number) => type.read(view, place * type.bytes, storages.isLittle);
  return { name, shape, values: () => strided(shape, strides, first, read) };
}

const TRUNCATED = 'is the file whole?';

/** The numbers of a view in raster order. */
function strided(
  shape: readonly number[],
  strides: readonly number[],
  first: number,
  read: (place: number) => number,
): Float64Array {
  const values = new Float64Array(sizeOf({ shape }));
  const index = shape.map(() => 0);
  let place = first;
  for (let at = 0; at < values.length; at++) {
    values[at] = read(place);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += strides[axis];
      index[axis] += 1;
      if (index[axis] < shape[axis]) break;
      place -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return values;
}
