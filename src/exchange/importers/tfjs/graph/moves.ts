import { sizeOf } from '../../../../network/tensor.js';
import { constant } from '../../onnx/value.js';
import type { GraphNode, GraphOperator } from './node.js';

/** Operators of graph models that only move values, and what is computed of shapes. Axes are counted with the batch. */

/** An operator of ONNX on axes as TensorFlow has them. */
function moved(
  node: GraphNode,
  operator: string,
  lists: readonly (readonly number[])[],
  attributes = {},
): void {
  const names = lists.map((list) => node.numbersAs([list.length], list));
  node.giveChannelsLast(node.part(operator, [node.channelsLast(node.input(0)), ...names], attributes));
}

const reshape: GraphOperator = (node) => moved(node, 'Reshape', [node.numbers(1)], { allowzero: 1 });

const squeeze: GraphOperator = (node) => {
  const axes = [...node.ints('squeeze_dims'), ...node.ints('axis')];
  moved(node, 'Squeeze', axes.length === 0 ? [] : [axes]);
};

const expandDims: GraphOperator = (node) => moved(node, 'Unsqueeze', [node.numbers(1)]);

const transpose: GraphOperator = (node) => moved(node, 'Transpose', [], { perm: node.numbers(1) });

const pad: GraphOperator = (node) => {
  const { shape, values } = node.constant(1);
  if (shape.length !== 2 || shape[1] !== 2)
    node.refuse(`paddings of ${shape.join(' x ')}`, 'two for each axis');
  const filling = node.inputs.length > 2 ? node.numbers(2)[0] : 0;
  if (filling !== 0) node.refuse(`padding with ${filling}`, 'padding with 0');
  const ends = [0, 1].map((end) => Array.from(values).filter((_, at) => at % 2 === end));
  moved(node, 'Pad', [ends.flat()]);
};

/** Tensors one behind the other. @param place of the axis among the inputs */
function concatenated(node: GraphNode, place: 'first' | 'last'): void {
  const count = node.inputs.length;
  const [axis] = node.numbers(place === 'first' ? 0 : count - 1);
  const given = [...Array(count).keys()].filter((at) => at !== (place === 'first' ? 0 : count - 1));
  const names = given.map((at) => node.input(at));
  const values = given.map((at) => node.value(at));
  if (values.every(({ kind }) => kind === 'constant')) {
    node.end('Concat', names);
    return;
  }
  const [first] = values.filter(({ kind }) => kind === 'activation');
  const rank = first.shape.length + 1;
  const plain = axis < 0 ? axis + rank : axis;
  // Here the channels are the first axis behind the batch.
  node.end('Concat', names, { axis: plain === 0 ? 0 : plain === rank - 1 ? 1 : plain + 1 });
}

const resize: GraphOperator = (node) => {
  const { shape } = node.activation(0);
  const size = node.numbers(1);
  if (node.flag('align_corners')) node.refuse('align_corners', 'whole factors without it');
  if (shape.length !== 3 || size.length !== 2)
    node.refuse(`a size of ${size.join(' x ')}`, 'height and width of a map');
  const factors = [1, 1, size[0] / shape[1], size[1] / shape[2]];
  node.end('Resize', [node.input(0), '', node.numbersAs([4], factors)]);
};

const shapeOf: GraphOperator = (node) => {
  const value = node.valueOf(node.channelsLast(node.input(0)));
  const whole = value.kind === 'constant' ? value.shape : [1, ...value.shape];
  node.give(constant([whole.length], whole));
};

const isSet = (mask: number, axis: number) => ((mask >> axis) & 1) === 1;

/** A box of what is read. */
const stridedSlice: GraphOperator = (node) => {
  const value = node.valueOf(node.channelsLast(node.input(0)));
  const full = value.kind === 'constant' ? value.shape : [1, ...value.shape];
  const [begin, end, steps] = [1, 2, 3].map((at) => node.numbers(at));
  if (node.int('ellipsis_mask', 0) !== 0 || node.int('new_axis_mask', 0) !== 0)
    node.refuse('an ellipsis or a new axis', 'a begin and an end for each axis');
  if (steps.some((step) => step !== 1)) node.refuse(`strides ${JSON.stringify(steps)}`, 'strides of 1');
  const shrunk = node.int('shrink_axis_mask', 0);
  const [from, to] = [node.int('begin_mask', 0), node.int('end_mask', 0)];
  const within = (place: number, axis: number) =>
    Math.min(Math.max(place < 0 ? place + full[axis] : place, 0), full[axis]);
  const firsts = begin.map((place, axis) => (isSet(from, axis) ? 0 : within(place, axis)));
  const lasts = end.map((place, axis) => {
    if (isSet(shrunk, axis)) return firsts[axis] + 1;
    return isSet(to, axis) ? full[axis] : within(place, axis);
  });
  if (value.kind === 'constant') {
    if (full.length !== 1) node.refuse(`a constant of ${full.join(' x ')}`, 'a list');
    const part = value.values.subarray(firsts[0], lasts[0]);
    return node.give(constant(shrunk === 0 ? [part.length] : [], part));
  }
  if (shrunk !== 0) node.refuse('axes that go away', 'axes that stay: a Reshape behind it takes them away');
  moved(node, 'Slice', [firsts, lasts]);
};

const slice: GraphOperator = (node) => {
  const [begin, size] = [node.numbers(1), node.numbers(2)];
  const end = begin.map((from, axis) => (size[axis] === -1 ? 2 ** 31 : from + size[axis]));
  moved(node, 'Slice', [begin, end]);
};

const pack: GraphOperator = (node) => {
  const values = node.inputs.flatMap((_, at) => node.numbers(at));
  if (values.length !== node.inputs.length || node.int('axis', 0) !== 0)
    node.refuse(`${node.inputs.length} tensors of ${values.length} numbers`, 'one number each');
  node.give(constant([values.length], values));
};

const prod: GraphOperator = (node) => {
  const { shape, values } = node.constant(0);
  if (shape.length > 1) node.refuse(`a constant of ${shape.join(' x ')}`, 'a list');
  node.give(constant([], [values.reduce((product, value) => product * value, 1)]));
};

const gather: GraphOperator = (node) => {
  const [list, index] = [node.constant(0), node.constant(1)];
  if (sizeOf(index) === 0) node.refuse('no index', 'at least one');
  node.end('Gather', [node.placed(list), node.placed(index)]);
};

export const MOVES: Readonly<Record<string, GraphOperator>> = {
  Reshape: reshape,
  Squeeze: squeeze,
  ExpandDims: expandDims,
  Transpose: transpose,
  Pad: pad,
  PadV2: pad,
  Slice: slice,
  StridedSlice: stridedSlice,
  Concat: (node) => concatenated(node, 'first'),
  ConcatV2: (node) => concatenated(node, 'last'),
  ResizeNearestNeighbor: resize,
  Shape: shapeOf,
  Pack: pack,
  Prod: prod,
  Gather: gather,
  GatherV2: gather,
};
