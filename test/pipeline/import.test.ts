import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { statedForm } from '../../src/exchange/importers/tensors/stated-kinds.js';
import { shortKeys } from '../../src/learn/short-form.js';
import { networkFromJson } from '../../src/network/json.js';
import type { UnitOutput } from '../../src/network/layer-output.js';
import type { DenseLayer } from '../../src/network/layers/dense.js';
import { accountLines } from '../../src/pipeline/account.js';
import { compileWeights } from '../../src/pipeline/compile.js';
import { compileConfig } from '../../src/pipeline/compile-config.js';
import { describeImport } from '../../src/pipeline/import.js';
import { readLayers } from '../../src/pipeline/layers-file.js';
import { messageOf } from '../support/messages.js';
import { type OnnxTensor, onnxModel } from '../support/onnx.js';
import { tfliteModel } from '../support/tflite.js';
import { stateDict, torchZip } from '../support/torch.js';

const random = new Random(2, 'import');
let folder: string;
let file: string;
const tensor = (...dims: number[]): OnnxTensor => ({
  dims,
  values: Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => random.normal() / 2),
});

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-import-'));
  file = path.join(folder, 'net.onnx');
  writeFileSync(
    file,
    onnxModel({
      nodes: [
        {
          op: 'Conv',
          inputs: ['x', 'k'],
          name: 'conv',
          attributes: { pads: [1, 1, 1, 1], kernel_shape: [3, 3] },
        },
        { op: 'Relu', inputs: ['v0'], name: 'relu' },
        {
          op: 'MaxPool',
          inputs: ['v1'],
          name: 'pool',
          attributes: { kernel_shape: [2, 2], strides: [2, 2] },
        },
        { op: 'Flatten', inputs: ['v2'], name: 'flat' },
        { op: 'Gemm', inputs: ['v3', 'w', 'b'], name: 'fc', attributes: { transB: 1 } },
        { op: 'Softmax', inputs: ['v4'], name: 'softmax' },
      ],
      tensors: { k: tensor(2, 1, 3, 3), w: tensor(3, 8), b: tensor(3) },
      input: ['batch', 1, 4, 4],
    }),
  );
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a convolution of ONNX', () => {
  it('is reported layer by layer', () => {
    const { layers, notes, foldings, parameters, macs } = describeImport(file, {});
    expect(layers.map(({ name, kind, shape }) => `${name} ${kind} ${shape.join('x')}`)).toEqual([
      'conv conv2d 4x4x2',
      'pool max_pool 2x2x2',
      'pool_move move 2x2x2',
      'pool_move_move move 8',
      'fc dense 3',
    ]);
    expect(foldings).toEqual([{ layer: 'relu', kind: 'activation', into: 'conv' }]);
    expect(notes.at(-1)?.what).toBe('dropped');
    expect(parameters).toBe(18 + 2 + 24 + 3);
    expect(macs).toBe(16 * 18 + 24);
  });

  it('becomes a design whose integers give its classes', () => {
    const rows = Array.from({ length: 40 }, () =>
      Array.from({ length: 16 }, () => random.float().toFixed(4)),
    );
    const calibration = path.join(folder, 'rows.csv');
    writeFileSync(calibration, rows.map((row) => row.join()).join('\n'));
    const config = compileConfig(undefined, { bits: 10, architecture: 'parallel', effort: 0 });
    const { files, fidelity, account, manifest } = compileWeights({
      weights: [],
      model: file,
      name: 'net',
      calibration,
      config,
    });
    const network = networkFromJson(files.get('network.json') as string);
    expect(network.input.shape).toEqual([4, 4, 1]);
    expect(network.head).toEqual({ kind: 'argmax' });
    expect(Object.keys(network.provenance).sort()).toEqual(['float.json', 'net.onnx', 'rows.csv']);
    const [conv, pool, , , fc] = account.layers;
    expect(conv).toMatchObject({ layer: 'conv', from: ['conv (Conv)', 'relu (Relu)'], bias: 0 });
    expect(conv.weights).toBeGreaterThan(0);
    expect(conv.weights).toBeLessThan(2 ** -8);
    expect(pool).toMatchObject({ layer: 'pool', from: ['pool (MaxPool)'], weights: null });
    expect(fc).toMatchObject({ layer: 'fc', from: ['fc (Gemm)'], output: 'exact' });
    expect(account.dropped).toEqual([
      { from: 'softmax (Softmax)', why: 'the class is the same without it (head argmax)' },
    ]);
    const { madeFrom } = manifest;
    expect(madeFrom?.files.map(({ name }) => name)).toEqual(['net.onnx', 'rows.csv']);
    expect(madeFrom?.account).toEqual(accountLines(account));
    expect(madeFrom?.account.at(-1)).toBe(
      'softmax (Softmax) dropped: the class is the same without it (head argmax)',
    );
    const readMe = files.get('README.md') as string;
    expect(readMe).toContain(`* \`net.onnx\`, SHA-256 ${network.provenance['net.onnx']}\n`);
    expect(readMe).toContain(`* ${accountLines(account)[0]}\n`);
    expect(fidelity?.agreement).toBeGreaterThanOrEqual(0.95);
    expect([...files.keys()].some((name) => name.endsWith('.v'))).toBe(true);
  });
});

it('files beside a model are among those that a design was made from', () => {
  const k = { dims: [2, 3], values: [1, 2, 3, 4, 5, 6] };
  const external = {
    dims: k.dims,
    data_type: 1,
    data_location: 1,
    external_data: [{ key: 'location', value: 'weights.bin' }],
  };
  writeFileSync(path.join(folder, 'weights.bin'), new Uint8Array(Float32Array.from(k.values).buffer));
  const nodes = [{ op: 'Gemm', inputs: ['x', 'k'], name: 'fc', attributes: { transB: 1 } }];
  writeFileSync(file, onnxModel({ nodes, tensors: { k: external }, input: [1, 3] }));
  const config = compileConfig(undefined, { input: 'unit' });
  const { files, account } = compileWeights({ weights: [], model: file, name: 'net', config });
  const { provenance } = networkFromJson(files.get('network.json') as string);
  expect(Object.keys(provenance).sort()).toEqual(['float.json', 'net.onnx', 'weights.bin']);
  expect(accountLines(account)).toEqual(['fc from fc (Gemm): weights exact; biases exact; outputs exact']);
});

describe('a state_dict of PyTorch', () => {
  const linear = (units: number, inputs: number) => ({
    shape: [units, inputs],
    values: tensor(units, inputs).values,
  });
  const pt = () => path.join(folder, 'net.pt');
  const request = { weights: [], name: 'net', config: compileConfig(undefined, { bits: 8, input: 'unit' }) };

  it('becomes a design of the chain that it says, its activation stated', () => {
    writeFileSync(pt(), torchZip(stateDict({ 'fc1.weight': linear(4, 3), 'fc2.weight': linear(2, 4) })));
    expect(messageOf(() => compileWeights({ ...request, model: pt() }))).toMatch(
      /\[exchange\/import-activation\]$/,
    );
    const { files, fidelity } = compileWeights({ ...request, model: pt(), activations: { all: 'relu' } });
    const network = networkFromJson(files.get('network.json') as string);
    expect(network.layers.map(({ name }) => name)).toEqual(['fc1', 'fc2']);
    expect(Object.keys(network.provenance).sort()).toEqual(['float.json', 'net.pt']);
    expect(fidelity?.agreement).toBeGreaterThanOrEqual(0.9);
  });

  it('takes its layers from a file, which is an input as the weights are', () => {
    writeFileSync(
      pt(),
      torchZip(
        stateDict({
          'conv.weight': { shape: [2, 1, 2, 2], values: tensor(8).values },
          'fc.weight': linear(2, 2),
        }),
      ),
    );
    const layers = path.join(folder, 'layers.yaml');
    writeFileSync(
      layers,
      'layers:\n  - {conv: 2, kernel: 2, activation: relu}\n  - {flatten: true}\n  - {dense: 2}\n',
    );
    const { files } = compileWeights({ ...request, model: pt(), layers, shape: [1, 2, 2] });
    const network = networkFromJson(files.get('network.json') as string);
    expect(network.layers.map(({ name }) => name)).toEqual(['conv', 'flatten1', 'fc']);
    expect(Object.keys(network.provenance).sort()).toEqual(['float.json', 'layers.yaml', 'net.pt']);
    writeFileSync(layers, 'layers:\n  - dense\n');
    expect(messageOf(() => readLayers(layers)).replace(folder, '')).toBe(
      '/layers.yaml:2:5, layers[0]: got "dense", wanted a layer, such as {conv: 16} [pipeline/config-value]',
    );
    writeFileSync(layers, 'layers:\n  - {convTranspose: 2}\n');
    expect(messageOf(() => readLayers(layers)).replace(folder, '')).toBe(
      '/layers.yaml:2:6, layers[0]: got the unknown key "convTranspose", wanted one of ' +
        `${shortKeys(statedForm('first')).join(', ')} (an upsample and a conv behind it give maps of the same size: ` +
        'train the model with these) [pipeline/config-key]',
    );
    writeFileSync(layers, 'layers: []\n');
    expect(messageOf(() => readLayers(layers))).toContain(
      'wanted a list of at least one layer [pipeline/config-value]',
    );
  });

  it('is asked for what a format leaves open, and no other format is', () => {
    expect(messageOf(() => describeImport(file, { activations: { all: 'relu' } })).replace(folder, '')).toBe(
      '/net.onnx: got --activation with a file of the format ONNX, which says that itself, wanted at most --shape, --kernels, --input ' +
        '[exchange/import-option]',
    );
  });
});

it('docs/import.md has the lists as they are', async () => {
  const { importText } = (await import('../../scripts/write-import.mjs' as string)) as {
    importText(before: string): Promise<string>;
  };
  const text = readFileSync(path.join(import.meta.dirname, '..', '..', 'docs', 'import.md'), 'utf8');
  expect(await importText(text)).toBe(text);
});

describe('an int8 network of TFLite', () => {
  const codes = (scale: number, zeroPoint: number) => ({
    type: 'int8' as const,
    scales: [scale],
    zeroPoints: [zeroPoint],
  });
  const bytes = tfliteModel({
    tensors: {
      x: { shape: [1, 2], ...codes(0.5, -3) },
      w: { shape: [3, 2], ...codes(0.25, 0), data: [1, -2, 3, 4, -5, 6] },
      b: { shape: [3], type: 'int32', scales: [0.125], data: [7, 8, 9] },
      y: { shape: [1, 3], ...codes(0.3, 5) },
      z: { shape: [1, 3], ...codes(1 / 256, -128) },
    },
    operators: [
      {
        op: 'FULLY_CONNECTED',
        version: 4,
        inputs: ['x', 'w', 'b'],
        output: 'y',
        options: [8, [[0, 'int8', 1]]],
      },
      { op: 'SOFTMAX', version: 2, inputs: ['y'], output: 'z', options: [9, [[0, 'float', 1]]] },
    ],
  });
  const request = { weights: [], name: 'net', config: compileConfig(undefined, {}) };
  const net = () => path.join(folder, 'net.tflite');
  beforeEach(() => writeFileSync(net(), bytes));

  it('is reported with what its codes mean', () => {
    const { layers, notes, macs, integers } = describeImport(net(), {});
    expect(layers).toEqual([
      { name: 'y', kind: 'dense', reads: ['input'], shape: [3], parameters: 9, nonZeros: 9, macs: 6 },
    ]);
    expect(macs).toBe(6);
    expect(notes.at(-1)).toEqual({
      from: 'z (SOFTMAX)',
      what: 'dropped',
      into: 'the class is the same without it (head argmax)',
    });
    expect(integers).toEqual({
      kernels: 'float',
      meanings: [
        { tensor: 'x', number: 0, layer: 'input', scale: 0.5, zeroPoint: -3, offset: 0 },
        { tensor: 'y', number: 3, layer: 'y', scale: Math.fround(0.3), zeroPoint: 5, offset: 5 },
      ],
    });
  });

  it('becomes a design of its own integers, zero points in biases and limits', () => {
    const { files, tensors, fidelity } = compileWeights({ ...request, model: net(), kernels: 'twice' });
    const { layers, input, provenance } = networkFromJson(files.get('network.json') as string);
    // Each bias has 3 × the sum of its weights: what stands for 0 is −3.
    expect(layers[0]).toMatchObject({
      kernel: {
        codes: [
          [1, 3, -5],
          [-2, 4, 6],
        ],
      },
      bias: { codes: [7 + 3 * -1, 8 + 3 * 7, 9 + 3 * 1] },
    });
    const [{ scale, limits, rounding }] = (layers[0] as DenseLayer).output as readonly UnitOutput[];
    // A ReLU: no code below that of 0. 0.125 / 0.3 with 31 bits.
    expect(limits).toEqual({ low: 0, high: 122 });
    expect(rounding).toBe('RND');
    expect(scale).toEqual({
      multiplier: Math.round((0.125 / Math.fround(0.3)) * 2 ** 32),
      shift: 32,
      twice: true,
    });
    // The code of 0 is −3, and a step of codes 0.5.
    expect(input.encoder).toEqual({ kind: 'minmax', minimum: [1.5, 1.5], maximum: [2.5, 2.5] });
    expect(provenance['input codes']).toBe("real = 0.5 × (code + 3); the file's code is code");
    expect(Object.keys(provenance)).toContain('net.tflite');
    expect(tensors.every(({ from }) => from === 'file')).toBe(true);
    expect(fidelity).toBeNull();
    expect(files.has('float.json')).toBe(false);
  });

  it('refuses to be quantized', () => {
    const message = (got: string) =>
      `${net()}: got ${got}, and a network of whole numbers, wanted nothing about quantization: its integers are the ` +
      "file's own (--data tries the design on samples) [pipeline/integer-quantization]";
    expect(
      messageOf(() =>
        compileWeights({ ...request, model: net(), config: compileConfig(undefined, { bits: 8 }) }),
      ),
    ).toBe(message('formats, widths or rounding'));
    expect(messageOf(() => compileWeights({ ...request, model: net(), calibration: 'rows.csv' }))).toBe(
      message('a calibration'),
    );
  });
});
