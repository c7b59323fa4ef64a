import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { scaleRow } from '../../../src/data/scaler.js';
import type { ImportedIntegers } from '../../../src/exchange/importers/importer.js';
import { importFile } from '../../../src/exchange/importers/index.js';
import type { UnitOutput } from '../../../src/network/layer-output.js';
import type { Conv2dLayer } from '../../../src/network/layers/conv2d.js';
import { referenceModel } from '../../../src/network/reference.js';
import { inputCodes } from '../../../src/quantize/input-codes.js';
import { messageOf } from '../../support/messages.js';
import { type OnnxModel, type OnnxNode, type OnnxTensor, onnxModel } from '../../support/onnx.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-onnx-whole-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function imported(model: OnnxModel): ImportedIntegers {
  const file = path.join(folder, 'net.onnx');
  writeFileSync(file, onnxModel(model));
  return importFile(file) as unknown as ImportedIntegers;
}

const sizeOf = (dims: readonly number[]) => dims.reduce((size, length) => size * length, 1);

function even(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}

/** Operators as ONNX defines them, written out for single samples in doubles: what each node gives of what it reads. */
type Values = { readonly dims: readonly number[]; readonly values: readonly number[] };
type Run = (inputs: readonly Values[], node: OnnxNode) => Values;

const like = (given: Values, of: (value: number, at: number) => number): Values => ({
  dims: given.dims,
  values: given.values.map(of),
});

/** One number, or one for each item of an axis. */
const at = ({ values }: Values, dims: readonly number[], axis: number, place: number): number =>
  values[values.length === 1 ? 0 : Math.floor(place / sizeOf(dims.slice(axis + 1))) % dims[axis]];

const numbers = (node: OnnxNode, name: string, usual: readonly number[]) =>
  (node.attributes?.[name] as readonly number[] | undefined) ?? usual;
const number = (node: OnnxNode, name: string, usual: number) =>
  (node.attributes?.[name] as number | undefined) ?? usual;

/** What lies under each position of a window: the sum of `of(channel, value, tap)` is the caller's. */
function windows(
  { dims, values }: Values,
  size: readonly number[],
  node: OnnxNode,
  visit: (row: number, column: number, taps: readonly (readonly [row: number, column: number])[]) => void,
): readonly [number, number] {
  const [, , height, width] = dims;
  const [top, left, bottom, right] = numbers(node, 'pads', [0, 0, 0, 0]);
  const [down, across] = numbers(node, 'strides', [1, 1]);
  const rows = Math.floor((height + top + bottom - size[0]) / down) + 1;
  const columns = Math.floor((width + left + right - size[1]) / across) + 1;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const taps = Array.from({ length: size[0] * size[1] }, (_, tap) => {
        const place = [
          row * down - top + Math.floor(tap / size[1]),
          column * across - left + (tap % size[1]),
        ];
        return [place[0], place[1]] as const;
      });
      visit(row, column, taps);
    }
  }
  expect(values.length).toBe(sizeOf(dims));
  return [rows, columns];
}

const inside = ({ dims }: Values, row: number, column: number) =>
  row >= 0 && column >= 0 && row < dims[2] && column < dims[3];
const cell = ({ dims, values }: Values, channel: number, row: number, column: number) =>
  values[(channel * dims[2] + row) * dims[3] + column];

const conv: Run = ([x, w, b], node) => {
  const [units, depth, height, width] = w.dims;
  const groups = number(node, 'group', 1);
  const given: number[][] = Array.from({ length: units }, () => []);
  const [rows, columns] = windows(x, [height, width], node, (_, __, taps) => {
    for (let unit = 0; unit < units; unit++) {
      const first = Math.floor(unit / (units / groups)) * depth;
      let sum = b === undefined ? 0 : b.values[unit];
      for (let channel = 0; channel < depth; channel++) {
        taps.forEach(([row, column], tap) => {
          if (!inside(x, row, column)) return;
          sum +=
            cell(x, first + channel, row, column) * w.values[(unit * depth + channel) * taps.length + tap];
        });
      }
      given[unit].push(sum);
    }
  });
  return { dims: [1, units, rows, columns], values: given.flat() };
};

const pooled =
  (of: (values: readonly number[]) => number): Run =>
  ([x], node) => {
    const channels = x.dims[1];
    const given: number[][] = Array.from({ length: channels }, () => []);
    const [rows, columns] = windows(
      x,
      numbers(node, 'kernel_shape', x.dims.slice(2)),
      node,
      (_, __, taps) => {
        for (let channel = 0; channel < channels; channel++) {
          const seen = taps.filter(([row, column]) => inside(x, row, column));
          given[channel].push(of(seen.map(([row, column]) => cell(x, channel, row, column))));
        }
      },
    );
    return { dims: [1, channels, rows, columns], values: given.flat() };
  };

const product =
  (isTransposed: boolean): Run =>
  ([a, b, c]) => {
    const [rows, columns] = isTransposed ? [b.dims[1], b.dims[0]] : b.dims;
    const weight = (row: number, column: number) =>
      b.values[isTransposed ? column * rows + row : row * columns + column];
    const values = Array.from({ length: columns }, (_, column) =>
      a.values.reduce(
        (sum, value, row) => sum + value * weight(row, column),
        c === undefined ? 0 : c.values[column],
      ),
    );
    return { dims: [1, columns], values };
  };

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const broadcast =
  (of: (a: number, b: number) => number): Run =>
  ([a, b]) =>
    like(a, (value, place) =>
      of(value, b.values.length === a.values.length ? b.values[place] : at(b, a.dims, 1, place)),
    );

const bits = (node: OnnxNode, width: number) => {
  const narrow = number(node, 'narrow', 0);
  return number(node, 'signed', 1) === 1
    ? [-(2 ** (width - 1)) + narrow, 2 ** (width - 1) - 1]
    : [0, 2 ** width - 1 - narrow];
};
const clamp = (value: number, [low, high]: readonly number[]) => Math.min(Math.max(value, low), high);

const DEFINITIONS: Readonly<Record<string, Run>> = {
  QuantizeLinear: ([x, scale, zero], node) => {
    const axis = number(node, 'axis', 1);
    const range = (zero as OnnxTensor).type === 'int8' ? [-128, 127] : [0, 255];
    return like(x, (value, place) =>
      clamp(even(value / at(scale, x.dims, axis, place)) + at(zero, x.dims, axis, place), range),
    );
  },
  DequantizeLinear: ([x, scale, zero], node) => {
    const axis = number(node, 'axis', 1);
    const point = (place: number) => (zero === undefined ? 0 : at(zero, x.dims, axis, place));
    return like(x, (code, place) => at(scale, x.dims, axis, place) * (code - point(place)));
  },
  Quant: ([x, scale, zero, width], node) =>
    like(x, (value, place) => {
      const s = at(scale, x.dims, 0, place);
      return s * (clamp(even(value / s + zero.values[0]), bits(node, width.values[0])) - zero.values[0]);
    }),
  BipolarQuant: ([x, scale]) => like(x, (value) => (value < 0 ? -scale.values[0] : scale.values[0])),
  Trunc: ([x, scale, , before, after]) =>
    like(x, (value) => {
      const code = even(value / scale.values[0]);
      return Math.floor(code / 2 ** (before.values[0] - after.values[0])) * scale.values[0];
    }),
  Conv: conv,
  MatMul: product(false),
  Gemm: product(true),
  MaxPool: pooled((values) => Math.max(...values)),
  AveragePool: pooled(mean),
  GlobalAveragePool: pooled(mean),
  Relu: ([x]) => like(x, (value) => Math.max(value, 0)),
  Tanh: ([x]) => like(x, Math.tanh),
  Add: broadcast((a, b) => a + b),
  Mul: broadcast((a, b) => a * b),
  Flatten: ([x]) => ({ dims: [1, x.values.length], values: x.values }),
  Cast: ([x]) => x,
  BatchNormalization: ([x, gamma, beta, average, variance], node) =>
    like(x, (value, place) => {
      const [g, b, m, v] = [gamma, beta, average, variance].map((one) => at(one, x.dims, 1, place));
      return (g * (value - m)) / Math.sqrt(v + (node.floats?.epsilon ?? 1e-5)) + b;
    }),
};

function defined(model: OnnxModel, x: Values): Values {
  const known = new Map<string, Values>(Object.entries(model.tensors ?? {}) as [string, OnnxTensor][]);
  known.set('x', x);
  let last = x;
  model.nodes.forEach((node, index) => {
    last = DEFINITIONS[node.op](
      node.inputs.map((name) => known.get(name) as Values),
      node,
    );
    known.set(node.output ?? (index === model.nodes.length - 1 ? 'y' : `v${index}`), last);
  });
  return last;
}

const random = new Random(8, 'onnx whole');
const whole = (type: 'int8' | 'uint8' | 'int32', dims: number[], low: number, high: number): OnnxTensor => ({
  dims,
  type,
  values: Array.from({ length: sizeOf(dims) }, () => random.integer(low, high)),
});
const scalar = (value: number, type?: 'int8' | 'uint8'): OnnxTensor => ({
  dims: [],
  values: [type === undefined ? Math.fround(value) : value],
  ...(type === undefined ? {} : { type }),
});
const list = (...values: number[]): OnnxTensor => ({
  dims: [values.length],
  values: values.map(Math.fround),
});

/** Values in ONNX's order, channels first, as rows of features. */
function channelsLast({ dims, values }: Values): number[] {
  if (dims.length !== 4) return [...values];
  const [, channels, height, width] = dims;
  return Array.from({ length: values.length }, (_, place) => {
    const channel = place % channels;
    return values[channel * height * width + Math.floor(place / channels)];
  });
}

/** The network's outputs as real numbers, beside those that the definitions give. */
function expectSame(
  model: OnnxModel,
  samples: number,
  make: () => number,
  isClose = false,
): ImportedIntegers {
  const read = imported(model);
  const { integers: network, meanings } = read;
  const run = referenceModel(network);
  const { scale, zeroPoint, offset } = meanings.at(-1)!;
  const dims = model.input as number[];
  for (let sample = 0; sample < samples; sample++) {
    const x = { dims, values: Array.from({ length: sizeOf(dims) }, make) };
    const features = channelsLast(x);
    const { encoder } = network.input;
    const codes = inputCodes(network, encoder === undefined ? features : scaleRow(encoder, features));
    const wanted = channelsLast(defined(model, x));
    const got = run(codes).outputs.map((code) => scale * (code + offset - zeroPoint));
    expect(got.length).toBe(wanted.length);
    got.forEach((value, place) => {
      // A whole code apart, where it is one at all: what is left is the rounding of doubles.
      expect(Math.abs(value - wanted[place])).toBeLessThan(isClose ? 1e-4 : scale * 1e-6);
    });
  }
  return read;
}

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
      'net.onnx, m: got values that are no whole numbers, wanted a QuantizeLinear or Quant before it ' +
        '[exchange/import-attribute]',
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
