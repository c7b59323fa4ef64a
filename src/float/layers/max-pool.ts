import { z } from 'zod';
import type { Extent } from '../../network/window.js';
import { rising } from './bounds.js';
import type { FloatKind, Shape } from './kind.js';
import { FLOAT_PADDING, type FloatPadding, PAIR_SHAPE } from './parts.js';
import { pool, pooledShape } from './pools.js';

/** At every position of a window, channel by channel, the largest value under the window. Padding never wins. */
export interface FloatMaxPool {
  readonly kind: 'max_pool';
  readonly name: string;
  readonly from?: readonly string[];
  readonly window: Extent;
  readonly strides: Extent;
  readonly padding: FloatPadding;
}

const windowOf = ({ window, strides, padding }: FloatMaxPool) => ({ size: window, strides, padding });

const forward = (layer: FloatMaxPool, inputs: readonly Shape[]) =>
  pool(windowOf(layer), inputs, Number.NEGATIVE_INFINITY, Math.max, (most) => most);

export const maxPool: FloatKind<FloatMaxPool> = {
  kind: 'max_pool',
  shape: (layer, inputs, where) => pooledShape(windowOf(layer), inputs, where),
  forward,
  bounds: (layer, inputs, given) => rising(forward(layer, inputs), given),
  parameters: () => [],
  macs: () => 0,
  json: z.strictObject({
    kind: z.literal('max_pool'),
    name: z.string(),
    window: PAIR_SHAPE,
    strides: PAIR_SHAPE,
    padding: FLOAT_PADDING,
  }),
};
