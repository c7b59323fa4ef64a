import type { Move } from '../../../../network/layers/move.js';
import { printShape, sizeOf } from '../../../../network/tensor.js';
import type { Padding } from '../../../../network/window.js';
import {
  CONCATENATION_OPTIONS,
  RESHAPE_OPTIONS,
  RESIZE_OPTIONS,
  SQUEEZE_OPTIONS,
  STRIDED_SLICE_OPTIONS,
} from '../../../tflite/schema.js';
import { shifted } from '../../integer/layers.js';
import { type Activation, type Node, type Operator, storedOf } from '../conversion.js';
import { fusedFloat } from './sums.js';

/** Operators that only move values. Of every activation the first of the file's axes is the batch, which is 1. */

/** @param shape with the batch */
function reshapedTo(node: Node, value: Activation, wanted: readonly number[]): void {
  const size = sizeOf(value);
  const rest = wanted.reduce((product, length) => (length === -1 ? product : product * length), 1);
  const shape = wanted.map((length) => (length === -1 ? size / rest : length));
  const fits = shape.every((length) => Number.isInteger(length) && length > 0);
  if (!fits || sizeOf({ shape }) !== size)
    node.refuse(`the shape ${JSON.stringify(wanted)} for ${size} values`, 'a shape of as many');
  if (shape[0] !== 1) node.refuse(`the shape ${JSON.stringify(shape)}`, 'the batch as its first axis, 1');
  node.give(node.conversion.reshaped(value, shape.slice(1), node.where), { what: 'kept', into: 'a move' });
}

const reshape: Operator = (node) => {
  const value = node.activation(0);
  const stated = node.entry.inputs.length > 1 ? node.numbers(1) : [];
  const wanted =
    stated.length > 0 ? stated : node.option((options) => options.int32s(RESHAPE_OPTIONS.newShape), []);
  reshapedTo(node, value, wanted);
};

/** To the shape that the file says, where only axes of length 1 come or go. */
const squeeze: Operator = (node) => {
  const value = node.activation(0);
  const full = [1, ...value.shape];
  const dims = node.option((options) => options.int32s(SQUEEZE_OPTIONS.dims), []);
  const gone = dims.map((axis) => (axis < 0 ? axis + full.length : axis));
  const kept = full.filter((length, axis) =>
    gone.length === 0 ? axis === 0 || length !== 1 : !gone.includes(axis),
  );
  if (gone.includes(0)) node.refuse('axis 0', 'the batch to stay');
  reshapedTo(node, value, kept);
};

const expandDims: Operator = (node) => {
  const value = node.activation(0);
  const shape = [1, ...value.shape];
  const [axis = 0] = node.numbers(1);
  const place = axis < 0 ? axis + shape.length + 1 : axis;
  if (!(place >= 1 && place <= shape.length))
    node.refuse(`axis ${axis}`, `an axis from 1 to ${shape.length}`);
  reshapedTo(node, value, shape.toSpliced(place, 0, 1));
};

/** Lists of numbers for each stored axis: `usual` stands for axes that the file does not have. */
function onStored(value: Activation, numbers: readonly number[], usual: number): number[] {
  return [...Array<number>(value.stored.length - value.shape.length).fill(usual), ...numbers];
}

function moved(node: Node, value: Activation, move: Move, shape: readonly number[]): void {
  const layer = node.conversion.add({ kind: 'move', move }, node.label, [value]);
  node.give({ ...value, layer, shape, stored: storedOf(shape) }, { what: 'kept', into: layer });
}

const transpose: Operator = (node) => {
  const value = node.activation(0);
  const perm = node.numbers(1);
  const rank = value.shape.length + 1;
  const isWhole = perm.length === rank && [...Array(rank).keys()].every((axis) => perm.includes(axis));
  if (!isWhole || perm[0] !== 0)
    node.refuse(`perm ${JSON.stringify(perm)}`, 'the batch, then each other axis once');
  const shape = perm.slice(1).map((axis) => value.shape[axis - 1]);
  const before = value.stored.length - value.shape.length;
  const axes = [...Array(before).keys(), ...perm.slice(1).map((axis) => axis - 1 + before)];
  moved(node, value, { kind: 'permute', axes }, shape);
};

/** The padding's number as a code of what is padded. */
function filling(node: Node, value: Activation): number {
  const constant = node.optionalConstant(2);
  if (constant === undefined) return 0;
  const [number = 0] = constant.values!();
  return value.codes === undefined ? number : number - value.codes.zeroPoint;
}

const pad: Operator = (node) => {
  const given = node.activation(0);
  const number = filling(node, given);
  const isLeast =
    number !== 0 && number <= (given.codes === undefined ? LEAST : given.codes.low - given.codes.zeroPoint);
  if (number !== 0 && !isLeast)
    node.refuse(
      'padding with another number than 0',
      'padding with 0, or before a MAX_POOL_2D with the least number',
    );
  const pads = node.numbers(1);
  const rank = given.shape.length + 1;
  if (
    pads.length !== 2 * rank ||
    pads.some((cells, at) => !(cells >= 0 && cells < 2 ** 16) || (at < 2 && cells !== 0))
  )
    node.refuse(`pads ${JSON.stringify(pads)}`, `${2 * rank} numbers of 0 or more, and 0 for the batch`);
  if (isLeast) return bordered(node, given, pads);
  const value =
    given.codes === undefined ? given : { ...given, ...shifted(node.conversion, node.integers(given)) };
  const [before, after] = [0, 1].map((end) => pads.filter((_, at) => at >= 2 && at % 2 === end));
  const shape = value.shape.map((length, axis) => before[axis] + length + after[axis]);
  const move: Move = { kind: 'pad', before: onStored(value, before, 0), after: onStored(value, after, 0) };
  moved(node, value, move, shape);
};

/** Numbers of 32-bit floats are not below this, or nearly. */
const LEAST = -3.4e38;

/** Cells that are never the largest, for the pool behind them. */
function bordered(node: Node, of: Activation, pads: readonly number[]): void {
  if (of.shape.length !== 3 || pads.slice(6).some((cells) => cells !== 0))
    node.refuse(`pads ${JSON.stringify(pads)} with the least number`, 'rows and columns of a map');
  const [top, bottom, left, right] = pads.slice(2);
  const padding: Padding = [top, bottom, left, right];
  node.give({ kind: 'bordered', of, padding }, { what: 'folded', into: 'the pool behind it' });
}

/** A box [begin, end) of what is read, the batch among its axes. */
function cropped(node: Node, value: Activation, begin: readonly number[], end: readonly number[]): void {
  const full = [1, ...value.shape];
  if (full.some((length, axis) => !(begin[axis] >= 0 && end[axis] > begin[axis] && end[axis] <= length)))
    node.refuse(
      `a box from ${JSON.stringify(begin)} to ${JSON.stringify(end)}`,
      `one inside ${printShape(full)}`,
    );
  const [first, last] = [begin.slice(1), end.slice(1)];
  const move: Move = { kind: 'crop', begin: onStored(value, first, 0), end: onStored(value, last, 1) };
  moved(
    node,
    value,
    move,
    first.map((from, axis) => last[axis] - from),
  );
}

const slice: Operator = (node) => {
  const value = node.activation(0);
  const [begin, size] = [node.numbers(1), node.numbers(2)];
  const full = [1, ...value.shape];
  const end = begin.map((from, axis) => (size[axis] === -1 ? full[axis] : from + size[axis]));
  cropped(node, value, begin, end);
};

const stridedSlice: Operator = (node) => {
  const value = node.activation(0);
  const full = [1, ...value.shape];
  const [begin, end, steps] = [1, 2, 3].map((at) => node.numbers(at));
  const { ellipsis, newAxis, shrinkAxis } = STRIDED_SLICE_OPTIONS;
  for (const field of [ellipsis, newAxis]) {
    if (node.int32(field) !== 0) node.refuse('an ellipsis or a new axis', 'a begin and an end for each axis');
  }
  if (steps.some((step) => step !== 1)) node.refuse(`steps ${JSON.stringify(steps)}`, 'steps of 1');
  const shrunk = node.int32(shrinkAxis);
  const masks = [node.int32(STRIDED_SLICE_OPTIONS.begin), node.int32(STRIDED_SLICE_OPTIONS.end)];
  const has = (mask: number, axis: number) => ((mask >> axis) & 1) === 1;
  const within = (place: number, axis: number) =>
    Math.min(Math.max(place < 0 ? place + full[axis] : place, 0), full[axis]);
  const first = full.map((_, axis) =>
    axis >= begin.length || has(masks[0], axis) ? 0 : within(begin[axis], axis),
  );
  const last = full.map((length, axis) => {
    if (has(shrunk, axis)) return first[axis] + 1;
    return axis >= end.length || has(masks[1], axis) ? length : within(end[axis], axis);
  });
  if (shrunk !== 0) node.refuse('axes that go away', 'axes that stay: a RESHAPE behind it takes them away');
  cropped(node, value, first, last);
};

const concatenation: Operator = (node) => {
  if (fusedFloat(node, CONCATENATION_OPTIONS.activation) !== 'linear')
    node.refuse('a fused activation', 'none: a RELU behind it does the same');
  const given = node.entry.inputs.map((_, at) => node.activation(at));
  const [first] = given;
  const rank = first.shape.length + 1;
  const stated = node.int32(CONCATENATION_OPTIONS.axis);
  const axis = (stated < 0 ? stated + rank : stated) - 1;
  if (!(axis >= 0 && axis < rank - 1))
    node.refuse(`axis ${stated}`, `an axis from 1 to ${rank - 1}: 0 is the batch`);
  const others = ({ shape }: Activation) => printShape(shape.map((length, at) => (at === axis ? 0 : length)));
  const other = given.find((one) => others(one) !== others(first));
  if (other !== undefined)
    node.refuse(
      `tensors of ${printShape(first.shape)} and ${printShape(other.shape)}`,
      `ones that differ along axis ${axis + 1} only`,
    );
  const values = node.isInteger ? given.map((one) => alike(node, one)) : given;
  const shape = first.shape.map((length, at) =>
    at === axis ? given.reduce((sum, one) => sum + one.shape[axis], 0) : length,
  );
  const place = axis + first.stored.length - first.shape.length;
  node.layer({ kind: 'concat', axis: place }, values, { ...values[0], shape, stored: storedOf(shape) });
};

/** Codes as the output has them. */
function alike(node: Node, value: Activation): Activation {
  const { scale, zeroPoint, low, high } = node.outputCodes;
  const read = node.integers(value);
  const { codes } = read;
  if (codes.scale !== scale || codes.zeroPoint !== zeroPoint)
    node.refuse('codes that mean another thing before it than behind it', 'one scale and zero point');
  const { layer } = shifted(node.conversion, read, node.outputCodes.fraction);
  return { ...value, layer, codes: { ...node.outputCodes, low, high } };
}

/** Nearest neighbours, a whole number of times larger. */
const resize: Operator = (node) => {
  const value = node.activation(0);
  if (value.shape.length !== 3)
    node.refuse(`a tensor of ${printShape(value.shape)}`, 'height x width x channels');
  const options = [RESIZE_OPTIONS.alignCorners, RESIZE_OPTIONS.halfPixelCenters];
  const [isAligned, isHalf] = options.map((field) => node.option((table) => table.bool(field), false));
  if (isAligned) node.refuse('align_corners', 'whole factors without it');
  const [height, width, channels] = value.shape;
  const factors = node.numbers(1).map((length, axis) => length / [height, width][axis]);
  if (
    factors.length !== 2 ||
    factors.some((factor) => !Number.isInteger(factor) || factor < 1 || factor >= 256)
  )
    node.refuse(`factors ${factors.join(' x ')}${isHalf ? ', half_pixel_centers' : ''}`, 'whole numbers');
  const shape = [height * factors[0], width * factors[1], channels];
  node.layer({ kind: 'upsample', factors }, [value], { ...value, shape, stored: shape });
};

export const MOVES: Readonly<Record<string, Operator>> = {
  RESHAPE: reshape,
  SQUEEZE: squeeze,
  EXPAND_DIMS: expandDims,
  TRANSPOSE: transpose,
  PAD: pad,
  PADV2: pad,
  SLICE: slice,
  STRIDED_SLICE: stridedSlice,
  CONCATENATION: concatenation,
  RESIZE_NEAREST_NEIGHBOR: resize,
};
