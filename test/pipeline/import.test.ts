import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { networkFromJson } from '../../src/network/json.js';
import { compileWeights } from '../../src/pipeline/compile.js';
import { compileConfig } from '../../src/pipeline/compile-config.js';
import { describeImport } from '../../src/pipeline/import.js';
import { readLayers } from '../../src/pipeline/layers-file.js';
import { messageOf } from '../support/messages.js';
import { type OnnxTensor, onnxModel } from '../support/onnx.js';
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
    const { files, fidelity } = compileWeights({
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
    expect(fidelity.agreement).toBeGreaterThanOrEqual(0.95);
    expect([...files.keys()].some((name) => name.endsWith('.v'))).toBe(true);
  });
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
    expect(fidelity.agreement).toBeGreaterThanOrEqual(0.9);
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
    writeFileSync(layers, 'layers: []\n');
    expect(messageOf(() => readLayers(layers))).toContain(
      'wanted a list of at least one layer [pipeline/config-value]',
    );
  });

  it('is asked for what a format leaves open, and no other format is', () => {
    expect(messageOf(() => describeImport(file, { activations: { all: 'relu' } })).replace(folder, '')).toBe(
      '/net.onnx: got --activation with a file of the format ONNX, which says that itself, wanted at most --shape ' +
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
