import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { trainFrom, untrainedGraph } from '../../src/learn/base.js';
import { DEFAULT_TRAINING } from '../../src/learn/options.js';
import { flatten, slotsOf } from '../../src/learn/parameters.js';
import { loadTensorflow } from '../../src/learn/tensorflow.js';

const random = new Random(8, 'fit');
const COUNT = 96;
const samples = {
  features: Array.from({ length: COUNT }, () => Array.from({ length: 64 }, () => random.float())),
  labels: Array.from({ length: COUNT }, () => random.integer(0, 2)),
  classes: ['a', 'b', 'c'],
  shape: [8, 8, 1],
};

it('one epoch of a small convolution gives the numbers of TensorFlow.js’ own fit on the cpu backend', async () => {
  const layers = [
    { conv: 4, padding: 'same', activation: { leaky: 0.25 } },
    { maxPool: 2, stride: 1, padding: 'same' },
    { conv: 6, stride: 2, activation: 'relu' },
    { averagePool: 3, stride: 1 },
    { flatten: true },
    { dense: 3 },
  ];
  const options = { ...DEFAULT_TRAINING, seed: 5, epochs: 1, batchSize: 16, dropout: 0, holdOut: 0 };
  const { network } = untrainedGraph(samples, { name: 'net', layers, seed: 5 });
  const { network: trained } = await trainFrom(network, samples, { ...options, backend: 'wasm' });

  const { tf } = await loadTensorflow('cpu');
  const { layers: keras, sequential } = await import('@tensorflow/tfjs-layers');
  const model = sequential({
    layers: [
      keras.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, padding: 'same' }),
      keras.leakyReLU({ alpha: 0.25 }),
      keras.maxPooling2d({ poolSize: 2, strides: 1, padding: 'same' }),
      keras.conv2d({ filters: 6, kernelSize: 3, strides: 2, activation: 'relu' }),
      keras.averagePooling2d({ poolSize: 3, strides: 1 }),
      keras.flatten(),
      keras.dense({ units: 3 }),
    ],
  });
  const start = flatten(network);
  const initial = slotsOf(network).map(({ offset, size, shape }) =>
    tf.tensor(start.subarray(offset, offset + size), [...shape]),
  );
  model.setWeights(initial);
  const loss = (wanted: Tensor, logits: Tensor) => tf.losses.softmaxCrossEntropy(wanted, logits);
  model.compile({ optimizer: tf.train.adam(options.learningRate), loss: loss as never });
  // The loop's own order, and then none of fit's.
  const order = new Random(5, 'order').shuffled(samples.labels.keys());
  const features = tf.tensor(
    order.flatMap((row) => samples.features[row]),
    [COUNT, 8, 8, 1],
  );
  const wanted = tf.cast(
    tf.oneHot(
      order.map((row) => samples.labels[row]),
      3,
    ),
    'float32',
  );
  await model.fit(features, wanted, {
    epochs: 1,
    batchSize: 16,
    shuffle: false,
    verbose: 0,
    yieldEvery: 'never',
  });
  const fitted = model.getWeights().flatMap((weights) => Array.from(weights.dataSync()));

  const got = flatten(trained);
  expect(got).toHaveLength(fitted.length);
  const moved = fitted.map((value, at) => Math.abs(value - start[at]));
  expect(Math.max(...moved)).toBeGreaterThan(3e-3);
  fitted.forEach((value, at) => {
    expect(Math.abs(got[at] - value)).toBeLessThan(1e-4);
  });
});
