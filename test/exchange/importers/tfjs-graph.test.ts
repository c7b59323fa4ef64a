import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { importNetwork } from '../../../src/exchange/importers/index.js';
import { GRAPH_OPERATORS } from '../../../src/exchange/importers/tfjs/graph/operators.js';
import { foldNetwork } from '../../../src/float/fold.js';
import { floatModel } from '../../../src/float/model.js';
import {
  flag,
  float,
  type Graph,
  type GraphNode,
  type GraphWeight,
  ints,
  runGraph,
  text,
  texts,
  writeGraph,
} from '../../support/graph-models.js';
import { messageOf } from '../../support/messages.js';
import { expectClose } from '../../support/onnx-runs.js';

/** Every operator of graph models that is read, against TensorFlow.js itself: values within 1e-5. */

const random = new Random(31, 'graph models');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-graph-models-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
let made = 0;

const MAP = [1, 5, 4, 3];
const LIST = [1, 6];
const sizeOf = (shape: readonly number[]) => shape.reduce((size, length) => size * length, 1);
const normal = (...shape: number[]): GraphWeight => ({
  shape,
  values: Array.from({ length: sizeOf(shape) }, () => Math.fround(random.normal())),
});
const positive = (...shape: number[]): GraphWeight => ({
  shape,
  values: Array.from({ length: sizeOf(shape) }, () => Math.fround(0.1 + random.float())),
});
const whole = (shape: readonly number[], ...values: number[]): GraphWeight => ({
  shape,
  values,
  dtype: 'int32',
});
const list = (...values: number[]) => whole([values.length], ...values);

interface Case {
  readonly what: string;
  readonly graph: Graph;
}
type Weights = Graph['weights'];

const node = (
  name: string,
  op: string,
  input: readonly string[],
  attr: GraphNode['attr'] = {},
): GraphNode => ({
  name,
  op,
  input,
  attr: { T: { type: 'DT_FLOAT' }, ...attr },
});

/** One operator on the input and constants, in the order in which they are given. */
const one = (
  what: string,
  op: string,
  input: readonly number[],
  weights: Weights = {},
  attr: GraphNode['attr'] = {},
): Case => ({
  what,
  graph: { input, nodes: [node('y', op, ['x', ...Object.keys(weights)], attr)], weights },
});

const WINDOW = {
  strides: ints(1, 1, 1, 1),
  dilations: ints(1, 1, 1, 1),
  padding: text('VALID'),
  data_format: text('NHWC'),
};
const SAME = { ...WINDOW, padding: text('SAME'), strides: ints(1, 2, 2, 1) };
const POOL = { ...WINDOW, ksize: ints(1, 2, 3, 1) };
const fusedWith = (...names: string[]) => ({
  ...WINDOW,
  fused_ops: texts(...names),
  num_args: { i: 1 },
  epsilon: float(0),
});

const both = (op: string, constant = normal): Case[] => [
  one('one per channel', op, MAP, { c: constant(3) }),
  one('one number', op, LIST, { c: constant() }),
  {
    what: 'a constant first',
    graph: { input: MAP, nodes: [node('y', op, ['c', 'x'])], weights: { c: constant(1, 1, 1, 3) } },
  },
];
const branches = (op: string): Case => ({
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
const norm = (op: string): Case[] => [
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

const CASES: Readonly<Record<string, readonly Case[]>> = {
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
/** What stands at the end, and is left out: it says of the network's outputs what TensorFlow.js says of the file. */
const softmaxOf = (values: readonly number[]) => {
  const total = values.reduce((sum, value) => sum + Math.exp(value), 0);
  return values.map((value) => Math.exp(value) / total);
};
const HEADS: Readonly<Record<string, (outputs: readonly number[]) => readonly number[]>> = {
  Softmax: softmaxOf,
  LogSoftmax: (outputs) => softmaxOf(outputs).map(Math.log),
  ArgMax: (outputs) => [outputs.indexOf(Math.max(...outputs))],
};

it('every operator that is read has a case', () => {
  const all = [...Object.keys(CASES), ...Object.keys(HEADS)];
  expect(all.sort()).toEqual(Object.keys(GRAPH_OPERATORS).sort());
});

describe.each(Object.keys(HEADS))('%s at the end', (op) => {
  it('is the head', async () => {
    const inputs = op === 'ArgMax' ? ['dense', 'axis'] : ['dense'];
    const graph: Graph = {
      input: LIST,
      nodes: [node('dense', 'MatMul', ['x', 'w']), node('y', op, inputs)],
      weights: { w: normal(6, 4), axis: whole([], -1) },
    };
    const { network } = importNetwork(writeGraph(path.join(folder, String(made++)), graph));
    expect(network.head).toBe('argmax');
    for (let round = 0; round < 5; round++) {
      const x = normal(...graph.input).values;
      const outputs = Array.from(floatModel(network)(Float64Array.from(x)).at(-1)!);
      expectClose(HEADS[op](outputs), await runGraph(graph, x));
    }
  });
});

async function expectSame(graph: Graph, rounds = 2): Promise<void> {
  const file = writeGraph(path.join(folder, String(made++)), graph);
  const { network } = importNetwork(file);
  const runs = [network, foldNetwork(network).network].map((each) => floatModel(each));
  for (let round = 0; round < rounds; round++) {
    const x = normal(...graph.input).values;
    const wanted = await runGraph(graph, x);
    for (const run of runs) expectClose(Array.from(run(Float64Array.from(x)).at(-1)!), wanted);
  }
}

describe.each(Object.entries(CASES))('%s', (op, cases) => {
  it.each(cases)('$what', async ({ graph }) => {
    expect(graph.nodes.map((each) => each.op)).toContain(op);
    await expectSame(graph);
  });
});

/** Convolution, batch norm, pools, two branches and classes, its output named anew. */
const SMALL: Graph = {
  input: [1, 8, 8, 1],
  nodes: [
    node('conv', '_FusedConv2D', ['x', 'k', 'b'], fusedWith('BiasAdd', 'Relu')),
    node('pool', 'MaxPool', ['conv'], { ...WINDOW, ksize: ints(1, 2, 2, 1), strides: ints(1, 2, 2, 1) }),
    node('norm', 'FusedBatchNormV3', ['pool', 'gamma', 'beta', 'mean', 'variance'], {
      epsilon: float(0.001),
    }),
    node('act', 'Relu', ['norm']),
    node('mean_of_all', 'Mean', ['act', 'axes'], { keep_dims: flag(false) }),
    node('dense', 'MatMul', ['mean_of_all', 'w']),
    node('logits', 'BiasAdd', ['dense', 'c']),
    node('softmax', 'Softmax', ['logits']),
    node('Identity', 'Identity', ['softmax']),
  ],
  weights: {
    k: normal(3, 3, 1, 4),
    b: normal(4),
    gamma: normal(4),
    beta: normal(4),
    mean: normal(4),
    variance: positive(4),
    axes: list(1, 2),
    w: normal(4, 3),
    c: normal(3),
  },
};

it('what a softmax at the end says is the head', async () => {
  const { network, notes } = importNetwork(writeGraph(path.join(folder, 'small'), SMALL));
  expect(network.head).toBe('argmax');
  expect(network.input.shape).toEqual([8, 8, 1]);
  expect(notes.filter(({ what }) => what === 'dropped')).toEqual([
    { from: 'softmax (Softmax)', what: 'dropped', into: 'the class is the same without it (head argmax)' },
  ]);
  const x = normal(...SMALL.input).values;
  const logits = Array.from(floatModel(network)(Float64Array.from(x)).at(-1)!, Math.exp);
  const total = logits.reduce((sum, value) => sum + value, 0);
  expectClose(
    logits.map((value) => value / total),
    await runGraph(SMALL, x),
  );
});

it.each([
  ['uint8', 255],
  ['uint16', 65535],
] as const)('weights quantized to %s are those that TensorFlow.js computes with', async (dtype, most) => {
  const quantization = { dtype, scale: 0.013, min: -1.7 };
  const values = Array.from({ length: 24 }, () => random.integer(0, most === 255 ? 255 : 300));
  const weights = { w: { shape: [6, 4], values, quantization } };
  await expectSame({ input: LIST, nodes: [node('y', 'MatMul', ['x', 'w'])], weights });
});

describe('what is refused', () => {
  const messageFor = (graph: Graph, change: (json: string) => string = (json) => json) => {
    const inner = path.join(folder, String(made++));
    const file = writeGraph(inner, graph);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    return messageOf(() => importNetwork(file)).replaceAll(inner + path.sep, '');
  };
  const single = (
    op: string,
    weights: Weights = {},
    attr: GraphNode['attr'] = {},
    input: readonly number[] = MAP,
  ) => one('', op, input, weights, attr).graph;

  it.each<[string, Graph, string]>([
    [
      'channels first',
      single('Conv2D', { k: normal(2, 2, 3, 2) }, { ...WINDOW, data_format: text('NCHW') }),
      'model.json, node y (Conv2D): got data_format NCHW, wanted NHWC, channels last [exchange/import-attribute]',
    ],
    [
      'a kernel of the wrong depth',
      single('DepthwiseConv2dNative', { k: normal(2, 2, 2, 1) }, WINDOW),
      'model.json, node y (DepthwiseConv2dNative): got a kernel of 2x2x2x1, wanted one for 3 channels ' +
        '[exchange/import-attribute]',
    ],
    [
      'a fused batch norm',
      single('_FusedConv2D', { k: normal(2, 2, 3, 2), b: normal(2) }, fusedWith('BiasAdd', 'FusedBatchNorm')),
      'model.json, node y (_FusedConv2D): got fused_ops FusedBatchNorm, wanted BiasAdd and one of Relu, Relu6, ' +
        'LeakyRelu, Elu, Sigmoid, Tanh [exchange/import-attribute]',
    ],
    [
      'the mean of some axes',
      single('Mean', { axes: list(1) }),
      'model.json, node y (Mean): got axes [1] of 4, wanted all but the batch and the channels ' +
        '[exchange/import-attribute]',
    ],
    [
      'the largest of all samples',
      { input: LIST, nodes: [node('y', 'ArgMax', ['x', 'axis'])], weights: { axis: whole([], 0) } },
      'model.json, node y (ArgMax): got axis 0, wanted that of the classes, 1 [exchange/import-attribute]',
    ],
    [
      'padding with a number',
      single('PadV2', { p: whole([4, 2], 0, 0, 1, 0, 2, 1, 0, 0), v: { shape: [], values: [1] } }),
      'model.json, node y (PadV2): got padding with 1, wanted padding with 0 [exchange/import-attribute]',
    ],
    [
      'a softmax inside',
      {
        input: LIST,
        nodes: [node('s', 'Softmax', ['x']), node('y', 'Relu', ['s'])],
        weights: {},
      },
      'model.json, node s (Softmax): got inside of the network, wanted at its end, where the class is the same ' +
        'without it [exchange/import-attribute]',
    ],
    [
      'a cycle',
      { input: LIST, nodes: [node('a', 'Relu', ['y']), node('y', 'AddV2', ['x', 'a'])], weights: {} },
      'model.json, node a: got a cycle through y, wanted none [exchange/import-file]',
    ],
    [
      'a tensor that nothing gives',
      { input: LIST, nodes: [node('y', 'Relu', ['z'])], weights: {} },
      'model.json: got the tensor "z", wanted what a node of the graph gives [exchange/import-file]',
    ],
    [
      'another output of a node',
      { input: MAP, nodes: [node('a', 'Relu', ['x']), node('y', 'Relu', ['a:1'])], weights: {} },
      'model.json, node y (Relu): got the tensor a:1, wanted the first output of a node [exchange/import-attribute]',
    ],
  ])('%s', (_, graph, message) => {
    expect(messageFor(graph)).toBe(message);
  });

  it('an operator that is not known', () => {
    expect(messageFor(single('Einsum'))).toBe(
      `model.json, node y (Einsum): got the operator Einsum, wanted one of ${Object.keys(GRAPH_OPERATORS).join(', ')} ` +
        '(export the model with these, or cut it before the operator) [exchange/import-operator]',
    );
  });

  it('a constant without its weights', () => {
    const other = (json: string) => json.replace('"name":"b","shape"', '"name":"c","shape"');
    expect(messageFor(single('BiasAdd', { b: normal(3) }), other)).toBe(
      'model.json, node b (Const): got no weights, wanted a tensor in the manifest [exchange/import-weights]',
    );
  });

  it('a shape that is open', () => {
    const open = (json: string) => json.replaceAll('{"size":"5"}', '{"size":"-1"}');
    expect(messageFor(single('Relu'), open)).toContain('got a shape of ? x ? x 4 x 3');
  });
});
