import { flag, float, type GraphNode, ints, text } from '../graph-models.js';
import {
  type Case,
  fusedWith,
  LIST,
  list,
  MAP,
  node,
  normal,
  one,
  POOL,
  positive,
  SAME,
  type Weights,
  WINDOW,
  whole,
} from './case.js';

const both = (op: string, constant = normal): Case[] => [
  one('one per channel', op, MAP, { c: constant(3) }),
  one('one number', op, LIST, { c: constant() }),
  {
    what: 'a constant first',
    graph: { input: MAP, nodes: [node('y', op, ['c', 'x'])], weights: { c: constant(1, 1, 1, 3) } },
  },
];

export const branches = (op: string): Case => ({
  what: 'two that change',
  graph: {
    input: MAP,
    nodes: [node('a', 'Relu', ['x']), node('b', 'Tanh', ['x']), node('y', op, ['a', 'b'])],
    weights: {},
  },
});

const onBoth = (op: string, attr: GraphNode['attr'] = {}) => [
  one('of a map', op, MAP, {}, attr),
  one('of a list', op, LIST, {}, attr),
];

export const norm = (op: string): Case[] => [
  one(
    'of a map',
    op,
    MAP,
    { gamma: normal(3), beta: normal(3), mean: normal(3), variance: positive(3) },
    { epsilon: float(0.001), is_training: flag(false), data_format: text('NHWC') },
  ),
];

/** Of constants, beside what changes. */
const ofConstants = (op: string, more: Weights = {}): Case => ({
  what: 'of constants',
  graph: {
    input: LIST,
    nodes: [node('c', op, ['a', ...Object.keys(more)]), node('y', 'Mul', ['x', 'c'])],
    weights: { a: positive(6), ...more },
  },
});

/** A dense layer behind something, so that the order of its values counts. */
const dense = (
  what: string,
  input: readonly number[],
  size: number,
  nodes: GraphNode[],
  weights: Weights,
): Case => ({
  what,
  graph: {
    input,
    nodes: [...nodes, node('y', 'MatMul', [nodes.at(-1)!.name, 'w'])],
    weights: { ...weights, w: normal(size, 4) },
  },
});

const SHAPES: Case = dense(
  'a chain of shapes',
  MAP,
  60,
  [
    node('s', 'Shape', ['x'], { out_type: { type: 'DT_INT32' } }),
    node('batch', 'StridedSlice', ['s', 'zero', 'one', 'one'], { shrink_axis_mask: { i: '1' } }),
    node('rest', 'StridedSlice', ['s', 'one', 'four', 'one'], { end_mask: { i: '1' } }),
    node('size', 'Prod', ['rest', 'axis']),
    node('wanted', 'Pack', ['batch', 'size'], { axis: { i: '0' } }),
    node('flat', 'Reshape', ['x', 'wanted']),
  ],
  { zero: list(0), one: list(1), four: list(4), axis: list(0) },
);

const gathered = (op: string, ...more: string[]): Case =>
  dense(
    'of a shape',
    MAP,
    60,
    [
      node('s', 'Shape', ['x'], { out_type: { type: 'DT_INT32' } }),
      node('few', op, ['s', 'at', ...more]),
      node('size', 'Prod', ['few', 'zero']),
      node('wanted', 'Pack', ['minus', 'size'], { axis: { i: '0' } }),
      node('flat', 'Reshape', ['x', 'wanted']),
    ],
    { at: list(1, 2, 3), axis: whole([], 0), zero: list(0), minus: whole([], -1) },
  );

const concatenated = (op: string, axis: number, inputs: readonly string[]): Case => ({
  what: `along axis ${axis}`,
  graph: {
    input: MAP,
    nodes: [node('a', 'Relu', ['x']), node('b', 'Tanh', ['x']), node('y', op, inputs, { N: { i: 2 } })],
    weights: { axis: whole([], axis) },
  },
});

export const GRAPH_CASES: Readonly<Record<string, readonly Case[]>> = {
  MatMul: [
    one('plain', 'MatMul', LIST, { w: normal(6, 4) }),
    one('transposed', 'MatMul', LIST, { w: normal(4, 6) }, { transpose_b: flag(true) }),
  ],
  _FusedMatMul: [
    one('with biases', '_FusedMatMul', LIST, { w: normal(6, 4), b: normal(4) }, fusedWith('BiasAdd')),
    ...['Relu', 'Relu6', 'Elu', 'Sigmoid'].map((name) =>
      one(`and ${name}`, '_FusedMatMul', LIST, { w: normal(6, 4), b: normal(4) }, fusedWith('BiasAdd', name)),
    ),
    one(
      'and LeakyRelu',
      '_FusedMatMul',
      LIST,
      { w: normal(6, 4), b: normal(4) },
      { ...fusedWith('BiasAdd', 'LeakyRelu'), leakyrelu_alpha: float(0.25) },
    ),
  ],
  Conv2D: [
    one('valid', 'Conv2D', MAP, { k: normal(3, 2, 3, 4) }, WINDOW),
    one('same, with strides', 'Conv2D', MAP, { k: normal(3, 3, 3, 2) }, SAME),
    one('dilated', 'Conv2D', MAP, { k: normal(2, 2, 3, 2) }, { ...WINDOW, dilations: ints(1, 2, 2, 1) }),
    one(
      'with padding of its own',
      'Conv2D',
      MAP,
      { k: normal(2, 2, 3, 2) },
      { ...WINDOW, padding: text('EXPLICIT'), explicit_paddings: ints(0, 0, 1, 0, 1, 2, 0, 0) },
    ),
  ],
  _FusedConv2D: ['Relu', 'Relu6'].map((name) =>
    one(
      `biases and ${name}`,
      '_FusedConv2D',
      MAP,
      { k: normal(2, 2, 3, 4), b: normal(4) },
      fusedWith('BiasAdd', name),
    ),
  ),
  DepthwiseConv2dNative: [
    one('one for each channel', 'DepthwiseConv2dNative', MAP, { k: normal(2, 2, 3, 1) }, SAME),
    one('two for each channel', 'DepthwiseConv2dNative', MAP, { k: normal(3, 2, 3, 2) }, WINDOW),
  ],
  FusedDepthwiseConv2dNative: [
    one(
      'biases and Relu6',
      'FusedDepthwiseConv2dNative',
      MAP,
      { k: normal(2, 2, 3, 2), b: normal(6) },
      fusedWith('BiasAdd', 'Relu6'),
    ),
  ],
  MaxPool: [
    one('valid', 'MaxPool', MAP, {}, POOL),
    one('same', 'MaxPool', MAP, {}, { ...SAME, ksize: ints(1, 3, 3, 1) }),
  ],
  AvgPool: [
    one('valid', 'AvgPool', MAP, {}, POOL),
    one('same', 'AvgPool', MAP, {}, { ...SAME, ksize: ints(1, 3, 3, 1) }),
  ],
  Mean: [
    one('to a list', 'Mean', MAP, { axes: list(1, 2) }, { keep_dims: flag(false) }),
    one('to a cell', 'Mean', MAP, { axes: list(-3, -2) }, { keep_dims: flag(true) }),
    one('of a signal', 'Mean', [1, 7, 3], { axes: list(1) }, { keep_dims: flag(false) }),
  ],
  Max: [
    one('to a list', 'Max', MAP, { axes: list(1, 2) }, { keep_dims: flag(false) }),
    one('to a cell', 'Max', MAP, { axes: list(1, 2) }, { keep_dims: flag(true) }),
  ],
  FusedBatchNorm: norm('FusedBatchNorm'),
  FusedBatchNormV2: norm('FusedBatchNormV2'),
  FusedBatchNormV3: norm('FusedBatchNormV3'),
  BiasAdd: [
    one('of a map', 'BiasAdd', MAP, { b: normal(3) }),
    one('of a list', 'BiasAdd', LIST, { b: normal(6) }),
  ],
  Add: [...both('Add'), branches('Add')],
  AddV2: [...both('AddV2'), branches('AddV2')],
  Sub: [...both('Sub'), branches('Sub')],
  Mul: both('Mul'),
  Div: both('Div', positive).slice(0, 2),
  RealDiv: both('RealDiv', positive).slice(0, 2),
  Maximum: [one('with a number', 'Maximum', MAP, { c: { shape: [], values: [-0.5] } })],
  Minimum: [one('with a number', 'Minimum', LIST, { c: { shape: [], values: [0.5] } })],
  AddN: [branches('AddN')],
  Neg: onBoth('Neg'),
  Sqrt: [ofConstants('Sqrt')],
  Rsqrt: [ofConstants('Rsqrt')],
  Relu: onBoth('Relu'),
  Relu6: onBoth('Relu6'),
  LeakyRelu: onBoth('LeakyRelu', { alpha: float(0.125) }),
  Prelu: [one('one per channel', 'Prelu', MAP, { a: normal(1, 1, 3) })],
  ClipByValue: [
    one('both ends', 'ClipByValue', MAP, {
      low: { shape: [], values: [-0.5] },
      high: { shape: [], values: [1] },
    }),
  ],
  Elu: onBoth('Elu'),
  Selu: onBoth('Selu'),
  Softplus: onBoth('Softplus'),
  Sigmoid: onBoth('Sigmoid'),
  Tanh: onBoth('Tanh'),
  Identity: [dense('between', LIST, 6, [node('i', 'Identity', ['x']), node('r', 'Relu', ['i'])], {})],
  StopGradient: [dense('between', LIST, 6, [node('i', 'StopGradient', ['x'])], {})],
  Snapshot: [dense('between', LIST, 6, [node('i', 'Snapshot', ['x'])], {})],
  Cast: [
    dense(
      'between',
      LIST,
      6,
      [node('i', 'Cast', ['x'], { SrcT: { type: 'DT_FLOAT' }, DstT: { type: 'DT_FLOAT' } })],
      {},
    ),
  ],
  Reshape: [
    dense('to a list', MAP, 60, [node('f', 'Reshape', ['x', 's'])], { s: list(-1, 60) }),
    dense(
      'to another map',
      MAP,
      60,
      [node('m', 'Reshape', ['x', 's']), node('r', 'Relu', ['m']), node('f', 'Reshape', ['r', 't'])],
      { s: list(-1, 6, 5, 2), t: list(1, 60) },
    ),
    one('of a convolution', 'Reshape', MAP, { s: list(-1, 20, 3) }),
  ],
  Shape: [SHAPES],
  StridedSlice: [
    SHAPES,
    one(
      'of a map',
      'StridedSlice',
      MAP,
      { begin: list(0, 1, 0, 1), end: list(0, -1, 3, 3), steps: list(1, 1, 1, 1) },
      { begin_mask: { i: '5' }, end_mask: { i: '1' } },
    ),
  ],
  Slice: [one('of a map', 'Slice', MAP, { begin: list(0, 1, 1, 0), size: list(-1, 3, -1, 2) })],
  Pack: [SHAPES],
  Prod: [SHAPES],
  Gather: [gathered('Gather')],
  GatherV2: [gathered('GatherV2', 'axis')],
  Squeeze: [
    {
      what: 'of a signal',
      graph: {
        input: [1, 8, 3],
        nodes: [
          node('e', 'ExpandDims', ['x', 'axis']),
          node('c', 'Conv2D', ['e', 'k'], WINDOW),
          node('y', 'Squeeze', ['c'], { squeeze_dims: ints(-3) }),
        ],
        weights: { axis: whole([], -3), k: normal(1, 3, 3, 2) },
      },
    },
  ],
  ExpandDims: [one('of a signal', 'ExpandDims', [1, 8, 3], { axis: whole([], 1) })],
  Transpose: [
    dense('of a map', MAP, 60, [node('t', 'Transpose', ['x', 'p']), node('f', 'Reshape', ['t', 's'])], {
      p: list(0, 3, 1, 2),
      s: list(-1, 60),
    }),
    {
      what: 'of weights',
      graph: {
        input: LIST,
        nodes: [node('t', 'Transpose', ['w', 'p']), node('y', 'MatMul', ['x', 't'])],
        weights: { w: normal(4, 6), p: list(1, 0) },
      },
    },
  ],
  Pad: [one('of a map', 'Pad', MAP, { p: whole([4, 2], 0, 0, 1, 2, 0, 1, 0, 0) })],
  PadV2: [
    one('of a map', 'PadV2', MAP, {
      p: whole([4, 2], 0, 0, 1, 0, 2, 1, 0, 0),
      v: { shape: [], values: [0] },
    }),
  ],
  Concat: [1, 3].map((axis) => concatenated('Concat', axis, ['axis', 'a', 'b'])),
  ConcatV2: [1, 2, 3, -1].map((axis) => concatenated('ConcatV2', axis, ['a', 'b', 'axis'])),
  ResizeNearestNeighbor: [false, true].map((half) =>
    one(
      half ? 'from the centres' : 'from the corners',
      'ResizeNearestNeighbor',
      MAP,
      { size: list(10, 12) },
      { align_corners: flag(false), half_pixel_centers: flag(half) },
    ),
  ),
};
