import { z } from 'zod';
import { sizeOf } from '../../network/tensor.js';
import { activateAll, type FloatActivation } from '../activation.js';
import { problems } from '../problems.js';
import { VALUES } from '../tensor.js';
import { activatedBounds } from './bounds.js';
import type { FloatKind, Forward, Shape } from './kind.js';
import { ACTIVATION, checkActivation, oneRead } from './parts.js';

/** Every value times a constant of its channel, and another one added. */
export interface FloatScale {
  readonly kind: 'scale';
  readonly name: string;
  readonly from?: readonly string[];
  /** One per item of the last axis. */
  readonly factors: Float64Array;
  /** One per item of the last axis. */
  readonly offsets: Float64Array;
  readonly activation: FloatActivation;
}

function shape({ factors, offsets, activation }: FloatScale, inputs: readonly Shape[], where: string): Shape {
  const read = oneRead(inputs, where);
  const channels = read[read.length - 1];
  for (const [member, values] of Object.entries({ factors, offsets })) {
    const got = `${values.length} numbers`;
    if (values.length !== channels)
      throw problems.shape(`${where}.${member}`, got, `${channels}, one per channel`);
  }
  checkActivation(activation, channels, `${where}.activation`);
  return read;
}

const scaled =
  (factors: Float64Array, offsets: Float64Array): Forward =>
  ([values]) =>
    values.map((value, at) => value * factors[at % factors.length] + offsets[at % factors.length]);

export const scale: FloatKind<FloatScale> = {
  kind: 'scale',
  shape,
  forward: ({ factors, offsets, activation }) => {
    const multiply = scaled(factors, offsets);
    return (inputs, samples) => activateAll(activation, multiply(inputs, samples), factors.length);
  },
  bounds: ({ factors, offsets, activation }, _, [{ low, high }]) => {
    const ends = [low, high].map((end) => scaled(factors, offsets)([end], 1));
    const sums = {
      low: ends[0].map((value, at) => Math.min(value, ends[1][at])),
      high: ends[0].map((value, at) => Math.max(value, ends[1][at])),
    };
    return activatedBounds(activation, sums, factors.length);
  },
  parameters: ({ factors, offsets }) => [
    { role: 'weights', member: 'factors', values: factors },
    { role: 'bias', member: 'offsets', values: offsets },
  ],
  macs: (_, [read]) => sizeOf({ shape: read }),
  json: z.strictObject({
    kind: z.literal('scale'),
    name: z.string(),
    factors: VALUES,
    offsets: VALUES,
    activation: ACTIVATION,
  }),
};
