import { z } from 'zod';
import { problems } from '../problems.js';
import { VALUES } from '../tensor.js';
import type { FloatKind } from './kind.js';
import { type FloatScale, scale } from './scale.js';

/** Channel by channel gamma × (value − mean) / √(variance + epsilon) + beta, the statistics being those of training. */
export interface FloatBatchNorm {
  readonly kind: 'batch_norm';
  readonly name: string;
  readonly from?: readonly string[];
  /** Like all others one per item of the last axis. */
  readonly gamma: Float64Array;
  readonly beta: Float64Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly epsilon: number;
}

/** What it does to each channel, as a factor and an offset. */
export function scaleOfBatchNorm({
  gamma,
  beta,
  mean,
  variance,
  epsilon,
  ...rest
}: FloatBatchNorm): FloatScale {
  const factors = gamma.map((value, channel) => value / Math.sqrt(variance[channel] + epsilon));
  const offsets = beta.map((value, channel) => value - mean[channel] * factors[channel]);
  return { ...rest, kind: 'scale', factors, offsets, activation: 'linear' };
}

export const batchNorm: FloatKind<FloatBatchNorm> = {
  kind: 'batch_norm',
  shape: (layer, inputs, where) => {
    const channels = inputs[0].at(-1);
    for (const member of ['gamma', 'beta', 'mean', 'variance'] as const) {
      const got = layer[member].length;
      const wanted = `${channels}, one per channel`;
      if (got !== channels) throw problems.shape(`${where}.${member}`, `${got} numbers`, wanted);
    }
    const odd = layer.variance.find((value) => !(value + layer.epsilon > 0));
    if (odd !== undefined) throw problems.shape(`${where}.variance`, String(odd), 'a variance above 0');
    return scale.shape(scaleOfBatchNorm(layer), inputs, where);
  },
  forward: (layer, inputs) => scale.forward(scaleOfBatchNorm(layer), inputs),
  bounds: (layer, inputs, given) => scale.bounds(scaleOfBatchNorm(layer), inputs, given),
  parameters: ({ gamma, beta, mean, variance }) => [
    { role: 'weights', member: 'gamma', values: gamma },
    { role: 'bias', member: 'beta', values: beta },
    { role: 'statistics', member: 'mean', values: mean },
    { role: 'statistics', member: 'variance', values: variance },
  ],
  macs: (layer, inputs) => scale.macs(scaleOfBatchNorm(layer), inputs),
  json: z.strictObject({
    kind: z.literal('batch_norm'),
    name: z.string(),
    gamma: VALUES,
    beta: VALUES,
    mean: VALUES,
    variance: VALUES,
    epsilon: z.number(),
  }),
};
