import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { convWindow, type FloatConv2d } from '../../float/layers/conv2d.js';
import type { Tf } from '../tensorflow.js';
import type { TrainedKind } from './kind.js';
import { activated, biased, padOf, pair } from './parts.js';

export const conv2d: TrainedKind<FloatConv2d> = {
  kind: 'conv2d',
  forward: (tf, layer, [shape]) => {
    const window = convWindow(layer);
    const pad = padOf(window, shape);
    const strides = pair(layer.strides);
    return ([map], { kernel, bias }) => {
      const spread = dilated(tf, kernel as Tensor4D, layer.dilation);
      const sums = grouped(tf, map as Tensor4D, spread, layer.groups, strides, pad);
      return activated(tf, layer.activation, biased(tf, sums, bias));
    };
  },
};

type Pad = ReturnType<typeof padOf>;

/** Groups of one channel are one operation; larger ones are convolved one after the other. */
function grouped(
  tf: Tf,
  map: Tensor4D,
  kernel: Tensor4D,
  groups: number,
  strides: [number, number],
  pad: Pad,
): Tensor {
  const [rows, columns, depth, channels] = kernel.shape;
  if (groups === 1) return tf.conv2d(map, kernel, strides, pad);
  if (depth === 1) {
    const own = tf.reshape(kernel, [rows, columns, groups, channels / groups]) as Tensor4D;
    return tf.depthwiseConv2d(map, own, strides, pad as 'same');
  }
  const kernels = tf.split(kernel, groups, 3);
  const parts = tf
    .split(map, groups, 3)
    .map((part, at) => tf.conv2d(part as Tensor4D, kernels[at] as Tensor4D, strides, pad));
  return tf.concat(parts, 3);
}

/** A kernel with zeros between its taps: TensorFlow.js has no gradient of a dilated convolution. */
function dilated(tf: Tf, kernel: Tensor4D, [down, across]: readonly [number, number]): Tensor4D {
  if (down === 1 && across === 1) return kernel;
  const [rows, columns, depth, channels] = kernel.shape;
  const spread = (values: Tensor, before: number, length: number, factor: number, after: number) => {
    const cells = tf.reshape(values, [before * length, 1, after]);
    const wide = tf.reshape(
      tf.pad(cells, [
        [0, 0],
        [0, factor - 1],
        [0, 0],
      ]),
      [before, length * factor, after],
    );
    return tf.slice(wide, [0, 0, 0], [before, (length - 1) * factor + 1, after]);
  };
  const wideRows = (rows - 1) * down + 1;
  const tall = spread(kernel, 1, rows, down, columns * depth * channels);
  const wide = spread(tall, wideRows, columns, across, depth * channels);
  return tf.reshape(wide, [wideRows, (columns - 1) * across + 1, depth, channels]);
}
