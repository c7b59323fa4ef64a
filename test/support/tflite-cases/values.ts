import type { TestOperator } from '../tflite.js';
import { type Case, conv, depthwise, fused, pool, RELU, RELU6, reals, SAME, VALID, whole } from './case.js';

const RESIZE: NonNullable<TestOperator['options']> = [
  74,
  [
    [0, 'int8', 0],
    [1, 'int8', 0],
  ],
];

export const VALUE_CASES: readonly Case[] = [
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
  {
    name: 'PRELU of one slope for all',
    input: [1, 8],
    output: [1, 8],
    operator: { op: 'PRELU' },
    constants: { w: () => ({ shape: [1], data: [0.25] }) },
  },
  ...['GELU', 'GELU by tanh'].map((name, at) => ({
    name,
    input: [1, 8],
    output: [1, 8],
    operator: {
      op: 'GELU',
      options: [116, [[0, 'int8', at]]] as NonNullable<TestOperator['options']>,
    },
  })),
  ...['MINIMUM', 'MAXIMUM'].map((op) => ({
    name: op,
    input: [1, 8],
    output: [1, 8],
    operator: { op },
    constants: { w: () => ({ shape: [], data: [0.625] }) },
  })),
];
