import { zipSync } from 'fflate';

/** What `torch.save` writes, byte by byte after the public definition of pickles and of PyTorch's two forms. */

/** A class or function of Python. */
export interface PyGlobal {
  readonly module: string;
  readonly global: string;
}
/** What a function makes of arguments. */
export interface PyCall {
  readonly call: PyGlobal;
  readonly args: readonly Py[];
}
/** A sign of a thing that lies outside of the pickle. */
export interface PySign {
  readonly sign: Py;
}
/** Lists are tuples, maps dictionaries; a bigint is a LONG1. */
export type Py =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Py[]
  | ReadonlyMap<string, Py>
  | PyGlobal
  | PyCall
  | PySign;

const ascii = (text: string) => [...Buffer.from(text, 'latin1')];
const uint32 = (value: number) => [...new Uint8Array(Uint32Array.of(value).buffer)];

function long(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0n || (bytes.at(-1) ?? 0) > 127) {
    bytes.push(Number(rest & 0xffn));
    rest >>= 8n;
  }
  return [0x8a, bytes.length, ...bytes];
}

function codeOf(value: Py): number[] {
  if (value === null) return ascii('N');
  if (typeof value === 'boolean') return [value ? 0x88 : 0x89];
  if (typeof value === 'bigint') return long(value);
  if (typeof value === 'number') return [...ascii('J'), ...uint32(value)];
  if (typeof value === 'string') {
    const bytes = [...Buffer.from(value, 'utf8')];
    return [...ascii('X'), ...uint32(bytes.length), ...bytes];
  }
  if (Array.isArray(value)) return [...ascii('('), ...value.flatMap(codeOf), ...ascii('t')];
  if (value instanceof Map) {
    const pairs = [...value].flatMap(([key, item]) => [...codeOf(key), ...codeOf(item)]);
    return [...ascii('}('), ...pairs, ...ascii('u')];
  }
  if ('global' in value) return ascii(`c${value.module}\n${value.global}\n`);
  if ('call' in value) return [...codeOf(value.call), ...codeOf(value.args), ...ascii('R')];
  return [...codeOf((value as PySign).sign), ...ascii('Q')];
}

/** Of protocol 2. */
export const pickle = (value: Py): Uint8Array => Uint8Array.from([0x80, 2, ...codeOf(value), ...ascii('.')]);

export interface TorchStorage {
  /** Such as `FloatStorage`. */
  readonly type: string;
  readonly values: ArrayLike<number>;
}

/** How numbers of a storage lie in bytes. */
const WRITERS: Readonly<
  Record<
    string,
    readonly [bytes: number, write: (view: DataView, at: number, value: number, little: boolean) => void]
  >
> = {
  DoubleStorage: [8, (view, at, value, little) => view.setFloat64(at, value, little)],
  FloatStorage: [4, (view, at, value, little) => view.setFloat32(at, value, little)],
  /** Given as bits. */
  HalfStorage: [2, (view, at, value, little) => view.setUint16(at, value, little)],
  BFloat16Storage: [2, (view, at, value, little) => view.setUint16(at, value, little)],
  LongStorage: [8, (view, at, value, little) => view.setBigInt64(at, BigInt(value), little)],
  CharStorage: [1, (view, at, value) => view.setInt8(at, value)],
  QInt8Storage: [1, (view, at, value) => view.setInt8(at, value)],
};

export function storageBytes({ type, values }: TorchStorage, little = true): Uint8Array {
  const [width, write] = WRITERS[type];
  const bytes = new Uint8Array(width * values.length);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < values.length; at++) write(view, width * at, values[at], little);
  return bytes;
}

/** A view of a storage. */
export interface TorchView {
  readonly storage: string;
  readonly offset?: number;
  readonly shape: readonly number[];
  readonly strides?: readonly number[];
}

export interface TorchFile {
  readonly storages: Readonly<Record<string, TorchStorage>>;
  /** The pickled object, given how a tensor is pickled. */
  readonly object: (tensor: (view: TorchView) => Py) => Py;
}

const stridesOf = (shape: readonly number[]) =>
  shape.map((_, axis) => shape.slice(axis + 1).reduce((product, length) => product * length, 1));

const ORDERED: PyGlobal = { module: 'collections', global: 'OrderedDict' };
const REBUILD: PyGlobal = { module: 'torch._utils', global: '_rebuild_tensor_v2' };

const tensorOf =
  ({ storages }: TorchFile, isLegacy: boolean) =>
  ({ storage, offset = 0, shape, strides = stridesOf(shape) }: TorchView): Py => {
    const { type, values } = storages[storage];
    const id: Py[] = ['storage', { module: 'torch', global: type }, storage, 'cpu', values.length];
    const hooks: Py = { call: ORDERED, args: [] };
    return {
      call: REBUILD,
      args: [{ sign: isLegacy ? [...id, null] : id }, offset, shape, strides, false, hooks],
    };
  };

/** The zip form. */
export function torchZip(file: TorchFile, order?: string): Uint8Array {
  const members: Record<string, Uint8Array> = {
    'archive/data.pkl': pickle(file.object(tensorOf(file, false))),
  };
  if (order !== undefined) members['archive/byteorder'] = Buffer.from(order);
  for (const [key, storage] of Object.entries(file.storages)) {
    members[`archive/data/${key}`] = storageBytes(storage, order !== 'big');
  }
  members['archive/version'] = Buffer.from('3\n');
  return zipSync(members, { level: 0, mtime: new Date('2026-01-01') });
}

/** The form before PyTorch 1.6. */
export function torchLegacy(file: TorchFile): Uint8Array {
  const machine = new Map<string, Py>([
    ['protocol_version', 1001],
    ['little_endian', true],
  ]);
  const keys = Object.keys(file.storages);
  const head = [0x1950a86a20f9469cfc6cn, 1001, machine, file.object(tensorOf(file, true)), keys];
  const storages = keys.flatMap((key) => [
    new Uint8Array(BigInt64Array.of(BigInt(file.storages[key].values.length)).buffer),
    storageBytes(file.storages[key]),
  ]);
  return Buffer.concat([...head.map(pickle), ...storages]);
}

/** A state_dict with a storage for each tensor. */
export function stateDict(
  tensors: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: ArrayLike<number> }>
  >,
  type = 'FloatStorage',
): TorchFile {
  const entries = Object.entries(tensors);
  return {
    storages: Object.fromEntries(entries.map(([, { values }], key) => [String(key), { type, values }])),
    object: (tensor) =>
      new Map(entries.map(([name, { shape }], key) => [name, tensor({ storage: String(key), shape })])),
  };
}

/** A file of safetensors: the header's length, the header, the numbers. */
export function safetensorsFile(
  tensors: Readonly<
    Record<string, { readonly dtype: string; readonly shape: readonly number[]; readonly bytes: Uint8Array }>
  >,
): Uint8Array {
  let at = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape, bytes }]) => {
      at += bytes.length;
      return [name, { dtype, shape, data_offsets: [at - bytes.length, at] }];
    }),
  );
  const text = Buffer.from(JSON.stringify({ __metadata__: { format: 'pt' }, ...header }));
  const length = new Uint8Array(BigUint64Array.of(BigInt(text.length)).buffer);
  return Buffer.concat([length, text, ...Object.values(tensors).map(({ bytes }) => bytes)]);
}
