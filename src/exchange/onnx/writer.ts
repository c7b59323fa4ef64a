import protobuf from 'protobufjs/minimal.js';

/** A node of ONNX on its way out. */
export interface OnnxNode {
  readonly operator: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number | string | readonly number[]>>;
}

/** Constant numbers; whole ones are for shapes and axes. */
export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly isWhole?: boolean;
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly input: OnnxPort;
  readonly output: OnnxPort;
  /** Domains beside ONNX's own, by version. */
  readonly domains: Readonly<Record<string, number>>;
  readonly producer: string;
}

export interface OnnxPort {
  readonly name: string;
  /** With the batch. */
  readonly shape: readonly number[];
}

const OPSET = 17;
const IR_VERSION = 8;
const FLOAT = 1;
const INT64 = 7;
const FLOAT32_BYTES = 4;
/** Kinds of attributes by ONNX's numbers. */
const ATTRIBUTE = { int: 2, text: 3, ints: 7 } as const;

type Fill = (writer: protobuf.Writer) => void;

/** A message in a field of another one. */
function nested(writer: protobuf.Writer, field: number, fill: Fill): void {
  fill(writer.uint32((field << 3) | 2).fork());
  writer.ldelim();
}

const text = (writer: protobuf.Writer, field: number, value: string) =>
  writer.uint32((field << 3) | 2).string(value);
const whole = (writer: protobuf.Writer, field: number, value: number) =>
  writer.uint32(field << 3).int64(value);

/** A model as ONNX's bytes: numbers of 32 bits, whole ones of 64. */
export function onnxBytes({
  name,
  nodes,
  constants,
  input,
  output,
  domains,
  producer,
}: OnnxGraph): Uint8Array {
  const writer = protobuf.Writer.create();
  whole(writer, 1, IR_VERSION);
  text(writer, 2, producer);
  nested(writer, 7, (graph) => {
    for (const node of nodes) nested(graph, 1, (one) => writeNode(one, node));
    text(graph, 2, name);
    for (const constant of constants) nested(graph, 5, (one) => writeConstant(one, constant));
    nested(graph, 11, (one) => writePort(one, input));
    nested(graph, 12, (one) => writePort(one, output));
  });
  for (const [domain, version] of Object.entries({ '': OPSET, ...domains })) {
    nested(writer, 8, (opset) => {
      text(opset, 1, domain);
      whole(opset, 2, version);
    });
  }
  return writer.finish();
}

function writeNode(
  writer: protobuf.Writer,
  { operator, domain, inputs, output, attributes = {} }: OnnxNode,
): void {
  for (const input of inputs) text(writer, 1, input);
  text(writer, 2, output);
  text(writer, 3, output);
  text(writer, 4, operator);
  for (const [name, value] of Object.entries(attributes)) {
    nested(writer, 5, (attribute) => {
      text(attribute, 1, name);
      writeValue(attribute, value);
    });
  }
  if (domain !== undefined) text(writer, 7, domain);
}

function writeValue(writer: protobuf.Writer, value: number | string | readonly number[]): void {
  if (typeof value === 'number') {
    whole(writer, 3, value);
    whole(writer, 20, ATTRIBUTE.int);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    whole(writer, 20, ATTRIBUTE.text);
  } else {
    for (const one of value) whole(writer, 8, one);
    whole(writer, 20, ATTRIBUTE.ints);
  }
}

function writeConstant(
  writer: protobuf.Writer,
  { name, shape, values, isWhole = false }: OnnxConstant,
): void {
  for (const length of shape) whole(writer, 1, length);
  whole(writer, 2, isWhole ? INT64 : FLOAT);
  text(writer, 8, name);
  const bytes = new Uint8Array(values.length * (isWhole ? 2 : 1) * FLOAT32_BYTES);
  const view = new DataView(bytes.buffer);
  values.forEach((value, at) => {
    if (isWhole) view.setBigInt64(8 * at, BigInt(value), true);
    else view.setFloat32(FLOAT32_BYTES * at, value, true);
  });
  writer.uint32((9 << 3) | 2).bytes(bytes);
}

function writePort(writer: protobuf.Writer, { name, shape }: OnnxPort): void {
  text(writer, 1, name);
  nested(writer, 2, (type) => {
    nested(type, 1, (tensor) => {
      whole(tensor, 1, FLOAT);
      nested(tensor, 2, (lengths) => {
        for (const length of shape) nested(lengths, 1, (one) => whole(one, 1, length));
      });
    });
  });
}
