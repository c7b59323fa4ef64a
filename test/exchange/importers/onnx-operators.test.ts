import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { importNetwork } from '../../../src/exchange/importers/index.js';
import { OPERATORS } from '../../../src/exchange/importers/onnx/operators/index.js';
import type { OnnxModel, OnnxNode, OnnxTensor } from '../../support/onnx.js';
import { DEFINITIONS, defined } from '../../support/onnx-definitions.js';
import {
  codes,
  expectClose,
  expectCodes,
  expectValues,
  floatOutputs,
  lengths,
  list,
  reals,
  scalar,
  written,
} from '../../support/onnx-runs.js';

/** Every operator of ONNX that is read, against its definition written out: values within 1e-5, codes exactly. */

const random = new Random(21, 'onnx operators');
const tensor = (...dims: number[]) => reals(random, ...dims);
const MAP = [1, 3, 5, 4];
const SIGNAL = [1, 3, 8];
const LIST = [1, 6];

interface Case extends OnnxModel {
  readonly what: string;
}
type Cases = Readonly<Record<string, readonly Case[]>>;

const one = (
  what: string,
  input: readonly number[],
  node: Omit<OnnxNode, 'inputs'> & { readonly inputs?: readonly string[] },
  tensors: OnnxModel['tensors'] = {},
  opset = 17,
): Case => ({ what, input, tensors, opset, nodes: [{ inputs: ['x', ...Object.keys(tensors)], ...node }] });

const several = (
  what: string,
  input: readonly number[],
  nodes: readonly OnnxNode[],
  tensors: OnnxModel['tensors'] = {},
  opset = 17,
): Case => ({ what, input, nodes, tensors, opset });

const SUMS: Cases = {
  Gemm: [
    one(
      'with factors',
      LIST,
      { op: 'Gemm', floats: { alpha: 2, beta: 0.5 } },
      { w: tensor(6, 4), b: tensor(4) },
    ),
    one(
      'of units x inputs',
      LIST,
      { op: 'Gemm', attributes: { transB: 1 } },
      { w: tensor(4, 6), b: tensor(1) },
    ),
    one('without biases', LIST, { op: 'Gemm' }, { w: tensor(6, 2) }),
  ],
  MatMul: [
    several(
      'with a bias behind it',
      LIST,
      [
        { op: 'MatMul', inputs: ['x', 'w'] },
        { op: 'Add', inputs: ['b', 'v0'] },
      ],
      { w: tensor(6, 3), b: tensor(3) },
    ),
  ],
  BatchNormalization: [
    ...[MAP, SIGNAL, LIST].map((input) =>
      one(
        `on ${input.join(' x ')}`,
        input,
        { op: 'BatchNormalization', floats: { epsilon: 0.01 } },
        {
          g: tensor(input[1]),
          b: tensor(input[1]),
          m: tensor(input[1]),
          v: list(...[0.5, 1.25, 2, 0.1, 3, 0.75].slice(0, input[1])),
        },
      ),
    ),
  ],
  Add: [
    one('of a constant for each channel', MAP, { op: 'Add' }, { c: tensor(3, 1, 1) }),
    one('of a constant with the batch', LIST, { op: 'Add' }, { c: tensor(1, 6) }),
    several('of two tensors', MAP, [
      { op: 'Relu', inputs: ['x'] },
      { op: 'Add', inputs: ['x', 'v0'] },
    ]),
  ],
  Sub: [
    one('of a constant', MAP, { op: 'Sub' }, { c: tensor(1, 3, 1, 1) }),
    one('from a constant', LIST, { op: 'Sub', inputs: ['c', 'x'] }, { c: tensor(6) }),
    several('of two tensors', MAP, [
      { op: 'Relu', inputs: ['x'] },
      { op: 'Sub', inputs: ['x', 'v0'] },
    ]),
  ],
  Mul: [
    one('by a constant for each channel', MAP, { op: 'Mul' }, { c: tensor(3, 1, 1) }),
    one('by one number', SIGNAL, { op: 'Mul', inputs: ['c', 'x'] }, { c: scalar(-1.5) }),
  ],
  Div: [one('by a constant for each unit', LIST, { op: 'Div' }, { c: list(1, 2, -4, 8, 0.5, 3) })],
};

const conv = (
  what: string,
  input: readonly number[],
  attributes: NonNullable<OnnxNode['attributes']>,
  ...w: number[]
) => one(what, input, { op: 'Conv', attributes }, { w: tensor(...w), b: tensor(w[0]) });
const pools = (op: string, more: OnnxNode['attributes'] = {}) => [
  one('of maps', MAP, { op, attributes: { kernel_shape: [2, 3], strides: [2, 1], ...more } }),
  one('of signals', SIGNAL, { op, attributes: { kernel_shape: [3], strides: [2], ...more } }),
  one('with padding', MAP, { op, attributes: { kernel_shape: [3, 2], pads: [1, 0, 2, 1], ...more } }),
  one('SAME_UPPER', MAP, {
    op,
    attributes: { kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_UPPER' },
  }),
  one('SAME_LOWER', MAP, {
    op,
    attributes: { kernel_shape: [2, 2], strides: [2, 2], auto_pad: 'SAME_LOWER' },
  }),
  one('with ceil_mode', MAP, { op, attributes: { kernel_shape: [2, 3], strides: [2, 2], ceil_mode: 1 } }),
];

const WINDOWS: Cases = {
  Conv: [
    conv('of maps', MAP, { strides: [2, 1], pads: [1, 0, 0, 2] }, 4, 3, 3, 2),
    conv('with dilation', MAP, { dilations: [2, 1] }, 2, 3, 2, 3),
    conv('in groups', [1, 4, 5, 4], { group: 2 }, 6, 2, 2, 2),
    conv('for each channel two', MAP, { group: 3, pads: [1, 1, 1, 1] }, 6, 1, 3, 3),
    conv('of signals', SIGNAL, { strides: [2], pads: [2, 0], dilations: [2] }, 4, 3, 3),
    conv('SAME_UPPER', MAP, { auto_pad: 'SAME_UPPER', strides: [2, 2] }, 2, 3, 3, 2),
    conv('SAME_LOWER', MAP, { auto_pad: 'SAME_LOWER', strides: [2, 2] }, 2, 3, 2, 2),
    conv('VALID', MAP, { auto_pad: 'VALID' }, 2, 3, 2, 2),
    one('without biases', MAP, { op: 'Conv' }, { w: tensor(2, 3, 2, 2) }),
  ],
  MaxPool: pools('MaxPool'),
  AveragePool: [
    ...pools('AveragePool'),
    one('that counts its padding', MAP, {
      op: 'AveragePool',
      attributes: { kernel_shape: [3, 2], pads: [1, 1, 1, 1], count_include_pad: 1 },
    }),
  ],
  GlobalMaxPool: [MAP, SIGNAL].map((input) => one(`on ${input.join(' x ')}`, input, { op: 'GlobalMaxPool' })),
  GlobalAveragePool: [MAP, SIGNAL].map((input) =>
    one(`on ${input.join(' x ')}`, input, { op: 'GlobalAveragePool' }),
  ),
  ReduceMean: [
    one('that keeps its axes', MAP, { op: 'ReduceMean', attributes: { axes: [2, 3] } }),
    one('that does not', MAP, { op: 'ReduceMean', attributes: { axes: [-1, -2], keepdims: 0 } }),
    one('of opset 18, of a signal', SIGNAL, { op: 'ReduceMean' }, { axes: lengths(2) }, 18),
  ],
};

const onBoth = (op: string, floats: OnnxNode['floats'] = {}): readonly Case[] =>
  [MAP, LIST].map((input) => one(`on ${input.join(' x ')}`, input, { op, floats }));

const ACTIVATIONS: Cases = {
  Relu: onBoth('Relu'),
  Clip: [
    one('with bounds', LIST, { op: 'Clip' }, { low: scalar(-1), high: scalar(0.5) }),
    one('with an upper bound', MAP, { op: 'Clip', inputs: ['x', '', 'high'] }, { high: scalar(0.5) }),
    one('from 0 to 6', MAP, { op: 'Clip' }, { low: scalar(0), high: scalar(6) }),
    one('of opset 7', LIST, { op: 'Clip', floats: { min: -0.5, max: 2 } }, {}, 7),
  ],
  LeakyRelu: [...onBoth('LeakyRelu', { alpha: 0.1 }), ...onBoth('LeakyRelu')],
  PRelu: [
    one('of each channel', MAP, { op: 'PRelu' }, { slope: tensor(3, 1, 1) }),
    one('of one slope', MAP, { op: 'PRelu' }, { slope: tensor(1) }),
    one('of each unit', LIST, { op: 'PRelu' }, { slope: tensor(6) }),
  ],
  Tanh: onBoth('Tanh'),
  Sigmoid: onBoth('Sigmoid'),
  HardSigmoid: [...onBoth('HardSigmoid'), ...onBoth('HardSigmoid', { alpha: 0.3, beta: 0.4 })],
  HardSwish: onBoth('HardSwish'),
  Elu: [...onBoth('Elu'), ...onBoth('Elu', { alpha: 0.7 })],
  Softplus: onBoth('Softplus'),
  Softsign: onBoth('Softsign'),
};

const MOVES: Cases = {
  Reshape: [
    one('to a list', MAP, { op: 'Reshape' }, { shape: lengths(0, -1) }),
    one('to another map', MAP, { op: 'Reshape' }, { shape: lengths(1, 5, 2, 6) }),
    one('of a list to a map', LIST, { op: 'Reshape' }, { shape: lengths(1, 2, 3, 1) }),
    several(
      'by the way of Shape, Gather, Unsqueeze and Concat',
      MAP,
      [
        { op: 'Shape', inputs: ['x'] },
        { op: 'Gather', inputs: ['v0', 'zero'], attributes: { axis: 0 } },
        { op: 'Unsqueeze', inputs: ['v1', 'first'] },
        { op: 'Concat', inputs: ['v2', 'rest'], attributes: { axis: 0 } },
        { op: 'Reshape', inputs: ['x', 'v3'] },
      ],
      { zero: { ...lengths(0), dims: [] }, first: lengths(0), rest: lengths(-1) },
    ),
  ],
  Flatten: [
    one('of a map', MAP, { op: 'Flatten' }),
    one('of a signal', SIGNAL, { op: 'Flatten' }),
    one('of all axes', MAP, { op: 'Flatten', attributes: { axis: 0 } }),
    several(
      'of channels that were put last',
      MAP,
      [
        { op: 'Conv', inputs: ['x', 'k'] },
        { op: 'Transpose', inputs: ['v0'], attributes: { perm: [0, 2, 3, 1] } },
        { op: 'Flatten', inputs: ['v1'] },
        { op: 'Gemm', inputs: ['v2', 'w'] },
      ],
      { k: tensor(2, 3, 2, 2), w: tensor(24, 3) },
    ),
  ],
  Squeeze: [
    several(
      'behind a pool',
      MAP,
      [
        { op: 'GlobalAveragePool', inputs: ['x'] },
        { op: 'Squeeze', inputs: ['v0', 'axes'] },
      ],
      { axes: lengths(2, -1) },
    ),
    several(
      'of opset 11',
      MAP,
      [
        { op: 'GlobalMaxPool', inputs: ['x'] },
        { op: 'Squeeze', inputs: ['v0'], attributes: { axes: [3] } },
      ],
      {},
      11,
    ),
  ],
  Unsqueeze: [
    several(
      'of a list',
      LIST,
      [
        { op: 'Unsqueeze', inputs: ['x', 'axes'] },
        { op: 'Conv', inputs: ['v0', 'k'] },
      ],
      { axes: lengths(1), k: tensor(2, 1, 3) },
    ),
    several(
      'of opset 11',
      SIGNAL,
      [
        { op: 'Unsqueeze', inputs: ['x'], attributes: { axes: [2] } },
        { op: 'Conv', inputs: ['v0', 'k'] },
      ],
      { k: tensor(2, 3, 1, 3) },
      11,
    ),
  ],
  Transpose: [
    one('to channels last', MAP, { op: 'Transpose', attributes: { perm: [0, 2, 3, 1] } }),
    one('of height and width', MAP, { op: 'Transpose', attributes: { perm: [0, 1, 3, 2] } }),
    one('of a signal', SIGNAL, { op: 'Transpose', attributes: { perm: [0, 2, 1] } }),
    several(
      'of a constant',
      LIST,
      [
        { op: 'Transpose', inputs: ['w'] },
        { op: 'MatMul', inputs: ['x', 'v0'] },
      ],
      { w: tensor(4, 6) },
    ),
    several(
      'there and back',
      MAP,
      [
        { op: 'Transpose', inputs: ['x'], attributes: { perm: [0, 2, 3, 1] } },
        { op: 'Relu', inputs: ['v0'] },
        { op: 'Transpose', inputs: ['v1'], attributes: { perm: [0, 3, 1, 2] } },
        { op: 'Conv', inputs: ['v2', 'k'] },
      ],
      { k: tensor(2, 3, 2, 2) },
    ),
  ],
  Pad: [
    one('of a map', MAP, { op: 'Pad' }, { pads: lengths(0, 0, 1, 0, 0, 0, 2, 3) }),
    one('of a signal', SIGNAL, { op: 'Pad' }, { pads: lengths(0, 0, 2, 0, 0, 1) }),
    one('of opset 7', MAP, { op: 'Pad', attributes: { pads: [0, 1, 0, 0, 0, 0, 1, 0] } }, {}, 7),
  ],
  Slice: [
    one(
      'of rows and columns',
      MAP,
      { op: 'Slice' },
      { starts: lengths(1, -3), ends: lengths(99, -1), axes: lengths(2, 3), steps: lengths(1, 1) },
    ),
    one('of a list', LIST, { op: 'Slice' }, { starts: lengths(2), ends: lengths(5), axes: lengths(1) }),
    one(
      'of opset 7',
      MAP,
      { op: 'Slice', attributes: { starts: [0, 1], ends: [1, 3], axes: [0, 1] } },
      {},
      7,
    ),
  ],
  Concat: [
    ...[1, 2, -1].map((axis) =>
      several(`of maps along axis ${axis}`, MAP, [
        { op: 'Relu', inputs: ['x'] },
        { op: 'Concat', inputs: ['x', 'v0', 'x'], attributes: { axis } },
      ]),
    ),
    several('of lists', LIST, [
      { op: 'Relu', inputs: ['x'] },
      { op: 'Concat', inputs: ['v0', 'x'], attributes: { axis: 1 } },
    ]),
    several('of signals, channels behind one another', SIGNAL, [
      { op: 'Relu', inputs: ['x'] },
      { op: 'Concat', inputs: ['v0', 'x'], attributes: { axis: 1 } },
      { op: 'Flatten', inputs: ['v1'] },
    ]),
  ],
  Resize: [
    one('by factors', MAP, { op: 'Resize', inputs: ['x', '', 's'] }, { s: list(1, 1, 2, 3) }),
    one('to lengths', MAP, { op: 'Resize', inputs: ['x', '', '', 's'] }, { s: lengths(1, 3, 10, 4) }),
    one('of a signal', SIGNAL, { op: 'Resize', inputs: ['x', '', 's'] }, { s: list(1, 1, 2) }),
    one('of opset 10', MAP, { op: 'Resize' }, { s: list(1, 1, 2, 2) }, 10),
  ],
  Upsample: [
    one('of opset 9', MAP, { op: 'Upsample' }, { s: list(1, 1, 2, 2) }, 9),
    one('of opset 7', MAP, { op: 'Upsample', floatLists: { scales: [1, 1, 3, 2] } }, {}, 7),
  ],
};

/** A constant that is added to a list. */
const added = (what: string, nodes: readonly OnnxNode[], tensors: OnnxModel['tensors'] = {}, opset = 17) =>
  several(what, LIST, [...nodes, { op: 'Add', inputs: ['x', `v${nodes.length - 1}`] }], tensors, opset);
const beforeRelu = (op: string) =>
  several('between layers', MAP, [
    { op, inputs: ['x'], attributes: op === 'Cast' ? { to: 1 } : {} },
    { op: 'Relu', inputs: ['v0'] },
  ]);

const CONSTANTS: Cases = {
  Constant: [
    added('as a tensor', [{ op: 'Constant', inputs: [], tensors: { value: tensor(6) } }]),
    added('as a number', [{ op: 'Constant', inputs: [], floats: { value_float: 0.75 } }]),
    added('as a whole number', [{ op: 'Constant', inputs: [], attributes: { value_int: 3 } }]),
    added('as numbers', [{ op: 'Constant', inputs: [], floatLists: { value_floats: [1, 2, 3, 4, 5, 6] } }]),
    added('as whole numbers', [
      { op: 'Constant', inputs: [], attributes: { value_ints: [1, 2, 3, 4, 5, 6] } },
    ]),
  ],
  ConstantOfShape: [
    added('filled with a number', [{ op: 'ConstantOfShape', inputs: ['s'], tensors: { value: list(2.5) } }], {
      s: lengths(6),
    }),
    added('filled with 0', [{ op: 'ConstantOfShape', inputs: ['s'] }], { s: lengths(1, 6) }),
  ],
  Shape: [
    several(
      'of a part of the axes',
      MAP,
      [
        { op: 'Shape', inputs: ['x'], attributes: { start: 1, end: 3 } },
        { op: 'Concat', inputs: ['one', 'v0', 'rest'], attributes: { axis: 0 } },
        { op: 'Reshape', inputs: ['x', 'v1'] },
      ],
      { one: lengths(1), rest: lengths(-1) },
    ),
  ],
  Gather: [
    added('of a list of constants', [{ op: 'Gather', inputs: ['c', 'at'] }], {
      c: tensor(4),
      at: lengths(0, -1, 2, 1, 3, -4),
    }),
  ],
  Identity: [beforeRelu('Identity')],
  Dropout: [beforeRelu('Dropout')],
  Cast: [beforeRelu('Cast')],
};

const FLOAT: Cases = { ...SUMS, ...WINDOWS, ...ACTIVATIONS, ...MOVES, ...CONSTANTS };

/** What stands at the end, and is left out. */
const HEADS: Readonly<Record<string, { readonly units: number; readonly head: string }>> = {
  Softmax: { units: 4, head: 'argmax' },
  LogSoftmax: { units: 4, head: 'argmax' },
  ArgMax: { units: 4, head: 'argmax' },
  Sigmoid: { units: 1, head: 'binary' },
};

/** Scales and zero points of codes, by the letter of a tensor. */
function q(
  scales: Readonly<Record<string, readonly [scale: number, zero: number]>>,
  type: 'int8' | 'uint8' = 'uint8',
) {
  const tensors = Object.entries(scales).flatMap(([name, [scale, zero]]) => [
    [`${name}s`, scalar(scale)],
    [`${name}z`, scalar(zero, type)],
  ]);
  return Object.fromEntries(tensors) as Record<string, OnnxTensor>;
}
/** Scales and zero points of weights, one for each unit. */
const perUnit = (name: string, ...scales: number[]) => ({
  [`${name}s`]: list(...scales),
  [`${name}z`]: { dims: [scales.length], type: 'int8', values: scales.map(() => 0) } as OnnxTensor,
});

const X = [0.0173, 119] as const;
/** From features to codes, an operator on them, and values again. */
function whole(
  what: string,
  input: readonly number[],
  nodes: readonly OnnxNode[],
  tensors: Readonly<Record<string, OnnxTensor>>,
): Case {
  const first: OnnxNode = { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' };
  const last: OnnxNode = { op: 'DequantizeLinear', inputs: ['yq', 'ys', 'yz'] };
  const inner = nodes.map((node, at) => ({ output: at === nodes.length - 1 ? 'yq' : `q${at}`, ...node }));
  return { what, input, nodes: [first, ...inner, last], tensors: { ...q({ x: X }), ...tensors } };
}
const weights = (...dims: number[]) => codes(random, 'int8', dims, -127, 127);
const biases = (units: number) => codes(random, 'int32', [units], -3000, 3000);
const y = (scale: number, zero: number) => q({ y: [scale, zero] });
const SCALES = [0.011, 0.0071, 0.0132, 0.0094];
const withY = ['xq', 'xs', 'xz', 'ys', 'yz'];

const WHOLE: Cases = {
  QuantizeLinear: [
    several(
      'to uint8 and int8',
      LIST,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        { op: 'DequantizeLinear', inputs: ['xq', 'xs', 'xz'], output: 'xd' },
        { op: 'QuantizeLinear', inputs: ['xd', 'ys', 'yz'], output: 'yq' },
        { op: 'DequantizeLinear', inputs: ['yq', 'ys', 'yz'] },
      ],
      { ...q({ x: X }), ...q({ y: [0.031, -7] }, 'int8') },
    ),
    several(
      'of constant weights',
      LIST,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        { op: 'DequantizeLinear', inputs: ['xq', 'xs', 'xz'], output: 'xd' },
        { op: 'QuantizeLinear', inputs: ['w', 'ws', 'wz'], output: 'wq', attributes: { axis: 1 } },
        { op: 'DequantizeLinear', inputs: ['wq', 'ws', 'wz'], output: 'wd', attributes: { axis: 1 } },
        { op: 'MatMul', inputs: ['xd', 'wd'], output: 'm' },
        { op: 'QuantizeLinear', inputs: ['m', 'ys', 'yz'], output: 'yq' },
        { op: 'DequantizeLinear', inputs: ['yq', 'ys', 'yz'] },
      ],
      { ...q({ x: X }), ...y(0.043, 128), w: tensor(6, 3), ...perUnit('w', ...SCALES.slice(0, 3)) },
    ),
  ],
  DequantizeLinear: [
    several(
      'of weights with an axis of scales',
      LIST,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        { op: 'DequantizeLinear', inputs: ['xq', 'xs', 'xz'], output: 'xd' },
        { op: 'DequantizeLinear', inputs: ['w', 'ws', 'wz'], output: 'wd', attributes: { axis: 0 } },
        { op: 'Gemm', inputs: ['xd', 'wd'], output: 'm', attributes: { transB: 1 } },
        { op: 'QuantizeLinear', inputs: ['m', 'ys', 'yz'], output: 'yq' },
        { op: 'DequantizeLinear', inputs: ['yq', 'ys', 'yz'] },
      ],
      { ...q({ x: X }), ...y(0.041, 120), w: weights(3, 6), ...perUnit('w', ...SCALES.slice(0, 3)) },
    ),
  ],
  QLinearConv: [
    whole(
      'of maps, a scale for each channel',
      MAP,
      [
        {
          op: 'QLinearConv',
          inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', 'ys', 'yz', 'b'],
          attributes: { pads: [1, 0, 1, 1], strides: [2, 1] },
        },
      ],
      { w: weights(4, 3, 3, 2), b: biases(4), ...perUnit('w', ...SCALES), ...y(0.094, 131) },
    ),
    whole(
      'for each channel by itself, one scale, without biases',
      MAP,
      [
        {
          op: 'QLinearConv',
          inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', 'ys', 'yz'],
          attributes: { group: 3, dilations: [2, 1] },
        },
      ],
      { w: weights(3, 1, 2, 2), ws: scalar(0.0093), wz: scalar(0, 'int8'), ...y(0.03, 99) },
    ),
    whole(
      'of signals',
      SIGNAL,
      [{ op: 'QLinearConv', inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', 'ys', 'yz', 'b'] }],
      { w: weights(4, 3, 3), b: biases(4), ...perUnit('w', ...SCALES), ...y(0.07, 110) },
    ),
  ],
  QLinearMatMul: [
    whole(
      'of one scale',
      LIST,
      [{ op: 'QLinearMatMul', inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', 'ys', 'yz'] }],
      {
        w: weights(6, 4),
        ws: scalar(0.0087),
        wz: scalar(0, 'int8'),
        ...y(0.05, 128),
      },
    ),
    whole(
      'of a scale for each unit',
      LIST,
      [{ op: 'QLinearMatMul', inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', 'ys', 'yz'] }],
      { w: weights(6, 4), ...perUnit('w', ...SCALES), ...y(0.05, 128) },
    ),
  ],
  QGemm: [
    whole(
      'of units x inputs',
      LIST,
      [
        {
          op: 'QGemm',
          domain: 'com.microsoft',
          inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', 'b', 'ys', 'yz'],
          attributes: { transB: 1 },
        },
      ],
      { w: weights(4, 6), b: biases(4), ...perUnit('w', ...SCALES), ...y(0.06, 127) },
    ),
    whole(
      'without biases',
      LIST,
      [{ op: 'QGemm', domain: 'com.microsoft', inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', '', 'ys', 'yz'] }],
      { w: weights(6, 4), ws: scalar(0.0087), wz: scalar(0, 'int8'), ...y(0.06, 127) },
    ),
    several(
      'whose sums leave as values',
      LIST,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        { op: 'QGemm', domain: 'com.microsoft', inputs: ['xq', 'xs', 'xz', 'w', 'ws', 'wz', 'b'] },
      ],
      { ...q({ x: X }), w: weights(6, 4), b: biases(4), ws: scalar(0.0087), wz: scalar(0, 'int8') },
    ),
  ],
  QLinearAdd: [
    whole(
      'of codes with scales of their own',
      MAP,
      [
        { op: 'QLinearLeakyRelu', domain: 'com.microsoft', inputs: ['xq', 'xs', 'xz', 'as', 'az'] },
        {
          op: 'QLinearAdd',
          domain: 'com.microsoft',
          inputs: ['q0', 'as', 'az', 'xq', 'xs', 'xz', 'ys', 'yz'],
        },
      ],
      { ...q({ a: [0.0219, 31], y: [0.037, 126] }) },
    ),
  ],
  QLinearConcat: [
    whole(
      'of codes with scales of their own',
      MAP,
      [
        { op: 'QLinearLeakyRelu', domain: 'com.microsoft', inputs: ['xq', 'xs', 'xz', 'as', 'az'] },
        {
          op: 'QLinearConcat',
          domain: 'com.microsoft',
          inputs: ['ys', 'yz', 'q0', 'as', 'az', 'xq', 'xs', 'xz'],
          attributes: { axis: 1 },
        },
      ],
      { ...q({ a: [0.0219, 31], y: [0.029, 100] }) },
    ),
  ],
  QLinearAveragePool: [
    whole(
      'of maps',
      MAP,
      [
        {
          op: 'QLinearAveragePool',
          domain: 'com.microsoft',
          inputs: withY,
          attributes: { kernel_shape: [2, 2], strides: [1, 2] },
        },
      ],
      y(0.0141, 117),
    ),
  ],
  QLinearGlobalAveragePool: [
    whole(
      'of maps',
      MAP,
      [{ op: 'QLinearGlobalAveragePool', domain: 'com.microsoft', inputs: withY }],
      y(0.0091, 121),
    ),
  ],
  QLinearSigmoid: [
    whole(
      'by a table',
      LIST,
      [{ op: 'QLinearSigmoid', domain: 'com.microsoft', inputs: withY }],
      y(1 / 256, 0),
    ),
  ],
  QLinearLeakyRelu: [
    whole(
      'by a table',
      LIST,
      [{ op: 'QLinearLeakyRelu', domain: 'com.microsoft', inputs: withY, floats: { alpha: 0.2 } }],
      y(0.019, 40),
    ),
  ],
  ConvInteger: [
    several(
      'whose sums become codes',
      MAP,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        {
          op: 'ConvInteger',
          inputs: ['xq', 'w', 'xz', 'wz'],
          attributes: { pads: [1, 1, 1, 1] },
          output: 'c',
        },
        { op: 'Cast', inputs: ['c'], attributes: { to: 1 }, output: 'f' },
        { op: 'Mul', inputs: ['f', 'cs'], output: 'm' },
        { op: 'QuantizeLinear', inputs: ['m', 'ys', 'yz'], output: 'yq' },
        { op: 'DequantizeLinear', inputs: ['yq', 'ys', 'yz'] },
      ],
      { ...q({ x: X }), ...y(0.11, 130), w: weights(4, 3, 3, 3), wz: scalar(0, 'int8'), cs: scalar(0.00021) },
    ),
    several(
      'whose sums leave as they are',
      SIGNAL,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        { op: 'ConvInteger', inputs: ['xq', 'w', 'xz'] },
      ],
      { ...q({ x: X }), w: weights(4, 3, 3) },
    ),
  ],
  MatMulInteger: [
    several(
      'whose sums become codes',
      LIST,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        { op: 'MatMulInteger', inputs: ['xq', 'w', 'xz'], output: 'c' },
        { op: 'Cast', inputs: ['c'], attributes: { to: 1 }, output: 'f' },
        { op: 'Mul', inputs: ['f', 'cs'], output: 'm' },
        { op: 'Add', inputs: ['m', 'b'], output: 'a' },
        { op: 'QuantizeLinear', inputs: ['a', 'ys', 'yz'], output: 'yq' },
        { op: 'DequantizeLinear', inputs: ['yq', 'ys', 'yz'] },
      ],
      { ...q({ x: X }), ...y(0.05, 128), w: weights(6, 4), cs: scalar(0.00017), b: tensor(4) },
    ),
    several(
      'whose weights have a zero point, and whose sums leave as they are',
      LIST,
      [
        { op: 'QuantizeLinear', inputs: ['x', 'xs', 'xz'], output: 'xq' },
        { op: 'MatMulInteger', inputs: ['xq', 'w', 'xz', 'wz'] },
      ],
      { ...q({ x: X }), w: codes(random, 'uint8', [6, 4], 0, 255), wz: scalar(117, 'uint8') },
    ),
  ],
};

const bitsOf = (width: number): OnnxTensor => ({ dims: [], values: [width] });
const QONNX = 'qonnx.custom_op.general';
const inputQuant: OnnxNode = {
  op: 'Quant',
  domain: QONNX,
  inputs: ['x', 'one', 'zero', 'eight'],
  output: 'xq',
};
const qonnx = {
  one: scalar(1 / 64),
  zero: scalar(0),
  eight: bitsOf(8),
  four: bitsOf(4),
  odd: scalar(0.37),
};

const QUANTIZERS: Cases = {
  Quant: [
    several(
      'of values, and of weights by channels',
      MAP,
      [
        inputQuant,
        {
          op: 'Quant',
          domain: QONNX,
          inputs: ['w', 'ws', 'zero', 'four'],
          output: 'wq',
          attributes: { narrow: 1 },
        },
        { op: 'Conv', inputs: ['xq', 'wq'], output: 'c' },
        { op: 'Relu', inputs: ['c'], output: 'r' },
        { op: 'Quant', domain: QONNX, inputs: ['r', 'as', 'zero', 'four'], attributes: { signed: 0 } },
      ],
      {
        ...qonnx,
        w: tensor(4, 3, 2, 2),
        ws: { dims: [4, 1, 1, 1], values: [0.25, 0.125, 0.5, 0.25] },
        as: scalar(0.43),
      },
    ),
    ...['ROUND', 'FLOOR'].map((mode) =>
      several(
        `that rounds by ${mode}`,
        LIST,
        [
          inputQuant,
          {
            op: 'Quant',
            domain: QONNX,
            inputs: ['xq', 'odd', 'zero', 'four'],
            attributes: { rounding_mode: mode },
          },
        ],
        qonnx,
      ),
    ),
    ...['CEIL', 'ROUND_TO_ZERO'].map((mode) =>
      several(
        `of weights that rounds by ${mode}`,
        LIST,
        [
          inputQuant,
          {
            op: 'Quant',
            domain: QONNX,
            inputs: ['w', 'odd', 'zero', 'four'],
            output: 'wq',
            attributes: { rounding_mode: mode },
          },
          { op: 'MatMul', inputs: ['xq', 'wq'] },
        ],
        { ...qonnx, w: tensor(6, 3) },
      ),
    ),
  ],
  BipolarQuant: [
    several(
      'of weights and of sums',
      LIST,
      [
        inputQuant,
        { op: 'BipolarQuant', domain: QONNX, inputs: ['w', 'odd'], output: 'wq' },
        { op: 'MatMul', inputs: ['xq', 'wq'], output: 'm' },
        { op: 'BipolarQuant', domain: QONNX, inputs: ['m', 'one'] },
      ],
      { ...qonnx, w: tensor(6, 3) },
    ),
  ],
  Trunc: [
    several(
      'of a sum of four',
      MAP,
      [
        inputQuant,
        {
          op: 'AveragePool',
          inputs: ['xq'],
          output: 'p',
          attributes: { kernel_shape: [2, 2], strides: [2, 2] },
        },
        { op: 'Mul', inputs: ['p', 'n'], output: 's' },
        { op: 'Trunc', domain: QONNX, inputs: ['s', 'one', 'zero', 'ten', 'eight'] },
      ],
      { ...qonnx, n: scalar(4), ten: bitsOf(10) },
    ),
  ],
};

const INTEGERS: Cases = { ...WHOLE, ...QUANTIZERS };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-onnx-operators-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('every operator that is read has a case here, and a definition', () => {
  const named = [FLOAT, HEADS, INTEGERS].flatMap((cases) => Object.keys(cases));
  expect([...new Set(named)].sort()).toEqual(Object.keys(OPERATORS).sort());
  expect(Object.keys(DEFINITIONS).sort()).toEqual(Object.keys(OPERATORS).sort());
});

describe.each(Object.entries(FLOAT))('%s', (op, cases) => {
  it.each(cases)('$what', (model) => {
    expect(model.nodes.map((node) => node.op)).toContain(op);
    expectValues(folder, model, random);
  });
});

describe.each(Object.entries(HEADS))('%s at the end', (op, { units, head }) => {
  it(`is the head ${head}: it says of the network's outputs what the file says`, () => {
    const tensors = { w: tensor(6, units) };
    const last: OnnxNode = { op, inputs: ['v0'], attributes: { axis: -1 } };
    const model: OnnxModel = { input: LIST, tensors, nodes: [{ op: 'Gemm', inputs: ['x', 'w'] }, last] };
    const { network } = importNetwork(written(folder, model));
    expect(network.head).toBe(head);
    const x = { dims: LIST, values: tensor(...LIST).values };
    const outputs = { dims: [1, units], values: floatOutputs(network, x) };
    expectClose(DEFINITIONS[op]([outputs], last, 17).values, defined(model, x).values);
  });
});

describe.each(Object.entries(INTEGERS))('%s', (op, cases) => {
  it.each(cases)('$what', (model) => {
    expect(model.nodes.map((node) => node.op)).toContain(op);
    // No feature lies at a tie.
    const isQuant = model.nodes[0].op === 'Quant';
    const [scale, low, high] = isQuant ? [1 / 64, -127, 126] : [Math.fround(X[0]), -X[1], 254 - X[1]];
    expectCodes(folder, model, () => scale * (random.integer(low, high) + 0.25), 20);
  });
});
