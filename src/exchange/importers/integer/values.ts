import { type FloatActivation, isCurve } from '../../../float/activation.js';
import type { FloatActivationLayer } from '../../../float/layers/activation-layer.js';
import type { FloatAdd } from '../../../float/layers/add.js';
import type { FloatAveragePool } from '../../../float/layers/average-pool.js';
import type { FloatConv2d } from '../../../float/layers/conv2d.js';
import type { FloatDense } from '../../../float/layers/dense.js';
import type { FloatScale } from '../../../float/layers/scale.js';
import type { FloatLayer } from '../../../float/types.js';
import type { Affine } from './codes.js';
import type { CodeReading } from './layers.js';
import type { WeightScales } from './marks.js';

/** Values between two places where they are whole numbers: sums that nobody has rounded yet. */
export interface Values {
  readonly kind: 'values';
  readonly core: Core;
  /** What becomes of each, in order. */
  readonly affine: Affine;
  readonly clamp: Clamp;
  /** A function behind all of this that only a table can be. */
  readonly curve?: FloatActivation;
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
  | { readonly kind: 'add'; readonly layer: FloatAdd; readonly readings: readonly CodeReading[] };

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
export function affineCodes({ core, affine, clamp, curve }: Values): CodeReading | undefined {
  const [factor, offset] = [affine.factors[0], affine.offsets[0]];
  const isPlain = curve === undefined && Object.keys(clamp).length === 0;
  if (core.kind !== 'codes' || !isPlain || affine.factors.length > 1 || !(factor > 0)) return undefined;
  const { codes } = core.reading;
  const scale = codes.scale * factor;
  const zeroPoint = codes.zeroPoint - offset / scale;
  return Number.isInteger(zeroPoint) ? { ...core.reading, codes: { ...codes, scale, zeroPoint } } : undefined;
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
  if (values.core.kind !== 'codes') return 'a function of sums that nobody has rounded';
  const isPlain = isOne(values.affine.factors) && low === undefined && high === undefined;
  const hasOne = isCurve(activation) || activation.kind === 'leaky_relu' || activation.slopes.length === 1;
  return isPlain && hasOne ? { ...values, curve: activation } : 'a function behind constants';
}
