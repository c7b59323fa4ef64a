import type { Tensor } from '@tensorflow/tfjs-core';
import type { FloatBatchNorm } from '../../float/layers/batch-norm.js';
import type { TrainedKind } from './kind.js';

export const batchNorm: TrainedKind<FloatBatchNorm> = {
  kind: 'batch_norm',
  forward:
    (tf, { epsilon }) =>
    ([values], { gamma, beta, mean, variance }, { training, count }) => {
      const normed = (center: Tensor, spread: Tensor) => {
        const factor = tf.mul(gamma, tf.rsqrt(tf.add(spread, epsilon)));
        return tf.add(tf.mul(tf.sub(values, center), factor), beta);
      };
      if (!training) return normed(mean, variance);
      const axes = values.shape.slice(0, -1).map((_, axis) => axis);
      const moments = tf.moments(values, axes);
      count('mean', moments.mean);
      count('variance', moments.variance);
      return normed(moments.mean, moments.variance);
    },
};
