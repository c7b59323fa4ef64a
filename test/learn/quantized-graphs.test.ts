import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { fractionOf } from '../../src/fixed/format.js';
import { foldNetwork } from '../../src/float/fold.js';
import { placeFloatLayers } from '../../src/float/graph.js';
import type { FloatNetwork } from '../../src/float/types.js';
import { forwardPass } from '../../src/learn/forward.js';
import { flatten, initialized, unflatten } from '../../src/learn/parameters.js';
import { quantizeSamples, roundToPlan } from '../../src/learn/quantization-plan.js';
import { quantizedForward, quantizedLayers } from '../../src/learn/quantized-forward.js';
import type { Samples } from '../../src/learn/samples.js';
import { plannedNetwork, type ShortLayer } from '../../src/learn/short-form.js';
import { loadTensorflow } from '../../src/learn/tensorflow.js';
import { layerFormats, referenceModel } from '../../src/network/reference.js';
import { sizeOf } from '../../src/network/tensor.js';
import { planOf, quantizeAware, withFormatsOf } from '../../src/quantize/aware.js';
import { inputCodes } from '../../src/quantize/input-codes.js';
import { QUANTIZATION_SHAPE } from '../../src/quantize/options.js';
import { quantizeNetwork } from '../../src/quantize/widths.js';

/** Every kind there is, and ways that part and meet. */
const GRAPHS: Readonly<Record<string, readonly ShortLayer[]>> = {
  plain: [
    { conv: 4, stride: 2, padding: 'same', activation: { leaky: 0.2 } },
    { maxPool: 2, stride: 1, padding: 'same' },
    { conv: 3, kernel: [2, 3], activation: 'relu6' },
    { flatten: true },
    { dense: 3 },
  ],
  branches: [
    { conv: 4, padding: 'same', activation: 'relu', name: 'stem' },
    { depthwise: 1, padding: 'same', dilation: 2 },
    { batchNorm: true },
    { add: ['batchNorm1', 'stem'], activation: 'leaky_relu:1/8' },
    { averagePool: 3, stride: 2, padding: 'same' },
    { conv: 6, kernel: 1, groups: 2, activation: 'tanh' },
    { upsample: 2 },
    { maxPool: 2, from: 'upsample1' },
    { concat: ['maxPool1', 'conv1'] },
    { globalPool: true },
    { flatten: true },
    { dense: 3 },
  ],
};

const CLASSES = ['a', 'b', 'c'];

function samplesFor(random: Random, count: number): Samples {
  const labels = Array.from({ length: count }, (_, at) => at % 3);
  const features = labels.map((label) =>
    Array.from({ length: 64 }, (_, at) =>
      Math.min(1, (Math.floor(at / 8) % 3 === label ? 0.7 : 0) + 0.5 * random.float()),
    ),
  );
  return { features, labels, classes: CLASSES, shape: [8, 8, 1] };
}

function networkOf(layers: readonly ShortLayer[], random: Random): FloatNetwork {
  const { network } = plannedNetwork('net', [8, 8, 1], layers, 3);
  const start = initialized(network, random).map((value) => value + 0.05 * (random.float() - 0.5));
  return foldNetwork(unflatten(network, start)).network;
}

describe.each(Object.entries(GRAPHS))('a network of %s, trained in its formats', (name, layers) => {
  const random = new Random(5, name);
  const samples = samplesFor(random, 12);

  it.each([2, 4, 7])('computes the reference model’s codes, layer by layer: %i bits', async (bits) => {
    const { tf } = await loadTensorflow('wasm');
    for (const granularity of ['layer', 'unit'] as const) {
      const network = networkOf(layers, random);
      const config = QUANTIZATION_SHAPE.parse({
        bits,
        granularity,
        rounding: random.pick(['TRN', 'RND', 'RND_CONV']),
      });
      const first = quantizeNetwork({ network }, samples.features, config).network;
      const plan = planOf(first, config);
      const moved = unflatten(
        network,
        flatten(network).map((value) => value * (0.5 + random.float())),
      );
      const rounded = roundToPlan(moved, plan);
      const integers = quantizeNetwork(
        { network: rounded },
        samples.features,
        withFormatsOf(first, config),
      ).network;
      const reference = referenceModel(integers);
      const formats = layerFormats(integers);
      const wanted = samples.features.map((row) => reference(inputCodes(integers, row)).layers);
      const rows = quantizeSamples(samples, plan).features;
      quantizedLayers(tf, moved, flatten(moved), plan, rows).forEach((values, layer) => {
        const columns = values.length / rows.length;
        const channels = formats[layer];
        const codes = Array.from(values, (value, at) => {
          return value * 2 ** fractionOf(channels[(at % columns) % channels.length]);
        });
        expect(codes, `${integers.layers[layer].name}`).toEqual(wanted.flatMap((sample) => sample[layer]));
      });
    }
  });

  it.each([
    ['TRN', 'whole'],
    ['RND', 'whole'],
    ['RND_CONV', 'whole'],
    ['TRN', 'with dropout'],
    ['RND', 'with dropout'],
  ] as const)('has one gradient on both backends: %s, %s', async (rounding, drops) => {
    const network = networkOf(layers, random);
    const config = QUANTIZATION_SHAPE.parse({ bits: 3, rounding });
    const plan = planOf(quantizeNetwork({ network }, samples.features, config).network, config);
    const rows = quantizeSamples(samples, plan).features.slice(0, 4);
    const gradientOn = async (backend: 'cpu' | 'wasm') => {
      const { tf } = await loadTensorflow(backend);
      const forward = quantizedForward(tf, network, plan);
      // Half of the values of all layers with a kernel but the last, and of those that move codes or choose among them.
      const dropout: Tensor[] = [];
      placeFloatLayers(network).forEach(({ layer: { kind }, output }, number) => {
        if (drops === 'whole' || !/^(?:conv2d|max_pool|upsample)$/.test(kind)) return;
        const size = 4 * sizeOf({ shape: output });
        const factors = Array.from({ length: size }, (_, at) => ((at * 7) % 5 < 3 ? 0 : 2));
        dropout[number] = tf.tensor(factors, [4, ...output]);
      });
      const loss = (weights: unknown) =>
        tf.sum(tf.square(forward(weights as never, tf.tensor(rows.flat(), [4, 8, 8, 1]), { dropout })));
      return tf.tidy(() => [
        ...tf
          .grad(loss as never)(tf.tensor1d(flatten(network)))
          .dataSync<'float32'>(),
      ]);
    };
    const wanted = await gradientOn('cpu');
    const got = await gradientOn('wasm');
    const scale = Math.max(...wanted.map(Math.abs));
    expect(scale).toBeGreaterThan(0);
    expect(Math.max(...got.map((slope, at) => Math.abs(slope - wanted[at]) / scale))).toBeLessThan(1e-5);
  });

  it('has the gradient of the float network where nothing is rounded', async () => {
    const { tf } = await loadTensorflow('cpu');
    const smooth = layers.map((layer) =>
      layer.activation === 'tanh' ? { ...layer, activation: 'relu' } : layer,
    );
    const network = networkOf(smooth, random);
    const config = QUANTIZATION_SHAPE.parse({ bits: { input: 14, weights: 16, activations: 16 } });
    const plan = planOf(quantizeNetwork({ network }, samples.features, config).network, config);
    const rows = quantizeSamples(samples, plan).features.slice(0, 4);
    const gradientOf = (forward: ReturnType<typeof forwardPass>) =>
      tf.tidy(() => {
        const loss = (weights: unknown) =>
          tf.sum(tf.square(forward(weights as never, tf.tensor(rows.flat(), [4, 8, 8, 1]), {})));
        return Array.from(
          tf
            .grad(loss as never)(tf.tensor1d(flatten(network)))
            .dataSync<'float32'>(),
        );
      });
    const wanted = gradientOf(forwardPass(tf, network));
    const got = gradientOf(quantizedForward(tf, network, plan));
    const scale = Math.max(...wanted.map(Math.abs));
    expect(scale).toBeGreaterThan(0);
    expect(Math.max(...got.map((slope, at) => Math.abs(slope - wanted[at]) / scale))).toBeLessThan(1e-3);
  });
});

describe('a convolutional network of 3 bits', () => {
  it('is as good in its integers as in training, and better than rounded after it', async () => {
    const random = new Random(9, 'aware');
    const samples = samplesFor(random, 60);
    const network = networkOf(GRAPHS.plain, random);
    const config = QUANTIZATION_SHAPE.parse({ bits: 3 });
    const options = { epochs: 8, batchSize: 10, learningRate: 0.03, seed: 4 };
    const { network: integers, trained } = await quantizeAware({ network }, samples, config, options);
    const run = referenceModel(integers);
    const hits = samples.features.filter(
      (row, at) => run(inputCodes(integers, row)).class === samples.labels[at],
    );
    expect(hits.length / 60).toBe(trained.history.at(-1)!.accuracy);
    expect(hits.length).toBeGreaterThan(48);
    const again = await quantizeAware({ network }, samples, config, options);
    expect(again.network).toEqual(integers);
  });
});
