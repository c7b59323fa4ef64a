import { printShape, sizeOf } from '../../../../network/tensor.js';
import { type Constant, constant } from '../../onnx/value.js';
import { transposed } from '../../tflite/weights.js';
import { MOVES } from './moves.js';
import type { Attributes, GraphNode, GraphOperator } from './node.js';

/** Operators of graph models that compute, written in those of ONNX. */

/** What is fused into an operator behind its sums, in ONNX's words. */
const FUSED: Readonly<Record<string, (node: GraphNode) => readonly [string, Attributes]>> = {
  Relu: () => ['Relu', {}],
  Relu6: () => ['Clip', SIX],
  LeakyRelu: (node) => ['LeakyRelu', { alpha: { real: node.real('leakyrelu_alpha', 0.2) } }],
  Elu: () => ['Elu', {}],
  Selu: () => ['Selu', {}],
  Sigmoid: () => ['Sigmoid', {}],
  Tanh: () => ['Tanh', {}],
};
const SIX: Attributes = { min: { real: 0 }, max: { real: 6 } };

/** Sums, with the biases and the activation that are fused into them. @param sums runs an operator on these names */
function fused(node: GraphNode, names: readonly string[], sums: (names: readonly string[]) => string): void {
  const [first, ...rest] = node.texts('fused_ops');
  const isBiased = first === 'BiasAdd';
  const activations = isBiased || first === undefined ? rest : [first, ...rest];
  const given = sums(isBiased ? [...names, node.placed(node.constant(names.length))] : names);
  const [activation] = activations;
  if (activation === undefined) {
    node.give(node.valueOf(given));
    return;
  }
  if (activations.length > 1 || !Object.hasOwn(FUSED, activation))
    node.refuse(`fused_ops ${activations.join(', ')}`, `BiasAdd and one of ${Object.keys(FUSED).join(', ')}`);
  const [operator, attributes] = FUSED[activation](node);
  node.end(operator, [given], attributes);
}

const matMul: GraphOperator = (node) => {
  if (node.flag('transpose_a')) node.refuse('transpose_a', 'samples in rows');
  node.activation(0);
  const transB = node.flag('transpose_b') ? 1 : 0;
  fused(node, [node.input(0), node.placed(node.constant(1))], (names) =>
    node.part('Gemm', names, { transB }),
  );
};

/** Of the four numbers for batch, height, width and channels those for height and width. */
function spatial(node: GraphNode, attribute: string, usual?: readonly [number, number]): readonly number[] {
  const given = node.ints(attribute);
  if (given.length === 0 && usual !== undefined) return usual;
  const [batch, rows, columns, channels] = given;
  if (given.length === 4 && batch === 1 && channels === 1) return [rows, columns];
  return node.refuse(`${attribute} ${JSON.stringify(given)}`, '1, two numbers, 1');
}

/** Where the window stands, in ONNX's words. */
function windowOf(node: GraphNode): Attributes {
  const format = node.text('data_format', 'NHWC');
  if (format !== 'NHWC') node.refuse(`data_format ${format}`, 'NHWC, channels last');
  const dilations = spatial(node, 'dilations', [1, 1]);
  const common = { strides: spatial(node, 'strides', [1, 1]), dilations };
  const padding = node.text('padding', 'VALID');
  if (padding === 'SAME') return { ...common, auto_pad: 'SAME_UPPER' };
  if (padding === 'VALID') return common;
  const [batch, , top, bottom, left, right] = node.ints('explicit_paddings');
  if (padding !== 'EXPLICIT' || batch !== 0 || right === undefined)
    node.refuse(`padding ${padding}`, 'SAME, VALID, or EXPLICIT with eight numbers');
  return { ...common, pads: [top, left, bottom, right] };
}

/** A map that lies under a window. */
function mapRead(node: GraphNode) {
  const read = node.activation(0);
  if (read.shape.length === 3) return read;
  return node.refuse(`a tensor of ${printShape([1, ...read.shape])}`, '1 x height x width x channels');
}

const conv: GraphOperator = (node) => {
  const [channels] = mapRead(node).shape;
  const { shape, values } = kernelOf(node);
  const group = Math.floor(channels / shape[2]);
  const kernel = constant(
    [3, 2, 0, 1].map((axis) => shape[axis]),
    transposed(values, shape, [3, 2, 0, 1]),
  );
  fused(node, [node.input(0), node.placed(kernel)], (names) =>
    node.part('Conv', names, { ...windowOf(node), group }),
  );
};

function kernelOf(node: GraphNode): Constant {
  const kernel = node.constant(1);
  if (kernel.shape.length === 4 && sizeOf(kernel) > 0) return kernel;
  return node.refuse(`a kernel of ${printShape(kernel.shape)}`, 'one of four axes');
}

const depthwise: GraphOperator = (node) => {
  const [group] = mapRead(node).shape;
  const { shape, values } = kernelOf(node);
  const [rows, columns, channels, multiplier] = shape;
  if (channels !== group) node.refuse(`a kernel of ${printShape(shape)}`, `one for ${group} channels`);
  const given = channels * multiplier;
  const kernel = constant([given, 1, rows, columns], transposed(values, [rows * columns, given], [1, 0]));
  fused(node, [node.input(0), node.placed(kernel)], (names) =>
    node.part('Conv', names, { ...windowOf(node), group }),
  );
};

const pool =
  (operator: 'MaxPool' | 'AveragePool'): GraphOperator =>
  (node) => {
    mapRead(node);
    node.end(operator, [node.input(0)], { ...windowOf(node), kernel_shape: spatial(node, 'ksize') });
  };

const batchNorm: GraphOperator = (node) => {
  const read = node.activation(0);
  const [channels] = read.shape;
  if (node.text('data_format', 'NHWC') !== 'NHWC') node.refuse('data_format NCHW', 'NHWC, channels last');
  const lists = [1, 2, 3, 4].map((at) => node.constant(at));
  const odd = lists.find(({ values }) => values.length !== channels);
  if (odd !== undefined)
    node.refuse(`a list of ${odd.values.length} numbers`, `${channels}, one per channel`);
  const names = [node.input(0), ...lists.map((list) => node.placed(list))];
  node.end('BatchNormalization', names, { epsilon: { real: node.real('epsilon', 1e-4) } });
};

/** The mean or the largest value over height and width, or over time. */
const reduced =
  (operator: 'ReduceMean' | 'GlobalMaxPool'): GraphOperator =>
  (node) => {
    const { shape } = node.activation(0);
    const rank = shape.length + 1;
    const axes = node.numbers(1).map((axis) => (axis < 0 ? axis + rank : axis));
    const all = [...Array(rank - 2).keys()].map((at) => at + 1);
    if (rank < 3 || axes.toSorted((a, b) => a - b).join() !== all.join())
      node.refuse(`axes ${JSON.stringify(axes)} of ${rank}`, 'all but the batch and the channels');
    const cell = { keepdims: 1, ...(operator === 'ReduceMean' ? { axes: all.map((axis) => axis + 1) } : {}) };
    if (node.flag('keep_dims')) return node.end(operator, [node.input(0)], cell);
    const list = node.numbersAs([2], [1, shape[0]]);
    node.end('Reshape', [node.part(operator, [node.input(0)], cell), list]);
  };

/** An operator of two tensors, one of which may be constant. */
const both =
  (operator: string): GraphOperator =>
  (node) => {
    const [a, b] = [node.value(0), node.value(1)];
    const over = a.kind === 'activation' ? a : b;
    const names = [a, b].map((value, at) =>
      value.kind === 'constant' && over.kind === 'activation' ? node.spread(value, over) : node.input(at),
    );
    node.end(operator, names);
  };

const sumOfAll: GraphOperator = (node) =>
  node.end(
    'Sum',
    node.inputs.map((_, at) => node.input(at)),
  );

/** One of ONNX's with one input. */
const each =
  (operator: string, attributes: (node: GraphNode) => Attributes = () => ({})): GraphOperator =>
  (node) =>
    node.end(operator, [node.input(0)], attributes(node));

const prelu: GraphOperator = (node) => {
  const slopes = node.constant(1);
  node.end('PRelu', [node.input(0), node.spread(slopes, node.activation(0))]);
};

const clipped: GraphOperator = (node) =>
  node.end(
    'Clip',
    [0, 1, 2].map((at) => node.input(at)),
  );

/** Of the classes at the end. */
const ofClasses =
  (operator: string): GraphOperator =>
  (node) => {
    const { shape } = node.activation(0);
    if (shape.length !== 1) node.refuse(`a tensor of ${printShape([1, ...shape])}`, '1 x classes');
    const axis = operator === 'ArgMax' ? node.numbers(1)[0] : 1;
    if (axis !== 1 && axis !== -1) node.refuse(`axis ${axis}`, 'that of the classes, 1');
    node.end(operator, [node.input(0)], { axis });
  };

const rsqrt: GraphOperator = (node) => {
  const { shape, values } = node.constant(0);
  node.give(
    constant(
      shape,
      values.map((value) => 1 / Math.sqrt(value)),
    ),
  );
};

const identity: GraphOperator = (node) => node.give(node.value(0));

export const GRAPH_OPERATORS: Readonly<Record<string, GraphOperator>> = {
  ...MOVES,
  MatMul: matMul,
  _FusedMatMul: matMul,
  Conv2D: conv,
  _FusedConv2D: conv,
  DepthwiseConv2dNative: depthwise,
  FusedDepthwiseConv2dNative: depthwise,
  MaxPool: pool('MaxPool'),
  AvgPool: pool('AveragePool'),
  Mean: reduced('ReduceMean'),
  Max: reduced('GlobalMaxPool'),
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNorm,
  BiasAdd: both('Add'),
  Add: both('Add'),
  AddV2: both('Add'),
  Sub: both('Sub'),
  Mul: both('Mul'),
  Div: both('Div'),
  RealDiv: both('Div'),
  Maximum: both('Max'),
  Minimum: both('Min'),
  AddN: sumOfAll,
  Neg: each('Neg'),
  Sqrt: each('Sqrt'),
  Rsqrt: rsqrt,
  Relu: each('Relu'),
  Relu6: each('Clip', () => SIX),
  LeakyRelu: each('LeakyRelu', (node) => ({ alpha: { real: node.real('alpha', 0.2) } })),
  Prelu: prelu,
  ClipByValue: clipped,
  Elu: each('Elu'),
  Selu: each('Selu'),
  Softplus: each('Softplus'),
  Sigmoid: each('Sigmoid'),
  Tanh: each('Tanh'),
  Softmax: ofClasses('Softmax'),
  LogSoftmax: ofClasses('LogSoftmax'),
  ArgMax: ofClasses('ArgMax'),
  Identity: identity,
  StopGradient: identity,
  Snapshot: identity,
  Cast: identity,
};
