import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Progress } from '../../src/core/progress.js';
import { Random } from '../../src/core/random.js';
import { mapped } from '../../src/float/tensor.js';
import { trainBase } from '../../src/learn/base.js';
import { forwardPass } from '../../src/learn/forward.js';
import { train } from '../../src/learn/loop.js';
import { evaluateFloat } from '../../src/learn/metrics.js';
import { crossEntropy } from '../../src/learn/objective.js';
import { DEFAULT_TRAINING, epochsOf, type TrainingOptions } from '../../src/learn/options.js';
import { flatten, perceptron, unflatten } from '../../src/learn/parameters.js';
import { loadTensorflow } from '../../src/learn/tensorflow.js';
import { messageOfAsync } from '../support/messages.js';
import { blobs } from '../support/samples.js';

const samples = blobs(new Random(1, 'blobs'), 100, 2);
const quick = { epochs: 20, batchSize: 16, learningRate: 0.02, hidden: [8] };

describe('epochs', () => {
  it.each([
    // Rows, rows per step, epochs: 4000 steps, and 100 epochs at least.
    [1, 64, 4000],
    [225, 64, 1000],
    [426, 64, 572],
    [2561, 64, 100],
    [2560, 64, 100],
    [2496, 64, 103],
    [100_000, 64, 100],
  ])('of %d rows by %d are %d unless stated', (rows, batchSize, epochs) => {
    expect(epochsOf(rows, { epochs: 'auto', batchSize })).toBe(epochs);
    expect(epochsOf(rows, { epochs: 7, batchSize })).toBe(7);
  });

  it('follow from the rows that are trained on, without those held out', async () => {
    const cpu = { backend: 'cpu', hidden: [2], holdOut: 0.25 } as const;
    const { history } = await trainBase(samples, { ...cpu, batchSize: 3 });
    // 75 rows: 25 steps an epoch.
    expect(history).toHaveLength(160);
    expect(history.at(-1)?.accuracy).toBeGreaterThan(0.9);
  });
});

describe('training', () => {
  it('gives the same bytes from the same seed, and others from another', async () => {
    const first = await trainBase(samples, { ...quick, seed: 3 });
    const second = await trainBase(samples, { ...quick, seed: 3 });
    expect(second).toEqual(first);
    expect(flatten(second.network)).toEqual(flatten(first.network));
    const other = await trainBase(samples, { ...quick, seed: 4 });
    expect(flatten(other.network)).not.toEqual(flatten(first.network));
  });

  it('gives the same bytes beside another training', async () => {
    const alone = await trainBase(samples, { ...quick, seed: 3 });
    const [together] = await Promise.all([
      trainBase(samples, { ...quick, seed: 3 }),
      trainBase(samples, { ...quick, seed: 5, hidden: [3, 3] }),
    ]);
    expect(together).toEqual(alone);
  });

  it('leaves nothing behind on the backend', async () => {
    const { tf } = await loadTensorflow();
    const before = tf.memory().numTensors;
    await trainBase(samples, { ...quick, holdOut: 0.2 });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('gives plain data that a worker thread can send', async () => {
    const trained = await trainBase(samples, { ...quick, holdOut: 0.2 });
    expect(structuredClone(trained)).toEqual(trained);
  });

  it('records every epoch, as the finished network measures itself', async () => {
    const reports: Progress[] = [];
    const { network, history } = await trainBase(samples, quick, (progress) => reports.push(progress));
    expect(history.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(reports).toHaveLength(20);
    const last = history[19];
    expect(reports[19]).toEqual({
      task: 'training base',
      done: 20,
      total: 20,
      note: `loss ${last.loss.toFixed(4)}`,
    });
    const measured = evaluateFloat(network, samples);
    expect(last.accuracy).toBe(measured.accuracy);
    expect(last.loss).toBeCloseTo(measured.loss, 5);
    expect(last.loss).toBeLessThan(history[0].loss);
    expect(last.validation).toBeUndefined();
  });

  it('learns several classes with one logit each', async () => {
    const three = blobs(new Random(2, 'blobs'), 150, 3);
    const { network } = await trainBase(three, { ...quick, epochs: 60, hidden: [8, 6] });
    expect(network.head).toBe('argmax');
    expect(network.layers.map(({ name, bias }) => [name, bias.length])).toEqual([
      ['hidden1', 8],
      ['hidden2', 6],
      ['output', 3],
    ]);
    expect(evaluateFloat(network, three).accuracy).toBeGreaterThan(0.9);
  });

  it('learns without a hidden layer, and with every optimizer', async () => {
    for (const [optimizer, learningRate] of [
      ['adam', 0.05],
      ['rmsprop', 0.02],
      ['sgd', 0.5],
    ] as const) {
      const { network } = await trainBase(samples, {
        ...quick,
        epochs: 40,
        hidden: [],
        optimizer,
        learningRate,
      });
      expect(evaluateFloat(network, samples).accuracy).toBeGreaterThan(0.9);
    }
  });

  it('learns alike on the cpu backend', async () => {
    const wasm = await trainBase(samples, { ...quick, backend: 'wasm' });
    const cpu = await trainBase(samples, { ...quick, backend: 'cpu' });
    expect([wasm.backend, cpu.backend]).toEqual(['wasm', 'cpu']);
    expect(cpu.history[19].loss).toBeCloseTo(wasm.history[19].loss, 3);
  });
});

describe('an objective and a forward pass of one’s own', () => {
  const few = blobs(new Random(3, 'blobs'), 10, 2);
  const start = unflatten(perceptron('net', 4, [3], 2), new Float32Array(19).fill(0.1));

  it('gets each sample’s targets beside its features, every sample once an epoch', async () => {
    const batches: { features: number[][]; targets: number[][] }[] = [];
    let features: number[][] = [];
    await train({
      task: 'test',
      start,
      samples: few,
      options: { ...DEFAULT_TRAINING, epochs: 2, batchSize: 4 },
      forward: (tf) => {
        const plain = forwardPass(tf, start);
        return (parameters, values, notes) => {
          features = values.arraySync() as number[][];
          return plain(parameters, values, notes);
        };
      },
      objective: {
        targets: Float32Array.from(few.features.flatMap((row, index) => [few.labels[index], row[2]])),
        columns: 2,
        loss: (tf, logits, targets) => {
          batches.push({ features, targets: targets.arraySync() });
          return tf.mean(tf.square(tf.sub(logits, tf.slice2d(targets, [0, 1], [-1, 1]))));
        },
      },
    });
    expect(batches.map(({ targets }) => targets.length)).toEqual([4, 4, 2, 4, 4, 2]);
    for (const batch of batches) {
      expect(batch.targets.map(([, value]) => value)).toEqual(batch.features.map((row) => row[2]));
    }
    const seen = (epoch: number) =>
      batches.slice(3 * epoch, 3 * epoch + 3).flatMap(({ features: rows }) => rows.map((row) => row[2]));
    const all = few.features.map((row) => Math.fround(row[2]));
    expect(seen(0).toSorted()).toEqual(all.toSorted());
    expect(seen(1).toSorted()).toEqual(all.toSorted());
    expect(seen(0)).not.toEqual(seen(1));
  });

  it('can hold weights on a grid in the forward pass while the parameters move between its points', async () => {
    const { network, history } = await train({
      task: 'test',
      start,
      samples,
      options: { ...DEFAULT_TRAINING, epochs: 30, batchSize: 16, learningRate: 0.03, dropout: 0 },
      objective: crossEntropy(samples, start.head),
      forward: (tf) => {
        const plain = forwardPass(tf, start);
        const straightThrough = tf.customGrad((values) => ({
          value: tf.div(tf.round(tf.mul(values as Tensor, 4)), 4),
          gradFunc: (upstream: Tensor) => upstream,
        }));
        return (parameters, features) => plain(straightThrough(parameters) as Tensor1D, features);
      },
    });
    const onGrid = (weight: number) => Math.round(weight * 4) / 4;
    const rounded = {
      ...network,
      layers: network.layers.map((layer) => ({
        ...layer,
        kernel: mapped(layer.kernel, onGrid),
        bias: layer.bias.map(onGrid),
      })),
    };
    expect(evaluateFloat(rounded, samples).accuracy).toBe(history[29].accuracy);
    expect(evaluateFloat(rounded, samples).loss).toBeCloseTo(history[29].loss, 5);
    expect(history[29].loss).toBeLessThan(history[0].loss);
    expect(network.layers[0].kernel.values.some((weight) => weight !== onGrid(weight))).toBe(true);
  });
});

describe('the step', () => {
  const steps = 10;
  const one = perceptron('net', 4, [], 2);
  const start = unflatten(one, Float32Array.from([1, 2, 3, 4, 5]));
  /** After ten steps down a loss of `slope` times the logit, of which the bias has the slope as its gradient. */
  const descend = async (slope: number, options: Partial<TrainingOptions>) => {
    const { network } = await train({
      task: 'test',
      start,
      samples,
      options: { ...DEFAULT_TRAINING, epochs: steps, batchSize: 1000, learningRate: 0.1, ...options },
      objective: {
        targets: new Float32Array(samples.labels.length),
        columns: 1,
        loss: (tf, logits) => tf.mul(tf.mean(logits), slope),
      },
    });
    return network.layers[0];
  };
  const way = (factor: (done: number) => number) =>
    Array.from({ length: steps }, (_, step) => factor(step / steps)).reduce((sum, part) => sum + part, 0) /
    10;

  // With a constant gradient Adam's step is the learning rate, and SGD's with a slope of 1.
  it.each(['adam', 'sgd'] as const)('of %s is as long as the schedule says', async (optimizer) => {
    const constant = await descend(1, { optimizer });
    expect(constant.bias[0]).toBeCloseTo(5 - way(() => 1), 4);
    const cosine = await descend(1, { optimizer, schedule: 'cosine' });
    expect(cosine.bias[0]).toBeCloseTo(5 - way((done) => (1 + Math.cos(Math.PI * done)) / 2), 4);
  });

  it('shrinks weights by the decay, and no bias', async () => {
    const { kernel, bias } = await descend(0, { weightDecay: 0.5 });
    kernel.values.forEach((weight, input) => {
      expect(weight).toBeCloseTo((input + 1) * 0.95 ** steps, 5);
    });
    expect(bias).toEqual(Float64Array.of(5));
  });
});

describe('the L1 penalty', () => {
  it('pulls weights towards 0, whatever their size, and no bias', async () => {
    const net = perceptron('net', 4, [], 2);
    const { network } = await train({
      task: 'test',
      start: unflatten(net, Float32Array.from([1, -2, 3, -4, 5])),
      samples,
      options: {
        ...DEFAULT_TRAINING,
        ...{ epochs: 3, batchSize: 1000, learningRate: 0.1, optimizer: 'sgd', l1: 0.5 },
      },
      objective: {
        targets: new Float32Array(samples.labels.length),
        columns: 1,
        loss: (tf, logits) => tf.mul(tf.mean(logits), 0),
      },
    });
    const [{ kernel, bias }] = network.layers;
    [0.85, -1.85, 2.85, -3.85].forEach((weight, input) => {
      expect(kernel.values[input]).toBeCloseTo(weight, 5);
    });
    expect(bias).toEqual(Float64Array.of(5));
  });
});

describe('a mask of another shape', () => {
  it('is refused', async () => {
    const { network } = await trainBase(samples, { epochs: 1 });
    const work = () =>
      train({
        task: 'test',
        start: network,
        samples,
        options: DEFAULT_TRAINING,
        objective: crossEntropy(samples, 'binary'),
        masking: { lastStep: 0, before: () => new Float32Array(7).fill(1) },
      });
    expect(await messageOfAsync(work)).toBe(
      "test: got a mask of 7 parameters, wanted a mask of 97 parameters, the network's weights and biases (it was " +
        'made for a network of another shape) [learn/mask]',
    );
  });
});

describe('what cannot be trained', () => {
  it.each([
    [{ l1: -1 }, 'l1: got -1, wanted a number of at least 0 [learn/option]'],
    [{ epochs: 0 }, 'epochs: got 0, wanted auto or a whole number of at least 1 [learn/option]'],
    [{ batchSize: 2.5 }, 'batchSize: got 2.5, wanted a whole number of at least 1 [learn/option]'],
    [{ learningRate: 0 }, 'learningRate: got 0, wanted a number above 0 [learn/option]'],
    [{ learningRate: Number.NaN }, 'learningRate: got NaN, wanted a number above 0 [learn/option]'],
    [
      { weightDecay: -1 },
      'weightDecay: got -1, wanted a number of at least 0, below 1 when multiplied by the learning rate [learn/option]',
    ],
    [{ schedule: 'step' as 'cosine' }, 'schedule: got "step", wanted one of constant, cosine [learn/option]'],
    [{ dropout: 1 }, 'dropout: got 1, wanted a share of at least 0 and below 1 [learn/option]'],
    [{ seed: 0.5 }, 'seed: got 0.5, wanted a whole number [learn/option]'],
    [{ hidden: [4, 0] }, 'hidden[1]: got 0, wanted a whole number of at least 1 [learn/option]'],
    [
      { optimizer: 'lion' as 'adam' },
      'optimizer: got "lion", wanted one of adam, rmsprop, sgd [learn/option]',
    ],
    [{ holdOut: -1 }, 'holdOut: got -1, wanted a share of at least 0 and below 1 [learn/option]'],
    [
      { optimizer: 'sgd', learningRate: 1e38, epochs: 3 } as const,
      'training base, epoch 1: got a loss that is no finite number, wanted a training that converges (lower the learning rate, and see that the features are scaled) [learn/diverged]',
    ],
  ])('refuses %j', async (options, wanted) => {
    expect(await messageOfAsync(() => trainBase(samples, options))).toBe(wanted);
  });

  it('refuses samples that are none, or not as wide as the network', async () => {
    const none = { features: [], labels: [], classes: ['a', 'b'] };
    expect(await messageOfAsync(() => trainBase(none))).toBe(
      'training base: got no samples, wanted at least one [learn/samples]',
    );
    const odd = { ...samples, features: samples.features.with(7, [1, 2]) };
    expect(await messageOfAsync(() => trainBase(odd))).toBe(
      'training base: got 2 features in sample 7, wanted 4 features, as many as the network has inputs [learn/samples]',
    );
  });

  it('refuses to set aside more of a class than there is', async () => {
    const lone = { ...samples, labels: samples.labels.map((_, index) => (index === 0 ? 1 : 0)) };
    expect(await messageOfAsync(() => trainBase(lone, { holdOut: 0.25 }))).toBe(
      'class class1: got 1 sample, wanted at least 2 (one for each part of the split) [data/class-too-small]',
    );
  });
});
