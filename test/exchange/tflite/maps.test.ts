import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import type { ImportedIntegers } from '../../../src/exchange/importers/importer.js';
import { importFile, importNetwork } from '../../../src/exchange/importers/index.js';
import { exportTflite, type TfliteMode } from '../../../src/exchange/tflite/export.js';
import { floatKindOf } from '../../../src/float/layers/index.js';
import { withParameter } from '../../../src/float/layers/parts.js';
import { logitsOf } from '../../../src/float/model.js';
import type { FloatLayer, FloatNetwork } from '../../../src/float/types.js';
import { referenceModel } from '../../../src/network/reference.js';
import { newFolder } from '../../support/cli.js';
import { loadTflite } from '../../support/litert.js';
import { messageOf } from '../../support/messages.js';

const folder = newFolder('tflite-maps');
const random = new Random(12, 'tflite maps');

const conv = (name: string, size: readonly number[], more: object = {}) => ({
  kind: 'conv2d',
  name,
  kernel: { shape: size, values: new Float64Array(size.reduce((a, b) => a * b)) },
  bias: new Float64Array(size[3]),
  strides: [1, 1],
  padding: 'same',
  dilation: [1, 1],
  groups: 1,
  activation: 'relu',
  ...more,
});
const dense = (name: string, inputs: number, units: number) => ({
  kind: 'dense',
  name,
  kernel: { shape: [inputs, units], values: new Float64Array(inputs * units) },
  bias: new Float64Array(units),
  activation: 'linear',
});
const mean = { kind: 'average_pool', name: 'mean', window: [2, 2], strides: [2, 2], activation: 'linear' };
const move = (name: string, wanted: object) => ({ kind: 'move', name, move: wanted });
const flat = (size: number) => move('flat', { kind: 'reshape', shape: [size] });

/** Layers of a map of 6 x 5 x 2, with random weights. */
function networkOf(layers: readonly object[], head: FloatNetwork['head'] = 'values'): FloatNetwork {
  const weighted = (layers as FloatLayer[]).map((layer) =>
    floatKindOf(layer)
      .parameters(layer)
      .reduce(
        (one, { member, values }) =>
          withParameter(
            one,
            member,
            values.map(() => random.normal() / 2),
          ),
        layer,
      ),
  );
  return { name: 'net', input: { shape: [6, 5, 2] }, layers: weighted, head };
}

const CASES: Readonly<Record<string, readonly object[]>> = {
  'a convolution': [conv('a', [3, 3, 2, 4])],
  'strides, dilation, padding of its own': [
    conv('a', [3, 2, 2, 3], { strides: [2, 1], padding: [2, 0, 1, 1] }),
    conv('b', [2, 2, 3, 3], { dilation: [2, 1], padding: 'valid', activation: 'linear' }),
  ],
  'a convolution for each channel': [
    conv('a', [3, 3, 1, 4], { groups: 2, activation: { kind: 'clip', bound: 6 } }),
  ],
  'two kernels for each channel, dilation and uneven padding': [
    conv('a', [2, 3, 1, 4], { groups: 2, padding: [1, 0, 2, 0], dilation: [2, 1] }),
    conv('b', [3, 3, 1, 4], { groups: 4, dilation: [1, 1], strides: [2, 2], activation: 'linear' }),
  ],
  'a mean over the whole map, behind a maximum over most of it': [
    conv('a', [3, 3, 2, 3]),
    { kind: 'max_pool', name: 'max', window: [3, 2], strides: [1, 1], padding: 'valid' },
    { ...mean, window: [4, 4], strides: [1, 1], padding: 'valid', countPadding: false },
    flat(3),
    dense('last', 3, 2),
  ],
  'leaky rectifiers': [
    conv('a', [3, 3, 2, 3], { activation: { kind: 'leaky_relu', multiplier: 13, shift: 6 } }),
    conv('b', [1, 1, 3, 2], { activation: { kind: 'slopes', slopes: [0.3] } }),
    {
      kind: 'add',
      name: 'sum',
      from: ['b', 'input'],
      signs: [1, 1],
      activation: { kind: 'leaky_relu', multiplier: 1, shift: 3 },
    },
    flat(60),
    { ...dense('last', 60, 3), activation: { kind: 'leaky_relu', multiplier: 1, shift: 2 } },
  ],
  pools: [
    conv('a', [1, 1, 2, 3]),
    { kind: 'max_pool', name: 'max', window: [2, 2], strides: [1, 1], padding: 'same' },
    { ...mean, padding: 'same', countPadding: false },
  ],
  'a mean that counts padding': [
    { ...mean, padding: [1, 1, 1, 0], countPadding: true },
    conv('a', [1, 1, 2, 2]),
  ],
  'a residual connection, and a difference': [
    conv('a', [3, 3, 2, 2]),
    { kind: 'add', name: 'sum', from: ['a', 'input'], signs: [1, 1], activation: 'relu' },
    { kind: 'add', name: 'less', from: ['input', 'sum'], signs: [-1, 1], activation: 'linear' },
  ],
  'channels beside one another, enlarged, cropped and padded': [
    conv('a', [1, 1, 2, 2]),
    { kind: 'concat', name: 'both', from: ['a', 'input'], axis: 2 },
    { kind: 'upsample', name: 'large', factors: [2, 3] },
    move('part', { kind: 'crop', begin: [1, 2, 0], end: [9, 11, 3] }),
    move('around', { kind: 'pad', before: [1, 0, 0], after: [0, 2, 0] }),
    conv('b', [2, 2, 3, 2]),
  ],
  'limits, functions and a wide map beside one another': [
    conv('a', [1, 1, 2, 2], { activation: { kind: 'clamp', low: -0.25, high: 0.5 } }),
    conv('b', [1, 1, 2, 2], {
      from: ['input'],
      activation: { kind: 'curve', curve: 'sigmoid', parameters: [] },
    }),
    conv('c', [1, 1, 2, 2], {
      from: ['input'],
      activation: { kind: 'curve', curve: 'tanh', parameters: [] },
    }),
    { kind: 'concat', name: 'all', from: ['a', 'b', 'c', 'input'], axis: 2 },
  ],
  'functions whose codes are fixed, moved and chosen of': [
    conv('a', [1, 1, 2, 2], { activation: { kind: 'curve', curve: 'sigmoid', parameters: [] } }),
    conv('b', [1, 1, 2, 2], {
      from: ['input'],
      activation: { kind: 'curve', curve: 'sigmoid', parameters: [] },
    }),
    { kind: 'concat', name: 'both', from: ['a', 'b'], axis: 2 },
    { kind: 'max_pool', name: 'max', window: [2, 2], strides: [1, 1], padding: 'same' },
    conv('c', [2, 2, 4, 3], { padding: 'valid' }),
  ],
  'axes in another order, and a list': [
    move('turned', { kind: 'permute', axes: [2, 0, 1] }),
    flat(60),
    dense('last', 60, 4),
  ],
  'a batch norm': [
    conv('a', [3, 3, 2, 3], { activation: 'linear' }),
    {
      kind: 'scale',
      name: 'norm',
      factors: Float64Array.of(0.5, 2, -1),
      offsets: Float64Array.of(1, 0, -1),
      activation: 'relu',
    },
    flat(90),
    dense('last', 90, 3),
  ],
};

const rows = (count: number) =>
  Array.from({ length: count }, () => Array.from({ length: 60 }, () => random.normal()));

describe.each(Object.entries(CASES))('%s', (_, layers) => {
  it.each<[TfliteMode, number]>([
    ['float32', 1e-5],
    ['float16', 2e-3],
    ['dynamic', 0.05],
  ])('gives in LiteRT what the network gives: %s', async (mode, bound) => {
    const network = networkOf(layers);
    const run = logitsOf(network);
    const model = await loadTflite(exportTflite(network, { mode }).bytes);
    for (const row of rows(5)) {
      const wanted = run(row.map(Math.fround));
      const most = Math.max(1, ...wanted.map(Math.abs));
      (await model.run(row)).forEach((value, at) => {
        expect(Math.abs(value - wanted[at]) / most).toBeLessThan(bound);
      });
    }
    model.delete();
  });

  it('gives in LiteRT, in int8, the codes that the reference gives when it is read back', async () => {
    const network = networkOf(layers);
    const calibration = rows(20);
    const { bytes, graph } = exportTflite(network, { mode: 'int8', calibration });
    const file = path.join(folder, 'net.tflite');
    writeFileSync(file, bytes);
    const { integers, meanings } = importFile(file) as unknown as ImportedIntegers;
    const run = referenceModel(integers);
    const { offset } = meanings.at(-1)!;
    const model = await loadTflite(bytes);
    for (let sample = 0; sample < 20; sample++) {
      const codes = Array.from({ length: 60 }, () => random.integer(-128, 127));
      expect(run(codes).outputs.map((code) => code + offset)).toEqual(await model.run(codes));
    }
    const { scales, zeroPoint } = graph.tensors[graph.input].quantization!;
    const output = graph.tensors[graph.output].quantization!;
    const values = logitsOf(network);
    const wanted = values(calibration[0]);
    const codes = calibration[0].map((value) =>
      Math.min(Math.max(Math.round(value / scales[0]) + zeroPoint, -128), 127),
    );
    const most = Math.max(1, ...wanted.map(Math.abs));
    (await model.run(codes)).forEach((code, at) => {
      expect(Math.abs(output.scales[0] * (code - output.zeroPoint) - wanted[at]) / most).toBeLessThan(0.15);
    });
    model.delete();
  });

  it('is the same network when the floats are read back', () => {
    const network = networkOf(layers);
    const file = path.join(folder, 'float.tflite');
    writeFileSync(file, exportTflite(network, { mode: 'float32' }).bytes);
    const [before, after] = [network, importNetwork(file).network].map((one) => logitsOf(one));
    for (const row of rows(3)) {
      const wanted = before(row);
      after(row).forEach((value, at) => {
        expect(Math.abs(value - wanted[at])).toBeLessThan(1e-5 * Math.max(1, Math.abs(wanted[at])));
      });
    }
  });
});

it('a softmax stands behind logits, and floats enter and leave int8', async () => {
  const network = networkOf([conv('a', [3, 3, 2, 2]), flat(60), dense('last', 60, 3)], 'argmax');
  const calibration = rows(10);
  const { bytes } = exportTflite(network, { mode: 'int8', ends: 'float32', calibration });
  const model = await loadTflite(bytes);
  expect(model.takesCodes).toBe(false);
  const given = await model.run(calibration[0]);
  expect(given.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 1);
  model.delete();
});

it('a mean that TFLite has no operator for is refused with the layer, and what works', () => {
  const pool = { ...mean, strides: [1, 1], padding: [1, 1, 1, 1], countPadding: false };
  expect(messageOf(() => exportTflite(networkOf([pool]), { mode: 'float32' }))).toBe(
    'layer mean: got a mean without its padding, which begins before half of the window lies on the map, wanted less padding, or a mean that counts it: no other is written as TFLite [exchange/tflite-layer]',
  );
});
