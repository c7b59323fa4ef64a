import protobuf from 'protobufjs';

/** The messages of ONNX as onnx.proto3 has them, as far as tests write them. */
const { root } = protobuf.parse(
  `
  syntax = "proto3";
  message StringStringEntryProto { string key = 1; string value = 2; }
  message TensorProto {
    repeated int64 dims = 1; int32 data_type = 2; repeated float float_data = 4 [packed = true];
    repeated int64 int64_data = 7 [packed = true]; string name = 8; bytes raw_data = 9;
    repeated StringStringEntryProto external_data = 13; int32 data_location = 14;
  }
  message AttributeProto {
    string name = 1; float f = 2; int64 i = 3; bytes s = 4; TensorProto t = 5; repeated float floats = 7;
    repeated int64 ints = 8; int32 type = 20; string ref_attr_name = 21;
  }
  message NodeProto {
    repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4;
    repeated AttributeProto attribute = 5; string doc_string = 6; string domain = 7;
  }
  message Dimension { int64 dim_value = 1; string dim_param = 2; }
  message TensorShapeProto { repeated Dimension dim = 1; }
  message Tensor { int32 elem_type = 1; TensorShapeProto shape = 2; }
  message TypeProto { Tensor tensor_type = 1; }
  message ValueInfoProto { string name = 1; TypeProto type = 2; }
  message GraphProto {
    repeated NodeProto node = 1; string name = 2; repeated TensorProto initializer = 5; string doc_string = 10;
    repeated ValueInfoProto input = 11; repeated ValueInfoProto output = 12;
  }
  message FunctionProto {
    string name = 1; repeated string input = 4; repeated string output = 5; repeated string attribute = 6;
    repeated NodeProto node = 7; repeated OperatorSetIdProto opset_import = 9; string domain = 10;
  }
  message OperatorSetIdProto { string domain = 1; int64 version = 2; }
  message ModelProto {
    int64 ir_version = 1; string producer_name = 2; repeated OperatorSetIdProto opset_import = 8; GraphProto graph = 7;
    repeated FunctionProto functions = 25;
  }
`,
  { keepCase: true },
);

export interface OnnxNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly output?: string;
  readonly name?: string;
  readonly domain?: string;
  readonly attributes?: Readonly<Record<string, number | string | readonly number[]>>;
  /** Attributes that are floats though they look whole. */
  readonly floats?: Readonly<Record<string, number>>;
  readonly floatLists?: Readonly<Record<string, readonly number[]>>;
  /** Attributes that are tensors. */
  readonly tensors?: Readonly<Record<string, OnnxTensor>>;
}

export interface OnnxTensor {
  readonly dims: readonly number[];
  readonly values: readonly number[];
  readonly type?: 'float' | 'int64' | 'int8' | 'uint8' | 'int32';
}

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  readonly tensors?: Readonly<Record<string, OnnxTensor | object>>;
  /** With the batch; a text is a length that is left open. */
  readonly input: readonly (number | string)[];
  readonly output?: readonly string[];
  /** Of this shape too. */
  readonly moreInputs?: readonly string[];
  readonly opset?: number;
  /** ONNX's number of the input's type; 1 for floats. */
  readonly inputType?: number;
}

/** Nodes read the one before where they name nothing; `x` is the input, `y` the output of the last. */
export function onnxModel({
  nodes,
  tensors = {},
  input,
  output = ['y'],
  moreInputs = [],
  opset = 17,
  inputType = 1,
}: OnnxModel): Uint8Array {
  const graph = {
    name: 'graph',
    node: nodes.map((node, at) => ({
      op_type: node.op,
      input: node.inputs,
      output: [node.output ?? (at === nodes.length - 1 ? 'y' : `v${at}`)],
      name: node.name ?? '',
      domain: node.domain ?? '',
      attribute: attributesOf(node),
    })),
    initializer: Object.entries(tensors).map(([name, tensor]) => tensorOf(name, tensor)),
    input: ['x', ...moreInputs].map((name) => ({
      name,
      type: { tensor_type: { elem_type: inputType, shape: { dim: input.map(dimension) } } },
    })),
    output: output.map((name) => ({ name })),
  };
  const Model = root.lookupType('ModelProto');
  const model = {
    ir_version: 8,
    producer_name: 'test',
    opset_import: [{ domain: '', version: opset }],
    graph,
  };
  return Model.encode(Model.fromObject(model)).finish();
}

const dimension = (length: number | string) =>
  typeof length === 'number' ? { dim_value: length } : { dim_param: length };

const attributesOf = ({ attributes = {}, floats = {}, floatLists = {}, tensors = {} }: OnnxNode) => [
  ...Object.entries(attributes).map(([key, value]) => attribute(key, value)),
  ...Object.entries(floats).map(([key, value]) => ({ name: key, f: value, type: 1 })),
  ...Object.entries(floatLists).map(([key, value]) => ({ name: key, floats: value, type: 6 })),
  ...Object.entries(tensors).map(([key, value]) => ({ name: key, t: tensorOf(key, value), type: 4 })),
];

function attribute(name: string, value: number | string | readonly number[]) {
  if (typeof value === 'string') return { name, s: Buffer.from(value), type: 3 };
  return typeof value === 'number' ? { name, i: value, type: 2 } : { name, ints: value, type: 7 };
}

function tensorOf(name: string, tensor: OnnxTensor | object) {
  if (!('values' in tensor)) return { name, ...tensor };
  const { dims, values, type = 'float' } = tensor as OnnxTensor;
  if (type === 'int64') return { name, dims, data_type: 7, int64_data: values };
  const whole = { int8: [3, Int8Array], uint8: [2, Uint8Array], int32: [6, Int32Array] } as const;
  if (type !== 'float') {
    const [number, list] = whole[type];
    return { name, dims, data_type: number, raw_data: Buffer.from(list.from(values).buffer) };
  }
  return { name, dims, data_type: 1, raw_data: Buffer.from(Float32Array.from(values).buffer) };
}

/** ONNX's number of the type of floats of 64 bits. */
export const DOUBLE = 11;

/** Numbers of raw data by ONNX's types, as far as exports have them. */
const READERS: Readonly<Record<number, (bytes: Buffer) => number[]>> = {
  1: (bytes) => numbers(bytes, 4, (at) => bytes.readFloatLE(at)),
  7: (bytes) => numbers(bytes, 8, (at) => Number(bytes.readBigInt64LE(at))),
  [DOUBLE]: (bytes) => numbers(bytes, 8, (at) => bytes.readDoubleLE(at)),
};

const numbers = (bytes: Buffer, size: number, read: (at: number) => number): number[] =>
  Array.from({ length: bytes.length / size }, (_, at) => read(at * size));

interface PlainNode {
  readonly op_type: string;
  readonly input?: string[];
  readonly output?: string[];
  readonly attribute?: { name: string; i?: number; s?: string; ints?: number[]; ref_attr_name?: string }[];
}

const nodeOf = ({ op_type, input = [], output = [], attribute = [] }: PlainNode): OnnxNode => ({
  op: op_type,
  inputs: input,
  output: output[0],
  attributes: Object.fromEntries(
    attribute.map(({ name, i, s, ints, ref_attr_name }) => [
      name,
      ref_attr_name ?? ints ?? (s === undefined ? (i ?? 0) : Buffer.from(s, 'base64').toString()),
    ]),
  ),
});

interface PlainTensor {
  readonly name: string;
  readonly dims?: number[];
  readonly data_type: number;
  readonly raw_data: string;
}

/** A model that was written. */
export interface ReadModel {
  /** Its input is called `x`. */
  readonly model: OnnxModel;
  /** Names of constants of 64 bits. */
  readonly doubles: ReadonlySet<string>;
  /** What the operators that it defines are made of. */
  readonly functions: Readonly<Record<string, readonly OnnxNode[]>>;
}

export function readModel(bytes: Uint8Array): ReadModel {
  const Model = root.lookupType('ModelProto');
  const {
    graph,
    opset_import,
    functions = [],
  } = Model.toObject(Model.decode(bytes), {
    longs: Number,
    bytes: String,
  });
  const tensors: PlainTensor[] = graph.initializer ?? [];
  const [{ name: first, type }] = graph.input;
  const nodes: OnnxNode[] = graph.node.map(nodeOf);
  const model = {
    nodes: nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map((name) => (name === first ? 'x' : name)),
    })),
    tensors: Object.fromEntries(
      tensors.map(({ name, dims = [], data_type, raw_data }) => [
        name,
        { dims, values: READERS[data_type](Buffer.from(raw_data, 'base64')) },
      ]),
    ),
    input: type.tensor_type.shape.dim.map(({ dim_value }: { dim_value: number }) => dim_value),
    inputType: type.tensor_type.elem_type,
    opset: opset_import.find(({ domain = '' }) => domain === '').version,
  };
  return {
    model,
    doubles: new Set(tensors.filter((one) => one.data_type === DOUBLE).map(({ name }) => name)),
    functions: Object.fromEntries(
      functions.map((one: { name: string; node: PlainNode[] }) => [one.name, one.node.map(nodeOf)]),
    ),
  };
}

/** Names that a part of a model says it gives. */
export const outputsOf = (bytes: Uint8Array): string[] => {
  const Model = root.lookupType('ModelProto');
  return (Model.toObject(Model.decode(bytes)).graph.output ?? []).map(({ name }: { name: string }) => name);
};
