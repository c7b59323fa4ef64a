import protobuf from 'protobufjs/minimal.js';

/** A node of ONNX on its way out. */
export interface OnnxNode {
  readonly operator: string;
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, OnnxAttribute>>;
}

/** A value, or inside a function the attribute of its caller that has it. */
export type OnnxAttribute = number | string | readonly number[] | AttributeReference;

export interface AttributeReference {
  readonly refersTo: string;
  readonly type: 'int' | 'text';
}

/** Types of numbers: floats of 32 or 64 bits; whole ones are for shapes, axes and indices. */
export type NumberType = 'float' | 'double' | 'whole';

export interface OnnxConstant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly type: NumberType;
}

/** What an operator of another domain does, in operators of ONNX: for programs that do not know it. */
export interface OnnxFunction {
  readonly domain: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly attributes: readonly string[];
  readonly output: string;
  readonly nodes: readonly OnnxNode[];
}

export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly OnnxConstant[];
  readonly input: OnnxPort;
  readonly output: OnnxPort;
  /** Domains beside ONNX's own, by version. */
  readonly domains: Readonly<Record<string, number>>;
  readonly functions: readonly OnnxFunction[];
  readonly producer: string;
}

export interface OnnxPort {
  readonly name: string;
  /** With the batch. */
  readonly shape: readonly number[];
  readonly type: NumberType;
}

/** The first in which texts are compared, as functions do that choose by an attribute. */
const OPSET = 19;
const IR_VERSION = 9;
/** Kinds of attributes by ONNX's numbers. */
const ATTRIBUTE = { int: 2, text: 3, ints: 7 } as const;

/** How a number lies in bytes. */
interface NumberForm {
  /** By ONNX's number. */
  readonly code: number;
  readonly bytes: number;
  readonly write: (view: DataView, at: number, value: number) => void;
}

const NUMBERS: Readonly<Record<NumberType, NumberForm>> = {
  float: { code: 1, bytes: 4, write: (view, at, value) => view.setFloat32(at, value, true) },
  double: { code: 11, bytes: 8, write: (view, at, value) => view.setFloat64(at, value, true) },
  whole: { code: 7, bytes: 8, write: (view, at, value) => view.setBigInt64(at, BigInt(value), true) },
};

/** What a Cast is told. */
export const castTo = (type: NumberType): number => NUMBERS[type].code;

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

/** A model as ONNX's bytes. */
export function onnxBytes({
  name,
  nodes,
  constants,
  input,
  output,
  domains,
  functions,
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
  for (const [domain, version] of Object.entries({ '': OPSET, ...domains }))
    nested(writer, 8, (opset) => writeOpset(opset, domain, version));
  for (const one of functions) nested(writer, 25, (body) => writeFunction(body, one));
  return writer.finish();
}

function writeOpset(writer: protobuf.Writer, domain: string, version: number): void {
  text(writer, 1, domain);
  whole(writer, 2, version);
}

function writeFunction(
  writer: protobuf.Writer,
  { domain, name, inputs, attributes, output, nodes }: OnnxFunction,
): void {
  text(writer, 1, name);
  for (const input of inputs) text(writer, 4, input);
  text(writer, 5, output);
  for (const attribute of attributes) text(writer, 6, attribute);
  for (const node of nodes) nested(writer, 7, (one) => writeNode(one, node));
  nested(writer, 9, (opset) => writeOpset(opset, '', OPSET));
  text(writer, 10, domain);
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

function writeValue(writer: protobuf.Writer, value: OnnxAttribute): void {
  if (typeof value === 'number') {
    whole(writer, 3, value);
    whole(writer, 20, ATTRIBUTE.int);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    whole(writer, 20, ATTRIBUTE.text);
  } else if ('refersTo' in value) {
    whole(writer, 20, ATTRIBUTE[value.type]);
    text(writer, 21, value.refersTo);
  } else {
    for (const one of value) whole(writer, 8, one);
    whole(writer, 20, ATTRIBUTE.ints);
  }
}

function writeConstant(writer: protobuf.Writer, { name, shape, values, type }: OnnxConstant): void {
  const { code, bytes, write } = NUMBERS[type];
  for (const length of shape) whole(writer, 1, length);
  whole(writer, 2, code);
  text(writer, 8, name);
  const content = new Uint8Array(values.length * bytes);
  const view = new DataView(content.buffer);
  values.forEach((value, at) => {
    write(view, at * bytes, value);
  });
  writer.uint32((9 << 3) | 2).bytes(content);
}

function writePort(writer: protobuf.Writer, { name, shape, type: numbers }: OnnxPort): void {
  text(writer, 1, name);
  nested(writer, 2, (type) => {
    nested(type, 1, (tensor) => {
      whole(tensor, 1, NUMBERS[numbers].code);
      nested(tensor, 2, (lengths) => {
        for (const length of shape) nested(lengths, 1, (one) => whole(one, 1, length));
      });
    });
  });
}
