import { z } from 'zod';
import { type Format, fractionOf, MAX_CHOSEN_WIDTH, rangeOf, valueOfCode } from '../../../../fixed/format.js';
import type { FloatActivation } from '../../../../float/activation.js';
import { clip } from '../../../../network/activation.js';
import type { QuantizerPlace } from './place.js';

/** QKeras' quantizers of values: what they limit values to, and the format in which these are rounded, half to even. */

export interface QuantizedActivation {
  readonly activation: FloatActivation;
  readonly format: Format;
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
  negative_slope: z.literal(0).nullish(),
  relu_upper_bound: z.number().nullish(),
  is_quantized_clip: z.boolean().default(true),
});

const quantizedRelu: ActivationQuantizer = (given, place) => {
  const { bits, integer, relu_upper_bound: bound, is_quantized_clip: isPlain } = place.config(RELU, given);
  const format = { signed: false, width: bits, integer };
  if (isPlain || !bound) return limited(format, 0);
  const code = bound * 2 ** fractionOf(format);
  if (!Number.isInteger(code)) {
    place.refuse(`relu_upper_bound ${bound}`, `a multiple of 2^-${fractionOf(format)}, as the values are`);
  }
  return code >= rangeOf(format).high ? limited(format, 0) : { format, activation: clip(bound)! };
};

const TANH = z.looseObject({
  bits: BITS.default(8),
  symmetric: FLAG.default(0),
  use_real_tanh: z.union([z.literal(0), z.literal(false)]).optional(),
});

/** Nothing but limits: QKeras' own tanh is the hard one. */
const quantizedTanh: ActivationQuantizer = (given, place) => {
  const { bits, symmetric } = place.config(TANH, given);
  if (bits === 1) place.refuse('values of one bit', 'two bits or more');
  return limited({ signed: true, width: bits, integer: 1 }, symmetric);
};

export const ACTIVATION_QUANTIZERS: Readonly<Record<string, ActivationQuantizer>> = {
  quantized_bits: quantizedBits,
  quantized_relu: quantizedRelu,
  quantized_tanh: quantizedTanh,
};

/** Known ones that have no form in whole numbers here, or belong to weights. */
const OTHERS: ReadonlySet<string> = new Set([
  'quantized_linear',
  'quantized_po2',
  'quantized_relu_po2',
  'quantized_sigmoid',
  'quantized_hswish',
  'quantized_ulaw',
  'bernoulli',
  'binary',
  'ternary',
  'stochastic_binary',
  'stochastic_ternary',
]);

/** Whether an activation's name is that of a quantizer. */
export const isQuantizerName = (name: string): boolean =>
  Object.hasOwn(ACTIVATION_QUANTIZERS, name) || OTHERS.has(name);
