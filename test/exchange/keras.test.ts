import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { Attribute, type Dataset, type Group, File as Hdf5File, ready } from 'h5wasm/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { importNetwork } from '../../src/exchange/importers/index.js';
import { exportKeras } from '../../src/exchange/keras/export.js';
import { realNetwork } from '../../src/exchange/keras/real.js';
import { writeTfjsModel } from '../../src/exchange/tfjs.js';
import { printFormat } from '../../src/fixed/format.js';
import type { FloatActivation } from '../../src/float/activation.js';
import { checkFloatNetwork } from '../../src/float/check.js';
import { foldNetwork } from '../../src/float/fold.js';
import { FLOAT_KINDS } from '../../src/float/layers/index.js';
import { floatModel } from '../../src/float/model.js';
import type { FloatLayer, FloatNetwork } from '../../src/float/types.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { DEFAULT_QUANTIZATION } from '../../src/quantize/options.js';
import { quantizeNetwork } from '../../src/quantize/widths.js';
import { messageOf } from '../support/messages.js';

const random = new Random(14, 'keras export');
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-keras-export-'));
  await tf.setBackend('cpu');
  await ready;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Numbers that 32 bits hold. */
const numbers = (count: number) =>
  Float64Array.from({ length: count }, () => Math.fround(random.normal() * 0.5));
type Loose = FloatLayer & Record<string, unknown>;

const conv = (name: string, depth: number, channels: number, more: object = {}): Loose => ({
  kind: 'conv2d',
  name,
  kernel: { shape: [3, 3, depth, channels], values: numbers(9 * depth * channels) },
  bias: numbers(channels),
  strides: [1, 1],
  padding: 'same',
  dilation: [1, 1],
  groups: 1,
  activation: 'relu',
  ...more,
});
const dense = (
  name: string,
  inputs: number,
  units: number,
  activation: FloatActivation = 'linear',
): Loose => ({
  kind: 'dense',
  name,
  kernel: { shape: [inputs, units], values: numbers(inputs * units) },
  bias: numbers(units),
  activation,
});
const moved = (name: string, move: object): Loose => ({ kind: 'move', name, move });
const net = (shape: number[], layers: Loose[], head: FloatNetwork['head'] = 'values'): FloatNetwork => {
  const network = { name: 'written', input: { shape }, layers, head };
  checkFloatNetwork(network);
  return network;
};

/** Of every kind of layer, and every activation that Keras has. */
const NETWORKS: Readonly<Record<string, () => FloatNetwork>> = {
  'a chain of dense layers': () =>
    net(
      [4],
      [
        dense('first', 4, 5, { kind: 'curve', curve: 'tanh', parameters: [] }),
        dense('second', 5, 3, { kind: 'clip', bound: 2 }),
        dense('last', 3, 2),
      ],
    ),
  'activations that take layers': () =>
    net(
      [4],
      [
        dense('leaky', 4, 5, { kind: 'leaky_relu', multiplier: 1, shift: 3 }),
        dense('slopes', 5, 3, { kind: 'slopes', slopes: [0.5, -0.25, 0.125] }),
        { kind: 'activation', name: 'elu', activation: { kind: 'curve', curve: 'elu', parameters: [1] } },
        dense('last', 3, 2, { kind: 'slopes', slopes: [0.25] }),
      ],
    ),
  'convolutions, pools and moves': () =>
    net(
      [6, 5, 2],
      [
        conv('same', 2, 3),
        conv('depthwise', 1, 6, {
          groups: 3,
          padding: 'valid',
          activation: { kind: 'slopes', slopes: [1, 2, 3, 4, 5, 6] },
        }),
        { kind: 'batch_norm', name: 'norm', ...normOf(6), epsilon: 0.01 },
        { kind: 'scale', name: 'scale', factors: numbers(6), offsets: numbers(6), activation: 'relu' },
        { kind: 'upsample', name: 'up', factors: [2, 1] },
        moved('pad', { kind: 'pad', before: [1, 0, 0], after: [0, 2, 0] }),
        conv('padded', 6, 2, { padding: [1, 0, 2, 0], strides: [2, 1], activation: 'linear' }),
        { kind: 'max_pool', name: 'most', window: [2, 2], strides: [1, 1], padding: 'same' },
        moved('crop', { kind: 'crop', begin: [1, 0, 0], end: [3, 3, 2] }),
        averagePool('mean', { window: [2, 2], activation: 'relu' }),
        moved('turn', { kind: 'permute', axes: [2, 1, 0] }),
        moved('flat', { kind: 'reshape', shape: [4] }),
        dense('last', 4, 2),
      ],
    ),
  'branches, and a list that becomes a map': () =>
    net(
      [8],
      [
        moved('map', { kind: 'reshape', shape: [2, 2, 2] }),
        conv('a', 2, 2, { from: ['map'] }),
        conv('b', 2, 2, { from: ['map'], activation: 'linear' }),
        { kind: 'add', name: 'difference', from: ['a', 'b'], signs: [1, -1], activation: 'relu' },
        {
          kind: 'add',
          name: 'sum',
          from: ['difference', 'map', 'b'],
          signs: [1, 1, 1],
          activation: 'linear',
        },
        { kind: 'concat', name: 'both', from: ['sum', 'a'], axis: 2 },
        moved('flat', { kind: 'reshape', shape: [16] }),
        dense('last', 16, 3),
      ],
    ),
};

function normOf(channels: number) {
  const variance = numbers(channels).map((value) => Math.fround(value ** 2 + 0.5));
  return { gamma: numbers(channels), beta: numbers(channels), mean: numbers(channels), variance };
}

function averagePool(name: string, more: object): Loose {
  return { kind: 'average_pool', name, strides: [1, 1], padding: 'valid', countPadding: false, ...more };
}

/** Files that we write, by their names. */
const FORMATS: Readonly<Record<string, (network: FloatNetwork) => string>> = {
  'model.h5': (network) => {
    const file = path.join(folder, 'model.h5');
    writeFileSync(file, exportKeras(network));
    return file;
  },
  'model.json': (network) => {
    for (const [name, content] of writeTfjsModel(network)) writeFileSync(path.join(folder, name), content);
    return path.join(folder, 'model.json');
  },
};

it('every kind of layer is among them', () => {
  const kinds = Object.values(NETWORKS).flatMap((make) => make().layers.map(({ kind }) => kind));
  expect(new Set(kinds)).toEqual(new Set(FLOAT_KINDS.map(({ kind }) => kind)));
});

describe.each(Object.entries(NETWORKS))('%s', (_, make) => {
  const inputsFor = ({ input }: FloatNetwork) => numbers(input.shape.reduce((a, b) => a * b, 1));
  const outputsOf = (network: FloatNetwork, inputs: Float64Array) =>
    Array.from(floatModel(network)(inputs).at(-1)!);

  it.each(Object.entries(FORMATS))('comes back from %s', (__, write) => {
    const network = make();
    const file = write(network);
    const inputs = inputsFor(network);
    const [got, wanted] = [importNetwork(file).network, network].map((one) => outputsOf(one, inputs));
    got.forEach((value, at) => {
      expect(value).toBeCloseTo(wanted[at], 12);
    });
  });

  it('is what TensorFlow.js computes', async () => {
    const network = make();
    const files = writeTfjsModel(network);
    const { modelTopology, weightsManifest } = JSON.parse(files.get('model.json') as string);
    const weightData = (files.get('weights.bin') as Uint8Array<ArrayBuffer>).buffer;
    const artifacts = { modelTopology, weightSpecs: weightsManifest[0].weights, weightData };
    const model = await loadLayersModel(tf.io.fromMemory(artifacts));
    const inputs = inputsFor(network);
    const predicted = model.predict(tf.tensor(Array.from(inputs), [1, ...network.input.shape])) as tf.Tensor;
    const wanted = predicted.dataSync();
    outputsOf(network, inputs).forEach((value, at) => {
      expect(Math.abs(value - wanted[at])).toBeLessThan(1e-4);
    });
  });
});

it("HDF5's own library reads what is written", () => {
  const network = NETWORKS['a chain of dense layers']();
  const file = path.join(folder, 'read.h5');
  writeFileSync(file, exportKeras({ ...network, name: 'Schlößchen' }));
  const root = new Hdf5File(file, 'r');
  const config = JSON.parse(root.attrs.model_config.value as string);
  expect(config).toMatchObject({ class_name: 'Sequential', config: { name: 'Schlößchen' } });
  const group = root.get('model_weights/first') as Group;
  expect(group.attrs.weight_names).toBeInstanceOf(Attribute);
  expect(group.attrs.weight_names.value).toEqual(['first/kernel:0', 'first/bias:0']);
  const kernel = root.get('model_weights/first/first/kernel:0') as Dataset;
  expect(kernel.shape).toEqual([4, 5]);
  expect(kernel.value).toEqual(
    Float32Array.from((network.layers[0] as Loose & { kernel: { values: Float64Array } }).kernel.values),
  );
  root.close();
});

it('the same network gives the same bytes', () => {
  const network = NETWORKS['branches, and a list that becomes a map']();
  expect(exportKeras(network)).toEqual(exportKeras(structuredClone(network)));
});

/** The formats of a network, as a configuration states them. */
function statedBy({ input, layers }: QuantizedNetwork) {
  const stated = layers.flatMap((layer) => {
    const { kernel, bias, output } = layer as unknown as Record<string, { formats: [] } | undefined> & {
      output?: 'exact' | { format: never }[];
    };
    const exits = output === 'exact' ? output : output?.map(({ format }) => printFormat(format));
    const formats = {
      ...(kernel === undefined ? {} : { weights: kernel.formats.map(printFormat) }),
      ...(bias === undefined ? {} : { bias: bias.formats.map(printFormat) }),
      ...(exits === undefined ? {} : { output: exits }),
    };
    return Object.keys(formats).length === 0 ? [] : [[layer.name, formats]];
  });
  return {
    ...DEFAULT_QUANTIZATION,
    input: printFormat(input.formats[0]),
    layers: Object.fromEntries(stated),
  };
}

/** With maps: a depthwise convolution, a residual connection, pools. */
const MAPS = (): FloatNetwork =>
  net(
    [4, 4, 2],
    [
      conv('conv', 2, 2),
      conv('depthwise', 1, 2, { groups: 2 }),
      conv('pointwise', 2, 2, { kernel: { shape: [1, 1, 2, 2], values: numbers(4) }, activation: 'linear' }),
      { kind: 'add', name: 'sum', from: ['pointwise', 'conv'], signs: [1, 1], activation: 'relu' },
      { kind: 'max_pool', name: 'most', window: [2, 2], strides: [2, 2], padding: 'valid' },
      averagePool('mean', { window: [2, 2], activation: 'linear' }),
      moved('flat', { kind: 'reshape', shape: [2] }),
      dense('last', 2, 3),
    ],
    'argmax',
  );

it.each(Object.entries(FORMATS))(
  'whole numbers leave as what they stand for, and come back from %s',
  (_, write) => {
    const config = { ...DEFAULT_QUANTIZATION, bits: 6, input: 'ufixed<4,0>' };
    const quantized = quantizeNetwork({ network: MAPS() }, [], config).network;
    const back = foldNetwork(importNetwork(write(realNetwork(quantized))).network).network;
    const again = quantizeNetwork({ network: back }, [], statedBy(quantized)).network;
    expect(again.layers).toEqual(quantized.layers);
    expect(again.head).toEqual(quantized.head);
  },
);

describe('what Keras has no layer for is refused', () => {
  it.each<[string, () => FloatNetwork, string]>([
    [
      'a limit below 0',
      () => net([2], [dense('a', 2, 2, { kind: 'clamp', low: -1, high: 1 })]),
      'layer a: got the activation clamp:-1:1, wanted another one, as Keras has it [exchange/keras-layer]',
    ],
    [
      'a padded pool',
      () =>
        net(
          [4, 4, 1],
          [{ kind: 'max_pool', name: 'a', window: [2, 2], strides: [1, 1], padding: [1, 1, 1, 1] }],
        ),
      'layer a: got a pool with padding of its own, wanted valid or same, as Keras has it [exchange/keras-layer]',
    ],
    [
      'a mean with its padding',
      () =>
        net(
          [4, 4, 1],
          [averagePool('a', { window: [2, 2], padding: 'same', countPadding: true, activation: 'linear' })],
        ),
      'layer a: got a mean that counts its padding, wanted one of what lies in the map, as Keras has it [exchange/keras-layer]',
    ],
    [
      'a list that is padded',
      () => net([2], [moved('a', { kind: 'pad', before: [1], after: [0] })]),
      'layer a: got a pad of channels or of a list, wanted one of rows and columns, as Keras has it [exchange/keras-layer]',
    ],
  ])('%s', (_, make, wanted) => {
    expect(messageOf(() => exportKeras(make()))).toBe(wanted);
  });

  it('a table of codes', () => {
    const network = net(
      [2],
      [dense('a', 2, 2, { kind: 'curve', curve: 'tanh', parameters: [] }), dense('b', 2, 1)],
    );
    const quantized = quantizeNetwork({ network }, [], {
      ...DEFAULT_QUANTIZATION,
      bits: 6,
      input: 'ufixed<4,0>',
    });
    expect(messageOf(() => exportKeras(realNetwork(quantized.network)))).toBe(
      'layer a: got the activation table of 256 numbers, wanted another one, as Keras has it [exchange/keras-layer]',
    );
  });
});
