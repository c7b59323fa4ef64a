import { decodeMessage, schemaOf } from './wire.js';

/** The part of ONNX's messages that is read (onnx.proto3). */

const ENTRY = schemaOf({ 1: ['key', 'text'], 2: ['value', 'text'] });
const TENSOR = schemaOf({
  1: ['dims', 'int', 'list'],
  2: ['dataType', 'int'],
  4: ['floatData', 'float', 'list'],
  5: ['int32Data', 'int', 'list'],
  7: ['int64Data', 'int', 'list'],
  8: ['name', 'text'],
  9: ['rawData', 'bytes'],
  10: ['doubleData', 'double', 'list'],
  13: ['externalData', ENTRY, 'list'],
  14: ['dataLocation', 'int'],
});
const ATTRIBUTE = schemaOf({
  1: ['name', 'text'],
  2: ['f', 'float'],
  3: ['i', 'int'],
  4: ['s', 'text'],
  5: ['t', TENSOR],
  7: ['floats', 'float', 'list'],
  8: ['ints', 'int', 'list'],
});
const NODE = schemaOf({
  1: ['input', 'text', 'list'],
  2: ['output', 'text', 'list'],
  3: ['name', 'text'],
  4: ['opType', 'text'],
  5: ['attribute', ATTRIBUTE, 'list'],
  7: ['domain', 'text'],
});
const DIMENSION = schemaOf({ 1: ['value', 'int'], 2: ['param', 'text'] });
const TENSOR_TYPE = schemaOf({
  1: ['elemType', 'int'],
  2: ['shape', schemaOf({ 1: ['dim', DIMENSION, 'list'] })],
});
const VALUE = schemaOf({ 1: ['name', 'text'], 2: ['type', schemaOf({ 1: ['tensor', TENSOR_TYPE] })] });
const GRAPH = schemaOf({
  1: ['node', NODE, 'list'],
  2: ['name', 'text'],
  5: ['initializer', TENSOR, 'list'],
  11: ['input', VALUE, 'list'],
  12: ['output', VALUE, 'list'],
});
const OPSET = schemaOf({ 1: ['domain', 'text'], 2: ['version', 'int'] });
const MODEL = schemaOf({
  1: ['irVersion', 'int'],
  2: ['producer', 'text'],
  7: ['graph', GRAPH],
  8: ['opset', OPSET, 'list'],
});

export interface TensorProto {
  readonly dims: readonly number[];
  readonly dataType?: number;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly number[];
  readonly doubleData: readonly number[];
  readonly name?: string;
  readonly rawData?: Uint8Array;
  readonly externalData: readonly { readonly key?: string; readonly value?: string }[];
  readonly dataLocation?: number;
}

export interface AttributeProto {
  readonly name?: string;
  readonly f?: number;
  readonly i?: number;
  readonly s?: string;
  readonly t?: TensorProto;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
}

export interface NodeProto {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name?: string;
  readonly opType?: string;
  readonly attribute: readonly AttributeProto[];
  readonly domain?: string;
}

export interface ValueProto {
  readonly name?: string;
  readonly type?: {
    readonly tensor?: {
      readonly elemType?: number;
      readonly shape?: { readonly dim: readonly { readonly value?: number }[] };
    };
  };
}

export interface GraphProto {
  readonly node: readonly NodeProto[];
  readonly name?: string;
  readonly initializer: readonly TensorProto[];
  readonly input: readonly ValueProto[];
  readonly output: readonly ValueProto[];
}

export interface ModelProto {
  readonly irVersion?: number;
  readonly producer?: string;
  readonly graph?: GraphProto;
  readonly opset: readonly { readonly domain?: string; readonly version?: number }[];
}

/** @throws RangeError or Error where the bytes are no such message */
export const decodeModel = (bytes: Uint8Array): ModelProto =>
  decodeMessage(MODEL, bytes) as unknown as ModelProto;
