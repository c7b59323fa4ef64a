import { halfToNumber } from '../../../core/half.js';
import { NUMBER_TYPES, type NumberType } from '../../../core/number-types.js';
import type { FloatTensor } from '../../../float/tensor.js';
import { sizeOf } from '../../../network/tensor.js';
import { problems } from '../../problems.js';
import { fileBeside, modelBytes } from '../beside.js';
import type { TensorProto } from './schema.js';

/** How numbers of a type lie in bytes, and the list in which a file may have them instead. */
interface ElementType {
  readonly raw: NumberType;
  readonly list: 'floatData' | 'int32Data' | 'int64Data' | 'doubleData';
}

/** By their numbers in ONNX. */
const TYPES: ReadonlyMap<number, ElementType> = new Map([
  [1, { raw: NUMBER_TYPES.f4, list: 'floatData' }],
  [2, { raw: NUMBER_TYPES.u1, list: 'int32Data' }],
  [3, { raw: NUMBER_TYPES.i1, list: 'int32Data' }],
  [4, { raw: NUMBER_TYPES.u2, list: 'int32Data' }],
  [5, { raw: NUMBER_TYPES.i2, list: 'int32Data' }],
  [6, { raw: NUMBER_TYPES.i4, list: 'int32Data' }],
  [7, { raw: NUMBER_TYPES.i8, list: 'int64Data' }],
  [9, { raw: NUMBER_TYPES.b1, list: 'int32Data' }],
  [10, { raw: NUMBER_TYPES.f2, list: 'int32Data' }],
  [11, { raw: NUMBER_TYPES.f8, list: 'doubleData' }],
]);
const HALF = 10;

/** The numbers of a tensor in a file; all sizes are looked at before anything is allocated. */
export function readTensor(
  proto: TensorProto,
  where: string,
  beside: ExternalFiles,
): FloatTensor & { readonly type: number } {
  return { ...numbersOf(proto, where, beside), type: proto.dataType ?? 0 };
}

function numbersOf(proto: TensorProto, where: string, beside: ExternalFiles): FloatTensor {
  const type = TYPES.get(proto.dataType ?? 0);
  if (type === undefined) {
    const wanted = 'floats of 16, 32 or 64 bits, or whole numbers';
    throw problems.importFile(where, `numbers of ONNX's type ${proto.dataType ?? 0}`, wanted);
  }
  const odd = proto.dims.find((length) => !Number.isSafeInteger(length) || length < 0);
  if (odd !== undefined) throw problems.importFile(where, `a length of ${odd}`, 'lengths of 0 or more');
  const size = sizeOf({ shape: proto.dims });
  const { raw } = type;
  const list = proto[type.list];
  if (proto.rawData === undefined && proto.externalData.length === 0) {
    if (list.length !== size)
      throw problems.importTruncated(where, `${list.length} numbers`, `${size}, as its shape says`);
    const values = Float64Array.from(list, proto.dataType === HALF ? halfToNumber : Number);
    return { shape: proto.dims, values };
  }
  const bytes = proto.rawData ?? beside.bytesOf(proto, where);
  if (bytes.length !== size * raw.bytes) {
    throw problems.importTruncated(where, `${bytes.length} bytes`, `${size * raw.bytes}, as its shape says`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values = Float64Array.from({ length: size }, (_, at) => raw.read(view, at * raw.bytes, true));
  return { shape: proto.dims, values };
}

/** Files beside a model that hold numbers of it: each is read once, whatever number of tensors lie in it. */
export class ExternalFiles {
  private readonly read = new Map<string, Uint8Array>();

  constructor(private readonly model: string) {}

  /** Those that were read. */
  get files(): string[] {
    return [...this.read.keys()];
  }

  /** @throws exchange/import-file, exchange/import-truncated, file/unreadable */
  bytesOf({ externalData }: TensorProto, where: string): Uint8Array {
    const entry = (key: string) => externalData.find((one) => one.key === key)?.value;
    const location = entry('location') ?? '';
    const file = fileBeside(this.model, location, where);
    const bytes = this.read.get(file) ?? modelBytes(file);
    this.read.set(file, bytes);
    const offset = Number(entry('offset') ?? 0);
    const length = Number(entry('length') ?? bytes.length - offset);
    const isThere = [offset, length].every((one) => Number.isSafeInteger(one) && one >= 0);
    if (isThere && offset + length <= bytes.length) return bytes.subarray(offset, offset + length);
    const got = `bytes ${offset} to ${offset + length} of ${location}`;
    throw problems.importTruncated(where, got, `at most ${bytes.length}`);
  }
}
