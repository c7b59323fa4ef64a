import { Builder } from 'flatbuffers';
import { assertNever } from '../../core/assert.js';
import type {
  AnyOperator,
  MapOperator,
  TfliteGraph,
  TfliteQuantization,
  TfliteTensor,
  TfliteType,
} from './graph.js';
import { halfBits } from './numbers.js';
import { OPERATOR_NAMES } from './operator-names.js';
import {
  ACTIVATION,
  BUFFER,
  BUFFER_ALIGNMENT,
  BUILTIN_OPERATOR,
  BUILTIN_OPTIONS,
  FILE_IDENTIFIER,
  FULLY_CONNECTED_OPTIONS,
  MODEL,
  OPERATOR,
  OPERATOR_CODE,
  QUANTIZATION,
  SCHEMA_VERSION,
  SOFTMAX_OPTIONS,
  SUBGRAPH,
  TENSOR,
  TENSOR_TYPE,
} from './schema.js';

/** The bytes of a `.tflite` file: the same graph gives the same bytes. */
export function writeGraph(graph: TfliteGraph<AnyOperator>): Uint8Array {
  const builder = new Builder(1024);
  const codes = operatorCodes(graph);
  // Buffer 0 is the empty one that activations share.
  const buffers = [writeBuffer(builder, new Uint8Array(0))];
  const bufferOf = graph.tensors.map((tensor) => {
    if (tensor.data === undefined) return 0;
    return buffers.push(writeBuffer(builder, bytesOf(tensor))) - 1;
  });
  const subgraph = writeSubgraph(builder, graph, bufferOf, codes);
  const subgraphs = offsets(builder, [subgraph]);
  const operatorVector = offsets(
    builder,
    codes.map((code) => writeOperatorCode(builder, code)),
  );
  const bufferVector = offsets(builder, buffers);
  const description = builder.createString(graph.description);
  builder.startObject(MODEL.fields);
  builder.addFieldInt32(MODEL.version, SCHEMA_VERSION, 0);
  builder.addFieldOffset(MODEL.operatorCodes, operatorVector, 0);
  builder.addFieldOffset(MODEL.subgraphs, subgraphs, 0);
  builder.addFieldOffset(MODEL.description, description, 0);
  builder.addFieldOffset(MODEL.buffers, bufferVector, 0);
  builder.finish(builder.endObject(), FILE_IDENTIFIER);
  return builder.asUint8Array().slice();
}

/** An operator and the version of it that knows our options and types. */
interface OperatorCode {
  readonly builtin: number;
  readonly version: number;
}

function codeOf(operator: AnyOperator, graph: TfliteGraph<AnyOperator>): OperatorCode {
  const isInt8 = graph.tensors[operator.input].type === 'INT8';
  switch (operator.kind) {
    case 'fullyConnected':
      return { builtin: BUILTIN_OPERATOR.fullyConnected, version: fullyConnectedVersion(operator, graph) };
    case 'quantize':
      return { builtin: BUILTIN_OPERATOR.quantize, version: 1 };
    case 'dequantize':
      return { builtin: BUILTIN_OPERATOR.dequantize, version: isInt8 ? 2 : 3 };
    case 'logistic':
    case 'softmax':
      return { builtin: BUILTIN_OPERATOR[operator.kind], version: isInt8 ? 2 : 1 };
    case 'map':
      return { builtin: OPERATOR_NAMES.indexOf(operator.operator), version: operator.version };
    default:
      return assertNever(operator);
  }
}

function fullyConnectedVersion(
  { flavour, weights }: AnyOperator & { kind: 'fullyConnected' },
  graph: TfliteGraph<AnyOperator>,
): number {
  switch (flavour) {
    case 'float':
      return 1;
    case 'int8':
      return 4;
    case 'hybrid': {
      const scales = graph.tensors[weights].quantization?.scales.length ?? 1;
      return scales > 1 ? 12 : 9;
    }
    default:
      return assertNever(flavour);
  }
}

const sameCode = (a: OperatorCode, b: OperatorCode) => a.builtin === b.builtin && a.version === b.version;

/** Every operator of the graph once. */
function operatorCodes(graph: TfliteGraph<AnyOperator>): OperatorCode[] {
  const all = graph.operators.map((operator) => codeOf(operator, graph));
  return all.filter((code, index) => all.findIndex((other) => sameCode(code, other)) === index);
}

function writeOperatorCode(builder: Builder, { builtin, version }: OperatorCode): number {
  builder.startObject(OPERATOR_CODE.fields);
  // Numbers past a byte stand in the newer field only.
  builder.addFieldInt8(OPERATOR_CODE.deprecatedBuiltinCode, Math.min(builtin, 127), 0);
  builder.addFieldInt32(OPERATOR_CODE.version, version, 1);
  builder.addFieldInt32(OPERATOR_CODE.builtinCode, builtin, 0);
  return builder.endObject();
}

function writeSubgraph(
  builder: Builder,
  graph: TfliteGraph<AnyOperator>,
  bufferOf: readonly number[],
  codes: readonly OperatorCode[],
): number {
  const tensors = graph.tensors.map((tensor, index) => writeTensor(builder, tensor, bufferOf[index]));
  const tensorVector = offsets(builder, tensors);
  const operators = graph.operators.map((operator) => {
    const code = codes.findIndex((other) => sameCode(other, codeOf(operator, graph)));
    return writeOperator(builder, operator, code);
  });
  const operatorVector = offsets(builder, operators);
  const inputs = int32s(builder, [graph.input]);
  const outputs = int32s(builder, [graph.output]);
  const name = builder.createString(graph.name);
  builder.startObject(SUBGRAPH.fields);
  builder.addFieldOffset(SUBGRAPH.tensors, tensorVector, 0);
  builder.addFieldOffset(SUBGRAPH.inputs, inputs, 0);
  builder.addFieldOffset(SUBGRAPH.outputs, outputs, 0);
  builder.addFieldOffset(SUBGRAPH.operators, operatorVector, 0);
  builder.addFieldOffset(SUBGRAPH.name, name, 0);
  return builder.endObject();
}

function writeTensor(builder: Builder, tensor: TfliteTensor, buffer: number): number {
  const name = builder.createString(tensor.name);
  const shape = int32s(builder, tensor.shape);
  const quantization =
    tensor.quantization === undefined ? 0 : writeQuantization(builder, tensor.quantization);
  builder.startObject(TENSOR.fields);
  builder.addFieldOffset(TENSOR.shape, shape, 0);
  builder.addFieldInt8(TENSOR.type, TENSOR_TYPE[tensor.type], 0);
  builder.addFieldInt32(TENSOR.buffer, buffer, 0);
  builder.addFieldOffset(TENSOR.name, name, 0);
  builder.addFieldOffset(TENSOR.quantization, quantization, 0);
  builder.addFieldInt8(TENSOR.hasRank, 1, 0);
  return builder.endObject();
}

function writeQuantization(
  builder: Builder,
  { scales, zeroPoint, dimension = 0 }: TfliteQuantization,
): number {
  builder.startVector(4, scales.length, 4);
  for (const scale of [...scales].reverse()) builder.addFloat32(scale);
  const scale = builder.endVector();
  builder.startVector(8, scales.length, 8);
  for (const _ of scales) builder.addInt64(BigInt(zeroPoint));
  const zeroPoints = builder.endVector();
  builder.startObject(QUANTIZATION.fields);
  builder.addFieldOffset(QUANTIZATION.scale, scale, 0);
  builder.addFieldOffset(QUANTIZATION.zeroPoint, zeroPoints, 0);
  builder.addFieldInt32(QUANTIZATION.quantizedDimension, dimension, 0);
  return builder.endObject();
}

function writeOperator(builder: Builder, operator: AnyOperator, code: number): number {
  const { output } = operator;
  const inputs = int32s(builder, inputsOf(operator));
  const outputs = int32s(builder, [output]);
  const { type, offset } = writeOptions(builder, operator);
  builder.startObject(OPERATOR.fields);
  builder.addFieldInt32(OPERATOR.opcodeIndex, code, 0);
  builder.addFieldOffset(OPERATOR.inputs, inputs, 0);
  builder.addFieldOffset(OPERATOR.outputs, outputs, 0);
  builder.addFieldInt8(OPERATOR.optionsType, type, BUILTIN_OPTIONS.none);
  builder.addFieldOffset(OPERATOR.options, offset, 0);
  return builder.endObject();
}

function inputsOf(operator: AnyOperator): readonly number[] {
  switch (operator.kind) {
    case 'fullyConnected':
      return [operator.input, operator.weights, operator.bias];
    case 'map':
      return operator.inputs;
    default:
      return [operator.input];
  }
}

function writeOptions(builder: Builder, operator: AnyOperator): { type: number; offset: number } {
  switch (operator.kind) {
    case 'fullyConnected':
      builder.startObject(FULLY_CONNECTED_OPTIONS.fields);
      builder.addFieldInt8(FULLY_CONNECTED_OPTIONS.activation, operator.activation, ACTIVATION.none);
      builder.addFieldInt8(
        FULLY_CONNECTED_OPTIONS.asymmetricInputs,
        operator.flavour === 'hybrid' ? 1 : 0,
        0,
      );
      return { type: BUILTIN_OPTIONS.fullyConnected, offset: builder.endObject() };
    case 'softmax':
      builder.startObject(SOFTMAX_OPTIONS.fields);
      builder.addFieldFloat32(SOFTMAX_OPTIONS.beta, 1, 0);
      return { type: BUILTIN_OPTIONS.softmax, offset: builder.endObject() };
    case 'map':
      return writeFields(builder, operator.options);
    case 'quantize':
    case 'dequantize':
    case 'logistic':
      return { type: BUILTIN_OPTIONS.none, offset: 0 };
    default:
      return assertNever(operator);
  }
}

function writeFields(builder: Builder, options: MapOperator['options']): { type: number; offset: number } {
  if (options === undefined) return { type: BUILTIN_OPTIONS.none, offset: 0 };
  const { type, fields } = options;
  builder.startObject(1 + Math.max(0, ...fields.map(({ slot }) => slot)));
  for (const { slot, type: width, value } of fields) {
    if (width === 'int8') builder.addFieldInt8(slot, value, 0);
    else if (width === 'int32') builder.addFieldInt32(slot, value, 0);
    else builder.addFieldFloat32(slot, value, 0);
  }
  return { type, offset: builder.endObject() };
}

function writeBuffer(builder: Builder, bytes: Uint8Array): number {
  let data = 0;
  if (bytes.length > 0) {
    builder.startVector(1, bytes.length, BUFFER_ALIGNMENT);
    for (let at = bytes.length - 1; at >= 0; at--) builder.addInt8(bytes[at]);
    data = builder.endVector();
  }
  builder.startObject(BUFFER.fields);
  builder.addFieldOffset(BUFFER.data, data, 0);
  return builder.endObject();
}

const ELEMENT: Record<
  TfliteType,
  { bytes: number; put: (view: DataView, at: number, value: number) => void }
> = {
  FLOAT32: { bytes: 4, put: (view, at, value) => view.setFloat32(at, value, true) },
  FLOAT16: { bytes: 2, put: (view, at, value) => view.setUint16(at, halfBits(value), true) },
  INT8: { bytes: 1, put: (view, at, value) => view.setInt8(at, value) },
  INT32: { bytes: 4, put: (view, at, value) => view.setInt32(at, value, true) },
};

/** The little-endian bytes of a constant; none for an activation. */
export function bytesOf({ type, data = [] }: TfliteTensor): Uint8Array {
  const { bytes, put } = ELEMENT[type];
  const view = new DataView(new ArrayBuffer(data.length * bytes));
  data.forEach((value, index) => {
    put(view, index * bytes, value);
  });
  return new Uint8Array(view.buffer);
}

function int32s(builder: Builder, numbers: readonly number[]): number {
  builder.startVector(4, numbers.length, 4);
  for (const number of [...numbers].reverse()) builder.addInt32(number);
  return builder.endVector();
}

function offsets(builder: Builder, tables: readonly number[]): number {
  builder.startVector(4, tables.length, 4);
  for (const table of [...tables].reverse()) builder.addOffset(table);
  return builder.endVector();
}
