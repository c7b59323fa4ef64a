import type { OnnxModel, OnnxNode } from '../onnx.js';
import { lengths, list, scalar } from '../onnx-runs.js';
import { type Case, type Cases, LIST, MAP, one, SIGNAL, several, tensor } from './case.js';

/** Operators on values, by their names. */

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
    several('by its own sigmoid', MAP, [
      { op: 'Sigmoid', inputs: ['x'] },
      { op: 'Mul', inputs: ['x', 'v0'] },
    ]),
    several('by its own hard sigmoid', LIST, [
      { op: 'HardSigmoid', inputs: ['x'], floats: { alpha: 1 / 6, beta: 0.5 } },
      { op: 'Mul', inputs: ['v0', 'x'] },
    ]),
    one('by a constant for each channel', MAP, { op: 'Mul' }, { c: tensor(3, 1, 1) }),
    one('by one number', SIGNAL, { op: 'Mul', inputs: ['c', 'x'] }, { c: scalar(-1.5) }),
  ],
  Pow: [
    several(
      'of constants, to which values are added',
      LIST,
      [
        { op: 'Pow', inputs: ['c', 'two'] },
        { op: 'Add', inputs: ['x', 'v0'] },
      ],
      { c: tensor(6), two: scalar(2) },
    ),
    several(
      'of values, to the first power',
      LIST,
      [
        { op: 'Pow', inputs: ['x', 'one'] },
        { op: 'Relu', inputs: ['v0'] },
      ],
      { one: scalar(1) },
    ),
  ],
  Sum: [
    several('of three tensors', MAP, [
      { op: 'Relu', inputs: ['x'] },
      { op: 'Tanh', inputs: ['x'] },
      { op: 'Sum', inputs: ['x', 'v0', 'v1'] },
    ]),
  ],
  Neg: [
    one('of a map', MAP, { op: 'Neg' }),
    several(
      'of a constant',
      LIST,
      [
        { op: 'Neg', inputs: ['c'] },
        { op: 'Add', inputs: ['x', 'v0'] },
      ],
      { c: tensor(6) },
    ),
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
  Max: [
    one('of values and 0', MAP, { op: 'Max' }, { c: scalar(0) }),
    one('of a number and values', LIST, { op: 'Max', inputs: ['c', 'x'] }, { c: scalar(-0.5) }),
  ],
  Min: [one('of values and a number', MAP, { op: 'Min' }, { c: scalar(0.75) })],
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
  Selu: [...onBoth('Selu'), ...onBoth('Selu', { alpha: 1.5, gamma: 0.7 })],
  Gelu: [...onBoth('Gelu'), one('with tanh', LIST, { op: 'Gelu', attributes: { approximate: 'tanh' } })],
  Mish: onBoth('Mish'),
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
  ...Object.fromEntries(
    ['Sqrt', 'Reciprocal', 'Exp', 'Log', 'Abs', 'Floor', 'Ceil'].map((op) => [
      op,
      [added('of constants', [{ op, inputs: ['c'] }], { c: list(0.25, 0.5, 1, 2.5, 4, 9) })],
    ]),
  ),
  Identity: [beforeRelu('Identity')],
  Dropout: [beforeRelu('Dropout')],
  Cast: [beforeRelu('Cast')],
};

export const VALUE_CASES: Cases = { ...SUMS, ...WINDOWS, ...ACTIVATIONS, ...MOVES, ...CONSTANTS };
