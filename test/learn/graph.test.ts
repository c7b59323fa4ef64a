import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import type { FloatActivation } from '../../src/float/activation.js';
import { checkFloatNetwork } from '../../src/float/check.js';
import { FLOAT_KINDS } from '../../src/float/layers/index.js';
import { floatModel } from '../../src/float/model.js';
import type { FloatTensor } from '../../src/float/tensor.js';
import type { FloatLayer, FloatNetwork } from '../../src/float/types.js';
import { forwardPass } from '../../src/learn/forward.js';
import { TRAINED_KINDS } from '../../src/learn/layers/index.js';
import { train } from '../../src/learn/loop.js';
import { crossEntropy } from '../../src/learn/objective.js';
import { DEFAULT_TRAINING } from '../../src/learn/options.js';
import { flatten, initialized, kernelsOf, slotsOf, unflatten } from '../../src/learn/parameters.js';
import { prune } from '../../src/learn/prune.js';
import type { Samples } from '../../src/learn/samples.js';
import { loadTensorflow, type Tf } from '../../src/learn/tensorflow.js';
import { sizeOf } from '../../src/network/tensor.js';

const random = new Random(4, 'graph');

const tensor = (...shape: readonly number[]): FloatTensor => ({
  shape,
  values: Float64Array.from({ length: sizeOf({ shape }) }, () => Math.fround(0.6 * random.normal())),
});
const numbers = (count: number) => tensor(count).values;

const conv = (name: string, kernel: FloatTensor, more: object = {}) => ({
  kind: 'conv2d',
  name,
  kernel,
  bias: numbers(kernel.shape[3]),
  strides: [1, 1],
  padding: 'valid',
  dilation: [1, 1],
  groups: 1,
  activation: 'linear',
  ...more,
});
const dense = (name: string, inputs: number, units: number, activation: FloatActivation = 'linear') => ({
  kind: 'dense',
  name,
  kernel: tensor(inputs, units),
  bias: numbers(units),
  activation,
});
const pool = (kind: 'max_pool' | 'average_pool', more: object = {}) => ({
  kind,
  name: kind,
  window: [2, 2],
  strides: [1, 1],
  padding: 'same',
  ...(kind === 'average_pool' && { countPadding: false, activation: 'linear' }),
  ...more,
});
const move = (name: string, wanted: object) => ({ kind: 'move', name, move: wanted });
const flat = (size: number) => move('flat', { kind: 'reshape', shape: [size] });
const curve = (name: string, ...parameters: number[]) => ({ kind: 'curve', curve: name, parameters });
const activation = (of: unknown, name = 'act') => ({ kind: 'activation', name, activation: of });
const batchNorm = (channels: number) => ({
  kind: 'batch_norm',
  name: 'norm',
  gamma: numbers(channels),
  beta: numbers(channels),
  mean: numbers(channels),
  variance: numbers(channels).map((value) => Math.fround(value * value + 0.5)),
  epsilon: 0.001,
});

const network = (shape: readonly number[], ...layers: object[]): FloatNetwork => ({
  name: 'net',
  input: { shape },
  layers: layers as FloatLayer[],
  head: 'values',
});

const MAP = [5, 6, 4];
const LEAKY = { kind: 'leaky_relu', multiplier: 1, shift: 2 };

const NETWORKS: Readonly<Record<string, FloatNetwork>> = {
  dense: network([7], dense('one', 7, 5, 'relu'), dense('two', 5, 3)),
  conv2d: network(
    MAP,
    conv('a', tensor(3, 3, 4, 5), { strides: [2, 2], padding: 'same', activation: 'relu' }),
  ),
  'conv2d with its own padding': network(MAP, conv('a', tensor(2, 3, 4, 3), { padding: [1, 0, 2, 1] })),
  'conv2d, dilated': network(MAP, conv('a', tensor(2, 2, 4, 3), { dilation: [2, 3], padding: 'same' })),
  'conv2d in groups': network(MAP, conv('a', tensor(3, 3, 2, 6), { groups: 2 })),
  'conv2d by channels': network(
    MAP,
    conv('a', tensor(3, 3, 1, 8), { groups: 4, strides: [2, 2], padding: 'same' }),
  ),
  max_pool: network(MAP, pool('max_pool')),
  average_pool: network(MAP, pool('average_pool')),
  'average_pool that counts padding': network(
    MAP,
    pool('average_pool', { countPadding: true, padding: [1, 0, 1, 1], strides: [2, 2] }),
  ),
  batch_norm: network(MAP, batchNorm(4)),
  scale: network(MAP, {
    kind: 'scale',
    name: 's',
    factors: numbers(4),
    offsets: numbers(4),
    activation: 'relu',
  }),
  'add and concat': network(
    MAP,
    { ...conv('a', tensor(1, 1, 4, 3)), from: ['input'] },
    { ...conv('b', tensor(1, 1, 4, 3)), from: ['input'] },
    { kind: 'add', name: 'sum', from: ['a', 'b'], signs: [1, -1], activation: 'relu' },
    { kind: 'concat', name: 'both', from: ['sum', 'a'], axis: 2 },
  ),
  move: network(
    MAP,
    move('crop', { kind: 'crop', begin: [1, 0, 0], end: [5, 6, 3] }),
    move('pad', { kind: 'pad', before: [0, 1, 0], after: [1, 0, 1] }),
    move('turn', { kind: 'permute', axes: [2, 0, 1] }),
    flat(4 * 5 * 7),
  ),
  upsample: network([2, 3, 4], { kind: 'upsample', name: 'up', factors: [2, 3] }),
  ...Object.fromEntries(
    [
      LEAKY,
      { kind: 'clip', bound: 1 },
      { kind: 'slopes', slopes: [0.1] },
      { kind: 'slopes', slopes: [0.1, 0.2, 0.3, 0.4] },
      { kind: 'clamp', low: -0.5, high: 1 },
      { kind: 'clamp', high: 1 },
      curve('sigmoid'),
      curve('tanh'),
      curve('hard_sigmoid', 0.2, 0.5),
      curve('hard_swish'),
      curve('silu'),
      curve('elu', 0.7),
      curve('selu', 1.7, 1.1),
      curve('gelu'),
      curve('gelu_tanh'),
      curve('mish'),
      curve('softplus'),
      curve('softsign'),
      ...(['TRN', 'RND', 'RND_CONV'] as const).map((rounding) => ({
        kind: 'table' as const,
        step: 1 / 8,
        lowest: -5,
        rounding,
        values: Array.from({ length: 12 }, (_, at) => Math.sin(at)),
      })),
    ].map((of) => [`activation ${JSON.stringify(of)}`, network(MAP, activation(of))]),
  ),
};

let tf: Tf;
beforeAll(async () => {
  ({ tf } = await loadTensorflow('wasm'));
});

const tensorOf = (values: ArrayLike<number>, shape: readonly number[]): Tensor =>
  tf.tensor(Float32Array.from(values), [...shape]);

describe('a graph in training', () => {
  it('has every kind of layer', () => {
    expect(TRAINED_KINDS.map(({ kind }) => kind)).toEqual(FLOAT_KINDS.map(({ kind }) => kind));
  });

  it.each(Object.keys(NETWORKS))('computes what the network means: %s', (name) => {
    const net = NETWORKS[name];
    checkFloatNetwork(net);
    const batch = tensor(2, ...net.input.shape);
    const wanted = floatModel(net)(batch.values, 2).at(-1)!;
    const got = tf.tidy(() =>
      forwardPass(tf, net)(tf.tensor1d(flatten(net)), tensorOf(batch.values, batch.shape)).dataSync(),
    );
    expect(got).toHaveLength(wanted.length);
    wanted.forEach((value, at) => {
      expect(Math.abs(got[at] - value)).toBeLessThan(2e-5);
    });
  });

  it.each(Object.keys(NETWORKS))('has the gradient of its inputs and numbers: %s', (name) => {
    const net = NETWORKS[name];
    const batch = tensor(1, ...net.input.shape);
    const model = (parameters: Float32Array, values: ArrayLike<number>) =>
      floatModel(unflatten(net, parameters))(values, 1).at(-1)!;
    const factors = numbers(model(flatten(net), batch.values).length);
    const lossAt = (parameters: Float32Array, values: ArrayLike<number>) =>
      model(parameters, values).reduce((sum, value, at) => sum + value * factors[at], 0);
    const forward = forwardPass(tf, net);
    const loss = (values: Tensor, parameters: Tensor) =>
      tf.sum(tf.mul(forward(parameters as Tensor1D, values), tensorOf(factors, [1, factors.length])));
    const points = [tensorOf(batch.values, batch.shape), tf.tensor1d(flatten(net))];
    // TensorFlow.js has no gradient by what an operation does not read.
    const hasNumbers = slotsOf(net).length > 0;
    const of = hasNumbers ? loss : (values: Tensor) => loss(values, points[1]);
    const [byInputs, byParameters = new Float32Array()] = tf.tidy(() =>
      tf
        .grads(of as never)(hasNumbers ? points : points.slice(0, 1))
        .map((gradient) => gradient.dataSync<'float32'>()),
    );
    const step = 2 ** -12;
    const expectSlopes = (got: Float32Array, of: (at: number, change: number) => number) =>
      got.forEach((slope, at) => {
        const difference = (of(at, step) - of(at, -step)) / (2 * step);
        expect(Math.abs(slope - difference)).toBeLessThan(2e-3 * (1 + Math.abs(slope)));
      });
    const moved = (values: ArrayLike<number>, at: number, change: number) =>
      Float32Array.from({ length: values.length }, (_, index) => values[index] + (index === at ? change : 0));
    expectSlopes(byInputs, (at, change) => lossAt(flatten(net), moved(batch.values, at, change)));
    expectSlopes(byParameters, (at, change) => lossAt(moved(flatten(net), at, change), batch.values));
  });
});

/** Images of two kinds: a bright bar lies or stands, anywhere. */
function bars(count: number): Samples {
  const labels = Array.from({ length: count }, (_, at) => at % 2);
  const features = labels.map((label) => {
    const place = random.integer(0, 7);
    return Array.from({ length: 64 }, (_, at) => {
      const isBar = (label === 0 ? Math.floor(at / 8) : at % 8) === place;
      return (isBar ? 1 : 0) + 0.2 * random.float();
    });
  });
  return { features, labels, classes: ['lying', 'standing'] };
}

const student: FloatNetwork = {
  ...network(
    [8, 8, 1],
    conv('conv', tensor(3, 3, 1, 4), { strides: [2, 2], padding: 'same', activation: LEAKY }),
    {
      ...batchNorm(4),
      gamma: new Float64Array(4).fill(1),
      mean: new Float64Array(4),
      variance: new Float64Array(4).fill(1),
    },
    pool('max_pool'),
    flat(64),
    dense('logit', 64, 1),
  ),
  head: 'binary',
};

describe('training a graph', () => {
  const samples = bars(96);
  const training = (seed = 1) => ({
    task: 'test',
    start: unflatten(student, initialized(student, new Random(seed, 'weights'))),
    samples,
    objective: crossEntropy(samples, 'binary'),
    options: { ...DEFAULT_TRAINING, epochs: 60, batchSize: 16, learningRate: 0.01, dropout: { conv: 0.1 } },
  });

  it('learns images, to the same bytes from the same seed', async () => {
    const [first, second] = [await train(training()), await train(training())];
    expect(first.history.at(-1)!.accuracy).toBeGreaterThan(0.95);
    expect(flatten(second.network)).toEqual(flatten(first.network));
    expect(second.history).toEqual(first.history);
  });

  it('counts the statistics of batches, which no gradient moves', async () => {
    const { start } = training();
    const { network: trained } = await train(training());
    const counted = slotsOf(start).filter(({ role }) => role === 'statistics');
    expect(counted.map(({ member }) => member)).toEqual(['mean', 'variance']);
    for (const { offset, size } of counted) {
      const part = (of: FloatNetwork) => flatten(of).subarray(offset, offset + size);
      expect(part(trained)).not.toEqual(part(start));
    }
  });

  it('prunes kernels of every kind, to what each layer shall have', async () => {
    const { network: trained } = await train(training());
    const options = {
      epochs: 6,
      batchSize: 16,
      frequency: 5,
      finalSparsity: [0.5, 0.75],
      holdOut: 0,
      dropout: 0,
    };
    const pruned = await prune(trained, samples, options);
    const kept = kernelsOf(pruned.network).map(({ offset, size }) =>
      flatten(pruned.network)
        .subarray(offset, offset + size)
        .reduce((count, value) => count + +(value !== 0), 0),
    );
    expect(kept).toEqual([18, 16]);
  });

  it('draws kernels as Keras does, and leaves the other numbers as they are', () => {
    const drawn = unflatten(student, initialized(student, new Random(1, 'weights')));
    const [first, last] = kernelsOf(drawn).map(({ offset, size }) =>
      flatten(drawn).subarray(offset, offset + size),
    );
    const largest = (values: Float32Array) => Math.max(...values.map(Math.abs));
    const [conved, densed] = [Math.sqrt(6 / (9 + 36)), Math.sqrt(6 / (64 + 1))];
    expect(largest(first)).toBeLessThanOrEqual(conved);
    expect(largest(first)).toBeGreaterThan(0.85 * conved);
    expect(largest(last)).toBeLessThanOrEqual(densed);
    expect(largest(last)).toBeGreaterThan(0.85 * densed);
    expect(drawn.layers[1]).toEqual(student.layers[1]);
  });
});
