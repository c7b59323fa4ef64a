import type { TfliteQuantization } from './graph.js';
import { clamp, roundHalfAway } from './numbers.js';

const INT8 = { low: -128, high: 127 } as const;
/** Weights are symmetric and leave −128 out. */
const WEIGHT_MAX = 127;
/** Bias codes up to here leave the accumulator's 32 bits room for the products. */
const BIAS_MAX = 2 ** 30;

/** The smallest number that a 32-bit float holds with all its digits. */
const SMALLEST = 2 ** -126;

/** A scale as it stands in the file; what is too small for one is nothing: its codes are 0. */
const scaleOf = (wanted: number) => (wanted < SMALLEST ? 1 : Math.fround(wanted));

/** One scale for a weight tensor, or one per unit. */
export type Granularity = 'tensor' | 'unit';
export const GRANULARITIES: readonly Granularity[] = ['tensor', 'unit'];

/**
 * Asymmetric int8 for an activation that takes values from `low` to `high`: zero is a code exactly, as padding and
 * ReLU want it.
 */
export function activationQuantization(low: number, high: number): TfliteQuantization {
  const least = Math.min(low, 0);
  const most = Math.max(high, 0);
  const span = (most - least) / (INT8.high - INT8.low);
  if (span < SMALLEST) return { scales: [1], zeroPoint: 0 };
  const scale = scaleOf(span);
  const zeroPoint = clamp(roundHalfAway(INT8.low - least / scale), INT8.low, INT8.high);
  return { scales: [scale], zeroPoint };
}

/**
 * Symmetric int8 for weights. Where a bias would not fit its 32 bits at the scale of the input times that of the
 * weights, the weights' scale is widened.
 *
 * @param weights [unit][input]
 * @param bias [unit]; with `inputScale`, for a layer of integers
 */
export function weightQuantization(
  weights: readonly (readonly number[])[],
  granularity: Granularity,
  bias: readonly number[] = [],
  inputScale = 1,
): TfliteQuantization {
  const perUnit = weights.map((row, unit) => {
    const largest = row.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
    const forBias = Math.abs(bias[unit] ?? 0) / inputScale / BIAS_MAX;
    return Math.max(largest / WEIGHT_MAX, forBias);
  });
  const wanted = granularity === 'unit' ? perUnit : [Math.max(...perUnit)];
  // The bias has the scale of the products.
  return {
    scales: wanted.map((scale) => (scale * inputScale < SMALLEST ? 1 : scaleOf(scale))),
    zeroPoint: 0,
  };
}

/** The codes of a weight tensor, [unit][input]. */
export function quantizeWeights(
  weights: readonly (readonly number[])[],
  { scales }: TfliteQuantization,
): number[][] {
  return weights.map((row, unit) => {
    const scale = scales[scales.length === 1 ? 0 : unit];
    return row.map((weight) => clamp(roundHalfAway(weight / scale), -WEIGHT_MAX, WEIGHT_MAX));
  });
}

/** int32 at the scale of the input times that of the weights, for each unit. */
export function biasQuantization(inputScale: number, weights: TfliteQuantization): TfliteQuantization {
  return { scales: weights.scales.map((scale) => Math.fround(inputScale * scale)), zeroPoint: 0 };
}

export function quantizeBias(bias: readonly number[], { scales }: TfliteQuantization): number[] {
  return bias.map((value, unit) => {
    const code = roundHalfAway(value / scales[scales.length === 1 ? 0 : unit]);
    return clamp(code, -(2 ** 31), 2 ** 31 - 1);
  });
}

/** The code of an activation, for whoever feeds an int8 model. */
export function quantizeActivation(value: number, { scales, zeroPoint }: TfliteQuantization): number {
  return clamp(roundHalfAway(value / scales[0]) + zeroPoint, INT8.low, INT8.high);
}

/** The value of code number `index` of a tensor; `perItem` numbers lie behind an item of the scales' dimension. */
export function dequantize(
  code: number,
  index: number,
  { scales, zeroPoint }: TfliteQuantization,
  perItem: number,
): number {
  return scales[scales.length === 1 ? 0 : Math.floor(index / perItem) % scales.length] * (code - zeroPoint);
}
