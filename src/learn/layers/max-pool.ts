import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { FloatMaxPool } from '../../float/layers/max-pool.js';
import type { TrainedKind } from './kind.js';
import { padOf, pair } from './parts.js';

export const maxPool: TrainedKind<FloatMaxPool> = {
  kind: 'max_pool',
  forward: (tf, { window, strides, padding }, [shape]) => {
    const pad = padOf({ size: window, strides, padding }, shape);
    return ([map]) => tf.maxPool(map as Tensor4D, pair(window), pair(strides), pad);
  },
};
