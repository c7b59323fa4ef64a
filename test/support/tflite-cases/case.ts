import type { Random } from '../../../src/core/random.js';
import { sizeOf } from '../tensors.js';
import type { TestModel, TestOperator, TestTensor } from '../tflite.js';

/** Numbers of paddings, and of activations that are fused. */
export const SAME = 0;
export const VALID = 1;
export const RELU = 1;
export const RELU6 = 3;

/** Options of operators. */
export const conv = (
  padding: number,
  fused = 0,
  stride = 1,
  dilation = 1,
): NonNullable<TestOperator['options']> => [
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

export const depthwise = (
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

export const pool = (
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

export const fused = (union: number, activation: number): NonNullable<TestOperator['options']> => [
  union,
  [[0, 'int8', activation]],
];

export interface Case {
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

export const scale = (random: Random, exponent: number) => Math.fround(2 ** (exponent + random.float()));

export const weights =
  (shape: readonly number[], axis: number | undefined) =>
  (random: Random): TestTensor => ({
    shape,
    type: 'int8',
    scales: Array.from({ length: axis === undefined ? 1 : shape[axis] }, () => scale(random, -7)),
    ...(axis === undefined ? {} : { axis }),
    data: Array.from({ length: sizeOf(shape) }, () => random.integer(-127, 127)),
  });

export const bias =
  (units: number) =>
  (random: Random): TestTensor => ({
    shape: [units],
    type: 'int32',
    scales: [1],
    data: Array.from({ length: units }, () => random.integer(-3000, 3000)),
  });

export const whole =
  (...data: number[]) =>
  (): TestTensor => ({ shape: [data.length], type: 'int32', data });

/** A model of one operator behind a convolution of one tap, which gives it codes of any kind. */
export function modelOf(
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

export const reals =
  (...shape: number[]) =>
  (random: Random): TestTensor => ({
    shape,
    data: Array.from({ length: sizeOf(shape) }, () => Math.fround(random.normal())),
  });
