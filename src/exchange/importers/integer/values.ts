import { activateFloat, type FloatActivation } from '../../../float/activation.js';
import type { FloatActivationLayer } from '../../../float/layers/activation-layer.js';
import type { FloatAveragePool } from '../../../float/layers/average-pool.js';
import type { FloatConv2d } from '../../../float/layers/conv2d.js';
import type { FloatDense } from '../../../float/layers/dense.js';
import type { FloatScale } from '../../../float/layers/scale.js';
import type { FloatLayer } from '../../../float/types.js';
import { type LeakyRelu, leakyRelu } from '../../../network/activation.js';
import type { Affine } from './codes.js';
import type { CodeReading } from './layers.js';
import type { LookupMark, WeightScales } from './marks.js';

/** Values between two places where they are whole numbers: sums that nobody has rounded yet. */
export interface Values {
  readonly kind: 'values';
  readonly core: Core;
  /** What becomes of each, in order. */
  readonly affine: Affine;
  readonly clamp: Clamp;
  /** A slope below 0 behind the factors, before the limits. */
  readonly slope?: LeakyRelu;
  /** What is added behind the slope. */
  readonly after?: number;
  /** A function behind all of this that only a table can be. */
  readonly curve?: (value: number) => number;
  /** Where they go then: what rounds them may stand before these too. */
  readonly moves: readonly FloatLayer[];
}

export type Core =
  | { readonly kind: 'input' }
  | { readonly kind: 'codes'; readonly reading: CodeReading }
  | {
      readonly kind: 'weights';
      readonly layer: (FloatDense | FloatConv2d) & WeightScales;
      readonly reading: CodeReading;
    }
  | { readonly kind: 'mean'; readonly layer: FloatAveragePool; readonly reading: CodeReading }
  /** Of codes read with the scales that they have in the sum. */
  | { readonly kind: 'add'; readonly signs: readonly (1 | -1)[]; readonly readings: readonly CodeReading[] };

export interface Clamp {
  readonly low?: number;
  readonly high?: number;
}

export const plainValues = (core: Core): Values => ({
  kind: 'values',
  core,
  affine: { factors: [1], offsets: [0] },
  clamp: {},
  moves: [],
});

/** The values with what an elementwise layer does to them; a text says why that cannot be. */
export function continued(values: Values, layer: FloatScale | FloatActivationLayer): Values | string {
  if (values.curve !== undefined) return 'a function behind another';
  const { slope, ...before } = values;
  if (slope !== undefined && layer.kind === 'scale') return behindSlope(before, slope, layer);
  return layer.kind === 'scale' ? scaled(values, layer) : activated(values, layer.activation);
}

function scaled(values: Values, { factors, offsets, activation }: FloatScale): Values | string {
  const { affine, clamp, moves } = values;
  if (clamp.low !== undefined || clamp.high !== undefined) return 'a constant behind an activation';
  const isAlike = [...factors, ...offsets].length === 2 || (isOne(factors) && isOne(offsets));
  if (moves.length > 0 && !isAlike) return 'constants for each channel behind a move';
  const at = (list: readonly number[], channel: number) => list[channel % list.length];
  const merged: Affine = {
    factors: Array.from(factors, (factor, channel) => at(affine.factors, channel) * factor),
    offsets: Array.from(
      offsets,
      (offset, channel) => at(affine.offsets, channel) * factors[channel] + offset,
    ),
  };
  const short: Affine =
    isOne(merged.factors) && isOne(merged.offsets)
      ? { factors: [merged.factors[0]], offsets: [merged.offsets[0]] }
      : merged;
  return activated({ ...values, affine: short }, activation);
}

/** What codes with one factor and one offset behind them are: codes of another scale, and of a zero point that is whole. */
export function affineCodes({ core, affine, clamp, curve, slope }: Values): CodeReading | undefined {
  const [factor, offset] = [affine.factors[0], affine.offsets[0]];
  const isPlain = curve === undefined && slope === undefined && Object.keys(clamp).length === 0;
  if (core.kind !== 'codes' || !isPlain || affine.factors.length > 1 || !(factor > 0)) return undefined;
  const { codes } = core.reading;
  const scale = codes.scale * factor;
  const zeroPoint = codes.zeroPoint - offset / scale;
  return Number.isInteger(zeroPoint) ? { ...core.reading, codes: { ...codes, scale, zeroPoint } } : undefined;
}

/** Factors above 0 may as well stand before the slope. */
function behindSlope(
  values: Values,
  slope: LeakyRelu,
  { factors, offsets, activation }: FloatScale,
): Values | string {
  const { clamp, after = 0, moves } = values;
  const isFree = clamp.low === undefined && clamp.high === undefined && moves.length === 0;
  if (
    !isFree ||
    !isOne(offsets) ||
    (after !== 0 && !isOne(factors)) ||
    factors.some((factor) => !(factor > 0))
  )
    return 'a constant behind an activation';
  const { after: _, ...before } = values;
  const merged = scaled(before, {
    kind: 'scale',
    name: '',
    factors,
    offsets: new Float64Array(1),
    activation: 'linear',
  });
  if (typeof merged === 'string') return merged;
  return activated({ ...merged, slope, after: after * factors[0] + offsets[0] }, activation);
}

const isOne = (list: ArrayLike<number>): boolean => Array.from(list).every((one) => one === list[0]);

function activated(values: Values, activation: FloatActivation): Values | string {
  if (activation === 'linear') return values;
  const { low, high } = values.clamp;
  const within = (from: number | undefined, to: number | undefined): Values => {
    const lows = [low, from].filter((one) => one !== undefined);
    const highs = [high, to].filter((one) => one !== undefined);
    return {
      ...values,
      clamp: {
        ...(lows.length === 0 ? {} : { low: Math.max(...lows) }),
        ...(highs.length === 0 ? {} : { high: Math.min(...highs) }),
      },
    };
  };
  if (activation === 'relu') return within(0, undefined);
  if (activation.kind === 'clip') return within(0, activation.bound);
  if (activation.kind === 'clamp') return within(activation.low, activation.high);
  if (values.core.kind !== 'codes') return bent(values, activation);
  const isPlain = isOne(values.affine.factors) && low === undefined && high === undefined;
  const hasOne = activation.kind !== 'slopes' || activation.slopes.length === 1;
  return isPlain && hasOne
    ? { ...values, curve: (value) => activateFloat(activation, value, 0) }
    : 'a function behind constants';
}

/** Sums with a slope that whole numbers have. */
function bent(values: Values, activation: FloatActivation): Values | string {
  const { clamp } = values;
  const slope = slopeOf(activation);
  const isFree = values.slope === undefined && clamp.low === undefined && clamp.high === undefined;
  return isFree && slope !== undefined ? { ...values, slope } : 'a function of sums that nobody has rounded';
}

function slopeOf(activation: FloatActivation): LeakyRelu | undefined {
  if (typeof activation === 'string') return undefined;
  if (activation.kind === 'leaky_relu') return activation;
  return activation.kind === 'slopes' && isOne(activation.slopes)
    ? leakyRelu(activation.slopes[0])
    : undefined;
}

/** The values at places in a list. */
export function lookedUp(values: Values, { numbers }: LookupMark): Values | string {
  const { core, affine, clamp, slope, curve } = values;
  const isPlain = isOne(affine.factors) && clamp.low === undefined && clamp.high === undefined;
  if (core.kind !== 'codes' || !isPlain || slope !== undefined || curve !== undefined)
    return 'a list that is asked for what nobody has rounded';
  return { ...values, curve: (place) => numbers[Math.min(Math.max(place, 0), numbers.length - 1)] };
}

/** Terms of a sum: codes, codes times one factor, or sums of such. */
export interface Terms {
  readonly readings: readonly CodeReading[];
  readonly signs: readonly (1 | -1)[];
}

/** Values as terms of a sum; undefined where they are none. */
export function termsOf({ core, affine, clamp, slope, curve, moves }: Values): Terms | undefined {
  const isPlain = curve === undefined && slope === undefined && moves.length === 0;
  const isFree = clamp.low === undefined && clamp.high === undefined;
  const [factor] = affine.factors;
  if (
    !isPlain ||
    !isFree ||
    !isOne(affine.factors) ||
    factor === 0 ||
    affine.offsets.some((one) => one !== 0)
  )
    return undefined;
  const times = ({ codes, ...reading }: CodeReading): CodeReading => ({
    ...reading,
    codes: { ...codes, scale: codes.scale * Math.abs(factor) },
  });
  const turned = (sign: 1 | -1) => (factor < 0 ? (-sign as 1 | -1) : sign);
  if (core.kind === 'codes') return { readings: [times(core.reading)], signs: [turned(1)] };
  if (core.kind !== 'add') return undefined;
  return { readings: core.readings.map(times), signs: core.signs.map(turned) };
}
