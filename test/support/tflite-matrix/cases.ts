import { Random } from '../../../src/core/random.js';
import { type FloatActivation, printFloatActivation } from '../../../src/float/activation.js';
import { CURVES } from '../../../src/float/curves.js';
import { placeFloatLayers } from '../../../src/float/graph.js';
import { floatKindOf } from '../../../src/float/layers/index.js';
import { withParameter } from '../../../src/float/layers/parts.js';
import type { FloatLayer, FloatNetwork } from '../../../src/float/types.js';
import { sizeOf } from '../../../src/network/tensor.js';

/** Every kind of layer beside every activation, as networks of random weights. */

/** One of each kind of activation at least: a new one does not compile until it stands here. Their numbers are floats of 32 bits. */
const BY_KIND: Readonly<
  Record<'linear' | 'relu' | Exclude<FloatActivation, string>['kind'], readonly FloatActivation[]>
> = {
  linear: ['linear'],
  relu: ['relu'],
  leaky_relu: [{ kind: 'leaky_relu', multiplier: 1, shift: 3 }],
  clip: [6, 1.5].map((bound) => ({ kind: 'clip', bound })),
  slopes: [[0.3125], [-0.25], [0], [0.125, -0.25, 1.5, 0]].map((slopes) => ({ kind: 'slopes', slopes })),
  clamp: [
    { kind: 'clamp', low: -1, high: 1 },
    { kind: 'clamp', low: -0.5, high: 2 },
    { kind: 'clamp', low: 0.25, high: 0.75 },
    { kind: 'clamp', low: -0.75 },
    { kind: 'clamp', high: 0.75 },
  ],
  table: (['TRN', 'RND', 'RND_CONV'] as const).map((rounding, at) => ({
    kind: 'table',
    step: 2 ** (at - 3),
    lowest: -5,
    rounding,
    values: Array.from({ length: 16 }, (_, place) => Math.round(8 * Math.sin(place / 3)) / 8),
  })),
  curve: [
    ...Object.entries(CURVES).map(([curve, { usual }]) => ({ kind: 'curve', curve, parameters: usual })),
    { kind: 'curve', curve: 'elu', parameters: [0.5] },
    { kind: 'curve', curve: 'selu', parameters: [1.5, 0.875] },
    { kind: 'curve', curve: 'hard_sigmoid', parameters: [0.25, 0.5] },
  ] as readonly FloatActivation[],
};

export const ACTIVATIONS: readonly (readonly [string, FloatActivation])[] = Object.values(BY_KIND)
  .flat()
  .map((activation) => [printFloatActivation(activation), activation]);

type Make = (activation: FloatActivation) => readonly object[];

const zeros = (count: number) => new Float64Array(count);
const conv = (shape: readonly number[], more: object): Make => {
  const kernel = { shape, values: zeros(shape.reduce((product, length) => product * length)) };
  const plain = { strides: [1, 1], padding: 'same', dilation: [1, 1], groups: 1 };
  return (activation) => [
    { kind: 'conv2d', name: 'l', kernel, bias: zeros(shape[3]), ...plain, ...more, activation },
  ];
};
const dense = (inputs: number, activation: FloatActivation) => ({
  kind: 'dense',
  name: 'l',
  kernel: { shape: [inputs, 4], values: zeros(4 * inputs) },
  bias: zeros(4),
  activation,
});
const mean =
  (window: readonly number[], more: object): Make =>
  (activation) => [{ kind: 'average_pool', name: 'l', window, strides: [2, 2], ...more, activation }];
/** Other maps of the input's shape. */
const OTHERS = [
  { kind: 'max_pool', name: 'most', window: [2, 2], strides: [1, 1], padding: 'same' },
  {
    kind: 'average_pool',
    name: 'mean',
    from: ['input'],
    window: [3, 3],
    strides: [1, 1],
    padding: 'same',
    countPadding: false,
    activation: 'linear',
  },
];
const sum =
  (...signs: readonly number[]): Make =>
  (activation) => [
    ...OTHERS.slice(0, signs.length - 1),
    { kind: 'add', name: 'l', from: ['input', 'most', 'mean'].slice(0, signs.length), signs, activation },
  ];
/** Layers without an activation of their own, and one of an activation behind them. */
const before =
  (...layers: object[]): Make =>
  (activation) => [...layers, { kind: 'activation', name: 'a', activation }];
const move = (wanted: object) => before({ kind: 'move', name: 'l', move: wanted });
const most = (more: object) =>
  before({ kind: 'max_pool', name: 'l', window: [3, 2], strides: [2, 1], ...more });

/** Of a map of 5 x 4 x 4; a kind may have several forms. */
export const KINDS: Readonly<Record<string, Readonly<Record<string, Make>>>> = {
  dense: {
    'behind a list': (activation) => [
      { kind: 'move', name: 'm', move: { kind: 'reshape', shape: [80] } },
      dense(80, activation),
    ],
  },
  conv2d: {
    plain: conv([2, 3, 4, 4], {}),
    'strides and padding of its own': conv([3, 2, 4, 4], { strides: [2, 1], padding: [2, 0, 1, 1] }),
    dilation: conv([2, 2, 4, 4], { dilation: [2, 1], padding: 'valid' }),
    'one kernel for each channel': conv([3, 3, 1, 4], { groups: 4 }),
    'groups of two channels': conv([3, 3, 2, 4], { groups: 2 }),
  },
  max_pool: {
    same: most({ padding: 'same' }),
    'padding of its own': most({ padding: [1, 2, 1, 0] }),
  },
  average_pool: {
    valid: mean([2, 2], { padding: 'valid', countPadding: false }),
    'same, left out': mean([2, 2], { padding: 'same', countPadding: false }),
    'same, counted': mean([3, 3], { padding: 'same', countPadding: true }),
    'padding of its own, left out': mean([3, 3], { padding: [1, 1, 1, 0], countPadding: false }),
    'padding of its own, left out, at every cell': mean([3, 3], {
      strides: [1, 1],
      padding: [1, 0, 0, 1],
      countPadding: false,
    }),
    'padding of its own, counted': mean([3, 3], { padding: [1, 1, 1, 0], countPadding: true }),
    'padding past half of the window, left out': mean([2, 2], { padding: [1, 1, 1, 1], countPadding: false }),
  },
  batch_norm: {
    plain: before({
      kind: 'batch_norm',
      name: 'l',
      gamma: zeros(4),
      beta: zeros(4),
      mean: zeros(4),
      variance: zeros(4),
      epsilon: 1e-3,
    }),
  },
  scale: {
    plain: (activation) => [{ kind: 'scale', name: 'l', factors: zeros(4), offsets: zeros(4), activation }],
  },
  activation: { plain: (activation) => [{ kind: 'activation', name: 'l', activation }] },
  add: {
    'a + b': sum(1, 1),
    'b − a': sum(-1, 1),
    'a − b + c': sum(1, -1, 1),
    '−a − b': sum(-1, -1),
  },
  concat: {
    columns: before(...OTHERS, { kind: 'concat', name: 'l', from: ['most', 'mean', 'input'], axis: 1 }),
  },
  move: {
    reshape: move({ kind: 'reshape', shape: [4, 5, 4] }),
    permute: move({ kind: 'permute', axes: [1, 0, 2] }),
    crop: move({ kind: 'crop', begin: [1, 2, 0], end: [5, 3, 4] }),
    pad: move({ kind: 'pad', before: [1, 0, 0], after: [0, 2, 0] }),
  },
  upsample: { plain: before({ kind: 'upsample', name: 'l', factors: [2, 3] }) },
};

/** What no operator does, and by which code it is refused. */
export const REFUSED: Readonly<Record<string, string>> = {
  'average_pool, padding past half of the window, left out': 'exchange/tflite-layer',
};

/** What is written as layers that are read back as such: the values are the same. */
export const AS_OTHERS: ReadonlySet<string> = new Set([
  'average_pool, padding of its own, left out',
  'average_pool, padding of its own, left out, at every cell',
  'add, −a − b',
]);

const SHAPE = [5, 4, 4];
export const SIZE = 80;

/** The network of a case, its weights random and its output a list; statistics are above 0. */
export function networkOf(make: Make, activation: FloatActivation, seed: string): FloatNetwork {
  const random = new Random(31, seed);
  const layers = (make(activation) as FloatLayer[]).map((layer) =>
    floatKindOf(layer)
      .parameters(layer)
      .reduce(
        (one, { member, values }) =>
          withParameter(
            one,
            member,
            values.map(() => (member === 'variance' ? 0.5 + random.float() : random.normal() / 3)),
          ),
        layer,
      ),
  );
  const network = { name: 'net', input: { shape: SHAPE }, layers, head: 'values' } as const;
  const { output } = placeFloatLayers(network).at(-1)!;
  if (output.length === 1) return network;
  const flat = { kind: 'move', name: 'flat', move: { kind: 'reshape', shape: [sizeOf({ shape: output })] } };
  return { ...network, layers: [...layers, flat] };
}
