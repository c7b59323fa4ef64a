import type { Rank, Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import type { FloatBatchNorm } from '../../../src/float/layers/batch-norm.js';
import { batchNorm } from '../../../src/learn/layers/batch-norm.js';
import { loadTensorflow, type Tf } from '../../../src/learn/tensorflow.js';

/** Results differ by no more than this share of the largest number. */
const RELATIVE = 1e-6;

type Pad = 'same' | 'valid' | number;
/** images, height, width, channels, units, kernel, stride, padding */
type Case = readonly [number, number, number, number, number, number, number, Pad];

const CASES: readonly Case[] = [
  [3, 7, 9, 4, 8, 3, 1, 'same'],
  [2, 28, 28, 1, 16, 3, 2, 'same'],
  [2, 14, 14, 16, 32, 3, 2, 'same'],
  [5, 6, 5, 3, 7, 3, 1, 'valid'],
  [1, 11, 10, 5, 3, 5, 3, 'same'],
  [2, 6, 6, 2, 3, 1, 2, 'valid'],
  [1, 4, 4, 70, 130, 3, 1, 'same'],
  [3, 5, 5, 2, 4, 4, 2, 1],
];

let tf: Tf;
const random = new Random(7);

beforeAll(async () => {
  ({ tf } = await loadTensorflow('cpu'));
  await loadTensorflow('wasm');
});

/** A maker of one and the same tensor, on whatever backend. */
function tensor(...shape: readonly number[]): () => Tensor4D {
  const count = shape.reduce((product, length) => product * length, 1);
  const values = Float32Array.from({ length: count }, () => 2 * random.float() - 1);
  return () => tf.tensor<Rank>(values, [...shape]) as Tensor4D;
}

async function on(backend: 'cpu' | 'wasm', work: () => Tensor | Tensor[]) {
  await tf.setBackend(backend);
  return tf.tidy(() => {
    const result = work();
    const tensors = Array.isArray(result) ? result : [result];
    return tensors.map((one) => ({ shape: one.shape, values: one.dataSync<'float32'>().slice() }));
  });
}

async function expectSame(work: () => Tensor | Tensor[]): Promise<void> {
  const [wanted, got] = [await on('cpu', work), await on('wasm', work)];
  expect(got.map(({ shape }) => shape)).toEqual(wanted.map(({ shape }) => shape));
  wanted.forEach(({ values }, index) => {
    const largest = Math.max(...values.map(Math.abs));
    const difference = Math.max(...values.map((value, at) => Math.abs(value - got[index].values[at])));
    expect(difference / largest).toBeLessThan(RELATIVE);
  });
}

/** The shape of what an operation gives. */
const shapeOf = async (work: () => Tensor): Promise<number[]> => (await on('cpu', work))[0].shape;

describe('kernels of the wasm backend, beside the cpu backend', () => {
  it.each(CASES)(
    'convolve %i images of %ix%ix%i to %i units, kernel %i, stride %i, padding %s',
    async (...of) => {
      const [images, height, width, channels, units, size, stride, pad] = of;
      const [x, kernel] = [tensor(images, height, width, channels), tensor(size, size, channels, units)];
      const conv = (a: Tensor4D, b: Tensor4D) => tf.conv2d(a, b, stride, pad);
      const dy = tensor(...(await shapeOf(() => conv(x(), kernel()))));
      await expectSame(() => [conv(x(), kernel()), ...tf.grads(conv as never)([x(), kernel()], dy())]);
    },
  );

  it.each([
    [5, 1],
    [64, 7],
    [3, 28, 28, 8],
    [2, 9, 5, 10],
    [70, 4, 4, 3],
  ])('normalize a batch of shape %i, %i, %i, %i', async (...given) => {
    const shape = given.filter((length) => length !== undefined);
    const channels = shape[shape.length - 1];
    const [x, dy] = [tensor(...shape), tensor(...shape)];
    const [gamma, beta] = [tensor(channels), tensor(channels)];
    const layer = { kind: 'batch_norm', name: 'norm', epsilon: 1e-3 } as unknown as FloatBatchNorm;
    const normed = (values: Tensor, factor: Tensor, offset: Tensor) => {
      const statistics: Tensor[] = [];
      const members = {
        gamma: factor,
        beta: offset,
        mean: tf.zerosLike(offset),
        variance: tf.onesLike(offset),
      };
      const output = batchNorm.forward(tf, layer, [shape.slice(1)])([values], members, {
        training: true,
        count: (_: string, value: Tensor) => statistics.push(value),
      } as never);
      return [output, ...statistics] as [Tensor, ...Tensor[]];
    };
    await expectSame(() => normed(x(), gamma(), beta()));
    await expectSame(() =>
      tf.grads((...points) => normed(...(points as [Tensor, Tensor, Tensor]))[0])(
        [x(), gamma(), beta()],
        dy(),
      ),
    );
  });

  it.each(CASES)(
    'convolve by channels %i images of %ix%ix%i (%i), kernel %i, stride %i, padding %s',
    async (...of) => {
      const [images, height, width, channels, , size, stride, pad] = of;
      for (const multiplier of [1, 2]) {
        const [x, kernel] = [
          tensor(images, height, width, channels),
          tensor(size, size, channels, multiplier),
        ];
        const conv = (a: Tensor4D, b: Tensor4D) => tf.depthwiseConv2d(a, b, stride, pad);
        const dy = tensor(...(await shapeOf(() => conv(x(), kernel()))));
        await expectSame(() => [conv(x(), kernel()), ...tf.grads(conv as never)([x(), kernel()], dy())]);
      }
    },
  );

  it.each(CASES)('pool %i images of %ix%ix%i (%i), window %i, stride %i, padding %s', async (...of) => {
    const [images, height, width, channels, , size, stride, pad] = of;
    const x = tensor(images, height, width, channels);
    const pool = (a: Tensor4D) => tf.maxPool(a, size, stride, pad);
    const dy = tensor(...(await shapeOf(() => pool(x()))));
    await expectSame(() => [pool(x()), tf.grad(pool as never)(x(), dy())]);
    const mean = (a: Tensor4D) => tf.avgPool(a, size, stride, 'valid');
    const share = tensor(...(await shapeOf(() => mean(x()))));
    await expectSame(() => [tf.avgPool(x(), size, stride, pad), tf.grad(mean as never)(x(), share())]);
  });

  it.each([
    [5, 7, 3],
    [64, 1568, 10],
    [1, 1, 1],
    [130, 300, 70],
  ])('multiply %ix%i by %i columns, either of them transposed', async (rows, depth, columns) => {
    for (const [a, b] of [
      [false, false],
      [false, true],
      [true, false],
      [true, true],
    ]) {
      const left = tensor(...(a ? [depth, rows] : [rows, depth]));
      const right = tensor(...(b ? [columns, depth] : [depth, columns]));
      await expectSame(() => tf.matMul(left(), right(), a, b));
    }
  });

  it('multiply batches, one of one matrix with every matrix of the other', async () => {
    const [left, right, single] = [tensor(4, 5, 6), tensor(4, 6, 3), tensor(1, 6, 3)];
    await expectSame(() => [tf.matMul(left(), right()), tf.matMul(left(), single())]);
  });

  it('rectify, and give the slopes', async () => {
    const x = tensor(3, 5, 7);
    await expectSame(() => [tf.leakyRelu(x(), 0.25), tf.step(x(), 0.25), tf.step(x())]);
  });
});

describe('gradients, beside finite differences', () => {
  const x = tensor(2, 5, 6, 3);
  const operations: Record<string, { work: (x: Tensor4D) => Tensor; at: () => Tensor4D }> = {
    'a convolution by its input': { at: x, work: (a) => tf.conv2d(a, kernel(), 2, 'same') },
    'a convolution by its kernel': { at: () => kernel(), work: (b) => tf.conv2d(x(), b, 2, 'same') },
    'a depthwise convolution by its input': { at: x, work: (a) => tf.depthwiseConv2d(a, own(), 1, 'same') },
    'a depthwise convolution by its kernel': {
      at: () => own(),
      work: (b) => tf.depthwiseConv2d(x(), b, 1, 'same'),
    },
    'a max pool': { at: x, work: (a) => tf.maxPool(a, 2, 1, 'same') },
    'an average pool with padding': { at: x, work: (a) => tf.avgPool(a, 2, 1, 'same') },
    'a leaky rectifier': { at: x, work: (a) => tf.leakyRelu(a, 0.25) },
  };
  const kernel = tensor(3, 3, 3, 4);
  const own = tensor(3, 3, 3, 2);

  it.each(Object.keys(operations))('of %s', async (name) => {
    await tf.setBackend('wasm');
    const { work, at } = operations[name];
    const factors = tensor(...tf.tidy(() => work(at()).shape));
    const loss = (values: Tensor4D) => tf.sum(tf.mul(work(values), factors()));
    const gradient = tf.tidy(() =>
      tf
        .grad(loss as never)(at())
        .dataSync<'float32'>()
        .slice(),
    );
    const point = tf.tidy(() => at().dataSync<'float32'>().slice());
    const step = 2 ** -9;
    const lossAt = (index: number, change: number) => {
      const moved = point.slice();
      moved[index] += change;
      return tf.tidy(() => loss(tf.tensor(moved, at().shape) as Tensor4D).dataSync()[0]);
    };
    gradient.forEach((slope, index) => {
      const difference = (lossAt(index, step) - lossAt(index, -step)) / (2 * step);
      expect(Math.abs(slope - difference)).toBeLessThan(2e-3);
    });
  });
});

describe('the kernels', () => {
  it('give the same bytes every time', async () => {
    const [x, kernel] = [tensor(16, 14, 14, 16), tensor(3, 3, 16, 32)];
    const conv = (a: Tensor4D, b: Tensor4D) => tf.conv2d(a, b, 2, 'same');
    const dy = tensor(16, 7, 7, 32);
    const work = () => [conv(x(), kernel()), ...tf.grads(conv as never)([x(), kernel()], dy())];
    expect(await on('wasm', work)).toEqual(await on('wasm', work));
  });

  it('train a small convolution as the cpu backend does', async () => {
    const { layers, sequential, initializers } = await import('@tensorflow/tfjs-layers');
    const images = tensor(96, 8, 8, 1);
    const labels = Float32Array.from({ length: 96 * 3 }, (_, at) => +(at % 3 === Math.floor(at / 3) % 3));
    const losses = async (backend: 'cpu' | 'wasm') => {
      await tf.setBackend(backend);
      const init = (seed: number) => ({ kernelInitializer: initializers.glorotUniform({ seed }) });
      const model = sequential({
        layers: [
          layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, padding: 'same', ...init(1) }),
          layers.leakyReLU({ alpha: 0.25 }),
          layers.maxPooling2d({ poolSize: 2, strides: 1, padding: 'same' }),
          layers.depthwiseConv2d({ kernelSize: 3, strides: 2, depthwiseInitializer: initializers.ones() }),
          layers.averagePooling2d({ poolSize: 3, strides: 1 }),
          layers.flatten(),
          layers.dense({ units: 3, activation: 'softmax', ...init(2) }),
        ],
      });
      model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy' });
      const { history } = await model.fit(images(), tf.tensor2d(labels, [96, 3]), {
        epochs: 2,
        batchSize: 16,
        shuffle: false,
        verbose: 0,
        yieldEvery: 'never',
      });
      return history.loss as number[];
    };
    const [wanted, got] = [await losses('cpu'), await losses('wasm')];
    wanted.forEach((loss, epoch) => {
      expect(Math.abs(got[epoch] - loss)).toBeLessThan(1e-4);
    });
  });
});
