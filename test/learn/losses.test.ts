import type { Rank, Tensor2D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { logitsOf } from '../../src/float/model.js';
import { forwardPass } from '../../src/learn/forward.js';
import { type Loss, sigmoidCrossEntropy, softmaxCrossEntropy } from '../../src/learn/losses.js';
import { meanCrossEntropy } from '../../src/learn/metrics.js';
import { flatten, initialized, perceptron, unflatten } from '../../src/learn/parameters.js';
import { loadTensorflow, type Tf } from '../../src/learn/tensorflow.js';

let tf: Tf;
beforeAll(async () => {
  ({ tf } = await loadTensorflow());
});

type Rows = readonly (readonly number[])[];

/** −Σ y ln p, the mean over all samples, in 64 bits: what the losses must be. */
const sigmoidLoss = (logits: Rows, targets: Rows) => {
  const terms = logits.flatMap((row, sample) =>
    row.map((z, unit) => {
      const p = 1 / (1 + Math.exp(-z));
      const y = targets[sample][unit];
      return -(y * Math.log(p) + (1 - y) * Math.log(1 - p));
    }),
  );
  return terms.reduce((sum, term) => sum + term, 0) / terms.length;
};
const softmaxLoss = (logits: Rows, targets: Rows) => {
  const terms = logits.map((row, sample) => {
    const total = row.reduce((sum, z) => sum + Math.exp(z), 0);
    return row.reduce((sum, z, unit) => sum - targets[sample][unit] * Math.log(Math.exp(z) / total), 0);
  });
  return terms.reduce((sum, term) => sum + term, 0) / terms.length;
};

/** Central differences of a function of one row of numbers. */
function differences(of: (values: readonly number[]) => number, at: readonly number[]): number[] {
  const step = 1e-4;
  return at.map((_, index) => {
    const moved = (by: number) => of(at.map((value, other) => (other === index ? value + by : value)));
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

const rowsOf = (flat: readonly number[], columns: number) =>
  Array.from({ length: flat.length / columns }, (_, row) => flat.slice(row * columns, (row + 1) * columns));

const expectClose = (got: ArrayLike<number>, wanted: readonly number[]) => {
  expect(got.length).toBe(wanted.length);
  wanted.forEach((value, index) => {
    expect(got[index]).toBeCloseTo(value, 5);
  });
};

describe('the losses', () => {
  const cases: [string, Loss, typeof sigmoidLoss, Rows, Rows][] = [
    ['sigmoid, hard targets', sigmoidCrossEntropy, sigmoidLoss, [[0.3], [-2], [4]], [[1], [0], [0]]],
    ['sigmoid, soft targets', sigmoidCrossEntropy, sigmoidLoss, [[0.3], [-2], [4]], [[0.7], [0.1], [0.5]]],
    [
      'softmax, hard targets',
      softmaxCrossEntropy,
      softmaxLoss,
      [
        [1, 2, -1],
        [0, 0, 3],
      ],
      [
        [0, 1, 0],
        [1, 0, 0],
      ],
    ],
    [
      'softmax, soft targets',
      softmaxCrossEntropy,
      softmaxLoss,
      [
        [1, 2, -1],
        [0, 0, 3],
      ],
      [
        [0.2, 0.5, 0.3],
        [0.6, 0.3, 0.1],
      ],
    ],
  ];

  it.each(cases)('%s: value and gradient', (_, loss, plain, logits, targets) => {
    const columns = logits[0].length;
    const { value, grad } = tf.valueAndGrad((z) =>
      loss(tf, z as Tensor2D, tf.tensor2d(targets as number[][])),
    )(tf.tensor2d(logits as number[][]));
    expect(value.dataSync()[0]).toBeCloseTo(plain(logits, targets), 5);
    expectClose(
      grad.dataSync(),
      differences((flat) => plain(rowsOf(flat, columns), targets), logits.flat()),
    );
  });

  it('stay finite at logits whose exponential is no number', () => {
    const of = (loss: Loss, logits: number[][], targets: number[][]) =>
      tf.valueAndGrad((z) => loss(tf, z as Tensor2D, tf.tensor2d(targets)))(tf.tensor2d(logits));
    const sigmoid = of(sigmoidCrossEntropy, [[-1000], [1000]], [[1], [1]]);
    expect(sigmoid.value.dataSync()[0]).toBe(500);
    expectClose(sigmoid.grad.dataSync(), [-0.5, 0]);
    const softmax = of(softmaxCrossEntropy, [[1000, -1000]], [[0, 1]]);
    expect(softmax.value.dataSync()[0]).toBe(2000);
    expectClose(softmax.grad.dataSync(), [1, -1]);
  });
});

describe('the forward pass', () => {
  const random = new Random(5, 'test');
  const uniform = (rows: number, columns: number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.float() * 2 - 1));
  const architecture = perceptron('net', 3, [4, 2], 3);
  const start = initialized(architecture, random);
  const network = unflatten(architecture, start);
  const features = uniform(6, 3);
  const labels = [0, 1, 2, 0, 1, 2];
  const oneHot = labels.map((label) => [0, 1, 2].map((unit) => (unit === label ? 1 : 0)));

  it('lays parameters out and takes them up again', () => {
    expect(flatten(network)).toEqual(start);
    expect(start).toHaveLength(3 * 4 + 4 + 4 * 2 + 2 + 2 * 3 + 3);
  });

  it('equals the plain network', () => {
    const logits = forwardPass(tf, architecture)(tf.tensor1d(start), tf.tensor2d(features));
    expectClose(logits.dataSync(), features.flatMap(logitsOf(network)));
  });

  it('carries the gradient of every parameter', () => {
    const forward = forwardPass(tf, architecture);
    const gradient = tf.grad((parameters) =>
      softmaxCrossEntropy(tf, forward(parameters as never, tf.tensor2d(features)), tf.tensor2d(oneHot)),
    )(tf.tensor1d(start));
    const lossAt = (parameters: readonly number[]) => {
      const moved = unflattenExactly(parameters);
      return meanCrossEntropy(labels, features.map(logitsOf(moved)));
    };
    expectClose(gradient.dataSync(), differences(lossAt, Array.from(start)));
  });

  /** As `unflatten`, without rounding to 32 bits. */
  const unflattenExactly = (parameters: readonly number[]) =>
    unflatten(architecture, Float64Array.from(parameters) as unknown as Float32Array);

  it('multiplies hidden activations by the dropout factors', () => {
    const forward = forwardPass(tf, architecture);
    const factors = [tf.ones<Rank.R2>([6, 4]), tf.zeros<Rank.R2>([6, 2])];
    const logits = forward(tf.tensor1d(start), tf.tensor2d(features), { dropout: factors });
    expectClose(
      logits.dataSync(),
      features.flatMap(() => Array.from(network.layers[2].bias)),
    );
  });
});
