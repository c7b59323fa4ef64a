import { z } from 'zod';
import type { Extent } from '../../network/window.js';
import { activateAll, type FloatActivation } from '../activation.js';
import { activatedBounds, rising } from './bounds.js';
import type { FloatKind, Shape } from './kind.js';
import { ACTIVATION, checkActivation, FLOAT_PADDING, type FloatPadding, PAIR_SHAPE } from './parts.js';
import { pool, pooledShape } from './pools.js';

/** At every position of a window, channel by channel, the mean of the values under the window. */
export interface FloatAveragePool {
  readonly kind: 'average_pool';
  readonly name: string;
  readonly from?: readonly string[];
  readonly window: Extent;
  readonly strides: Extent;
  readonly padding: FloatPadding;
  /** Whether what lies in the padding counts, as 0; it is left out of the mean otherwise. */
  readonly countPadding: boolean;
  readonly activation: FloatActivation;
}

const windowOf = ({ window, strides, padding }: FloatAveragePool) => ({ size: window, strides, padding });

function means(layer: FloatAveragePool, inputs: readonly Shape[]) {
  const taps = layer.window[0] * layer.window[1];
  const mean = (sum: number, inside: number) => sum / (layer.countPadding ? taps : inside);
  return pool(windowOf(layer), inputs, 0, (sum, value) => sum + value, mean);
}

export const averagePool: FloatKind<FloatAveragePool> = {
  kind: 'average_pool',
  shape: (layer, inputs, where) => {
    const shape = pooledShape(windowOf(layer), inputs, where);
    checkActivation(layer.activation, shape[2], `${where}.activation`);
    return shape;
  },
  forward: (layer, inputs) => {
    const mean = means(layer, inputs);
    return (given, samples) => activateAll(layer.activation, mean(given, samples), inputs[0][2]);
  },
  bounds: (layer, inputs, given) =>
    activatedBounds(layer.activation, rising(means(layer, inputs), given), inputs[0][2]),
  parameters: () => [],
  macs: () => 0,
  json: z.strictObject({
    kind: z.literal('average_pool'),
    name: z.string(),
    window: PAIR_SHAPE,
    strides: PAIR_SHAPE,
    padding: FLOAT_PADDING,
    countPadding: z.boolean(),
    activation: ACTIVATION,
  }),
};
