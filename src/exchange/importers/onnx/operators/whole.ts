import { roundHalfAway, roundHalfEven } from '../../../tflite/numbers.js';
import type { MarkRounding } from '../../integer/marks.js';
import { Node, type Operator } from '../conversion.js';
import type { NodeProto } from '../schema.js';
import { type Activation, type Constant, constant } from '../value.js';
import { ACTIVATIONS } from './activations.js';
import { MOVES } from './moves.js';
import { SUMS } from './sums.js';
import { WINDOWS } from './windows.js';

/** Whole numbers in ONNX: QuantizeLinear and DequantizeLinear, operators that have both inside, and those of QONNX. */

/** Of ONNX's types of numbers those that codes have. */
const RANGES: ReadonlyMap<number, readonly [low: number, high: number]> = new Map([
  [2, [0, 255]],
  [3, [-128, 127]],
  [4, [0, 65535]],
  [5, [-32768, 32767]],
]);
const UINT8 = 2;

/** Of a type of numbers. */
export const rangeOfType = (type: number | undefined): readonly [number, number] | undefined =>
  RANGES.get(type ?? 0);

interface Range {
  readonly low: number;
  readonly high: number;
}

/** One number for all, or one for each item of an axis. */
interface PerAxis {
  readonly values: Float64Array;
  /** Of several: their axis. */
  readonly axis: number;
}

/** What stands at each place of a tensor. */
function spread({ values, axis }: PerAxis, shape: readonly number[]): (at: number) => number {
  if (values.length === 1) return () => values[0];
  const inner = shape.slice(axis + 1).reduce((size, length) => size * length, 1);
  return (at) => values[Math.floor(at / inner) % values.length];
}

/** Scales and zero points of an operator, of a tensor with so many axes. */
function perAxis(node: Node, given: Constant | undefined, tensor: readonly number[], usual: number): PerAxis {
  if (given === undefined) return { values: Float64Array.of(usual), axis: 0 };
  const { values, shape } = given;
  if (values.length === 1) return { values, axis: 0 };
  const stated = node.int('axis', 1);
  // QONNX has as many axes as the tensor, all but one of length 1.
  const own =
    shape.length === 1 ? (stated < 0 ? stated + tensor.length : stated) : shape.findIndex((one) => one > 1);
  const axis = shape.length === 1 ? own : own + tensor.length - shape.length;
  if (values.length === tensor[axis]) return { values, axis };
  return node.refuse(`${values.length} scales`, 'one, or one for each item of an axis');
}

/** One number of an input that may be missing. */
function single(node: Node, at: number, usual: number): number {
  const given = node.optionalConstant(at);
  if (given === undefined) return usual;
  const [first] = given.values;
  if (given.values.length > 0 && given.values.every((value) => value === first)) return first;
  return node.refuse(`${given.values.length} scales`, 'one for what changes from sample to sample');
}

const positive = (node: Node, scale: number): number =>
  scale > 0 && Number.isFinite(scale) ? scale : node.refuse(`the scale ${scale}`, 'a number above 0');

/** Constant codes as real numbers that remember their scale. */
function realOf(codes: Constant, scale: PerAxis, zero: PerAxis): Constant {
  const [scaleAt, zeroAt] = [scale, zero].map((one) => spread(one, codes.shape));
  const values = codes.values.map((code, at) => scaleAt(at) * (code - zeroAt(at)));
  return { ...constant(codes.shape, values), scales: { values: Array.from(scale.values), axis: scale.axis } };
}

/** A mark among the layers. */
function marked(
  node: Node,
  value: Activation,
  mark: Record<string, unknown> & { readonly kind: string },
): void {
  const layer = node.conversion.add(mark, node.label, [value]);
  node.give({ ...value, layer }, { what: 'kept', into: layer });
}

const quantizeLinear: Operator = (node) => {
  const value = node.input(0);
  const type = node.optionalConstant(2)?.type ?? (node.int('output_dtype', 0) || UINT8);
  const range =
    rangeOfType(type) ?? node.refuse(`whole numbers of ONNX's type ${type}`, 'int8, uint8, int16 or uint16');
  const [low, high] = range;
  if (node.int('block_size', 0) !== 0) node.refuse('block_size', 'one scale for each channel at most');
  if (value.kind === 'activation') {
    const scale = positive(node, single(node, 1, 1));
    return marked(node, value, {
      kind: 'quantize',
      scale,
      zeroPoint: single(node, 2, 0),
      low,
      high,
      tensor: node.proto.output[0],
    });
  }
  const [scale, zero] = [
    perAxis(node, node.constant(1), value.shape, 1),
    perAxis(node, node.optionalConstant(2), value.shape, 0),
  ];
  const [scaleAt, zeroAt] = [scale, zero].map((one) => spread(one, value.shape));
  const codes = value.values.map((real, at) =>
    Math.min(Math.max(roundHalfEven(real / scaleAt(at)) + zeroAt(at), low), high),
  );
  node.give({ ...constant(value.shape, codes), type });
};

const dequantizeLinear: Operator = (node) => {
  const value = node.input(0);
  if (node.int('block_size', 0) !== 0) node.refuse('block_size', 'one scale for each channel at most');
  if (value.kind === 'constant') {
    const scale = perAxis(node, node.constant(1), value.shape, 1);
    scale.values.forEach((one) => {
      positive(node, one);
    });
    return node.give(realOf(value, scale, perAxis(node, node.optionalConstant(2), value.shape, 0)));
  }
  const scale = positive(node, single(node, 1, 1));
  marked(node, value, {
    kind: 'read',
    scale,
    zeroPoint: single(node, 2, 0),
    tensor: node.proto.output[0],
  });
};

const ROUNDINGS: Readonly<
  Record<string, { readonly rounding?: MarkRounding; readonly of: (value: number) => number }>
> = {
  ROUND: { rounding: 'RND_CONV', of: roundHalfEven },
  HALF_EVEN: { rounding: 'RND_CONV', of: roundHalfEven },
  FLOOR: { rounding: 'TRN', of: Math.floor },
  HALF_UP: { rounding: 'AWAY', of: roundHalfAway },
  CEIL: { of: Math.ceil },
  ROUND_TO_ZERO: { of: Math.trunc },
};

function roundingOf(node: Node, usual: string) {
  const name = node.text('rounding_mode', usual).toUpperCase();
  const known = Object.keys(ROUNDINGS).join(', ');
  return Object.hasOwn(ROUNDINGS, name) ? ROUNDINGS[name] : node.refuse(`the rounding mode ${name}`, known);
}

/** The codes of so many bits. */
function bitRange(node: Node, at: number): Range {
  const bits = single(node, at, 8);
  if (!(Number.isInteger(bits) && bits >= 1 && bits <= 32))
    node.refuse(`${bits} bits`, '1 to 32 bits, a whole number');
  const narrow = node.int('narrow', 0) !== 0 ? 1 : 0;
  return node.int('signed', 1) !== 0
    ? { low: -(2 ** (bits - 1)) + narrow, high: 2 ** (bits - 1) - 1 }
    : { low: 0, high: 2 ** bits - 1 - narrow };
}

const quant: Operator = (node) => {
  const value = node.input(0);
  const { low, high } = bitRange(node, 3);
  const { rounding, of } = roundingOf(node, 'ROUND');
  if (value.kind === 'activation') {
    if (rounding === undefined) node.refuse('this rounding mode of what changes', 'ROUND, FLOOR or HALF_UP');
    const scale = positive(node, single(node, 1, 1));
    const mark = { kind: 'quantize', scale, zeroPoint: single(node, 2, 0), low, high, rounding };
    return marked(node, value, { ...mark, tensor: node.proto.output[0] });
  }
  const scale = perAxis(node, node.constant(1), value.shape, 1);
  const zero = perAxis(node, node.optionalConstant(2), value.shape, 0);
  const [scaleAt, zeroAt] = [scale, zero].map((one) => spread(one, value.shape));
  const codes = value.values.map((real, at) =>
    Math.min(Math.max(of(real / positive(node, scaleAt(at)) + zeroAt(at)), low), high),
  );
  node.give(realOf(constant(value.shape, codes), scale, zero));
};

const bipolar: Operator = (node) => {
  const value = node.input(0);
  if (value.kind === 'activation') {
    const scale = positive(node, single(node, 1, 1));
    return marked(node, value, { kind: 'sign', scale, tensor: node.proto.output[0] });
  }
  const scale = perAxis(node, node.constant(1), value.shape, 1);
  const signs = value.values.map((real) => (real < 0 ? -1 : 1));
  node.give(realOf(constant(value.shape, signs), scale, { values: Float64Array.of(0), axis: 0 }));
};

/** Low bits that are dropped; the scale stays. */
const trunc: Operator = (node) => {
  const [scale, zero, before, after] = [1, 2, 3, 4].map((at) => single(node, at, 0));
  const { rounding } = roundingOf(node, 'FLOOR');
  const bits = before - after;
  if (zero !== 0 || rounding !== 'TRN' || !(bits >= 0 && bits <= 32 && after >= 1 && after <= 32))
    node.refuse(`a zero point of ${zero}, ${before} bits to ${after}`, 'none, FLOOR, and fewer bits');
  const most = 2 ** after;
  const mark = {
    kind: 'quantize',
    scale: positive(node, scale) * 2 ** bits,
    zeroPoint: 0,
    low: -most,
    high: most - 1,
  };
  const value = node.activation(0);
  const layer = node.conversion.add(
    { ...mark, rounding, tensor: node.proto.output[0] },
    `${node.label}_trunc`,
    [value],
  );
  marked(node, { ...value, layer }, { kind: 'read', scale, zeroPoint: 0, tensor: node.proto.output[0] });
};

/** Runs an operator in the place of a part of another one. */
function part(
  node: Node,
  operator: Operator,
  opType: string,
  input: readonly string[],
  output: string,
  attribute: NodeProto['attribute'] = [],
): string {
  const proto: NodeProto = { input, output: [output], name: node.label, opType, attribute };
  operator(new Node(proto, node.conversion, 0));
  return output;
}

/** Names of an operator's inputs, and of what its parts give. */
class Parts {
  readonly names: readonly string[];
  private readonly out: string;

  constructor(private readonly node: Node) {
    this.names = node.proto.input;
    this.out = node.proto.output[0];
  }

  has = (at: number): boolean => (this.names[at] ?? '') !== '';

  /** An input, with the scale and the zero point that stand at two others. */
  read(at: number, scale: number, zero: number, axis = 0): string {
    const attribute = [{ name: 'axis', i: axis, floats: [], ints: [] }];
    const inputs = [at, scale, zero].map((one) => this.names[one] ?? '');
    return part(this.node, dequantizeLinear, 'DequantizeLinear', inputs, `${this.out}/${at}`, attribute);
  }

  run(operator: Operator, opType: string, inputs: readonly string[]): string {
    const { attribute } = this.node.proto;
    return part(this.node, operator, opType, inputs, `${this.out}/${opType}`, attribute);
  }

  quantize(from: string, scale: number, zero: number): void {
    const inputs = [from, this.names[scale], this.names[zero] ?? ''];
    part(this.node, quantizeLinear, 'QuantizeLinear', inputs, this.out);
  }

  /** Biases that count products: their scale is that of the inputs times that of the weights. */
  bias(at: number, scales: readonly [number, number]): string[] {
    if (!this.has(at)) return [];
    const codes = this.node.constant(at);
    const [input, weights] = scales.map((one) => this.node.constant(one).values);
    const values = codes.values.map((code, unit) => code * input[0] * weights[unit % weights.length]);
    const name = `${this.out}/bias`;
    this.node.conversion.values.set(name, constant([values.length], values));
    return [name];
  }

  /** What leaves is what a part gives. */
  leave(from: string): void {
    this.node.give(this.node.conversion.values.get(from)!);
  }
}

const qLinearConv: Operator = (node) => {
  const parts = new Parts(node);
  const bias = parts.bias(8, [1, 4]);
  const sum = parts.run(WINDOWS.Conv, 'Conv', [parts.read(0, 1, 2), parts.read(3, 4, 5), ...bias]);
  parts.quantize(sum, 6, 7);
};

const qLinearMatMul: Operator = (node) => {
  const parts = new Parts(node);
  parts.quantize(parts.run(SUMS.MatMul, 'MatMul', [parts.read(0, 1, 2), parts.read(3, 4, 5, 1)]), 6, 7);
};

const qGemm: Operator = (node) => {
  const parts = new Parts(node);
  const axis = node.int('transB', 0) !== 0 ? 0 : 1;
  const inputs = [parts.read(0, 1, 2), parts.read(3, 4, 5, axis), ...parts.bias(6, [1, 4])];
  const sum = parts.run(SUMS.Gemm, 'Gemm', inputs);
  if (parts.has(7)) parts.quantize(sum, 7, 8);
  else parts.leave(sum);
};

const qLinearAdd: Operator = (node) => {
  const parts = new Parts(node);
  parts.quantize(parts.run(SUMS.Add, 'Add', [parts.read(0, 1, 2), parts.read(3, 4, 5)]), 6, 7);
};

const qLinear =
  (operator: Operator, opType: string): Operator =>
  (node) => {
    if (node.int('channels_last', 0) !== 0) node.refuse('channels_last', 'channels first');
    const parts = new Parts(node);
    parts.quantize(parts.run(operator, opType, [parts.read(0, 1, 2)]), 3, 4);
  };

const qLinearConcat: Operator = (node) => {
  const parts = new Parts(node);
  const tensors = (parts.names.length - 2) / 3;
  const inputs = Array.from({ length: Math.floor(tensors) }, (_, at) => {
    const first = 2 + 3 * at;
    const read = parts.read(first, first + 1, first + 2);
    // Each becomes codes of the output first.
    const given = [read, parts.names[0], parts.names[1]];
    return part(node, quantizeLinear, 'QuantizeLinear', given, `${read}/same`);
  });
  parts.leave(parts.run(MOVES.Concat, 'Concat', inputs));
};

/** Whole numbers as they are: scales come later, as constants. */
const integer =
  (operator: Operator, opType: string): Operator =>
  (node) => {
    const parts = new Parts(node);
    const one = `${node.proto.output[0]}/one`;
    node.conversion.values.set(one, constant([], [1]));
    const read = (at: number, zero: number) => {
      const given = [parts.names[at], one, parts.names[zero] ?? ''];
      return part(node, dequantizeLinear, 'DequantizeLinear', given, `${node.proto.output[0]}/${at}`);
    };
    parts.leave(parts.run(operator, opType, [read(0, 2), read(1, 3)]));
  };

export const WHOLE: Readonly<Record<string, Operator>> = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  QLinearConv: qLinearConv,
  QLinearMatMul: qLinearMatMul,
  QGemm: qGemm,
  QLinearAdd: qLinearAdd,
  QLinearConcat: qLinearConcat,
  QLinearAveragePool: qLinear(WINDOWS.AveragePool, 'AveragePool'),
  QLinearGlobalAveragePool: qLinear(WINDOWS.GlobalAveragePool, 'GlobalAveragePool'),
  QLinearSigmoid: qLinear(ACTIVATIONS.Sigmoid, 'Sigmoid'),
  QLinearLeakyRelu: qLinear(ACTIVATIONS.LeakyRelu, 'LeakyRelu'),
  ConvInteger: integer(WINDOWS.Conv, 'Conv'),
  MatMulInteger: integer(SUMS.MatMul, 'MatMul'),
  Quant: quant,
  BipolarQuant: bipolar,
  Trunc: trunc,
};

/** Where operators of these names come from. */
export const DOMAINS: readonly string[] = [
  '',
  'ai.onnx',
  'com.microsoft',
  'qonnx.custom_op.general',
  'finn.custom_op.general',
  'onnx.brevitas',
];
