import { Builder } from 'flatbuffers';
import { OPERATOR_NAMES } from '../../src/exchange/tflite/operator-names.js';

/** Files of TFLite as its schema has them, for tests: tensors and operators by their names. */

export interface TestTensor {
  readonly shape: readonly number[];
  readonly type?: 'float' | 'int8' | 'uint8' | 'int16' | 'int32';
  readonly scales?: readonly number[];
  readonly zeroPoints?: readonly number[];
  readonly axis?: number;
  readonly data?: readonly number[];
  readonly signature?: readonly number[];
}

type FieldKind = 'int8' | 'int32' | 'float';

export interface TestOperator {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly version?: number;
  /** Number of the union's member, and its fields by their numbers. */
  readonly options?: readonly [
    union: number,
    fields: readonly (readonly [at: number, kind: FieldKind, value: number])[],
  ];
  readonly custom?: string;
}

export interface TestModel {
  readonly tensors: Readonly<Record<string, TestTensor>>;
  readonly operators: readonly TestOperator[];
  readonly input?: readonly string[];
  readonly output?: readonly string[];
  readonly version?: number;
}

const TYPES = {
  float: { number: 0, bytes: (data: readonly number[]) => new Uint8Array(Float32Array.from(data).buffer) },
  int32: { number: 2, bytes: (data: readonly number[]) => new Uint8Array(Int32Array.from(data).buffer) },
  int16: { number: 7, bytes: (data: readonly number[]) => new Uint8Array(Int16Array.from(data).buffer) },
  uint8: { number: 3, bytes: (data: readonly number[]) => Uint8Array.from(data) },
  int8: { number: 9, bytes: (data: readonly number[]) => new Uint8Array(Int8Array.from(data).buffer) },
} as const;

const offsets = (builder: Builder, list: readonly number[]) => {
  builder.startVector(4, list.length, 4);
  for (const one of [...list].reverse()) builder.addOffset(one);
  return builder.endVector();
};

const int32s = (builder: Builder, list: readonly number[]) => {
  builder.startVector(4, list.length, 4);
  for (const one of [...list].reverse()) builder.addInt32(one);
  return builder.endVector();
};

function buffer(builder: Builder, bytes: Uint8Array): number {
  let data = 0;
  if (bytes.length > 0) {
    builder.startVector(1, bytes.length, 16);
    for (let at = bytes.length - 1; at >= 0; at--) builder.addInt8(bytes[at]);
    data = builder.endVector();
  }
  builder.startObject(3);
  builder.addFieldOffset(0, data, 0);
  return builder.endObject();
}

function quantization(builder: Builder, { scales = [], zeroPoints, axis = 0 }: TestTensor): number {
  if (scales.length === 0) return 0;
  builder.startVector(4, scales.length, 4);
  for (const scale of [...scales].reverse()) builder.addFloat32(scale);
  const scale = builder.endVector();
  const points = zeroPoints ?? scales.map(() => 0);
  builder.startVector(8, points.length, 8);
  for (const point of [...points].reverse()) builder.addInt64(BigInt(point));
  const zeroPoint = builder.endVector();
  builder.startObject(7);
  builder.addFieldOffset(2, scale, 0);
  builder.addFieldOffset(3, zeroPoint, 0);
  builder.addFieldInt32(6, axis, 0);
  return builder.endObject();
}

function tensor(builder: Builder, name: string, one: TestTensor, bufferNumber: number): number {
  const text = builder.createString(name);
  const shape = int32s(builder, one.shape);
  const signature = one.signature === undefined ? 0 : int32s(builder, one.signature);
  const quantized = quantization(builder, one);
  builder.startObject(10);
  builder.addFieldOffset(0, shape, 0);
  builder.addFieldInt8(1, TYPES[one.type ?? 'float'].number, 0);
  builder.addFieldInt32(2, bufferNumber, 0);
  builder.addFieldOffset(3, text, 0);
  builder.addFieldOffset(4, quantized, 0);
  builder.addFieldOffset(7, signature, 0);
  return builder.endObject();
}

function options(builder: Builder, [, fields]: NonNullable<TestOperator['options']>): number {
  builder.startObject(10);
  for (const [at, kind, value] of fields) {
    if (kind === 'float') builder.addFieldFloat32(at, value, Number.NaN);
    else if (kind === 'int8') builder.addFieldInt8(at, value, 99);
    else builder.addFieldInt32(at, value, 2 ** 30);
  }
  return builder.endObject();
}

/** The first tensor is the input, the last operator's output the output, where nobody says. */
export function tfliteModel(model: TestModel): Uint8Array {
  const builder = new Builder(1024);
  const names = Object.keys(model.tensors);
  const numberOf = (name: string) => (name === '' ? -1 : names.indexOf(name));
  const buffers = [buffer(builder, new Uint8Array())];
  const tensors = names.map((name) => {
    const one = model.tensors[name];
    const number =
      one.data === undefined
        ? 0
        : buffers.push(buffer(builder, TYPES[one.type ?? 'float'].bytes(one.data))) - 1;
    return tensor(builder, name, one, number);
  });
  const codes = model.operators.map(({ op, version = 1, custom }) => {
    const number = OPERATOR_NAMES.indexOf(op);
    const text = custom === undefined ? 0 : builder.createString(custom);
    builder.startObject(4);
    builder.addFieldInt8(0, Math.min(number, 127), 0);
    builder.addFieldOffset(1, text, 0);
    builder.addFieldInt32(2, version, 1);
    builder.addFieldInt32(3, number, 0);
    return builder.endObject();
  });
  const operators = model.operators.map((operator, at) => {
    const inputs = int32s(builder, operator.inputs.map(numberOf));
    const outputs = int32s(builder, [numberOf(operator.output)]);
    const union = operator.options === undefined ? 0 : options(builder, operator.options);
    builder.startObject(9);
    builder.addFieldInt32(0, at, 0);
    builder.addFieldOffset(1, inputs, 0);
    builder.addFieldOffset(2, outputs, 0);
    builder.addFieldInt8(3, operator.options?.[0] ?? 0, 0);
    builder.addFieldOffset(4, union, 0);
    return builder.endObject();
  });
  const ends = [model.input ?? [names[0]], model.output ?? [model.operators.at(-1)?.output ?? names[0]]];
  const [inputs, outputs] = ends.map((list) => int32s(builder, list.map(numberOf)));
  const vectors = [tensors, operators].map((list) => offsets(builder, list));
  builder.startObject(5);
  builder.addFieldOffset(0, vectors[0], 0);
  builder.addFieldOffset(1, inputs, 0);
  builder.addFieldOffset(2, outputs, 0);
  builder.addFieldOffset(3, vectors[1], 0);
  const subgraph = builder.endObject();
  const [codeVector, subgraphs, bufferVector] = [codes, [subgraph], buffers].map((list) =>
    offsets(builder, list),
  );
  builder.startObject(8);
  builder.addFieldInt32(0, model.version ?? 3, 0);
  builder.addFieldOffset(1, codeVector, 0);
  builder.addFieldOffset(2, subgraphs, 0);
  builder.addFieldOffset(4, bufferVector, 0);
  builder.finish(builder.endObject(), 'TFL3');
  return builder.asUint8Array().slice();
}
