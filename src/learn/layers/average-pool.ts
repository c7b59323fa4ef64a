import type { Tensor4D } from '@tensorflow/tfjs-core';
import type { FloatAveragePool } from '../../float/layers/average-pool.js';
import { windowOn } from '../../float/layers/parts.js';
import type { TrainedKind } from './kind.js';
import { activated, padded, pair } from './parts.js';

export const averagePool: TrainedKind<FloatAveragePool> = {
  kind: 'average_pool',
  forward: (tf, layer, [shape]) => {
    const { strides, padding, countPadding, activation } = layer;
    const window = { size: layer.window, strides, padding };
    const mean = (map: Tensor4D) =>
      tf.avgPool(padded(tf, map, window, shape), pair(layer.window), pair(strides), 'valid');
    const isWhole = countPadding || windowOn(window, shape).padding.every((cells) => cells === 0);
    return ([map]) => {
      const means = mean(map as Tensor4D);
      // TensorFlow.js' own gradient of a mean without the padding divides by the whole window.
      const share = isWhole ? undefined : mean(tf.ones([1, shape[0], shape[1], shape[2]]) as Tensor4D);
      return activated(tf, activation, share === undefined ? means : tf.div(means, share));
    };
  },
};
