import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { compareModel } from '../../src/pipeline/compare.js';
import { compileWeights } from '../../src/pipeline/compile.js';
import { compileConfig } from '../../src/pipeline/compile-config.js';
import { type OnnxTensor, onnxModel } from '../support/onnx.js';
import { tfliteModel } from '../support/tflite.js';
import { type Case, modelOf } from '../support/tflite-cases/case.js';
import { CODE_CASES } from '../support/tflite-cases/codes.js';
import { writeFolder } from '../support/write-folder.js';

let folder: string;
const file = (name: string) => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-compare-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const random = new Random(4, 'compare');
const tensor = (...dims: number[]): OnnxTensor => ({
  dims,
  values: Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => Math.fround(random.normal())),
});

describe('a float network beside its design', () => {
  const rows = Array.from({ length: 50 }, () => Array.from({ length: 4 }, () => random.float()));
  const weights = { w: tensor(4, 6), v: tensor(6, 3) };
  beforeEach(() => {
    const nodes = [
      { op: 'MatMul', inputs: ['x', 'w'], name: 'hidden' },
      { op: 'Relu', inputs: ['v0'] },
      { op: 'MatMul', inputs: ['v1', 'v'], name: 'logits' },
    ];
    writeFileSync(file('net.onnx'), onnxModel({ nodes, tensors: weights, input: [1, 4] }));
    const classes = rows.map((_, at) => at % 3);
    writeFileSync(file('rows.csv'), rows.map((row, at) => [...row, classes[at]].join()).join('\n'));
  });

  const compiled = (bits: number, model = file('net.onnx')) => {
    const { files } = compileWeights({
      weights: [],
      model,
      name: 'net',
      config: compileConfig(undefined, { bits, input: 'unit' }),
    });
    writeFolder(file('design'), files);
  };
  const request = (extra: object = {}) => ({
    model: file('net.onnx'),
    options: {},
    design: file('design'),
    data: file('rows.csv'),
    label: 'column_5',
    runtime: 'own' as const,
    ...extra,
  });

  it('is told layer by layer, in numbers that come out of the weights', async () => {
    compiled(12);
    const { original, samples, layers, agreement, accuracy } = await compareModel(request());
    expect([original, samples, layers.map(({ layer }) => layer)]).toEqual([
      'doubles',
      50,
      ['hidden', 'logits'],
    ]);
    const hidden = rows.flatMap((row) =>
      Array.from({ length: 6 }, (_, unit) =>
        Math.max(
          row.reduce((sum, value, input) => sum + value * weights.w.values[input * 6 + unit], 0),
          0,
        ),
      ),
    );
    expect(layers[0].largestValue).toBeCloseTo(Math.max(...hidden), 9);
    expect(layers[0]).toMatchObject({ values: 300, differing: null });
    expect(layers[0].largestDifference).toBeGreaterThan(0);
    expect(layers[0].largestDifference).toBeLessThan(0.01);
    expect(layers[0].meanDifference).toBeLessThan(layers[0].largestDifference);
    expect(agreement).toBeGreaterThanOrEqual(0.98);
    expect(accuracy?.original).toBeGreaterThan(0);
  });

  it('shows what few bits do', async () => {
    compiled(3);
    const { layers, agreement, accuracy, warnings } = await compareModel(request());
    expect(layers[1].largestDifference).toBeGreaterThan(0.3);
    expect(agreement).toBeLessThan(0.95);
    const share = (of: number) => `${(100 * of).toFixed(1)} %`;
    expect(warnings).toEqual([
      {
        code: 'pipeline/compare-classes',
        where: file('net.onnx'),
        got:
          `another class than the original gives for ${share(1 - (agreement ?? 0))} of the samples: ` +
          `an accuracy of ${share(accuracy?.original ?? 0)} became ${share(accuracy?.integer ?? 0)}`,
        wanted: 'at most 1.0 %',
        hint:
          'hidden is the first layer that is far off: --calibration FILE takes its ranges from samples, and --bits or ' +
          '--format give it more bits',
      },
    ]);
  });

  it.each([
    [{ design: undefined }, 'pipeline/compare-design'],
    [{ data: undefined }, 'pipeline/compare-data'],
  ])('needs a design and data: %j', async (extra, code) => {
    compiled(12);
    await expect(compareModel(request(extra))).rejects.toThrow(`[${code}]`);
  });

  it('refuses the design of another file', async () => {
    compiled(12);
    writeFileSync(
      file('net.onnx'),
      onnxModel({ nodes: [{ op: 'MatMul', inputs: ['x', 'w'] }], tensors: weights, input: [1, 4] }),
    );
    await expect(compareModel(request())).rejects.toThrow(
      `${file('design')}: got a design of another net.onnx, wanted the design that compile makes of the file as it is ` +
        '(espalier compile makes it anew) [pipeline/compare-other]',
    );
  });
});

describe('whole numbers', () => {
  const codes = (scale: number, zeroPoint: number) => ({
    type: 'int8' as const,
    scales: [scale],
    zeroPoints: [zeroPoint],
  });
  const whole = (length: number) => Array.from({ length }, () => random.integer(-127, 127));
  const model = () =>
    tfliteModel({
      tensors: {
        x: { shape: [1, 6], signature: [-1, 6], ...codes(0.05, -3) },
        w: { shape: [9, 6], ...codes(0.0123, 0), data: whole(54) },
        h: { shape: [1, 9], signature: [-1, 9], ...codes(0.061, -128) },
        v: { shape: [3, 9], ...codes(0.0231, 0), data: whole(27) },
        y: { shape: [1, 3], signature: [-1, 3], ...codes(0.3, 5) },
        z: { shape: [1, 3], signature: [-1, 3], ...codes(1 / 256, -128) },
      },
      operators: [
        {
          op: 'FULLY_CONNECTED',
          version: 4,
          inputs: ['x', 'w'],
          output: 'h',
          options: [8, [[0, 'int8', 1]]],
        },
        {
          op: 'FULLY_CONNECTED',
          version: 4,
          inputs: ['h', 'v'],
          output: 'y',
          options: [8, [[0, 'int8', 0]]],
        },
        { op: 'SOFTMAX', version: 2, inputs: ['y'], output: 'z', options: [9, [[0, 'float', 1]]] },
      ],
    });

  it('of TFLite stand beside LiteRT, code by code at every tensor', async () => {
    writeFileSync(file('net.tflite'), model());
    const { original, layers, agreement } = await compareModel({
      model: file('net.tflite'),
      options: {},
      random: 60,
    });
    expect(original).toBe('LiteRT');
    expect(layers.map(({ tensor, values, differing }) => [tensor, values, differing])).toEqual([
      ['h', 540, 0],
      ['y', 180, 0],
    ]);
    expect(agreement).toBe(1);
  });

  it('stand beside LiteRT though it refuses the number that the file has for the axis of its biases', async () => {
    const named = CODE_CASES.find(({ operator }) => operator.op === 'DEPTHWISE_CONV_2D') as Case;
    const { tensors, ...rest } = modelOf(named, random);
    writeFileSync(
      file('net.tflite'),
      tfliteModel({ ...rest, tensors: { ...tensors, b: { ...tensors.b, axis: 3 } } }),
    );
    const { original, layers } = await compareModel({ model: file('net.tflite'), options: {} });
    expect([original, layers[0].differing]).toEqual(['LiteRT', 0]);
  });

  it('show where another program rounds otherwise', async () => {
    writeFileSync(file('net.tflite'), model());
    const { layers, warnings } = await compareModel({
      model: file('net.tflite'),
      options: { kernels: 'twice' },
      random: 2000,
    });
    const [first] = layers;
    expect(first.differing).toBeGreaterThan(0);
    expect(first.largestDifference).toBeCloseTo(Math.fround(0.061), 9);
    const differing = layers.reduce((sum, layer) => sum + (layer.differing ?? 0), 0);
    expect(warnings[0]).toEqual({
      code: 'pipeline/compare-codes',
      where: file('net.tflite'),
      got: `${differing} codes of 24000 other than in LiteRT, from h on`,
      wanted: 'the same codes',
      hint: 'programs round differently where a scale is no power of two: --kernels says how it is done here',
    });
  });

  it("of ONNX stand beside the operators' definitions", async () => {
    const scalar = (value: number) => ({ dims: [], values: [value] });
    const zero = { dims: [], values: [0], type: 'int8' as const };
    const tensors = {
      s: scalar(0.1),
      t: scalar(0.3),
      z: zero,
      w: { dims: [4, 3], type: 'int8' as const, values: whole(12) },
    };
    const nodes = [
      { op: 'QuantizeLinear', inputs: ['x', 's', 'z'], output: 'xq' },
      { op: 'DequantizeLinear', inputs: ['xq', 's', 'z'], output: 'xd' },
      { op: 'DequantizeLinear', inputs: ['w', 's', 'z'], output: 'wd' },
      { op: 'MatMul', inputs: ['xd', 'wd'], output: 'm' },
      { op: 'QuantizeLinear', inputs: ['m', 't', 'z'], output: 'yq' },
      { op: 'DequantizeLinear', inputs: ['yq', 't', 'z'] },
    ];
    writeFileSync(file('net.onnx'), onnxModel({ nodes, tensors, input: [1, 4] }));
    const { original, layers } = await compareModel({
      model: file('net.onnx'),
      options: {},
      random: 100,
      runtime: 'own',
    });
    expect(original).toBe('doubles');
    expect(layers.map(({ tensor, values, differing }) => [tensor, values, differing])).toEqual([
      ['yq', 300, 0],
    ]);
    expect(layers[0].largestValue).toBeGreaterThan(10);
  });

  it('of a file that is broken are refused before anything is run', async () => {
    writeFileSync(file('net.tflite'), model().subarray(0, 400));
    await expect(compareModel({ model: file('net.tflite'), options: {} })).rejects.toThrow(
      '[exchange/import-truncated]',
    );
  });
});
