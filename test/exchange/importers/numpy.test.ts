import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ImportOptions } from '../../../src/exchange/importers/importer.js';
import { importNetwork } from '../../../src/exchange/importers/index.js';
import { floatModel } from '../../../src/float/model.js';
import { newFolder } from '../../support/cli.js';
import { messageOf } from '../../support/messages.js';
import { npyFile, npzFile } from '../../support/numpy.js';

const folder = newFolder('numpy');
function imported(bytes: Uint8Array, options: ImportOptions = {}) {
  const file = path.join(folder, 'net.npz');
  writeFileSync(file, bytes);
  return importNetwork(file, options);
}
const RELU: ImportOptions = { activations: { all: 'relu' } };
const refusal = (bytes: Uint8Array, options?: ImportOptions) =>
  messageOf(() => imported(bytes, options)).replaceAll(folder, '');

const w1 = { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] };
const b1 = { shape: [3], values: [0.5, -0.5, 0.25] };
const w2 = { shape: [3, 1], values: [1, -1, 2] };
const b2 = { shape: [1], values: [-2] };
const turned = { shape: [3, 2], values: [1, 4, 2, 5, 3, 6] };
const row = { shape: [1, 3], values: w2.values };

describe('arrays of a perceptron', () => {
  it.each([
    [
      'called as CSV files are',
      { w2, b2, w1, b1: { shape: [1, 3], values: b1.values } },
      ['layer1', 'layer2'],
    ],
    [
      'called as by Keras',
      { 'dense/kernel:0': w1, 'dense/bias:0': b1, 'out/kernel:0': w2, 'out/bias:0': b2 },
      ['dense', 'out'],
    ],
    ['one after the other', { arr_0: w1, arr_1: b1, arr_2: w2, arr_3: b2 }, ['layer0', 'layer1']],
    ['of PyTorch', { 'a.weight': turned, 'a.bias': b1, 'b.weight': row, 'b.bias': b2 }, ['a', 'b']],
  ])('are read: %s', (_, arrays, names) => {
    const { network, format } = imported(npzFile(arrays), RELU);
    expect(format).toBe('numpy');
    expect(network.layers.map(({ name }) => name)).toEqual(names);
    // relu(1 + 4·2 + 0.5, 2 + 5·2 - 0.5, 3 + 6·2 + 0.25) · (1, -1, 2) - 2
    expect(Array.from(floatModel(network)([1, 2]).at(-1)!)).toEqual([9.5 - 11.5 + 30.5 - 2]);
  });

  it('are units x inputs with --transpose', () => {
    const arrays = { W1: turned, b1: { shape: [3, 1], values: b1.values }, W2: row, b2 };
    expect(
      Array.from(floatModel(imported(npzFile(arrays), { ...RELU, transpose: true }).network)([1, 2]).at(-1)!),
    ).toEqual([26.5]);
    expect(refusal(npzFile(arrays), RELU)).toBe(
      '/net.npz, 2: got a weight of 1 x 3, wanted one that reads 2 values, as many as 1 gives (kernels are inputs x ' +
        'units, as in Keras: are these units x inputs? --transpose reads them) [exchange/import-tensor]',
    );
  });

  it('may be one matrix alone', () => {
    const { network } = imported(npyFile(w1));
    expect(Array.from(floatModel(network)([1, 2]).at(-1)!)).toEqual([9, 12, 15]);
  });
});

it('arrays of a convolution are rows x columns x channels, and its map has channels last', () => {
  const arrays = {
    arr_0: { shape: [1, 2, 1, 2], values: [1, 2, 3, 4] },
    arr_1: { shape: [2], values: [0, 1] },
    arr_2: { shape: [2], values: [2, 1] },
    arr_3: { shape: [2], values: [1, 1] },
    arr_4: { shape: [2], values: [1, 2] },
    arr_5: { shape: [2], values: [3, 0] },
    arr_6: { shape: [4, 1], values: [1, 10, 100, 1000] },
  };
  const layers = {
    file: 'net.yaml',
    layers: [{ conv: 2, kernel: [1, 2] }, { batchNorm: true, epsilon: 1 }, { flatten: true }, { dense: 1 }],
  };
  const { network } = imported(npzFile(arrays), { layers, shape: [1, 3, 1] });
  // Sums 7, 11 and 11, 17; the first channel's are 2 (x - 1) / 2 + 1 = x then, the second's (x - 2) / 1 + 1 = x - 1.
  expect(Array.from(floatModel(network)([1, 2, 3]).at(-1)!)).toEqual([7 + 10 * 10 + 100 * 11 + 1000 * 16]);
});

it('arrays of nothing that is known are refused', () => {
  expect(refusal(npzFile({ arr_0: b1, arr_1: b2 }), RELU)).toBe(
    '/net.npz: got 2 lists from arr_0 on, wanted a kernel and its bias, or the four lists of a batch norm ' +
      '[exchange/import-tensor]',
  );
  expect(refusal(npzFile({ 'a/kernel:0': w1, 'a/moving_average:0': b1 }), RELU)).toContain(
    'got the array "a/moving_average:0" of 3, wanted names that end in kernel, ',
  );
  expect(refusal(npzFile({ data: w1 }), RELU)).toBe(
    '/net.npz/data: got a name without role and layer, wanted w1….csv and b1….csv, or names with weights/kernel/bias ' +
      'and the layer’s number [exchange/weight-file-name]',
  );
  expect(refusal(npzFile({ w1, b1 }).subarray(0, -30))).toBe(
    '/net.npz: got a zip file that is cut off or broken, wanted a whole zip file [data/array-format]',
  );
});
