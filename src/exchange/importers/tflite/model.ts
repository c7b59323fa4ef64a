import { NUMBER_TYPES, type NumberType } from '../../../core/number-types.js';
import { sizeOf } from '../../../network/tensor.js';
import { problems } from '../../problems.js';
import {
  BUFFER,
  BUILTIN_OPERATOR,
  FILE_IDENTIFIER,
  MODEL,
  OPERATOR,
  OPERATOR_CODE,
  QUANTIZATION,
  SCHEMA_VERSION,
  SUBGRAPH,
  TENSOR,
  TENSOR_TYPE,
  typeName,
} from '../../tflite/schema.js';
import { Flat, type Table } from './flat.js';

/** A TFLite file as plain data, as far as it is read. */
export interface Model {
  readonly name: string;
  readonly tensors: readonly Tensor[];
  readonly operators: readonly OperatorEntry[];
  /** Numbers of tensors. */
  readonly input: number;
  readonly output: number;
}

export interface Tensor {
  readonly name: string;
  readonly type: number;
  readonly shape: readonly number[];
  /** The same with −1 where a length is left open. */
  readonly signature: readonly number[];
  /** Absent where its elements are values. */
  readonly quantization?: Affine;
  /** Of a constant. */
  readonly values?: () => Float64Array;
}

/** real = scale × (code − zero point): one scale and zero point, or one for each item of an axis. */
export interface Affine {
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  readonly axis: number;
}

export interface OperatorEntry {
  /** Its number among the built-in ones. */
  readonly builtin: number;
  readonly custom: string;
  /** Numbers of tensors; −1 where an optional one is not there. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: Table | undefined;
}

const MOST_TENSORS = 20_000;
const MOST_OPERATORS = 10_000;
const MOST_CODES = 1_000;
const MOST_SUBGRAPHS = 100;
const MOST_AXES = 8;

const ELEMENTS: ReadonlyMap<number, NumberType> = new Map<number, NumberType>([
  [TENSOR_TYPE.FLOAT32, NUMBER_TYPES.f4],
  [TENSOR_TYPE.FLOAT16, NUMBER_TYPES.f2],
  [TENSOR_TYPE.INT32, NUMBER_TYPES.i4],
  [TENSOR_TYPE.UINT8, NUMBER_TYPES.u1],
  [TENSOR_TYPE.INT64, NUMBER_TYPES.i8],
  [TENSOR_TYPE.BOOL, NUMBER_TYPES.b1],
  [TENSOR_TYPE.INT8, NUMBER_TYPES.i1],
]);

export const isTflite = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(4, 8)).toString('latin1') === FILE_IDENTIFIER;

/** @throws exchange/import-file */
export function readModel(file: string, bytes: Uint8Array): Model {
  const flat = new Flat(file, bytes);
  const root = flat.root;
  const version = root.int32(MODEL.version);
  if (version !== SCHEMA_VERSION)
    throw problems.importFile(`${file}, version`, String(version), String(SCHEMA_VERSION));
  const subgraphs = root.tables(MODEL.subgraphs, MOST_SUBGRAPHS, 'subgraphs');
  if (subgraphs.length !== 1) {
    const hint = 'models with conditions, loops or several signatures have more';
    throw problems.importFile(file, `${subgraphs.length} subgraphs`, 'one', hint);
  }
  const [graph] = subgraphs;
  const buffers = root.tables(MODEL.buffers, MOST_TENSORS, 'buffers');
  const tensors = graph
    .tables(SUBGRAPH.tensors, MOST_TENSORS, 'tensors')
    .map((table, number) => readTensor(table, number, buffers, flat));
  const codes = root.tables(MODEL.operatorCodes, MOST_CODES, 'operator codes');
  const operators = graph.tables(SUBGRAPH.operators, MOST_OPERATORS, 'operators').map((table, number) => {
    const code = at(codes, table.int32(OPERATOR.opcodeIndex), `${file}, operator ${number}, its code`);
    return readOperator(table, code, tensors.length, `${file}, operator ${number}`);
  });
  const one = (field: number, what: string, several: typeof problems.importInputs): number => {
    const numbers = graph.int32s(field);
    if (numbers.length === 1) return within(numbers[0], tensors.length, `${file}, its ${what}`);
    throw several(
      file,
      numbers.map((number) => tensors[number]?.name ?? '?'),
    );
  };
  return {
    name: graph.text(SUBGRAPH.name),
    tensors,
    operators,
    input: one(SUBGRAPH.inputs, 'input', problems.importInputs),
    output: one(SUBGRAPH.outputs, 'output', problems.importOutputs),
  };
}

function within(number: number, length: number, where: string): number {
  if (number >= 0 && number < length) return number;
  throw problems.importFile(where, `number ${number}`, `one of ${length}, from 0 on`);
}

const at = <T>(list: readonly T[], index: number, where: string): T =>
  list[within(index, list.length, where)];

function readOperator(table: Table, code: Table, tensors: number, where: string): OperatorEntry {
  const old = code.int8(OPERATOR_CODE.deprecatedBuiltinCode);
  const builtin = Math.max(old, code.int32(OPERATOR_CODE.builtinCode));
  const inputs = table.int32s(OPERATOR.inputs);
  const outputs = table.int32s(OPERATOR.outputs);
  for (const number of inputs) if (number !== -1) within(number, tensors, `${where}, an input`);
  for (const number of outputs) within(number, tensors, `${where}, an output`);
  return {
    builtin,
    custom: builtin === BUILTIN_OPERATOR.custom ? code.text(OPERATOR_CODE.customCode) : '',
    inputs,
    outputs,
    options: table.table(OPERATOR.options),
  };
}

function readTensor(table: Table, number: number, buffers: readonly Table[], flat: Flat): Tensor {
  const name = table.text(TENSOR.name) || `tensor ${number}`;
  const where = `${flat.name}, tensor ${name}`;
  const shape = table.int32s(TENSOR.shape);
  if (shape.length > MOST_AXES || shape.some((length) => length < 0))
    throw problems.importFile(
      where,
      `the shape ${JSON.stringify(shape)}`,
      `at most ${MOST_AXES} lengths of 0 or more`,
    );
  if (table.table(TENSOR.sparsity) !== undefined)
    throw problems.importFile(where, 'a sparse tensor', 'one with all its elements');
  if (table.bool(TENSOR.isVariable))
    throw problems.importFile(
      where,
      'a variable, which keeps values from one sample to the next',
      'constants',
    );
  const type = table.int8(TENSOR.type);
  const signature = table.int32s(TENSOR.shapeSignature);
  const quantization = readQuantization(table.table(TENSOR.quantization), shape, where);
  const buffer = at(buffers, table.int32(TENSOR.buffer), `${where}, its buffer`);
  const bytes = bytesOf(buffer, flat, where);
  return {
    name,
    type,
    shape,
    signature: signature.length === shape.length ? signature : shape,
    ...(quantization === undefined ? {} : { quantization }),
    ...(bytes === undefined ? {} : { values: once(() => elements(type, shape, bytes, flat, where)) }),
  };
}

/** Of a constant: in its buffer, or behind the FlatBuffer. */
function bytesOf(buffer: Table, flat: Flat, where: string): Uint8Array | undefined {
  const inside = buffer.bytes(BUFFER.data);
  if (inside.length > 0) return inside;
  const [offset, size] = [buffer.uint64(BUFFER.offset), buffer.uint64(BUFFER.size)];
  if (offset <= 1 || size <= 0) return undefined;
  if (offset + size <= flat.bytes.length) return flat.bytes.subarray(offset, offset + size);
  throw problems.importTruncated(
    where,
    `bytes ${offset} to ${offset + size}`,
    `at most ${flat.bytes.length}`,
  );
}

function elements(
  type: number,
  shape: readonly number[],
  bytes: Uint8Array,
  flat: Flat,
  where: string,
): Float64Array {
  const element = ELEMENTS.get(type);
  if (element === undefined) {
    const known = Object.keys(TENSOR_TYPE).join(', ');
    throw problems.importFile(where, `elements of ${typeName(type)}`, known);
  }
  const size = sizeOf({ shape });
  if (bytes.length !== size * element.bytes)
    throw problems.importFile(where, `${bytes.length} bytes`, `${size * element.bytes}, as its shape says`);
  flat.spend(bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float64Array.from({ length: size }, (_, index) => element.read(view, index * element.bytes, true));
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function readQuantization(
  table: Table | undefined,
  shape: readonly number[],
  where: string,
): Affine | undefined {
  const scales = table?.float32s(QUANTIZATION.scale) ?? [];
  if (table === undefined || scales.length === 0) return undefined;
  const given = table.int64s(QUANTIZATION.zeroPoint);
  const zeroPoints = given.length === 0 ? scales.map(() => 0) : given;
  // Of a list the number is not looked at: biases often have that of their kernel.
  const axis = shape.length === 1 ? 0 : table.int32(QUANTIZATION.quantizedDimension);
  const odd = scales.find((scale) => !(scale > 0 && Number.isFinite(scale)));
  if (odd !== undefined) throw problems.importFile(where, `the scale ${odd}`, 'a number above 0');
  if (zeroPoints.length !== scales.length)
    throw problems.importFile(where, `${zeroPoints.length} zero points`, `${scales.length}, one per scale`);
  if (scales.length > 1 && scales.length !== shape[axis])
    throw problems.importFile(where, `${scales.length} scales`, `one, or one per item of axis ${axis}`);
  return { scales, zeroPoints, axis };
}
