import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import type { ImportedIntegers } from '../../../src/exchange/importers/importer.js';
import { importFile } from '../../../src/exchange/importers/index.js';
import type { Format } from '../../../src/fixed/format.js';
import type { UnitOutput } from '../../../src/network/layer-output.js';
import type { Conv2dLayer } from '../../../src/network/layers/conv2d.js';
import { referenceModel } from '../../../src/network/reference.js';
import { messageOf } from '../../support/messages.js';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../../support/onnx.js';
import { codes, expectCodes, list, scalar, written } from '../../support/onnx-runs.js';
import { clamp, even } from '../../support/tensors.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-onnx-whole-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const imported = (model: OnnxModel) => importFile(written(folder, model)) as unknown as ImportedIntegers;

const random = new Random(8, 'onnx whole');
const whole = (type: 'int8' | 'uint8' | 'int32', dims: number[], low: number, high: number): OnnxTensor =>
  codes(random, type, dims, low, high);

const expectSame = (model: OnnxModel, samples: number, make: () => number): ImportedIntegers =>
  expectCodes(folder, model, make, samples);

/** Codes as features: no input lies at a tie. */
const feature = (scale: number, low: number, high: number) => () =>
  scale * (random.integer(low, high) + 0.25);

/** A convolution with a ReLU, a max pool, and a matrix: each between QuantizeLinear and DequantizeLinear. */
function qdqModel(
  scales: { x: number; w: number[]; a: number; g: number; y: number },
  type: 'int8' | 'uint8',
): OnnxModel {
  const zero = type === 'int8' ? -5 : 7;
  return {
    input: [1, 2, 5, 5],
    tensors: {
      xs: scalar(scales.x),
      xz: scalar(zero, type),
      w: whole('int8', [3, 2, 3, 3], -127, 127),
      ws: list(...scales.w),
      wz: { dims: [3], type: 'int8', values: [0, 0, 0] },
      b: whole('int32', [3], -2000, 2000),
      bs: list(...scales.w.map((one) => one * Math.fround(scales.x))),
      as: scalar(scales.a),
      az: scalar(type === 'int8' ? -128 : 0, type),
      g: whole('int8', [4, 12], -127, 127),
      gs: scalar(scales.g),
      gz: scalar(0, 'int8'),
      ys: scalar(scales.y),
      yz: scalar(3, type),
    },
    nodes: [
      { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
      { op: 'DequantizeLinear', inputs: ['xq', 'xs', 'xz'], output: 'xd' },
      { op: 'DequantizeLinear', inputs: ['w', 'ws', 'wz'], output: 'wd', attributes: { axis: 0 } },
      { op: 'DequantizeLinear', inputs: ['b', 'bs'], output: 'bd', attributes: { axis: 0 } },
      { op: 'Conv', inputs: ['xd', 'wd', 'bd'], output: 'c', attributes: { pads: [1, 1, 1, 1] } },
      { op: 'Relu', inputs: ['c'], output: 'r' },
      { op: 'QuantizeLinear', inputs: ['r', 'as', 'az'], output: 'rq' },
      { op: 'DequantizeLinear', inputs: ['rq', 'as', 'az'], output: 'rd' },
      { op: 'MaxPool', inputs: ['rd'], output: 'p', attributes: { kernel_shape: [2, 2], strides: [2, 2] } },
      { op: 'Flatten', inputs: ['p'], output: 'f' },
      { op: 'DequantizeLinear', inputs: ['g', 'gs', 'gz'], output: 'gd' },
      { op: 'Gemm', inputs: ['f', 'gd'], output: 'm', attributes: { transB: 1 } },
      { op: 'QuantizeLinear', inputs: ['m', 'ys', 'yz'], output: 'yq' },
      { op: 'DequantizeLinear', inputs: ['yq', 'ys', 'yz'] },
    ],
  };
}

describe('QuantizeLinear and DequantizeLinear round a network', () => {
  it.each(['int8', 'uint8'] as const)('with scales that are powers of two, as formats: %s', (type) => {
    const model = qdqModel({ x: 1 / 16, w: [1 / 64, 1 / 128, 1 / 64], a: 1 / 2, g: 1 / 64, y: 4 }, type);
    const { integers, meanings } = expectSame(model, 20, feature(1 / 16, -120, 120));
    const conv2d = integers.layers.find(({ kind }) => kind === 'conv2d') as Conv2dLayer;
    const outputs = integers.layers.flatMap((layer) =>
      'output' in layer ? (layer.output as UnitOutput[]) : [],
    );
    expect(outputs.every(({ scale }) => scale === undefined)).toBe(true);
    expect(conv2d).toBeDefined();
    expect(meanings.map(({ tensor }) => tensor)).toEqual(['xq', 'rq', 'yq']);
  });

  it.each(['int8', 'uint8'] as const)('with any scales, as multipliers and shifts: %s', (type) => {
    const model = qdqModel({ x: 0.0617, w: [0.0151, 0.0083, 0.0121], a: 0.51, g: 0.0171, y: 4.3 }, type);
    const { integers } = expectSame(model, 20, feature(Math.fround(0.0617), -120, 120));
    const outputs = integers.layers.flatMap((layer) =>
      'output' in layer ? (layer.output as UnitOutput[]) : [],
    );
    expect(outputs.filter(({ scale }) => scale !== undefined).length).toBe(3 + 4);
  });
});

describe('operators that have whole numbers inside', () => {
  const q = (name: string, scale: number, zero: number, type: 'int8' | 'uint8' = 'uint8') => ({
    [`${name}s`]: scalar(scale),
    [`${name}z`]: scalar(zero, type),
  });

  it('QLinearConv and QLinearMatMul are what they stand for', () => {
    const tensors = {
      ...q('x', 0.05, 11),
      ...q('a', 0.9, 0),
      ...q('y', 3.1, 100),
      w: whole('int8', [2, 1, 2, 2], -100, 100),
      ws: list(0.011, 0.017),
      wz: { dims: [2], type: 'int8' as const, values: [0, 0] },
      b: whole('int32', [2], -500, 500),
      m: whole('int8', [18, 3], -100, 100),
      ms: scalar(0.013),
      mz: scalar(0, 'int8'),
      bs: list(...[0.011, 0.017].map((one) => Math.fround(one) * Math.fround(0.05))),
    };
    const input = [1, 1, 4, 4];
    const nodes: OnnxNode[] = [
      { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
      { op: 'QLinearConv', inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', 'as', 'az', 'b'], output: 'c' },
      { op: 'Flatten', inputs: ['c'], output: 'f' },
      { op: 'QLinearMatMul', inputs: ['f', 'as', 'az', 'm', 'ms', 'mz', 'ys', 'yz'], output: 'yq' },
      { op: 'DequantizeLinear', inputs: ['yq', 'ys', 'yz'] },
    ];
    const written: OnnxNode[] = [
      nodes[0],
      { op: 'DequantizeLinear', inputs: ['xq', 'xs', 'xz'], output: 'xd' },
      { op: 'DequantizeLinear', inputs: ['w', 'ws', 'wz'], output: 'wd', attributes: { axis: 0 } },
      { op: 'DequantizeLinear', inputs: ['b', 'bs'], output: 'bd', attributes: { axis: 0 } },
      { op: 'Conv', inputs: ['xd', 'wd', 'bd'], output: 'c0' },
      { op: 'QuantizeLinear', inputs: ['c0', 'as', 'az'], output: 'c' },
      { op: 'DequantizeLinear', inputs: ['c', 'as', 'az'], output: 'cd' },
      { op: 'Flatten', inputs: ['cd'], output: 'fd' },
      { op: 'DequantizeLinear', inputs: ['m', 'ms', 'mz'], output: 'md' },
      { op: 'MatMul', inputs: ['fd', 'md'], output: 'y0' },
      { op: 'QuantizeLinear', inputs: ['y0', 'ys', 'yz'], output: 'yq' },
      nodes[4],
    ];
    expectSame({ input, tensors, nodes: written }, 20, feature(0.05, -10, 240));
    const [one, other] = [nodes, written].map((list) => imported({ input, tensors, nodes: list }).integers);
    const run = [one, other].map(referenceModel);
    for (let sample = 0; sample < 10; sample++) {
      const codes = Array.from({ length: 16 }, () => random.integer(0, 255));
      expect(run[0](codes).outputs).toEqual(run[1](codes).outputs);
    }
  });

  it('MatMulInteger and constants behind it', () => {
    const model: OnnxModel = {
      input: [1, 6],
      tensors: {
        ...q('x', 0.05, 11),
        w: whole('int8', [6, 3], -100, 100),
        wz: scalar(0, 'int8'),
        s: list(0.0007, 0.0009, 0.0011),
        b: list(0.7, -0.2, 0.1),
        ...q('y', 0.1, 40),
      },
      nodes: [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        { op: 'MatMulInteger', inputs: ['xq', 'w', 'xz', 'wz'], output: 'm' },
        { op: 'Cast', inputs: ['m'], output: 'c', attributes: { to: 1 } },
        { op: 'Mul', inputs: ['c', 's'], output: 'r' },
        { op: 'Add', inputs: ['r', 'b'], output: 'a' },
        { op: 'QuantizeLinear', inputs: ['a', 'ys', 'yz'], output: 'yq' },
        { op: 'DequantizeLinear', inputs: ['yq', 'ys', 'yz'] },
      ],
    };
    const { integers } = imported(model);
    const run = referenceModel(integers);
    for (let sample = 0; sample < 30; sample++) {
      const codes = Array.from({ length: 6 }, () => random.integer(0, 255));
      const { w, s, b } = model.tensors as Record<string, OnnxTensor>;
      const wanted = [0, 1, 2].map((unit) => {
        const sum = codes.reduce((so, code, row) => so + (code - 11) * w.values[row * 3 + unit], 0);
        return clamp(even((sum * s.values[unit] + b.values[unit]) / Math.fround(0.1)) + 40, [0, 255]);
      });
      expect(run(codes).outputs.map((code) => code + 40)).toEqual(wanted);
    }
  });
});

describe('QONNX', () => {
  const bitsOf = (width: number) => ({ dims: [], values: [width] });
  const tensors = {
    one: scalar(1 / 8),
    zero: scalar(0),
    eight: bitsOf(8),
    four: bitsOf(4),
    w: { dims: [3, 1, 3, 3], values: Array.from({ length: 27 }, () => Math.fround(random.normal())) },
    ws: { dims: [3, 1, 1, 1], values: [1 / 4, 1 / 8, 1 / 4] },
    g: list(0.7, 1.3, -0.4),
    beta: list(0.1, -0.2, 0.3),
    m: list(0.2, 0.1, -0.3),
    v: list(0.5, 1.2, 0.9),
    as: scalar(1 / 4),
    f: { dims: [12, 2], values: Array.from({ length: 24 }, () => Math.fround(random.normal())) },
    fs: scalar(0.13),
  };
  const nodes: OnnxNode[] = [
    { op: 'Quant', domain: 'qonnx.custom_op.general', inputs: ['x', 'one', 'zero', 'eight'], output: 'xq' },
    {
      op: 'Quant',
      domain: 'qonnx.custom_op.general',
      inputs: ['w', 'ws', 'zero', 'four'],
      output: 'wq',
      attributes: { narrow: 1 },
    },
    { op: 'Conv', inputs: ['xq', 'wq'], output: 'c' },
    { op: 'BatchNormalization', inputs: ['c', 'g', 'beta', 'm', 'v'], output: 'n' },
    { op: 'Relu', inputs: ['n'], output: 'r' },
    {
      op: 'Quant',
      domain: 'onnx.brevitas',
      inputs: ['r', 'as', 'zero', 'four'],
      output: 'rq',
      attributes: { signed: 0 },
    },
    { op: 'Flatten', inputs: ['rq'], output: 'fl' },
    { op: 'Quant', domain: 'qonnx.custom_op.general', inputs: ['f', 'fs', 'zero', 'four'], output: 'fq' },
    { op: 'MatMul', inputs: ['fl', 'fq'] },
  ];

  it('Quant of inputs, weights for each channel, and a batch norm before an activation; sums leave as they are', () => {
    const { integers } = expectSame({ input: [1, 1, 4, 4], tensors, nodes }, 30, feature(1 / 8, -120, 120));
    expect(integers.input.encoder).toBeUndefined();
    expect(integers.layers.map(({ kind }) => kind)).toEqual(['conv2d', 'move', 'move', 'dense']);
  });

  it('BipolarQuant of weights and of what changes', () => {
    const model: OnnxModel = {
      input: [1, 5],
      tensors: {
        ...tensors,
        w: { dims: [5, 3], values: tensors.w.values.slice(0, 15) },
        b: list(0.3, -0.7, 0.1),
      },
      nodes: [
        { op: 'Quant', inputs: ['x', 'one', 'zero', 'eight'], output: 'xq' },
        { op: 'BipolarQuant', inputs: ['w', 'one'], output: 'wq' },
        { op: 'MatMul', inputs: ['xq', 'wq'], output: 'mm' },
        { op: 'Add', inputs: ['mm', 'b'], output: 'a' },
        { op: 'BipolarQuant', inputs: ['a', 'as'] },
      ],
    };
    expectSame(model, 60, feature(1 / 8, -120, 120));
  });

  it('Trunc drops low bits and keeps the scale', () => {
    const model: OnnxModel = {
      input: [1, 1, 4, 4],
      tensors: { ...tensors, n: scalar(4), ten: bitsOf(10) },
      nodes: [
        { op: 'Quant', inputs: ['x', 'one', 'zero', 'eight'], output: 'xq' },
        {
          op: 'AveragePool',
          inputs: ['xq'],
          output: 'p',
          attributes: { kernel_shape: [2, 2], strides: [2, 2] },
        },
        { op: 'Mul', inputs: ['p', 'n'], output: 's' },
        { op: 'Trunc', inputs: ['s', 'one', 'zero', 'ten', 'eight'] },
      ],
    };
    expectSame(model, 40, feature(1 / 8, -120, 120));
  });
});

describe('an input that nobody quantizes', () => {
  const quant = (from: string, to: string, signed: number): OnnxNode => ({
    op: 'Quant',
    domain: 'qonnx.custom_op.general',
    inputs: [from, 's', 'zero', 'bits'],
    output: to,
    attributes: { signed },
  });
  const tensors = {
    s: scalar(1 / 4),
    zero: scalar(0),
    bits: { dims: [], values: [5] },
    w: { dims: [4, 3], values: Array.from({ length: 12 }, () => Math.fround(random.normal())) },
    one: scalar(1),
    half: scalar(0.5),
  };
  const input: Format = { signed: true, width: 6, integer: 3 };
  const make = () => random.integer(-32, 31) / 8;
  const product: OnnxNode[] = [
    quant('w', 'wq', 1),
    { op: 'MatMul', inputs: ['v', 'wq'], output: 'm' },
    { op: 'Relu', inputs: ['m'], output: 'r' },
    quant('r', 'y', 0),
  ];

  it.each<readonly [string, readonly OnnxNode[]]>([
    [
      'weights',
      product.map((node) => ({ ...node, inputs: node.inputs.map((one) => (one === 'v' ? 'x' : one)) })),
    ],
    [
      'constants before weights',
      [
        { op: 'Add', inputs: ['x', 'one'], output: 'a' },
        { op: 'Mul', inputs: ['a', 'half'], output: 'v' },
        ...product,
      ],
    ],
    [
      'a sign',
      [
        { op: 'Sub', inputs: ['x', 'half'], output: 'a' },
        { op: 'BipolarQuant', domain: 'qonnx.custom_op.general', inputs: ['a', 'one'], output: 'v' },
        ...product,
      ],
    ],
  ])('has the format that is stated: %s', (_, nodes) => {
    const read = expectCodes(folder, { input: [1, 4], tensors, nodes }, make, 30, { input });
    expect(read.isInputStated).toBe(true);
    expect(read.integers.input.formats).toEqual(Array(4).fill(input));
    expect(read.integers.input.encoder).toBeUndefined();
  });

  it('and none where the file has its own', () => {
    const nodes = [quant('x', 'v', 1), ...product];
    const read = importFile(written(folder, { input: [1, 4], tensors, nodes }), { input });
    expect((read as unknown as ImportedIntegers).isInputStated).toBe(false);
  });
});

describe('sums, means and functions of whole numbers', () => {
  const q = (name: string, scale: number, zero: number) => ({
    [`${name}s`]: scalar(scale),
    [`${name}z`]: scalar(zero, 'int8'),
  });
  const fake = (from: string, name: string, to: string): OnnxNode[] => [
    { op: 'QuantizeLinear', inputs: [from, `${name}s`, `${name}z`], output: `${to}q` },
    { op: 'DequantizeLinear', inputs: [`${to}q`, `${name}s`, `${name}z`], output: to },
  ];

  it.each([
    ['powers of two', 1 / 16, 1 / 8, 1 / 4],
    ['any', 0.061, 0.113, 0.27],
  ])('a residual connection, a global mean and tanh, scales %s', (_, x, a, y) => {
    const model: OnnxModel = {
      input: [1, 2, 4, 4],
      tensors: {
        ...q('x', x, -3),
        ...q('a', a, -128),
        ...q('y', y, 5),
        ...q('m', a, 9),
        ...q('t', 1 / 128, 0),
      },
      nodes: [
        ...fake('x', 'x', 'xd'),
        { op: 'Relu', inputs: ['xd'], output: 'r' },
        ...fake('r', 'a', 'rd'),
        { op: 'Add', inputs: ['xd', 'rd'], output: 's' },
        ...fake('s', 'y', 'sd'),
        { op: 'GlobalAveragePool', inputs: ['sd'], output: 'p' },
        ...fake('p', 'm', 'pd'),
        { op: 'Tanh', inputs: ['pd'], output: 't' },
        ...fake('t', 't', 'y'),
      ],
    };
    expectSame(model, 40, feature(Math.fround(x), -120, 120));
  });
});

describe('what is refused', () => {
  const tensors = {
    s: scalar(0.1),
    z: scalar(0, 'int8'),
    w: { dims: [2, 2], values: [1, 2, 3, 4] },
    two: list(0.1, 0.2),
    zeros: { dims: [2], type: 'int8' as const, values: [0, 0] },
  };
  const q: OnnxNode = { op: 'QuantizeLinear', inputs: ['x', 's', 'z'], output: 'xq' };
  const dq: OnnxNode = { op: 'DequantizeLinear', inputs: ['xq', 's', 'z'], output: 'xd' };

  it.each<readonly [string, readonly OnnxNode[], string]>([
    [
      'weights that are no whole numbers',
      [
        q,
        dq,
        { op: 'MatMul', inputs: ['xd', 'w'], output: 'm' },
        { op: 'QuantizeLinear', inputs: ['m', 's', 'z'] },
      ],
      'net.onnx, y: got weights that are no whole numbers, wanted sums of whole numbers with whole weights ' +
        '[exchange/import-attribute]',
    ],
    [
      'a layer of values between',
      [
        { op: 'MatMul', inputs: ['x', 'w'], output: 'm' },
        { op: 'QuantizeLinear', inputs: ['m', 's', 'z'] },
      ],
      "net.onnx, m: got values of an input that nothing in the file quantizes, wanted its format (state it: --input 'fixed<8,3>') " +
        '[exchange/import-input-format]',
    ],
    [
      'several scales of what changes',
      [{ op: 'QuantizeLinear', inputs: ['x', 'two', 'zeros'] }],
      'net.onnx, node y (QuantizeLinear): got 2 scales, wanted one for what changes from sample to sample ' +
        '[exchange/import-attribute]',
    ],
    [
      'a function of sums that nobody rounded',
      [
        q,
        dq,
        { op: 'DequantizeLinear', inputs: ['zeros', 's'], output: 'b' },
        { op: 'Add', inputs: ['xd', 'b'], output: 'a' },
        { op: 'Tanh', inputs: ['a'], output: 't' },
        { op: 'Tanh', inputs: ['t'] },
      ],
      'net.onnx, y: got a function behind another, wanted a QuantizeLinear or Quant between [exchange/import-attribute]',
    ],
  ])('%s', (_, nodes, message) => {
    expect(messageOf(() => imported({ input: [1, 2], tensors, nodes })).replaceAll(`${folder}/`, '')).toBe(
      message,
    );
  });
});
