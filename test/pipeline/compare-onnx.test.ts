import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Random } from '../../src/core/random.js';
import type { FileComparisonRequest } from '../../src/pipeline/compare.js';
import { compileWeights } from '../../src/pipeline/compile.js';
import { compileConfig } from '../../src/pipeline/compile-config.js';
import { messageOfAsync } from '../support/messages.js';
import { type OnnxModel, onnxModel } from '../support/onnx.js';
import { codes, lengths, reals, scalar } from '../support/onnx-runs.js';
import { isRuntimeThere, RUNTIME, standInRuntime, withoutRuntime } from '../support/onnx-runtime.js';
import { writeFolder } from '../support/write-folder.js';

let folder: string;
const file = (name: string) => path.join(folder, name);
const random = new Random(5, 'compare onnx');

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-compare-'));
  vi.resetModules();
  vi.doUnmock(RUNTIME);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The runtime is looked for anew. */
async function compared(extra: Partial<FileComparisonRequest> = {}) {
  const { compareModel } = await import('../../src/pipeline/compare.js');
  return compareModel({ model: file('net.onnx'), options: {}, ...extra });
}

const HINT =
  `(npm install --ignore-scripts ${RUNTIME}@1.30.0 (its script fetches what only GPUs need); ` +
  '--runtime own does without)';
const MISSING = `${RUNTIME}: no such package ${HINT}`;

/** Maps, whose channels come first in the file; what is folded, what moves, and a softmax that is dropped. */
const CONVOLUTION: OnnxModel = {
  nodes: [
    { op: 'Conv', inputs: ['x', 'k'], name: 'conv', attributes: { kernel_shape: [2, 2] } },
    { op: 'BatchNormalization', inputs: ['v0', 'gain', 'shift', 'mean', 'variance'] },
    { op: 'Relu', inputs: ['v1'] },
    { op: 'MaxPool', inputs: ['v2'], name: 'pool', attributes: { kernel_shape: [2, 1], strides: [2, 1] } },
    { op: 'Reshape', inputs: ['v3', 'flat'] },
    { op: 'Gemm', inputs: ['v4', 'w', 'b'], name: 'logits', attributes: { transB: 1 } },
    { op: 'Softmax', inputs: ['v5'] },
  ],
  tensors: {
    k: reals(random, 3, 2, 2, 2),
    gain: reals(random, 3),
    shift: reals(random, 3),
    mean: reals(random, 3),
    variance: { dims: [3], values: [1, 2, 0.5] },
    flat: lengths(1, 24),
    w: reals(random, 4, 24),
    b: reals(random, 4),
  },
  input: [1, 2, 5, 5],
};

/** A layer of whole numbers, and sums that nobody rounds. */
const QUANTIZED: OnnxModel = {
  nodes: [
    { op: 'QuantizeLinear', inputs: ['x', 's', 'z'], output: 'xq' },
    { op: 'DequantizeLinear', inputs: ['xq', 's', 'z'], output: 'xd' },
    { op: 'DequantizeLinear', inputs: ['k', 's', 'z'], output: 'kd' },
    { op: 'Conv', inputs: ['xd', 'kd'], output: 'c', attributes: { kernel_shape: [2, 2] } },
    { op: 'QuantizeLinear', inputs: ['c', 't', 'z'], output: 'cq' },
    { op: 'DequantizeLinear', inputs: ['cq', 't', 'z'], output: 'cd' },
    { op: 'Flatten', inputs: ['cd'], output: 'f' },
    { op: 'DequantizeLinear', inputs: ['w', 's', 'z'], output: 'wd' },
    { op: 'MatMul', inputs: ['f', 'wd'], name: 'sums' },
  ],
  tensors: {
    s: scalar(0.125),
    t: scalar(32),
    z: scalar(0, 'int8'),
    k: codes(random, 'int8', [3, 2, 2, 2], -127, 127),
    w: codes(random, 'int8', [12, 4], -127, 127),
  },
  input: [1, 2, 3, 3],
};

function writeConvolution(bits = 12): void {
  writeFileSync(file('net.onnx'), onnxModel(CONVOLUTION));
  writeDesign(bits);
  writeRows(30, 50);
}

function writeDesign(bits: number): void {
  const { files } = compileWeights({
    weights: [],
    model: file('net.onnx'),
    name: 'net',
    config: compileConfig(undefined, { bits, input: 'unit' }),
  });
  writeFolder(file('design'), files);
}

function writeRows(samples: number, columns: number): void {
  const row = () => Array.from({ length: columns }, () => random.float()).join();
  writeFileSync(file('rows.csv'), Array.from({ length: samples }, row).join('\n'));
}
const writeQuantized = () => writeFileSync(file('net.onnx'), onnxModel(QUANTIZED));
const designed = () => ({ design: file('design'), data: file('rows.csv') });

describe('a float network in ONNX Runtime', () => {
  it('gives every layer in the order of the network, and the values that our own evaluation gives', async () => {
    writeConvolution();
    standInRuntime(CONVOLUTION);
    const theirs = await compared(designed());
    const ours = await compared({ ...designed(), runtime: 'own' });
    expect([theirs.original, theirs.instead, ours.original, ours.instead]).toEqual([
      'ONNX Runtime',
      null,
      'doubles',
      null,
    ]);
    expect(theirs.layers.map(({ layer, tensor, original }) => [layer, tensor, original])).toEqual([
      ['conv', 'v2', 'ONNX Runtime'],
      ['pool', 'v3', 'ONNX Runtime'],
      // A layer of ours alone, which brings channels first.
      ['pool_move', 'pool_move', 'doubles'],
      ['pool_move_move', 'v4', 'ONNX Runtime'],
      ['logits', 'v5', 'ONNX Runtime'],
    ]);
    theirs.layers.forEach(({ largestDifference, meanDifference, largestValue }, at) => {
      expect(largestDifference).toBeCloseTo(ours.layers[at].largestDifference, 5);
      expect(meanDifference).toBeCloseTo(ours.layers[at].meanDifference, 5);
      expect(largestValue).toBeCloseTo(ours.layers[at].largestValue, 5);
    });
  });

  it('takes as many samples at once as the file says, the last batch filled up', async () => {
    const chain: OnnxModel = {
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], name: 'hidden' },
        { op: 'Relu', inputs: ['v0'] },
        { op: 'MatMul', inputs: ['v1', 'v'], name: 'logits' },
      ],
      tensors: { w: reals(random, 3, 5), v: reals(random, 5, 2) },
      input: [4, 3],
    };
    writeFileSync(file('net.onnx'), onnxModel(chain));
    writeDesign(12);
    writeRows(10, 3);
    const runs = standInRuntime(chain);
    const theirs = await compared(designed());
    const ours = await compared({ ...designed(), runtime: 'own' });
    expect([theirs.original, theirs.samples, runs()]).toEqual(['ONNX Runtime', 10, 3]);
    theirs.layers.forEach(({ largestDifference, meanDifference }, at) => {
      expect(largestDifference).toBeCloseTo(ours.layers[at].largestDifference, 5);
      expect(meanDifference).toBeCloseTo(ours.layers[at].meanDifference, 5);
    });
  });

  it('is the real one where it is installed; otherwise the report says what to install', async () => {
    // In the place of an optional peer that is absent Vite has a module of its own.
    if (!isRuntimeThere()) withoutRuntime();
    writeConvolution();
    const { original, instead, layers, warnings } = await compared(designed());
    const [by, why] = isRuntimeThere() ? ['ONNX Runtime', null] : ['doubles', MISSING];
    expect([original, instead, warnings]).toEqual([by, why, []]);
    expect(layers.filter((one) => one.original !== by).map(({ layer }) => layer)).toEqual(
      isRuntimeThere() ? ['pool_move'] : [],
    );
    const ours = await compared({ ...designed(), runtime: 'own' });
    layers.forEach(({ largestDifference, largestValue }, at) => {
      expect(largestDifference).toBeCloseTo(ours.layers[at].largestDifference, 4);
      expect(largestValue).toBeCloseTo(ours.layers[at].largestValue, 4);
    });
  });

  it('that few bits have made another one is a warning, which names the layer', async () => {
    writeConvolution(2);
    const { warnings } = await compared({ ...designed(), runtime: 'own' });
    expect(warnings.map(({ code }) => code)).toEqual(['pipeline/compare-classes']);
    expect(warnings[0].got).toMatch(/^another class than the original gives for \d+\.\d % of the samples$/);
    expect(warnings[0].hint).toMatch(/^conv is the first layer that is far off/);
  });
});

describe('whole numbers in ONNX Runtime', () => {
  it('are codes where the file rounds, and values where it adds up', async () => {
    writeQuantized();
    standInRuntime(QUANTIZED);
    const { original, layers, agreement, warnings } = await compared({ random: 40 });
    expect([original, agreement, warnings]).toEqual(['ONNX Runtime', 1, []]);
    expect(layers.map(({ tensor, values, differing }) => [tensor, values, differing])).toEqual([
      ['cq', 480, 0],
      ['sums', 160, null],
    ]);
    expect(layers[1].largestDifference).toBeLessThan(1e-5 * layers[1].largestValue);
  });

  it('come from the real one where it is installed; otherwise the report says what to install', async () => {
    // In the place of an optional peer that is absent Vite has a module of its own.
    if (!isRuntimeThere()) withoutRuntime();
    writeQuantized();
    const { original, instead, layers } = await compared({ random: 40 });
    const [by, why] = isRuntimeThere() ? ['ONNX Runtime', null] : ['doubles', MISSING];
    expect([original, instead]).toEqual([by, why]);
    expect(layers.map(({ differing }) => differing)).toEqual(isRuntimeThere() ? [0, null] : [0, 0]);
  });
});

describe('without it', () => {
  it('our own evaluation stands in, and says so', async () => {
    writeQuantized();
    withoutRuntime();
    const { original, instead, layers } = await compared();
    expect([original, instead]).toEqual(['doubles', MISSING]);
    expect(layers.map(({ differing }) => differing)).toEqual([0, 0]);
  });

  it('who asks for it is told what to install', async () => {
    writeQuantized();
    withoutRuntime();
    expect(await messageOfAsync(() => compared({ runtime: 'onnxruntime' }))).toBe(
      `${RUNTIME}: got no such package, wanted ONNX Runtime, to run the file itself ${HINT} [exchange/onnxruntime-missing]`,
    );
  });

  it('a program that does not run a file is refused for it', async () => {
    writeQuantized();
    expect(await messageOfAsync(() => compared({ runtime: 'litert' }))).toBe(
      `${file('net.onnx')}: got --runtime litert, which does not run it, wanted own or onnxruntime [pipeline/compare-runtime]`,
    );
  });
});
