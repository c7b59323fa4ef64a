import type { Tensor4D } from '@tensorflow/tfjs-core';
import { type Format, fractionOf } from '../../fixed/format.js';
import type { FloatAveragePool } from '../../float/layers/average-pool.js';
import type { Forward, Shape } from '../../float/layers/kind.js';
import { windowOn } from '../../float/layers/parts.js';
import { pool } from '../../float/layers/pools.js';
import type { TrainedKind } from './kind.js';
import { activated, padded, pair } from './parts.js';

/** Sums times the least number of a format that is not below 1/count. */
function reciprocalMeans(layer: FloatAveragePool, inputs: readonly Shape[], format: Format): Forward {
  const { window: size, strides, padding, countPadding } = layer;
  const scale = 2 ** fractionOf(format);
  const of = (count: number) => Math.ceil(scale / count) / scale;
  const taps = size[0] * size[1];
  const mean = (sum: number, inside: number) => sum * of(countPadding ? taps : inside);
  return pool({ size, strides, padding }, inputs, 0, (sum, value) => sum + value, mean);
}

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
  exactSums: (layer, inputs, { reciprocal }) => reciprocalMeans(layer, inputs, reciprocal as Format),
};
