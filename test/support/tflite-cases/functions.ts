import { RELU6 } from './case.js';

/** An operator of the input x, of steps before it (s1, s2, …), or of constants; and what is fused into it. */
export type Step = readonly [op: string, inputs: readonly (string | number)[], end?: number];

/** Activations as files build them of operators. */
export const FUNCTIONS: readonly { readonly is: string; readonly steps: readonly Step[] }[] = [
  {
    is: 'silu',
    steps: [
      ['LOGISTIC', ['x']],
      ['MUL', ['x', 's1']],
    ],
  },
  {
    is: 'silu',
    steps: [
      ['NEG', ['x']],
      ['EXP', ['s1']],
      ['ADD', ['s2', 1]],
      ['DIV', ['x', 's3']],
    ],
  },
  {
    is: 'hard_swish',
    steps: [
      ['ADD', ['x', 3], RELU6],
      ['MUL', ['s1', 1 / 6]],
      ['MUL', ['x', 's2']],
    ],
  },
  {
    is: 'hard_sigmoid',
    steps: [
      ['ADD', [3, 'x'], RELU6],
      ['DIV', ['s1', 6]],
    ],
  },
  {
    is: 'hard_sigmoid:0.25:0.5',
    steps: [
      ['MUL', ['x', 0.25]],
      ['ADD', ['s1', 0.5]],
      ['MINIMUM', ['s2', 1]],
      ['MAXIMUM', ['s3', 0]],
    ],
  },
  {
    is: 'clamp:-0.5:2',
    steps: [
      ['MAXIMUM', [-0.5, 'x']],
      ['MINIMUM', ['s1', 2]],
    ],
  },
  {
    is: 'elu:0.5',
    steps: [
      ['ELU', ['x']],
      ['MUL', ['s1', 0.5]],
      ['MINIMUM', ['s2', 0]],
      ['RELU', ['x']],
      ['ADD', ['s3', 's4']],
    ],
  },
  {
    is: 'selu',
    steps: [
      ['ELU', ['x']],
      ['MINIMUM', ['s1', 0]],
      ['MUL', ['s2', Math.fround(1.6732632423543772)]],
      ['RELU', ['x']],
      ['ADD', ['s3', 's4']],
      ['MUL', ['s5', Math.fround(1.0507009873554805)]],
    ],
  },
  {
    is: 'softplus',
    steps: [
      ['EXP', ['x']],
      ['ADD', ['s1', 1]],
      ['LOG', ['s2']],
    ],
  },
  {
    is: 'mish',
    steps: [
      ['EXP', ['x']],
      ['ADD', ['s1', 1]],
      ['LOG', ['s2']],
      ['TANH', ['s3']],
      ['MUL', ['s4', 'x']],
    ],
  },
  {
    is: 'softsign',
    steps: [
      ['ABS', ['x']],
      ['ADD', ['s1', 1]],
      ['DIV', ['x', 's2']],
    ],
  },
  {
    is: 'gelu_tanh',
    steps: [
      ['SQUARE', ['x']],
      ['MUL', ['s1', 'x']],
      ['MUL', ['s2', 0.044715]],
      ['ADD', ['x', 's3']],
      ['MUL', ['s4', Math.sqrt(2 / Math.PI)]],
      ['TANH', ['s5']],
      ['SUB', ['s6', -1]],
      ['MUL', ['x', 0.5]],
      ['MUL', ['s7', 's8']],
    ],
  },
];
