import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import type { FloatActivation } from '../../src/float/activation.js';
import { checkFloatNetwork } from '../../src/float/check.js';
import { CURVES } from '../../src/float/curves.js';
import { floatFromJson, floatToJson } from '../../src/float/json.js';
import type { FloatBatchNorm } from '../../src/float/layers/batch-norm.js';
import type { FloatConv2d } from '../../src/float/layers/conv2d.js';
import { floatKindOf } from '../../src/float/layers/index.js';
import { floatBounds, floatModel } from '../../src/float/model.js';
import type { FloatTensor } from '../../src/float/tensor.js';
import type { FloatLayer, FloatNetwork } from '../../src/float/types.js';
import { sizeOf } from '../../src/network/tensor.js';

const random = new Random(1, 'float layers');

const tensor = (shape: readonly number[]): FloatTensor => ({
  shape,
  values: Float64Array.from({ length: sizeOf({ shape }) }, () => random.normal()),
});

const numbers = (count: number) => tensor([count]).values;

const network = (
  shape: readonly number[],
  ...layers: (FloatLayer & Record<string, unknown>)[]
): FloatNetwork => ({
  name: 'net',
  input: { shape },
  layers,
  head: 'values',
});

const of = ({ shape, values }: FloatTensor): tf.Tensor => tf.tensor(Array.from(values), [...shape]);

/** What TensorFlow.js makes of two samples. */
function expectLike(float: FloatNetwork, like: (batch: tf.Tensor4D) => tf.Tensor): void {
  checkFloatNetwork(float);
  const batch = tensor([2, ...float.input.shape]);
  const got = floatModel(float)(batch.values, 2).at(-1)!;
  const wanted = tf.tidy(() => like(of(batch) as tf.Tensor4D).dataSync());
  expect(got.length).toBe(wanted.length);
  got.forEach((value, at) => {
    expect(value).toBeCloseTo(wanted[at], 4);
  });
}

const conv = (kernel: FloatTensor, more: Partial<FloatConv2d>): FloatConv2d & Record<string, unknown> => ({
  kind: 'conv2d',
  name: 'conv',
  kernel,
  bias: numbers(kernel.shape[3]),
  strides: [1, 1],
  padding: 'valid',
  dilation: [1, 1],
  groups: 1,
  activation: 'linear',
  ...more,
});

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('layers give what TensorFlow.js gives', () => {
  it.each([
    ['valid', [1, 1], [1, 1]],
    ['same', [1, 1], [1, 1]],
    ['same', [2, 2], [1, 1]],
    ['same', [2, 3], [1, 1]],
    ['same', [1, 1], [2, 1]],
    ['valid', [1, 1], [2, 2]],
  ] as const)('conv2d, padding %s, strides %s, dilation %s', (padding, strides, dilation) => {
    const layer = conv(tensor([3, 2, 3, 4]), { padding, strides, dilation, activation: 'relu' });
    expectLike(network([7, 6, 3], layer), (batch) => {
      const kernel = of(layer.kernel) as tf.Tensor4D;
      const sums = tf.conv2d(batch, kernel, [...strides], padding, 'NHWC', [...dilation]);
      return tf.relu(tf.add(sums, tf.tensor1d(Array.from(layer.bias))));
    });
  });

  it('conv2d, padding stated', () => {
    const layer = conv(tensor([3, 3, 2, 2]), { padding: [2, 0, 1, 3] });
    expectLike(network([5, 4, 2], layer), (batch) => {
      const padded = tf.pad(batch, [
        [0, 0],
        [2, 0],
        [1, 3],
        [0, 0],
      ]);
      const sums = tf.conv2d(padded, of(layer.kernel) as tf.Tensor4D, 1, 'valid');
      return tf.add(sums, tf.tensor1d(Array.from(layer.bias)));
    });
  });

  it('conv2d, a kernel for each channel', () => {
    const kernel = tensor([3, 3, 1, 6]);
    const layer = conv(kernel, { groups: 3, padding: 'same', strides: [2, 2] });
    expectLike(network([6, 5, 3], layer), (batch) => {
      const sums = tf.depthwiseConv2d(
        batch,
        of({ ...kernel, shape: [3, 3, 3, 2] }) as tf.Tensor4D,
        2,
        'same',
      );
      return tf.add(sums, tf.tensor1d(Array.from(layer.bias)));
    });
  });

  it('conv2d in two groups', () => {
    const kernel = tensor([2, 2, 2, 6]);
    const layer = conv(kernel, { groups: 2 });
    expectLike(network([4, 4, 4], layer), (batch) => {
      const [a, b] = tf.split(batch, 2, 3) as tf.Tensor4D[];
      const [ka, kb] = tf.split(of(kernel) as tf.Tensor4D, 2, 3) as tf.Tensor4D[];
      const sums = tf.concat([tf.conv2d(a, ka, 1, 'valid'), tf.conv2d(b, kb, 1, 'valid')], 3);
      return tf.add(sums, tf.tensor1d(Array.from(layer.bias)));
    });
  });

  it.each(['same', 'valid'] as const)('pools, padding %s', (padding) => {
    const layer = { name: 'pool', window: [3, 2], strides: [2, 1], padding } as const;
    expectLike(network([7, 6, 2], { kind: 'max_pool', ...layer }), (batch) =>
      tf.maxPool(batch, [3, 2], [2, 1], padding),
    );
    const average = { kind: 'average_pool', ...layer, countPadding: false, activation: 'linear' };
    expectLike(network([7, 6, 2], average), (batch) => tf.avgPool(batch, [3, 2], [2, 1], padding));
  });

  it('a pool that counts its padding', () => {
    const layer = { kind: 'average_pool', name: 'pool', window: [2, 2], strides: [2, 2] };
    const counted = { ...layer, padding: [0, 1, 0, 1], countPadding: true, activation: 'linear' };
    expectLike(network([3, 3, 2], counted), (batch) => {
      const padded = tf.pad(batch, [
        [0, 0],
        [0, 1],
        [0, 1],
        [0, 0],
      ]);
      return tf.avgPool(padded, 2, 2, 'valid');
    });
  });

  it('batch_norm', () => {
    const layer: FloatBatchNorm & Record<string, unknown> = {
      kind: 'batch_norm',
      name: 'norm',
      gamma: numbers(3),
      beta: numbers(3),
      mean: numbers(3),
      variance: numbers(3).map((value) => value ** 2 + 0.1),
      epsilon: 1e-3,
    };
    const list = (values: Float64Array) => tf.tensor1d(Array.from(values));
    expectLike(network([4, 3, 3], layer), (batch) =>
      tf.batchNorm(batch, list(layer.mean), list(layer.variance), list(layer.beta), list(layer.gamma), 1e-3),
    );
  });

  it.each<[FloatActivation, (sums: tf.Tensor) => tf.Tensor]>([
    ['relu', tf.relu],
    [{ kind: 'clip', bound: 6 }, tf.relu6],
    [{ kind: 'slopes', slopes: [0.2] }, (sums) => tf.leakyRelu(sums, 0.2)],
    [{ kind: 'slopes', slopes: [0.2, -0.5] }, (sums) => tf.prelu(sums, tf.tensor1d([0.2, -0.5]))],
    [{ kind: 'clamp', low: -0.5, high: 0.75 }, (sums) => tf.clipByValue(sums, -0.5, 0.75)],
    [{ kind: 'clamp', low: -0.5 }, (sums) => tf.maximum(sums, -0.5)],
    [{ kind: 'curve', curve: 'sigmoid', parameters: [] }, tf.sigmoid],
    [{ kind: 'curve', curve: 'tanh', parameters: [] }, tf.tanh],
    [{ kind: 'curve', curve: 'elu', parameters: [1] }, tf.elu],
    [{ kind: 'curve', curve: 'selu', parameters: CURVES.selu.usual }, tf.selu],
    [
      { kind: 'curve', curve: 'gelu', parameters: [] },
      (sums) => tf.mul(sums, tf.div(tf.add(1, tf.erf(tf.div(sums, Math.SQRT2))), 2)),
    ],
    [
      { kind: 'curve', curve: 'gelu_tanh', parameters: [] },
      (sums) => {
        const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(sums, tf.mul(0.044715, tf.pow(sums, 3))));
        return tf.mul(sums, tf.div(tf.add(1, tf.tanh(inner)), 2));
      },
    ],
    [{ kind: 'curve', curve: 'mish', parameters: [] }, (sums) => tf.mul(sums, tf.tanh(tf.softplus(sums)))],
    [{ kind: 'curve', curve: 'softplus', parameters: [] }, tf.softplus],
    [{ kind: 'curve', curve: 'silu', parameters: [] }, (sums) => tf.mul(sums, tf.sigmoid(sums))],
    [
      { kind: 'curve', curve: 'hard_sigmoid', parameters: [0.2, 0.5] },
      (sums) => tf.clipByValue(tf.add(tf.mul(sums, 0.2), 0.5), 0, 1),
    ],
    [
      { kind: 'curve', curve: 'hard_swish', parameters: [] },
      (sums) => tf.div(tf.mul(sums, tf.relu6(tf.add(sums, 3))), 6),
    ],
    [{ kind: 'curve', curve: 'softsign', parameters: [] }, (sums) => tf.div(sums, tf.add(1, tf.abs(sums)))],
  ])('the activation %j', (activation, like) => {
    expectLike(network([3, 2, 2], { kind: 'activation', name: 'act', activation }), like);
  });

  it('dense, behind a map that is made a list', () => {
    const kernel = tensor([12, 5]);
    const bias = numbers(5);
    const layers = [
      { kind: 'move', name: 'flat', move: { kind: 'reshape', shape: [12] } },
      { kind: 'dense', name: 'dense', kernel, bias, activation: 'relu' },
    ];
    expectLike(network([2, 3, 2], ...layers), (batch) =>
      tf.relu(tf.add(tf.matMul(tf.reshape(batch, [2, 12]), of(kernel) as tf.Tensor2D), Array.from(bias))),
    );
  });

  it('moves, a concatenation, a residual sum, a larger map and a scaled one', () => {
    const factors = Float64Array.of(2, -1);
    const offsets = Float64Array.of(0.5, 3);
    const layers = [
      { kind: 'move', name: 'turned', move: { kind: 'permute', axes: [1, 0, 2] } },
      { kind: 'move', name: 'taller', move: { kind: 'pad', before: [0, 0, 0], after: [1, 0, 0] } },
      { kind: 'move', name: 'cut', move: { kind: 'crop', begin: [0, 1, 0], end: [3, 3, 2] } },
      { kind: 'add', name: 'sum', from: ['cut', 'input'], signs: [-1, 1], activation: 'relu' },
      { kind: 'concat', name: 'both', from: ['sum', 'input'], axis: 1 },
      { kind: 'move', name: 'more', move: { kind: 'pad', before: [1, 0, 0], after: [0, 2, 0] } },
      { kind: 'scale', name: 'scaled', factors, offsets, activation: 'linear' },
      { kind: 'upsample', name: 'large', factors: [2, 1] },
    ];
    expectLike(network([3, 2, 2], ...layers), (batch) => {
      const turned = tf.slice(
        tf.pad(tf.transpose(batch, [0, 2, 1, 3]), [
          [0, 0],
          [0, 1],
          [0, 0],
          [0, 0],
        ]),
        [0, 0, 1, 0],
        [2, 3, 2, 2],
      );
      const sum = tf.relu(tf.sub(batch, turned));
      const both = tf.pad(tf.concat([sum, batch], 2), [
        [0, 0],
        [1, 0],
        [0, 2],
        [0, 0],
      ]);
      const scaled = tf.add(tf.mul(both, tf.tensor1d([2, -1])), tf.tensor1d([0.5, 3]));
      return tf.reshape(tf.stack([scaled, scaled], 2), [2, 8, 6, 2]);
    });
  });
});

/** A network with every kind of layer. */
function everything(): FloatNetwork {
  const positive = numbers(4).map((value) => value ** 2 + 0.1);
  const norm = { gamma: numbers(4), beta: numbers(4), mean: numbers(4), variance: positive, epsilon: 1e-5 };
  return network(
    [6, 6, 2],
    conv(tensor([3, 3, 2, 4]), { padding: 'same', activation: { kind: 'slopes', slopes: [0.3] } }),
    { kind: 'batch_norm', name: 'norm', ...norm },
    { kind: 'activation', name: 'act', activation: { kind: 'curve', curve: 'silu', parameters: [] } },
    { kind: 'max_pool', name: 'most', window: [2, 2], strides: [2, 2], padding: 'valid' },
    { kind: 'upsample', name: 'large', factors: [2, 2] },
    { kind: 'concat', name: 'both', from: ['large', 'norm'], axis: 2 },
    {
      kind: 'average_pool',
      name: 'mean',
      window: [6, 6],
      strides: [1, 1],
      padding: 'valid',
      countPadding: false,
      activation: 'linear',
    },
    { kind: 'scale', name: 'scaled', factors: numbers(8), offsets: numbers(8), activation: 'linear' },
    { kind: 'move', name: 'flat', move: { kind: 'reshape', shape: [8] } },
    { kind: 'dense', name: 'dense', kernel: tensor([8, 8]), bias: numbers(8), activation: 'relu' },
    { kind: 'add', name: 'sum', from: ['dense', 'flat'], signs: [1, -1], activation: 'linear' },
  );
}

describe('a network with every kind of layer', () => {
  it('is written and read back as it is', () => {
    const all = everything();
    expect(floatFromJson(floatToJson(all), 'float.json')).toEqual(all);
  });

  it('keeps every layer in its bounds, and reaches them in a single sum', () => {
    const all = everything();
    const input = { low: new Float64Array(72).fill(-1), high: new Float64Array(72).fill(1) };
    const bounds = floatBounds(all, input);
    const run = floatModel(all);
    for (let sample = 0; sample < 100; sample++) {
      const features = Float64Array.from(input.low, () => random.pick([-1, 1, 2 * random.float() - 1]));
      run(features).forEach((values, layer) => {
        const { low, high } = bounds[layer];
        const isInside = (value: number, at: number) => value >= low[at] - 1e-9 && value <= high[at] + 1e-9;
        expect(values.every(isInside)).toBe(true);
      });
    }
    const single = network([2], {
      kind: 'dense',
      name: 'dense',
      kernel: { shape: [2, 1], values: Float64Array.of(2, -3) },
      bias: Float64Array.of(1),
      activation: 'linear',
    });
    const ends = { low: Float64Array.of(-1, 0), high: Float64Array.of(4, 5) };
    expect(floatBounds(single, ends)).toEqual([{ low: Float64Array.of(-16), high: Float64Array.of(9) }]);
  });

  it('counts its multiplications', () => {
    const { layers } = everything();
    const [first] = layers;
    // 36 positions of 3 x 3 taps of 2 channels for 4.
    expect(floatKindOf(first).macs(first, [[6, 6, 2]])).toBe(36 * 9 * 2 * 4);
  });
});
