import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { scaleRow } from '../../../src/data/scaler.js';
import type { Imported, ImportedIntegers, ImportOptions } from '../../../src/exchange/importers/importer.js';
import { importFile, importNetwork } from '../../../src/exchange/importers/index.js';
import { OPERATORS } from '../../../src/exchange/importers/tflite/operators/index.js';
import { exportTflite } from '../../../src/exchange/tflite/export.js';
import { runGraph } from '../../../src/exchange/tflite/run.js';
import { foldNetwork } from '../../../src/float/fold.js';
import type { FloatDense } from '../../../src/float/layers/dense.js';
import { floatModel, logitsOf } from '../../../src/float/model.js';
import { kindOf } from '../../../src/network/layers/index.js';
import { referenceModel } from '../../../src/network/reference.js';
import { inputCodes } from '../../../src/quantize/input-codes.js';
import { chainOf } from '../../support/chains.js';
import { loadTflite } from '../../support/litert.js';
import { messageOf } from '../../support/messages.js';
import { type TestModel, type TestOperator, type TestTensor, tfliteModel } from '../../support/tflite.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-tflite-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function imported(bytes: Uint8Array, options: ImportOptions = {}) {
  const file = path.join(folder, 'net.tflite');
  writeFileSync(file, bytes);
  return importFile(file, options);
}

const integers = (bytes: Uint8Array, options: ImportOptions = {}) =>
  imported(bytes, options) as unknown as ImportedIntegers;

const sizeOf = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1);

type Field = readonly [number, 'int8' | 'int32' | 'float', number];
const SAME = 0;
const VALID = 1;
const RELU = 1;
const RELU6 = 3;

const conv = (padding: number, fused = 0, stride = 1, dilation = 1): NonNullable<TestOperator['options']> => [
  1,
  [
    [0, 'int8', padding],
    [1, 'int32', stride],
    [2, 'int32', stride],
    [3, 'int8', fused],
    [4, 'int32', dilation],
    [5, 'int32', dilation],
  ],
];
const depthwise = (
  padding: number,
  multiplier: number,
  fused = 0,
  stride = 1,
): NonNullable<TestOperator['options']> => [
  2,
  [
    [0, 'int8', padding],
    [1, 'int32', stride],
    [2, 'int32', stride],
    [3, 'int32', multiplier],
    [4, 'int8', fused],
    [5, 'int32', 1],
    [6, 'int32', 1],
  ],
];
const pool = (
  padding: number,
  size: number,
  stride: number,
  fused = 0,
): NonNullable<TestOperator['options']> => [
  5,
  [
    [0, 'int8', padding],
    [1, 'int32', stride],
    [2, 'int32', stride],
    [3, 'int32', size],
    [4, 'int32', size],
    [5, 'int8', fused],
  ],
];
const fused = (union: number, activation: number): NonNullable<TestOperator['options']> => [
  union,
  [[0, 'int8', activation]],
];

interface Case {
  readonly name: string;
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly operator: Omit<TestOperator, 'inputs' | 'output'>;
  /** What it reads beside the input, in order. */
  readonly constants?: Readonly<Record<string, (random: Random) => TestTensor>>;
  /** The input twice. */
  readonly twice?: boolean;
  /** The second one is a RELU of the first. */
  readonly isRelu?: boolean;
  /** Codes before and behind it mean the same. */
  readonly alike?: boolean;
  /** It only moves codes: a network computes something, so a RELU stands before it. */
  readonly moves?: boolean;
}

const scale = (random: Random, exponent: number) => Math.fround(2 ** (exponent + random.float()));
const weights =
  (shape: readonly number[], axis: number | undefined) =>
  (random: Random): TestTensor => ({
    shape,
    type: 'int8',
    scales: Array.from({ length: axis === undefined ? 1 : shape[axis] }, () => scale(random, -7)),
    ...(axis === undefined ? {} : { axis }),
    data: Array.from({ length: sizeOf(shape) }, () => random.integer(-127, 127)),
  });
const bias =
  (units: number) =>
  (random: Random): TestTensor => ({
    shape: [units],
    type: 'int32',
    scales: [1],
    data: Array.from({ length: units }, () => random.integer(-3000, 3000)),
  });
const whole =
  (...data: number[]) =>
  (): TestTensor => ({ shape: [data.length], type: 'int32', data });

const CASES: readonly Case[] = [
  {
    name: 'FULLY_CONNECTED',
    input: [1, 9],
    output: [1, 5],
    operator: { op: 'FULLY_CONNECTED', version: 4, options: fused(8, RELU) },
    constants: { w: weights([5, 9], undefined), b: bias(5) },
  },
  {
    name: 'FULLY_CONNECTED of a map, one scale per unit, without biases',
    input: [1, 2, 3, 2],
    output: [1, 4],
    operator: { op: 'FULLY_CONNECTED', version: 12, options: fused(8, 0) },
    constants: { w: weights([4, 12], 0) },
  },
  {
    name: 'CONV_2D, padded',
    input: [1, 5, 6, 3],
    output: [1, 3, 3, 4],
    operator: { op: 'CONV_2D', version: 3, options: conv(SAME, RELU6, 2) },
    constants: { w: weights([4, 3, 3, 3], 0), b: bias(4) },
  },
  {
    name: 'CONV_2D with dilation',
    input: [1, 6, 5, 2],
    output: [1, 2, 1, 3],
    operator: { op: 'CONV_2D', version: 3, options: conv(VALID, 0, 1, 2) },
    constants: { w: weights([3, 3, 3, 2], 0), b: bias(3) },
  },
  {
    name: 'DEPTHWISE_CONV_2D with two channels for each',
    input: [1, 4, 4, 3],
    output: [1, 4, 4, 6],
    operator: { op: 'DEPTHWISE_CONV_2D', version: 3, options: depthwise(SAME, 2, RELU) },
    constants: { w: weights([1, 3, 3, 6], 3), b: bias(6) },
  },
  {
    name: 'MAX_POOL_2D, padded',
    input: [1, 5, 5, 2],
    output: [1, 3, 3, 2],
    operator: { op: 'MAX_POOL_2D', version: 2, options: pool(SAME, 3, 2) },
    alike: true,
  },
  {
    name: 'MAX_POOL_2D with RELU',
    input: [1, 4, 4, 2],
    output: [1, 2, 2, 2],
    operator: { op: 'MAX_POOL_2D', version: 2, options: pool(VALID, 2, 2, RELU) },
    alike: true,
  },
  {
    name: 'AVERAGE_POOL_2D',
    input: [1, 4, 6, 2],
    output: [1, 2, 3, 2],
    operator: { op: 'AVERAGE_POOL_2D', version: 2, options: pool(VALID, 2, 2) },
    alike: true,
  },
  {
    name: 'AVERAGE_POOL_2D, padded, with RELU',
    input: [1, 5, 5, 2],
    output: [1, 3, 3, 2],
    operator: { op: 'AVERAGE_POOL_2D', version: 2, options: pool(SAME, 2, 2, RELU) },
    alike: true,
  },
  {
    name: 'ADD',
    input: [1, 4, 4, 3],
    output: [1, 4, 4, 3],
    operator: { op: 'ADD', version: 2, options: fused(11, RELU) },
    twice: true,
  },
  {
    name: 'MUL by a constant',
    input: [1, 3, 3, 4],
    output: [1, 3, 3, 4],
    operator: { op: 'MUL', version: 2, options: fused(21, 0) },
    constants: { w: weights([4], undefined) },
  },
  {
    name: 'RESHAPE',
    input: [1, 2, 3, 2],
    output: [1, 12],
    operator: { op: 'RESHAPE' },
    constants: { s: whole(1, 12) },
    alike: true,
    moves: true,
  },
  {
    name: 'PAD',
    input: [1, 2, 3, 2],
    output: [1, 5, 4, 2],
    operator: { op: 'PAD', version: 2 },
    constants: { s: () => ({ shape: [4, 2], type: 'int32', data: [0, 0, 1, 2, 0, 1, 0, 0] }) },
    alike: true,
    moves: true,
  },
  {
    name: 'TRANSPOSE',
    input: [1, 2, 3, 4],
    output: [1, 4, 2, 3],
    operator: { op: 'TRANSPOSE', version: 2 },
    constants: { s: whole(0, 3, 1, 2) },
    alike: true,
    moves: true,
  },
  {
    name: 'STRIDED_SLICE',
    input: [1, 4, 5, 2],
    output: [1, 2, 3, 2],
    operator: {
      op: 'STRIDED_SLICE',
      version: 2,
      options: [32, [0, 1, 2, 3, 4].map((at): Field => [at, 'int32', at < 2 ? 9 : 0])],
    },
    constants: { b: whole(0, 1, -4, 0), e: whole(0, 3, 4, 0), s: whole(1, 1, 1, 1) },
    alike: true,
    moves: true,
  },
  {
    name: 'CONCATENATION',
    input: [1, 2, 2, 3],
    output: [1, 2, 2, 6],
    operator: {
      op: 'CONCATENATION',
      version: 2,
      options: [
        10,
        [
          [0, 'int32', -1],
          [1, 'int8', 0],
        ],
      ],
    },
    twice: true,
    alike: true,
    moves: true,
  },
  {
    name: 'RESIZE_NEAREST_NEIGHBOR',
    input: [1, 2, 3, 2],
    output: [1, 4, 9, 2],
    operator: {
      op: 'RESIZE_NEAREST_NEIGHBOR',
      version: 2,
      options: [
        74,
        [
          [0, 'int8', 0],
          [1, 'int8', 0],
        ],
      ],
    },
    constants: { s: whole(4, 9) },
    alike: true,
    moves: true,
  },
  {
    name: 'SUB',
    input: [1, 4, 4, 3],
    output: [1, 4, 4, 3],
    operator: { op: 'SUB', version: 2, options: fused(28, 0) },
    twice: true,
    isRelu: true,
  },
  {
    name: 'SLICE',
    input: [1, 4, 5, 2],
    output: [1, 2, 3, 1],
    operator: { op: 'SLICE', version: 2 },
    constants: { b: whole(0, 1, 2, 1), s: whole(1, 2, 3, 1) },
    alike: true,
    moves: true,
  },
  {
    name: 'SQUEEZE',
    input: [1, 1, 6, 1],
    output: [6],
    operator: { op: 'SQUEEZE' },
    alike: true,
    moves: true,
  },
  {
    name: 'EXPAND_DIMS',
    input: [1, 6],
    output: [1, 1, 6],
    operator: { op: 'EXPAND_DIMS' },
    constants: { s: () => ({ shape: [], type: 'int32', data: [1] }) },
    alike: true,
    moves: true,
  },
  { name: 'RELU', input: [1, 8], output: [1, 8], operator: { op: 'RELU', version: 2 } },
  { name: 'RELU6', input: [1, 8], output: [1, 8], operator: { op: 'RELU6', version: 2 } },
  { name: 'QUANTIZE', input: [1, 8], output: [1, 8], operator: { op: 'QUANTIZE', version: 2 } },
  { name: 'TANH', input: [1, 8], output: [1, 8], operator: { op: 'TANH', version: 2 } },
  { name: 'LOGISTIC', input: [1, 8], output: [1, 8], operator: { op: 'LOGISTIC', version: 2 } },
  { name: 'HARD_SWISH', input: [1, 8], output: [1, 8], operator: { op: 'HARD_SWISH' } },
  { name: 'ELU', input: [1, 8], output: [1, 8], operator: { op: 'ELU', options: [0, []] } },
  {
    name: 'LEAKY_RELU',
    input: [1, 8],
    output: [1, 8],
    operator: { op: 'LEAKY_RELU', version: 2, options: [75, [[0, 'float', 0.3]]] },
  },
  {
    name: 'MEAN',
    input: [1, 3, 4, 3],
    output: [1, 3],
    operator: { op: 'MEAN', version: 2, options: [27, [[0, 'int8', 0]]] },
    constants: { s: whole(1, 2) },
  },
  {
    name: 'MEAN of one scale',
    input: [1, 3, 2, 3],
    output: [1, 1, 1, 3],
    operator: { op: 'MEAN', version: 2, options: [27, [[0, 'int8', 1]]] },
    constants: { s: whole(1, 2) },
    alike: true,
  },
  {
    name: 'MEAN of one scale and 4 codes',
    input: [1, 2, 2, 3],
    output: [1, 3],
    operator: { op: 'MEAN', version: 2, options: [27, [[0, 'int8', 0]]] },
    constants: { s: whole(1, 2) },
    alike: true,
  },
];

/** A model of one operator behind a convolution of one tap, which gives it codes of any kind. */
function modelOf(
  { input, output, operator, constants = {}, twice, isRelu, alike, moves }: Case,
  random: Random,
): TestModel {
  const codes = (exponent: number) => ({
    scales: [scale(random, exponent)],
    zeroPoints: [random.integer(-128, 127)],
  });
  const before = codes(-4);
  const behind = /TANH|LOGISTIC/.test(operator.op)
    ? {
        scales: [operator.op === 'TANH' ? 1 / 128 : 1 / 256],
        zeroPoints: [operator.op === 'TANH' ? 0 : -128],
      }
    : operator.op === 'FULLY_CONNECTED' || operator.op.includes('CONV')
      ? codes(-3)
      : codes(-4);
  const made = Object.fromEntries(Object.entries(constants).map(([name, make]) => [name, make(random)]));
  if (made.b?.scales !== undefined && made.w?.scales !== undefined)
    made.b = { ...made.b, scales: made.w.scales.map((one) => Math.fround(one * before.scales[0])) };
  const relu: TestOperator = { op: 'RELU', version: 2, inputs: ['x'], output: 'v' };
  const read = moves ? 'v' : 'x';
  return {
    tensors: {
      x: { shape: input, type: 'int8', ...before },
      ...(moves || isRelu ? { v: { shape: input, type: 'int8', ...before } } : {}),
      ...made,
      y: { shape: output, type: 'int8', ...(alike ? before : behind) },
    },
    operators: [
      ...(moves || isRelu ? [relu] : []),
      {
        ...operator,
        inputs: [read, ...(twice ? [isRelu ? 'v' : read] : []), ...Object.keys(constants)],
        output: 'y',
      },
    ],
  };
}

describe.each(CASES)('$name of int8', (one) => {
  it('gives the codes that LiteRT gives', async () => {
    const random = new Random(3, one.name);
    for (let round = 0; round < 6; round++) {
      const bytes = tfliteModel(modelOf(one, random));
      const { integers: network, meanings } = integers(bytes, { kernels: 'float' });
      const run = referenceModel(network);
      const model = await loadTflite(bytes);
      const { offset } = meanings.at(-1)!;
      for (let sample = 0; sample < 40; sample++) {
        const codes = Array.from({ length: sizeOf(one.input) }, () => random.integer(-128, 127));
        expect(run(codes).outputs.map((code) => code + offset)).toEqual(await model.run(codes));
      }
      model.delete();
    }
  });
});

it('biases have one axis, whatever its number is in the file', () => {
  const named = CASES.find(({ operator }) => operator.op === 'DEPTHWISE_CONV_2D') as Case;
  const model = modelOf(named, new Random(8, 'axis'));
  const asKernel = { ...model.tensors, b: { ...model.tensors.b, axis: 3 } };
  const [got, wanted] = [{ ...model, tensors: asKernel }, model].map((one) => integers(tfliteModel(one)));
  expect(got).toEqual(wanted);
});

const floats = (bytes: Uint8Array, options: ImportOptions = {}) =>
  imported(bytes, options) as unknown as Imported;

const reals =
  (...shape: number[]) =>
  (random: Random): TestTensor => ({
    shape,
    data: Array.from({ length: sizeOf(shape) }, () => Math.fround(random.normal())),
  });

const RESIZE: NonNullable<TestOperator['options']> = [
  74,
  [
    [0, 'int8', 0],
    [1, 'int8', 0],
  ],
];

const FLOAT_CASES: readonly Case[] = [
  {
    name: 'FULLY_CONNECTED',
    input: [1, 9],
    output: [1, 5],
    operator: { op: 'FULLY_CONNECTED', options: fused(8, RELU) },
    constants: { w: reals(5, 9), b: reals(5) },
  },
  {
    name: 'CONV_2D',
    input: [1, 5, 6, 3],
    output: [1, 3, 3, 4],
    operator: { op: 'CONV_2D', options: conv(SAME, RELU6, 2) },
    constants: { w: reals(4, 3, 2, 3), b: reals(4) },
  },
  {
    name: 'DEPTHWISE_CONV_2D',
    input: [1, 4, 4, 3],
    output: [1, 2, 2, 6],
    operator: { op: 'DEPTHWISE_CONV_2D', options: depthwise(VALID, 2) },
    constants: { w: reals(1, 3, 3, 6), b: reals(6) },
  },
  {
    name: 'MAX_POOL_2D',
    input: [1, 5, 5, 2],
    output: [1, 3, 3, 2],
    operator: { op: 'MAX_POOL_2D', options: pool(SAME, 3, 2, RELU) },
  },
  {
    name: 'AVERAGE_POOL_2D',
    input: [1, 5, 5, 2],
    output: [1, 3, 3, 2],
    operator: { op: 'AVERAGE_POOL_2D', options: pool(SAME, 2, 2) },
  },
  {
    name: 'ADD of a constant',
    input: [1, 2, 2, 3],
    output: [1, 2, 2, 3],
    operator: { op: 'ADD', options: fused(11, RELU) },
    constants: { w: reals(3) },
  },
  {
    name: 'SUB',
    input: [1, 2, 2, 3],
    output: [1, 2, 2, 3],
    operator: { op: 'SUB', options: fused(28, 0) },
    constants: { w: reals(3) },
  },
  {
    name: 'MUL',
    input: [1, 2, 2, 3],
    output: [1, 2, 2, 3],
    operator: { op: 'MUL', options: fused(21, 0) },
    constants: { w: reals(3) },
  },
  {
    name: 'PRELU',
    input: [1, 2, 2, 3],
    output: [1, 2, 2, 3],
    operator: { op: 'PRELU' },
    constants: { w: reals(1, 1, 3) },
  },
  {
    name: 'MEAN',
    input: [1, 3, 4, 3],
    output: [1, 3],
    operator: { op: 'MEAN', options: [27, [[0, 'int8', 0]]] },
    constants: { s: whole(1, 2) },
  },
  {
    name: 'TRANSPOSE',
    input: [1, 2, 3, 4],
    output: [1, 4, 2, 3],
    operator: { op: 'TRANSPOSE' },
    constants: { s: whole(0, 3, 1, 2) },
  },
  {
    name: 'RESHAPE',
    input: [1, 2, 3, 2],
    output: [1, 4, 3],
    operator: { op: 'RESHAPE' },
    constants: { s: whole(1, 4, 3) },
  },
  {
    name: 'PAD',
    input: [1, 2, 3, 2],
    output: [1, 5, 4, 2],
    operator: { op: 'PAD' },
    constants: { s: () => ({ shape: [4, 2], type: 'int32', data: [0, 0, 1, 2, 0, 1, 0, 0] }) },
  },
  {
    name: 'PADV2 with 0',
    input: [1, 2, 3, 2],
    output: [1, 4, 3, 2],
    operator: { op: 'PADV2' },
    constants: {
      s: () => ({ shape: [4, 2], type: 'int32', data: [0, 0, 1, 1, 0, 0, 0, 0] }),
      v: () => ({ shape: [1], data: [0] }),
    },
  },
  {
    name: 'RESIZE_NEAREST_NEIGHBOR',
    input: [1, 2, 3, 2],
    output: [1, 4, 9, 2],
    operator: { op: 'RESIZE_NEAREST_NEIGHBOR', options: RESIZE },
    constants: { s: whole(4, 9) },
  },
  ...['RELU', 'RELU6', 'RELU_N1_TO_1', 'TANH', 'LOGISTIC', 'HARD_SWISH', 'ELU'].map((op) => ({
    name: op,
    input: [1, 8],
    output: [1, 8],
    operator: { op },
  })),
  {
    name: 'LEAKY_RELU',
    input: [1, 8],
    output: [1, 8],
    operator: { op: 'LEAKY_RELU', options: [75, [[0, 'float', 0.3]]] },
  },
];

describe.each(FLOAT_CASES)('$name of floats', ({ name, input, output, operator, constants = {} }) => {
  it('gives what LiteRT gives', async () => {
    const random = new Random(4, name);
    const made = Object.fromEntries(Object.entries(constants).map(([key, make]) => [key, make(random)]));
    const bytes = tfliteModel({
      tensors: { x: { shape: input }, ...made, y: { shape: output } },
      operators: [{ ...operator, inputs: ['x', ...Object.keys(made)], output: 'y' }],
    });
    const { network } = floats(bytes);
    const runs = [network, foldNetwork(network).network].map((one) => floatModel(one));
    const model = await loadTflite(bytes);
    for (let sample = 0; sample < 10; sample++) {
      const values = Array.from({ length: sizeOf(input) }, () => Math.fround(2 * random.normal()));
      const wanted = await model.run(values);
      for (const run of runs) {
        const got = run(values).at(-1)!;
        expect(got.length).toBe(wanted.length);
        wanted.forEach((value, at) => {
          expect(Math.abs(got[at] - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
        });
      }
    }
    model.delete();
  });
});

/** What stands at the end, and is left out: it says of the network's outputs what LiteRT says of the file. */
const softmaxOf = (values: readonly number[]) => {
  const total = values.reduce((sum, value) => sum + Math.exp(value), 0);
  return values.map((value) => Math.exp(value) / total);
};
const HEADS: Readonly<Record<string, (outputs: readonly number[]) => readonly number[]>> = {
  SOFTMAX: softmaxOf,
  LOG_SOFTMAX: (outputs) => softmaxOf(outputs).map(Math.log),
  ARG_MAX: (outputs) => [outputs.indexOf(Math.max(...outputs))],
};
const HEAD_OPTIONS: Readonly<Record<string, NonNullable<TestOperator['options']>>> = {
  SOFTMAX: [9, [[0, 'float', 1]]],
  LOG_SOFTMAX: [50, []],
  ARG_MAX: [40, [[0, 'int8', 2]]],
};

describe.each(Object.keys(HEADS))('%s at the end', (op) => {
  it('is the head', async () => {
    const random = new Random(12, op);
    const isIndex = op === 'ARG_MAX';
    const bytes = tfliteModel({
      tensors: {
        x: { shape: [1, 5] },
        w: reals(4, 5)(random),
        v: { shape: [1, 4] },
        ...(isIndex ? { axis: { shape: [], type: 'int32', data: [1] } } : {}),
        y: isIndex ? { shape: [1], type: 'int32' } : { shape: [1, 4] },
      },
      operators: [
        { op: 'FULLY_CONNECTED', inputs: ['x', 'w'], output: 'v', options: fused(8, 0) },
        { op, inputs: isIndex ? ['v', 'axis'] : ['v'], output: 'y', options: HEAD_OPTIONS[op] },
      ],
    });
    const { network } = floats(bytes);
    expect(network.head).toBe('argmax');
    const model = await loadTflite(bytes);
    for (let sample = 0; sample < 5; sample++) {
      const values = Array.from({ length: 5 }, () => Math.fround(random.normal()));
      const got = HEADS[op](Array.from(floatModel(network)(values).at(-1)!));
      (await model.run(values)).forEach((wanted, at) => {
        expect(Math.abs(got[at] - wanted)).toBeLessThan(1e-5);
      });
    }
    model.delete();
  });
});

describe('DEQUANTIZE at the end', () => {
  it('gives the values that the codes mean', async () => {
    const random = new Random(13, 'dequantize');
    const codes = { shape: [1, 6], type: 'int8', scales: [0.037], zeroPoints: [-11] } as const;
    const bytes = tfliteModel({
      tensors: { x: codes, v: codes, y: { shape: [1, 6] } },
      operators: [
        { op: 'RELU', version: 2, inputs: ['x'], output: 'v' },
        { op: 'DEQUANTIZE', version: 2, inputs: ['v'], output: 'y' },
      ],
    });
    const { integers: network, meanings } = integers(bytes);
    const { scale, zeroPoint, offset } = meanings.at(-1)!;
    const model = await loadTflite(bytes);
    const given = Array.from({ length: 6 }, () => random.integer(-128, 127));
    const wanted = await model.run(given);
    referenceModel(network)(given).outputs.forEach((code, at) => {
      expect(Math.abs(scale * (code + offset - zeroPoint) - wanted[at])).toBeLessThan(1e-5);
    });
    model.delete();
  });
});

it('every operator that is read has a case here', () => {
  const named = [...CASES, ...FLOAT_CASES].map(({ operator }) => operator.op);
  const all = new Set([...named, ...Object.keys(HEADS), 'DEQUANTIZE']);
  expect([...all].sort()).toEqual(Object.keys(OPERATORS).sort());
});

describe('our own exports, read back', () => {
  const random = new Random(6, 'exports');
  const layer = (name: string, inputs: number, units: number, activation: 'relu' | 'linear') => ({
    kind: 'dense' as const,
    name,
    kernel: Array.from({ length: inputs }, () => Array.from({ length: units }, () => random.normal())),
    bias: Array.from({ length: units }, () => random.normal()),
    activation,
  });
  const network = chainOf({
    name: 'net',
    inputs: 6,
    layers: [layer('hidden', 6, 9, 'relu'), layer('output', 9, 3, 'linear')],
    head: 'argmax',
  });
  const calibration = Array.from({ length: 30 }, () => Array.from({ length: 6 }, () => random.normal()));

  it.each([
    ['tensor', 'int8'],
    ['unit', 'int8'],
    ['tensor', 'float32'],
  ] as const)('have the same integers, one scale per %s, ends %s', async (granularity, ends) => {
    const { bytes, graph } = exportTflite(network, { mode: 'int8', granularity, ends, calibration });
    const { integers: read, meanings, notes } = integers(bytes);
    const weights = graph.tensors.find(({ name }) => name === 'hidden/weights')!;
    expect(kindOf(read.layers[0]).weights(read.layers[0])[0].codes).toEqual(
      Array.from({ length: 54 }, (_, at) => weights.data![(at % 9) * 6 + Math.floor(at / 9)]),
    );
    expect(read.head).toEqual({ kind: 'argmax' });
    expect(notes.filter(({ what }) => what === 'dropped').map(({ from }) => from.split(' ')[0])).toContain(
      'probability',
    );
    const logits = exportTflite(network, { mode: 'int8', granularity, output: 'logits', calibration });
    const { offset } = meanings.findLast(({ layer: name }) => name === 'output_output')!;
    for (const row of calibration) {
      const codes = inputCodes(read, scaleRow(read.input.encoder!, row));
      expect(referenceModel(read)(codes).outputs.map((code) => code + offset)).toEqual(
        runGraph(logits.graph, codes),
      );
    }
  });

  it.each(['float32', 'float16', 'dynamic'] as const)('give the same values in %s', (mode) => {
    const { bytes, graph } = exportTflite(network, { mode, output: 'logits' });
    const { network: read } = floats(bytes);
    const weights = graph.tensors.find(({ name }) => name.startsWith('hidden/weights'))!;
    const scale = weights.quantization?.scales[0] ?? 1;
    const { kernel } = read.layers[0] as FloatDense;
    expect(Array.from(kernel.values)).toEqual(
      Array.from({ length: 54 }, (_, at) => scale * weights.data![(at % 9) * 6 + Math.floor(at / 9)]),
    );
    const tolerance = mode === 'float32' ? 1e-5 : 0.3;
    for (const row of calibration.slice(0, 5)) {
      const [got, wanted] = [read, network].map((one) => logitsOf(one)(row));
      got.forEach((value, at) => {
        expect(Math.abs(value - wanted[at])).toBeLessThan(tolerance);
      });
    }
  });
});

/** x × factor as TFLite's fixed point has it, worked out with whole numbers of any length. */
function fixedProduct(x: number, factor: number, isTwice: boolean): number {
  const exponent = Math.floor(Math.log2(factor)) + 1;
  const multiplier = BigInt(Math.round((factor / 2 ** exponent) * 2 ** 31));
  const product = BigInt(x) * multiplier;
  const half = (number: bigint, shift: bigint) => (number + (1n << (shift - 1n))) >> shift;
  const right = BigInt(-exponent);
  if (!isTwice || right === 0n) return Number(half(product, 31n + right));
  const first = half(product, 31n);
  return Number(first < 0n ? -half(-first, right) : half(first, right));
}

describe('ADD of int8', () => {
  it.each(['once', 'twice'] as const)('rounds %s where its kernels do', (kernels) => {
    const random = new Random(9, 'add');
    for (let round = 0; round < 10; round++) {
      const codes = () => ({ scales: [scale(random, -4)], zeroPoints: [random.integer(-128, 127)] });
      const tensor = (one: ReturnType<typeof codes>) => ({ shape: [1, 4], type: 'int8' as const, ...one });
      const [x, v, y] = [codes(), codes(), codes()];
      const bytes = tfliteModel({
        tensors: { x: tensor(x), v: tensor(v), y: tensor(y) },
        operators: [
          { op: 'RELU', version: 2, inputs: ['x'], output: 'v' },
          { op: 'ADD', version: 2, inputs: ['x', 'v'], output: 'y', options: fused(11, 0) },
        ],
      });
      const { integers: network, meanings } = integers(bytes, { kernels });
      const run = referenceModel(network);
      const relu = network.layers.findIndex(({ name }) => name === meanings[1].layer);
      const common = 2 * Math.max(x.scales[0], v.scales[0]);
      const lifted = (code: number, { scales }: typeof x) =>
        fixedProduct(code * 2 ** 20, scales[0] / common, kernels === 'twice');
      for (let sample = 0; sample < 60; sample++) {
        const given = Array.from({ length: 4 }, () => random.integer(-128, 127));
        const { outputs, layers } = run(given);
        outputs.forEach((code, at) => {
          const sum = lifted(given[at] - x.zeroPoints[0], x) + lifted(layers[relu][at], v);
          const wanted = fixedProduct(sum, common / (2 ** 20 * y.scales[0]), kernels === 'twice');
          const limited = Math.min(Math.max(wanted, -128 - y.zeroPoints[0]), 127 - y.zeroPoints[0]);
          expect(code).toBe(limited);
        });
      }
    }
  });
});

describe('what is refused', () => {
  const dense = (extra: Partial<TestModel> = {}): TestModel => ({
    tensors: {
      x: { shape: [1, 2] },
      w: { shape: [3, 2], data: [1, 2, 3, 4, 5, 6] },
      b: { shape: [3], data: [0, 0, 0] },
      y: { shape: [1, 3] },
    },
    operators: [{ op: 'FULLY_CONNECTED', inputs: ['x', 'w', 'b'], output: 'y', options: fused(8, 0) }],
    ...extra,
  });
  const withTensors = (tensors: Readonly<Record<string, TestTensor>>) =>
    dense({ tensors: { ...dense().tensors, ...tensors } });
  const int8 = { type: 'int8', scales: [0.1], zeroPoints: [0] } as const;

  it.each<readonly [string, TestModel, string]>([
    ['another version', dense({ version: 2 }), 'net.tflite, version: got 2, wanted 3 [exchange/import-file]'],
    [
      'two inputs',
      dense({ input: ['x', 'w'] }),
      'net.tflite: got 2 inputs (x, w), wanted one (save a model of one input, which slices cut up and a concatenation before it puts together) [exchange/import-inputs]',
    ],
    [
      'no outputs',
      dense({ output: [] }),
      'net.tflite: got 0 outputs (), wanted one (save a model of the one that hardware is to give; several lists of one meaning go through a concatenation) [exchange/import-outputs]',
    ],
    [
      'open lengths',
      withTensors({ x: { shape: [1, 1], signature: [-1, -1] } }),
      'net.tflite, input x: got a shape of ? x ?, wanted a shape of whole numbers, but for the batch (--shape states ' +
        "it in the file's order, such as --shape 1x28x28) [exchange/import-shape]",
    ],
    [
      'whole numbers of 16 bits',
      withTensors({ x: { shape: [1, 2], type: 'int16', scales: [0.001], zeroPoints: [0] } }),
      'net.tflite, input x: got elements of INT16, wanted FLOAT32, INT8 or UINT8 (convert the model with values of ' +
        'FLOAT32, or quantize it to INT8) [exchange/import-attribute]',
    ],
    [
      'a layer that gives whole numbers of 32 bits',
      withTensors({ y: { shape: [1, 3], type: 'int32', scales: [0.001], zeroPoints: [0] } }),
      'net.tflite, operator y (FULLY_CONNECTED): got elements of INT32, wanted FLOAT32, INT8 or UINT8 (convert the ' +
        'model with values of FLOAT32, or quantize it to INT8) [exchange/import-attribute]',
    ],
    [
      'a constant that is shorter than its shape',
      withTensors({ w: { shape: [3, 2], data: [1, 2] } }),
      'net.tflite, tensor w: got 8 bytes, wanted 24, as its shape says [exchange/import-file]',
    ],
    [
      'a scale that is none',
      withTensors({ w: { shape: [3, 2], type: 'int8', scales: [0], data: [1, 2, 3, 4, 5, 6] } }),
      'net.tflite, tensor w: got the scale 0, wanted a number above 0 [exchange/import-file]',
    ],
    [
      'scales of another number',
      withTensors({ w: { shape: [3, 2], type: 'int8', scales: [1, 2], data: [1, 2, 3, 4, 5, 6] } }),
      'net.tflite, tensor w: got 2 scales, wanted one, or one per item of axis 0 [exchange/import-file]',
    ],
    [
      'a tensor that nobody gives',
      dense({ operators: [{ op: 'RELU', inputs: ['y'], output: 'y' }] }),
      'net.tflite, operator y (RELU): got the tensor "y", wanted a tensor that an input, a constant or an operator ' +
        'before it gives (is there a cycle?) [exchange/import-file]',
    ],
    [
      'a tensor that two operators give',
      dense({ operators: [...dense().operators, ...dense().operators] }),
      'net.tflite, tensor y: got a second operator that gives it, wanted one [exchange/import-file]',
    ],
    [
      'classes at each place of a map',
      dense({
        tensors: { x: { shape: [1, 2, 2, 3] }, v: { shape: [1, 2, 2, 3] }, y: { shape: [1, 2, 2, 3] } },
        operators: [
          { op: 'RELU', inputs: ['x'], output: 'v' },
          { op: 'SOFTMAX', inputs: ['v'], output: 'y' },
        ],
      }),
      'net.tflite, operator y (SOFTMAX): got axis -1 of 1x2x2x3, wanted the axis of the classes, all others beside the ' +
        'batch 1 long [exchange/import-attribute]',
    ],
    [
      'the largest of all samples',
      withTensorsAnd({ axis: { shape: [], type: 'int32', data: [0] }, v: { shape: [1, 3] } }, [
        { ...dense().operators[0], output: 'v' },
        { op: 'ARG_MAX', inputs: ['v', 'axis'], output: 'y' },
      ]),
      'net.tflite, operator y (ARG_MAX): got axis 0 of 1x3, wanted the axis of the classes, all others beside the ' +
        'batch 1 long [exchange/import-attribute]',
    ],
    [
      'a softmax inside',
      withTensorsAnd({ v: { shape: [1, 2] } }, [
        { op: 'SOFTMAX', inputs: ['x'], output: 'v' },
        ...dense().operators.map((one) => ({ ...one, inputs: ['v', 'w', 'b'] })),
      ]),
      'net.tflite, operator v (SOFTMAX): got inside of the network, wanted at its end, where the class is the same ' +
        'without it [exchange/import-attribute]',
    ],
    [
      'whole numbers behind values',
      withTensorsAnd({ v: { shape: [1, 2], ...int8 }, y: { shape: [1, 2] } }, [
        { op: 'QUANTIZE', inputs: ['x'], output: 'v' },
        { op: 'TANH', inputs: ['v'], output: 'y' },
      ]),
      'net.tflite, operator y (TANH): got whole numbers and values, wanted values, or whole numbers throughout ' +
        '[exchange/import-attribute]',
    ],
    [
      'a fused activation of a number that none has',
      dense({ operators: [{ ...dense().operators[0], options: fused(8, 77) }] }),
      'net.tflite, operator y (FULLY_CONNECTED): got the fused activation 77, wanted none, RELU, RELU_N1_TO_1, RELU6 ' +
        'or TANH [exchange/import-attribute]',
    ],
  ])('%s', (_, model, message) => {
    expect(messageOf(() => imported(tfliteModel(model))).replaceAll(`${folder}/`, '')).toBe(message);
  });

  function withTensorsAnd(tensors: Readonly<Record<string, TestTensor>>, operators: readonly TestOperator[]) {
    return { ...withTensors(tensors), operators };
  }

  it('an operator that is not known, with the nearest that is', () => {
    const known = Object.keys(OPERATORS).join(', ');
    const got = (operator: TestOperator) =>
      messageOf(() => imported(tfliteModel(dense({ operators: [operator] })))).replaceAll(`${folder}/`, '');
    expect(got({ op: 'CONV_3D', inputs: ['x'], output: 'y' })).toBe(
      `net.tflite, operator y (CONV_3D): got the operator CONV_3D, wanted one of ${known} (did you mean CONV_2D?) ` +
        '[exchange/import-operator]',
    );
    expect(got({ op: 'CUSTOM', custom: 'Mine', inputs: ['x'], output: 'y' })).toBe(
      `net.tflite, operator y (CUSTOM): got the operator CUSTOM (Mine), wanted one of ${known} ` +
        '(export the model with these, or cut it before the operator) [exchange/import-operator]',
    );
  });

  it('weights that are no numbers', () => {
    const model = withTensors({ w: { shape: [3, 2], data: [1, 2, Number.NaN, 4, 5, 6] } });
    expect(messageOf(() => imported(tfliteModel(model)))).toContain('[exchange/import-not-finite]');
  });

  it('a file that is cut off, wherever it is', () => {
    const bytes = tfliteModel(dense());
    for (let length = 8; length < bytes.length; length += 3) {
      expect(messageOf(() => imported(bytes.subarray(0, length)))).toMatch(/\[(exchange|float)\//);
    }
  });

  it('the weights of a float network where whole numbers are wanted as values', () => {
    const { bytes } = exportTflite(
      chainOf({
        name: 'net',
        inputs: 1,
        layers: [{ kind: 'dense', name: 'only', kernel: [[1]], bias: [0], activation: 'linear' }],
        head: 'values',
      }),
      { mode: 'int8', calibration: [[0], [1]] },
    );
    const file = path.join(folder, 'net.tflite');
    writeFileSync(file, bytes);
    expect(messageOf(() => importNetwork(file)).replaceAll(`${folder}/`, '')).toBe(
      'net.tflite: got a network of whole numbers, wanted one of values (compile takes it as it is) ' +
        '[exchange/import-integers]',
    );
  });
});
