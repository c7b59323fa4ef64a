import { finish, scalingFinish } from '../../../network/finish.js';
import { type ScalingKernel, scaleOf } from '../../../network/real-scale.js';
import { problems } from '../../problems.js';
import { roundHalfEven } from '../../tflite/numbers.js';
import { ACTIVATION, TENSOR_TYPE, typeName } from '../../tflite/schema.js';
import { type Codes, centred, inputCodesOf } from '../integer/codes.js';
import type { SumScaling } from '../integer/layers.js';
import type { Tensor } from './model.js';

/** TFLite's whole numbers: what they mean, and how its kernels scale sums of them. */

const RANGES: ReadonlyMap<number, readonly [low: number, high: number]> = new Map([
  [TENSOR_TYPE.INT8, [-128, 127]],
  [TENSOR_TYPE.UINT8, [0, 255]],
]);

export const WHOLE = 'INT8 or UINT8';

export const isInteger = ({ type }: Tensor): boolean => RANGES.has(type);

const fround = Math.fround;

/** What goes from layer to layer is values, or whole numbers of 8 bits. @throws exchange/import-attribute */
export function checkType({ type }: Tensor, where: string): void {
  if (type === TENSOR_TYPE.FLOAT32 || RANGES.has(type)) return;
  const hint = 'convert the model with values of FLOAT32, or quantize it to INT8';
  throw problems.importAttribute(where, `elements of ${typeName(type)}`, `FLOAT32, ${WHOLE}`, hint);
}

/** Of a tensor of codes. @throws exchange/import-file, exchange/import-attribute */
export function codesOf(tensor: Tensor, where: string): Codes {
  const { quantization, type } = tensor;
  const range = RANGES.get(type);
  if (quantization === undefined || range === undefined) {
    const got = range === undefined ? `elements of ${typeName(type)}` : 'no scale';
    throw problems.importFile(where, got, `${WHOLE}, with a scale and a zero point`);
  }
  const { scales, zeroPoints } = quantization;
  if (scales.length !== 1)
    throw problems.importAttribute(
      where,
      `${scales.length} scales`,
      'one for what changes from sample to sample',
    );
  const [low, high] = range;
  if (zeroPoints[0] < low || zeroPoints[0] > high)
    throw problems.importFile(where, `the zero point ${zeroPoints[0]}`, `one from ${low} to ${high}`);
  return centred({ scale: scales[0], zeroPoint: zeroPoints[0], low, high, offset: 0, fraction: 0 });
}

/** Of the network's input: the file's own. */
export function inputCodes(tensor: Tensor, where: string): Codes {
  const { scale, zeroPoint, low, high } = codesOf(tensor, where);
  return inputCodesOf(scale, zeroPoint, low, high);
}

/** The same codes where an activation is fused into what gives them. */
export function activated(codes: Codes, activation: number): Codes | undefined {
  const { scale, zeroPoint, low, high } = codes;
  const at = (value: number) => zeroPoint + roundAway(fround(value / scale));
  const within = (from: number, to: number) => ({
    ...codes,
    low: Math.max(low, from),
    high: Math.min(high, to),
  });
  switch (activation) {
    case ACTIVATION.none:
      return codes;
    case ACTIVATION.relu:
      return within(at(0), high);
    case ACTIVATION.relu6:
      return within(at(0), at(6));
    case ACTIVATION.reluN1To1:
      return within(at(-1), at(1));
    default:
      return undefined;
  }
}

const roundAway = (value: number) => Math.sign(value) * Math.round(Math.abs(value)) + 0;

/** A scale for each unit of a layer of weights, as the kernels work it out. @param isDouble whether it is a product of doubles */
export function weightScalings(
  kernel: ScalingKernel,
  input: number,
  weights: readonly number[],
  output: number,
  isDouble: boolean,
): SumScaling[] {
  return weights.map((scale) => {
    if (kernel === 'float') return scaleOf(fround(fround(input * scale) / output), kernel);
    return scaleOf((isDouble ? input * scale : fround(input * scale)) / output, kernel);
  });
}

/** From codes of one scale to those of another. */
export const rescaling = (kernel: ScalingKernel, input: number, output: number): SumScaling =>
  scaleOf(kernel === 'float' ? fround(input / output) : input / output, kernel);

/** Fraction bits of the factors by which XNNPACK multiplies single codes. */
const SHORT_BITS = 8;

/** The same where codes are only rescaled, or sloped: XNNPACK has few bits for that. */
export function codeScaling(kernel: ScalingKernel, input: number, output: number, slope = 1): SumScaling {
  if (kernel !== 'float') return scaleOf((input * slope) / output, kernel);
  const ratio = fround(fround(input / output) * slope);
  const multiplier = roundHalfEven(ratio * 2 ** SHORT_BITS);
  if (multiplier < 1 || ratio > 2 ** 7) return rescaling(kernel, input * slope, output);
  return { rounding: 'RND', scale: { multiplier, shift: SHORT_BITS } };
}

/** A number of such a scale. */
export function scaledBy({ rounding, scale }: SumScaling, number: number): number {
  const wanted = { format: { signed: true, width: 32, integer: 32 }, rounding, overflow: 'SAT' } as const;
  return finish(scalingFinish({ kind: 'linear' }, scale!, wanted), number);
}

/** A factor as multiplier / 2^31 × 2^exponent, the multiplier of 31 bits. */
export function multiplierOf(factor: number): { readonly multiplier: number; readonly exponent: number } {
  let exponent = Math.floor(Math.log2(factor)) + 1;
  let multiplier = Math.round(factor * 2 ** (31 - exponent));
  if (multiplier < 2 ** 30) multiplier = Math.round(factor * 2 ** (31 - --exponent));
  if (multiplier >= 2 ** 31) multiplier = Math.round(factor * 2 ** (31 - ++exponent));
  return { multiplier, exponent };
}

/** Of sums of so many codes to codes of their mean. */
export function meanScaling(kernel: ScalingKernel, input: number, output: number, count: number): SumScaling {
  if (kernel === 'float') return scaleOf(fround(fround(input / output) / count), kernel);
  // The multiplier is divided, and cut off, with as many bits as fit.
  const { multiplier, exponent } = multiplierOf(input / output);
  const shift = Math.min(Math.floor(Math.log2(count)), 31 + exponent);
  const divided = Math.floor((multiplier * 2 ** shift) / count);
  return scaleOf(divided * 2 ** (exponent - shift - 31), kernel);
}
