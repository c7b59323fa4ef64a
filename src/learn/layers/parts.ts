import type { GradSaveFunc, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { assertNever } from '../../core/assert.js';
import type { Curve, FloatActivation, Table } from '../../float/activation.js';
import type { Shape } from '../../float/layers/kind.js';
import { type FloatWindow, windowOn } from '../../float/layers/parts.js';
import { slopeOf } from '../../network/activation.js';
import type { Tf } from '../tensorflow.js';

/** Parts that several kinds of layers have in common: activations, biases, padding. */

/** The activation of every sum; channels are the last axis. */
export function activated(tf: Tf, activation: FloatActivation, sums: Tensor): Tensor {
  if (activation === 'linear') return sums;
  if (activation === 'relu') return tf.relu(sums);
  switch (activation.kind) {
    case 'leaky_relu':
      return leaky(tf, sums, slopeOf(activation));
    case 'clip':
      return tf.clipByValue(sums, 0, activation.bound);
    case 'slopes':
      if (activation.slopes.length === 1) return leaky(tf, sums, activation.slopes[0]);
      return tf.prelu(sums, tf.tensor1d([...activation.slopes]));
    case 'clamp':
      return tf.clipByValue(
        sums,
        activation.low ?? Number.NEGATIVE_INFINITY,
        activation.high ?? Number.POSITIVE_INFINITY,
      );
    case 'curve':
      return CURVES[activation.curve](tf, sums, activation.parameters);
    case 'table':
      return lookedUp(tf, sums, activation);
    default:
      return assertNever(activation);
  }
}

const PLACES: Readonly<Record<Table['rounding'], (tf: Tf, steps: Tensor) => Tensor>> = {
  TRN: (tf, steps) => tf.floor(steps),
  RND: (tf, steps) => tf.floor(tf.add(steps, 0.5)),
  RND_CONV: (tf, steps) => tf.round(steps),
};

/** Flat between its steps, which have no slope. */
function lookedUp(tf: Tf, sums: Tensor, { step, lowest, rounding, values }: Table): Tensor {
  const operation = tf.customGrad((...inputs) => {
    const [x] = inputs as unknown as [Tensor];
    const places = tf.sub(PLACES[rounding](tf, tf.div(x, step)), lowest);
    const list = tf.tensor1d([...values]);
    const value = tf.gather(list, tf.cast(tf.clipByValue(places, 0, values.length - 1), 'int32'));
    return { value, gradFunc: (upstream: Tensor) => tf.zerosLike(upstream) };
  });
  return operation(sums);
}

/** Its gradient as one product with the slopes: TensorFlow.js' own compares, multiplies and chooses. */
function leaky(tf: Tf, sums: Tensor, slope: number): Tensor {
  const operation = tf.customGrad((...inputs) => {
    const [x, save] = inputs as unknown as [Tensor, GradSaveFunc];
    save([x]);
    const gradFunc = (upstream: Tensor, [saved]: Tensor[]) => tf.mul(upstream, tf.step(saved, slope));
    return { value: tf.leakyRelu(x, slope), gradFunc };
  });
  return operation(sums);
}

const hardSigmoid = (tf: Tf, sums: Tensor, slope: number, offset: number) =>
  tf.clipByValue(tf.add(tf.mul(sums, slope), offset), 0, 1);

const CURVES: Record<Curve['curve'], (tf: Tf, sums: Tensor, parameters: readonly number[]) => Tensor> = {
  sigmoid: (tf, sums) => tf.sigmoid(sums),
  tanh: (tf, sums) => tf.tanh(sums),
  hard_sigmoid: (tf, sums, [slope, offset]) => hardSigmoid(tf, sums, slope, offset),
  hard_swish: (tf, sums) => tf.mul(sums, hardSigmoid(tf, sums, 1 / 6, 0.5)),
  silu: (tf, sums) => tf.mul(sums, tf.sigmoid(sums)),
  elu: (tf, sums, [alpha]) => tf.add(tf.relu(sums), tf.mul(tf.sub(tf.exp(tf.minimum(sums, 0)), 1), alpha)),
  selu: (tf, sums, [alpha, scale]) => tf.mul(CURVES.elu(tf, sums, [alpha]), scale),
  gelu: (tf, sums) => tf.mul(sums, tf.mul(tf.add(tf.erf(tf.mul(sums, Math.SQRT1_2)), 1), 0.5)),
  gelu_tanh: (tf, sums) => {
    const inner = tf.mul(tf.add(sums, tf.mul(tf.pow(sums, 3), 0.044715)), Math.sqrt(2 / Math.PI));
    return tf.mul(sums, tf.mul(tf.add(tf.tanh(inner), 1), 0.5));
  },
  mish: (tf, sums) => tf.mul(sums, tf.tanh(CURVES.softplus(tf, sums, []))),
  softplus: (tf, sums) => tf.add(tf.relu(sums), tf.log1p(tf.exp(tf.neg(tf.abs(sums))))),
  softsign: (tf, sums) => tf.div(sums, tf.add(tf.abs(sums), 1)),
};

/** Sums of a map and their bias; its gradient is a product with ones, not a sum over turned axes. */
export function biased(tf: Tf, sums: Tensor, bias: Tensor): Tensor {
  const channels = bias.size;
  const operation = tf.customGrad((...inputs) => {
    const [x, b] = inputs as unknown as [Tensor, Tensor];
    const gradFunc = (upstream: Tensor) => [upstream, sumOfRows(tf, upstream, channels)];
    return { value: tf.add(x, b), gradFunc };
  });
  return operation(sums, bias);
}

function sumOfRows(tf: Tf, values: Tensor, columns: number): Tensor1D {
  const rows = values.size / columns;
  return tf.reshape(tf.matMul(tf.ones([1, rows]), tf.reshape(values, [rows, columns])), [columns]);
}

/** A window's padding as TensorFlow.js takes it. */
export function padOf(window: FloatWindow, shape: Shape) {
  if (typeof window.padding === 'string') return window.padding;
  const [top, bottom, left, right] = windowOn(window, shape).padding;
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ] as [[number, number], [number, number], [number, number], [number, number]];
}

/** A map with the window's padding round it, as zeros. */
export function padded(tf: Tf, map: Tensor, window: FloatWindow, shape: Shape): Tensor4D {
  const [top, bottom, left, right] = windowOn(window, shape).padding;
  return tf.pad4d(map as Tensor4D, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
}

/** A window of a mutable pair, as TensorFlow.js wants it. */
export const pair = ([first, second]: readonly [number, number]): [number, number] => [first, second];
