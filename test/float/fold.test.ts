import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import type { FloatActivation } from '../../src/float/activation.js';
import { checkFloatNetwork } from '../../src/float/check.js';
import { foldNetwork } from '../../src/float/fold.js';
import { floatModel } from '../../src/float/model.js';
import type { FloatLayer, FloatNetwork } from '../../src/float/types.js';

const random = new Random(3, 'fold');
const numbers = (count: number) => Float64Array.from({ length: count }, () => random.normal());

type Loose = FloatLayer & Record<string, unknown>;
const network = (shape: readonly number[], layers: readonly Loose[]): FloatNetwork => ({
  name: 'net',
  input: { shape },
  layers,
  head: 'values',
});

const conv = (name: string, depth: number, channels: number, more: object = {}): Loose => ({
  kind: 'conv2d',
  name,
  kernel: { shape: [2, 2, depth, channels], values: numbers(4 * depth * channels) },
  bias: numbers(channels),
  strides: [1, 1],
  padding: 'same',
  dilation: [1, 1],
  groups: 1,
  activation: 'linear',
  ...more,
});
const dense = (name: string, inputs: number, units: number): Loose => ({
  kind: 'dense',
  name,
  kernel: { shape: [inputs, units], values: numbers(inputs * units) },
  bias: numbers(units),
  activation: 'linear',
});
const norm = (name: string, channels: number): Loose => ({
  kind: 'batch_norm',
  name,
  gamma: numbers(channels),
  beta: numbers(channels),
  mean: numbers(channels),
  variance: numbers(channels).map((value) => value ** 2 + 0.5),
  epsilon: 1e-3,
});
const act = (name: string, activation: FloatActivation): Loose => ({ kind: 'activation', name, activation });
const pool = (name: string): Loose => ({
  kind: 'max_pool',
  name,
  window: [2, 2],
  strides: [2, 2],
  padding: 'valid',
});
const flat = (name: string, size: number): Loose => ({
  kind: 'move',
  name,
  move: { kind: 'reshape', shape: [size] },
});

const isClose = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && a.every((value, at) => Math.abs(value - b[at]) < 1e-11);

const KEPT = ['dense', 'conv2d', 'max_pool', 'average_pool', 'add', 'concat', 'move', 'upsample'];

describe('a folded network', () => {
  it.each<[string, readonly number[], readonly Loose[], string, string]>([
    [
      'batch norm and activation behind a convolution',
      [4, 4, 2],
      [conv('conv', 2, 3), norm('norm', 3), act('relu', 'relu')],
      'conv',
      'norm>conv relu>conv',
    ],
    ['batch norm before a dense layer', [3], [norm('norm', 3), dense('dense', 3, 2)], 'dense', 'norm>dense'],
    [
      'batch norm before a convolution without padding, in groups',
      [4, 4, 4],
      [norm('norm', 4), conv('conv', 2, 4, { padding: 'valid', groups: 2 })],
      'conv',
      'norm>conv',
    ],
    [
      'batch norm before a padded convolution',
      [4, 4, 2],
      [norm('norm', 2), conv('conv', 2, 3)],
      'norm conv',
      'norm>norm',
    ],
    [
      'a limit behind a ReLU',
      [4, 4, 2],
      [conv('conv', 2, 3), act('relu', 'relu'), pool('pool'), act('limit', { kind: 'clip', bound: 0.5 })],
      'conv pool',
      'relu>conv limit>conv',
    ],
    [
      'an activation behind a pool and a list',
      [4, 4, 2],
      [conv('conv', 2, 3), pool('pool'), flat('flat', 12), act('relu', { kind: 'slopes', slopes: [0.2] })],
      'conv pool flat',
      'relu>conv',
    ],
    [
      'an activation that does not rise, behind a pool',
      [4, 4, 2],
      [
        conv('conv', 2, 3),
        pool('pool'),
        act('swish', { kind: 'curve', curve: 'hard_swish', parameters: [] }),
      ],
      'conv pool swish',
      'swish>swish',
    ],
    [
      'a batch norm of what two layers read',
      [4, 4, 2],
      [
        conv('conv', 2, 2),
        norm('norm', 2),
        { ...act('relu', 'relu'), from: ['norm'] },
        { kind: 'add', name: 'sum', from: ['norm', 'relu', 'conv'], signs: [1, 1, -1], activation: 'linear' },
      ],
      'conv norm relu sum',
      'norm>norm relu>relu',
    ],
    [
      'two in a row, and one on a list',
      [3],
      [norm('one', 3), norm('two', 3), act('tanh', { kind: 'curve', curve: 'tanh', parameters: [] })],
      'one',
      'two>one tanh>one one>one',
    ],
  ])('%s', (_, shape, layers, names, folded) => {
    const whole = network(shape, layers);
    checkFloatNetwork(whole);
    const { network: lesser, foldings, origins } = foldNetwork(whole);
    checkFloatNetwork(lesser);
    expect(lesser.layers.every(({ kind }) => KEPT.includes(kind))).toBe(true);
    expect(lesser.layers.map(({ name }) => name).join(' ')).toBe(names);
    expect(foldings.map(({ layer, into }) => `${layer}>${into}`).join(' ')).toBe(folded);
    const features = numbers(3 * shape.reduce((size, length) => size * length, 1));
    const [before, after] = [whole, lesser].map((one) => floatModel(one)(features, 3));
    expect(isClose(after.at(-1)!, before.at(-1)!)).toBe(true);
    expect(origins.has(lesser.layers.at(-1)!.name)).toBe(true);
    for (const [name, origin] of origins) {
      const [now, then] = [lesser.layers, whole.layers].map((all, at) =>
        all.findIndex((layer) => layer.name === [name, origin][at]),
      );
      expect(isClose(after[now], before[then])).toBe(true);
    }
  });
});
