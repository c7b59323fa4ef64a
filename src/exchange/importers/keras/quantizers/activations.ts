import { z } from 'zod';
import { type Format, fractionOf, MAX_CHOSEN_WIDTH, rangeOf, valueOfCode } from '../../../../fixed/format.js';
import type { FloatActivation } from '../../../../float/activation.js';
import { clip } from '../../../../network/activation.js';
import type { QuantizerPlace } from './place.js';

/** QKeras' quantizers of values: what they limit values to, and the format in which these are rounded, half to even. */

export interface QuantizedActivation {
  readonly activation: FloatActivation;
  readonly format: Format;
  /** What is done to values first. */
  readonly before?: Affine;
  /** What is done to them once they are rounded. */
  readonly behind?: FloatActivation;
}

/** value × factor + offset: numbers that formats hold exactly. */
export interface Affine {
  readonly factor: number;
  readonly offset: number;
}

type ActivationQuantizer = (config: unknown, place: QuantizerPlace) => QuantizedActivation;

const BITS = z.int().min(1).max(MAX_CHOSEN_WIDTH);
const INTEGER = z.int().min(-64).max(64);
const FLAG = z.union([z.boolean(), z.number()]).transform(Number);
const ONE = z.union([z.literal(1), z.null()]).optional();

const VALUES = z.looseObject({
  bits: BITS.default(8),
  integer: INTEGER.default(0),
  symmetric: FLAG.default(0),
  keep_negative: FLAG.default(1),
  alpha: ONE,
});

const limited = (format: Format, symmetric: number): QuantizedActivation => {
  const { low, high } = rangeOf(format);
  const ends = [low + symmetric, high].map((code) => valueOfCode(code, fractionOf(format)));
  if (!format.signed) return { format, activation: clip(ends[1])! };
  return { format, activation: { kind: 'clamp', low: ends[0], high: ends[1] } };
};

const quantizedBits: ActivationQuantizer = (given, place) => {
  const { bits, integer, symmetric, keep_negative: signed } = place.config(VALUES, given);
  if (signed !== 0 && bits === 1) place.refuse('values of one bit', 'two bits or more');
  return limited({ signed: signed !== 0, width: bits, integer: integer + signed }, symmetric);
};

const RELU = z.looseObject({
  bits: BITS.default(8),
  integer: INTEGER.default(0),
  use_sigmoid: z.union([z.literal(0), z.literal(false)]).optional(),
  negative_slope: z.number().nullish(),
  relu_upper_bound: z.number().nullish(),
  is_quantized_clip: FLAG.default(1),
});

const quantizedRelu: ActivationQuantizer = (given, place) => {
  const config = place.config(RELU, given);
  const { bits, integer, relu_upper_bound: bound, is_quantized_clip: isPlain } = config;
  if (config.negative_slope) return leaky(config.negative_slope, bits, integer, bound, place);
  const format = { signed: false, width: bits, integer };
  if (isPlain || !bound) return limited(format, 0);
  const code = bound * 2 ** fractionOf(format);
  if (!Number.isInteger(code)) {
    place.refuse(`relu_upper_bound ${bound}`, `a multiple of 2^-${fractionOf(format)}, as the values are`);
  }
  return code >= rangeOf(format).high ? limited(format, 0) : { format, activation: clip(bound)! };
};

/** Both halves end by themselves: that below 0 at the slope times the other's end. */
function leaky(
  slope: number,
  bits: number,
  integer: number,
  bound: number | null | undefined,
  place: QuantizerPlace,
): QuantizedActivation {
  const finest = 2 ** (1 - bits);
  if (!(slope >= finest && slope < 1 && Number.isInteger(Math.log2(slope)))) {
    place.refuse(`negative_slope ${slope}`, `a power of two from ${finest} to 1/2, or 0`);
  }
  if (bound) place.refuse(`relu_upper_bound ${bound} beside a negative_slope`, 'one of the two');
  const format = { signed: true, width: bits, integer: integer + 1 };
  const high = valueOfCode(rangeOf(format).high, fractionOf(format));
  return {
    format,
    activation: { kind: 'slopes', slopes: [slope] },
    behind: { kind: 'clamp', low: -slope * 2 ** integer, high },
  };
}

const TANH = z.looseObject({
  bits: BITS.default(8),
  symmetric: FLAG.default(0),
  use_real_tanh: FLAG.default(0),
});
const REAL_HINT = 'a table of whole sums would be needed: the hard one is two limits';

/** Nothing but limits: QKeras' own tanh is the hard one. */
const quantizedTanh: ActivationQuantizer = (given, place) => {
  const { bits, symmetric, use_real_tanh: isReal } = place.config(TANH, given);
  if (isReal !== 0) place.refuse('use_real_tanh', 'the hard one of QKeras: use_real_tanh=False', REAL_HINT);
  if (bits === 1) place.refuse('values of one bit', 'two bits or more');
  return limited({ signed: true, width: bits, integer: 1 }, symmetric);
};

const SIGMOID = z.looseObject({
  bits: BITS.default(8),
  symmetric: FLAG.default(0),
  use_real_sigmoid: FLAG.default(0),
});

/** Half of a value and a half, within limits: QKeras' own sigmoid is the hard one. */
const quantizedSigmoid: ActivationQuantizer = (given, place) => {
  const { bits, symmetric, use_real_sigmoid: isReal } = place.config(SIGMOID, given);
  if (isReal !== 0)
    place.refuse('use_real_sigmoid', 'the hard one of QKeras: use_real_sigmoid=False', REAL_HINT);
  const format = { signed: false, width: bits, integer: 0 };
  if (symmetric !== 0 && bits === 1) place.refuse('symmetric values of one bit', 'two bits or more');
  const [low, high] = [symmetric, rangeOf(format).high].map((code) => valueOfCode(code, bits));
  const activation: FloatActivation = symmetric === 0 ? clip(high)! : { kind: 'clamp', low, high };
  return { format, activation, before: { factor: 1 / 2, offset: 1 / 2 } };
};

const LINEAR = z.looseObject({
  bits: BITS.default(8),
  integer: INTEGER.default(0),
  symmetric: FLAG.default(1),
  keep_negative: FLAG.default(1),
  alpha: z.number().nullish(),
});

/** Codes times a step, which `alpha` makes larger. */
const quantizedLinear: ActivationQuantizer = (given, place) => {
  const { bits, integer, symmetric, keep_negative: signed, alpha } = place.config(LINEAR, given);
  if (signed !== 0 && bits === 1) place.refuse('values of one bit', 'two bits or more');
  const exponent = Math.log2(alpha ?? 1);
  if (!Number.isInteger(exponent)) place.refuse(`alpha ${alpha}`, 'a power of two, or none');
  const format = { signed: signed !== 0, width: bits, integer: integer + signed + exponent };
  return limited(format, signed !== 0 ? symmetric : 0);
};

export const ACTIVATION_QUANTIZERS: Readonly<Record<string, ActivationQuantizer>> = {
  quantized_bits: quantizedBits,
  quantized_linear: quantizedLinear,
  quantized_relu: quantizedRelu,
  quantized_tanh: quantizedTanh,
  quantized_sigmoid: quantizedSigmoid,
};

/** Known ones whose values no format has, with what comes nearest. */
export const OTHER_QUANTIZERS: Readonly<Record<string, string>> = {
  quantized_po2: 'quantized_bits: values that are powers of two have no common step',
  quantized_relu_po2: 'quantized_relu: values that are powers of two have no common step',
  quantized_hswish: 'quantized_relu with relu_upper_bound: a product of a value with itself has no layer',
  quantized_ulaw: 'quantized_tanh: its logarithm would need a table of whole sums',
  bernoulli: 'quantized_bits: its values are drawn at random',
  binary: 'quantized_bits with two bits or more: of weights it is known',
  ternary: 'quantized_bits with two bits or more: of weights it is known',
  stochastic_binary: 'quantized_bits: its values are drawn at random',
  stochastic_ternary: 'quantized_bits: its values are drawn at random',
};

/** Whether an activation's name is that of a quantizer. */
export const isQuantizerName = (name: string): boolean =>
  Object.hasOwn(ACTIVATION_QUANTIZERS, name) || Object.hasOwn(OTHER_QUANTIZERS, name);
