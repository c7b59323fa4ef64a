import type { Move } from '../../../../network/layers/move.js';
import { printShape, sizeOf } from '../../../../network/tensor.js';
import type { Node, Operator } from '../conversion.js';
import { type Activation, constant } from '../value.js';

/** Operators that only move values. Of every activation the first of ONNX's axes is the batch, which is 1. */

/** An axis of ONNX's as one of those without the batch. */
function axisOf(node: Node, axis: number, rank: number): number {
  const plain = (axis < 0 ? axis + rank + 1 : axis) - 1;
  if (Number.isInteger(plain) && plain >= 0 && plain < rank) return plain;
  return node.refuse(`axis ${axis}`, `an axis from 1 to ${rank}: 0 is the batch`);
}

/** The same values in another shape. @param shape with the batch */
function reshapedTo(node: Node, value: Activation, wanted: readonly number[]): void {
  const given = [1, ...value.shape];
  const size = sizeOf(value);
  const known = wanted.map((length, at) =>
    length === 0 && node.int('allowzero', 0) === 0 ? (given[at] ?? 0) : length,
  );
  const rest = known.filter((length) => length !== -1).reduce((product, length) => product * length, 1);
  const open = known.filter((length) => length === -1).length;
  const whole = known.map((length) => (length === -1 ? size / rest : length));
  const fits = open <= 1 && whole.every((length) => Number.isInteger(length) && length > 0);
  if (!fits || sizeOf({ shape: whole }) !== size) {
    node.refuse(`the shape ${JSON.stringify(wanted)} for ${size} values`, 'a shape of as many');
  }
  if (whole[0] !== 1) node.refuse(`the shape ${JSON.stringify(whole)}`, 'the batch as its first axis, 1');
  node.give(node.conversion.reshaped(value, whole.slice(1), node.where), { what: 'kept', into: 'a move' });
}

const reshape: Operator = (node) => {
  const value = node.input(0);
  const wanted = node.listOf(1, 'shape') ?? node.refuse('no shape', 'a shape that is constant');
  if (value.kind === 'activation') return reshapedTo(node, value, wanted);
  const open = wanted.indexOf(-1);
  const rest = wanted.reduce((product, length) => (length === -1 ? product : product * length), 1);
  const shape = wanted.map((length, at) => (at === open ? value.values.length / rest : length));
  if (sizeOf({ shape }) !== value.values.length)
    node.refuse(`the shape ${JSON.stringify(wanted)}`, 'one of as many numbers');
  node.give(constant(shape, value.values));
};

const flatten: Operator = (node) => {
  const value = node.activation(0);
  const stated = node.int('axis', 1);
  const axis = stated < 0 ? stated + value.shape.length + 1 : stated;
  // The batch is 1: with it or without it the list is the same.
  if (axis !== 0 && axis !== 1) node.refuse(`axis ${stated}`, 'axis 1, behind the batch');
  reshapedTo(node, value, [1, -1]);
};

/** Axes of length 1 come or go. */
const squeeze: Operator = (node) => {
  const value = node.input(0);
  const axes = node.listOf(1, 'axes');
  const shape = value.kind === 'constant' ? value.shape : [1, ...value.shape];
  const gone = axes?.map((axis) => (axis < 0 ? axis + shape.length : axis));
  const kept = shape.filter((length, axis) => (gone === undefined ? length !== 1 : !gone.includes(axis)));
  if (sizeOf({ shape: kept }) !== sizeOf({ shape }))
    node.refuse(`axes ${JSON.stringify(axes)}`, 'axes of length 1');
  if (value.kind === 'constant') return node.give(constant(kept, value.values));
  reshapedTo(
    node,
    value,
    gone?.includes(0)
      ? node.refuse('axis 0', 'the batch to stay')
      : [1, ...kept.slice(gone === undefined ? 0 : 1)],
  );
};

const unsqueeze: Operator = (node) => {
  const value = node.input(0);
  const axes = node.listOf(1, 'axes') ?? [];
  const shape = value.kind === 'constant' ? [...value.shape] : [1, ...value.shape];
  const rank = shape.length + axes.length;
  for (const axis of axes.map((one) => (one < 0 ? one + rank : one)).toSorted((a, b) => a - b)) {
    if (!(axis >= 0 && axis <= shape.length)) node.refuse(`axis ${axis}`, `axes below ${rank}`);
    shape.splice(axis, 0, 1);
  }
  if (value.kind === 'constant') return node.give(constant(shape, value.values));
  reshapedTo(node, value, shape);
};

const transpose: Operator = (node) => {
  const value = node.input(0);
  const rank = value.kind === 'constant' ? value.shape.length : value.shape.length + 1;
  const perm = node.ints('perm') ?? [...Array(rank).keys()].reverse();
  const isWhole = perm.length === rank && [...Array(rank).keys()].every((axis) => perm.includes(axis));
  if (!isWhole) node.refuse(`perm ${JSON.stringify(perm)}`, `each axis from 0 to ${rank - 1} once`);
  if (value.kind === 'constant') {
    const shape = perm.map((axis) => value.shape[axis]);
    const strides = value.shape.map((_, axis) => sizeOf({ shape: value.shape.slice(axis + 1) }));
    const values = new Float64Array(value.values.length);
    values.forEach((_, at) => {
      let [rest, from] = [at, 0];
      for (let axis = rank - 1; axis >= 0; axis--) {
        from += (rest % shape[axis]) * strides[perm[axis]];
        rest = Math.floor(rest / shape[axis]);
      }
      values[at] = value.values[from];
    });
    const { scales } = value;
    const turned = scales === undefined ? {} : { scales: { ...scales, axis: perm.indexOf(scales.axis) } };
    return node.give({ ...constant(shape, values), ...turned });
  }
  if (perm[0] !== 0) node.refuse(`perm ${JSON.stringify(perm)}`, 'the batch as the first axis');
  const axes = perm.slice(1).map((axis) => axis - 1);
  const shape = axes.map((axis) => value.shape[axis]);
  const places = axes.map((axis) => value.places[axis]);
  node.give({ ...value, shape, places }, { what: 'kept', into: 'the order of the axes' });
};

/** Axes of `stored` with numbers for some of ONNX's, `usual` for the others. */
const onStored = (value: Activation, numbers: readonly number[], usual: readonly number[]): number[] =>
  usual.map((one, place) => {
    const axis = value.places.indexOf(place);
    return axis < 0 ? one : numbers[axis];
  });

const pad: Operator = (node) => {
  const value = node.activation(0);
  const rank = value.shape.length;
  const pads = node.listOf(1, 'pads') ?? [];
  const mode = node.text('mode', 'constant');
  const filling = node.optionalConstant(2)?.values[0] ?? node.float('value', 0);
  if (mode !== 'constant' || filling !== 0) node.refuse(`mode ${mode} with ${filling}`, 'padding with 0');
  if (node.optional(3) !== undefined || pads.length !== 2 * rank + 2) {
    node.refuse(`${pads.length} pads`, `${2 * rank + 2}, two for each axis`);
  }
  const [before, after] = [pads.slice(1, rank + 1), pads.slice(rank + 2)];
  if ([pads[0], pads[rank + 1], ...before, ...after].some((one, at) => one < 0 || (at < 2 && one !== 0))) {
    node.refuse(`pads ${JSON.stringify(pads)}`, 'numbers of 0 or more, and 0 for the batch');
  }
  const zeros = value.stored.map(() => 0);
  const move: Move = {
    kind: 'pad',
    before: onStored(value, before, zeros),
    after: onStored(value, after, zeros),
  };
  const shape = value.shape.map((length, axis) => before[axis] + length + after[axis]);
  const stored = value.stored.map((length, place) => move.before[place] + length + move.after[place]);
  node.give(node.conversion.moved(value, move, { shape, stored, places: value.places }), {
    what: 'kept',
    into: 'a move',
  });
};

const slice: Operator = (node) => {
  const value = node.input(0);
  const starts = node.listOf(1, 'starts') ?? [];
  const ends = node.listOf(2, 'ends') ?? [];
  const full = value.kind === 'constant' ? value.shape : [1, ...value.shape];
  const axes = (node.listOf(3, 'axes') ?? starts.map((_, at) => at)).map((axis) =>
    axis < 0 ? axis + full.length : axis,
  );
  if (node.optionalConstant(4)?.values.some((step) => step !== 1)) node.refuse('steps', 'steps of 1');
  const begin = full.map(() => 0);
  const end = [...full];
  axes.forEach((axis, at) => {
    if (!(axis >= 0 && axis < full.length)) node.refuse(`axis ${axis}`, `axes below ${full.length}`);
    const within = (place: number) =>
      Math.min(Math.max(place < 0 ? place + full[axis] : place, 0), full[axis]);
    begin[axis] = within(starts[at]);
    end[axis] = within(ends[at]);
  });
  if (full.some((_, axis) => end[axis] <= begin[axis])) node.refuse('a slice', 'one with something in it');
  if (value.kind === 'constant') {
    if (full.length !== 1) node.refuse(`a constant of ${printShape(full)}`, 'a list');
    return node.give(constant([end[0] - begin[0]], value.values.subarray(begin[0], end[0])));
  }
  const [first, last] = [begin.slice(1), end.slice(1)];
  const move: Move = {
    kind: 'crop',
    begin: onStored(
      value,
      first,
      value.stored.map(() => 0),
    ),
    end: onStored(value, last, value.stored),
  };
  const shape = first.map((from, axis) => last[axis] - from);
  const stored = move.begin.map((from, place) => move.end[place] - from);
  node.give(node.conversion.moved(value, move, { shape, stored, places: value.places }), {
    what: 'kept',
    into: 'a move',
  });
};

const concat: Operator = (node) => {
  const inputs = node.inputs;
  const constants = inputs.filter((value) => value.kind === 'constant');
  if (constants.length === inputs.length && inputs.length > 0) {
    if (constants.some(({ shape }) => shape.length > 1)) node.refuse('constants of several axes', 'lists');
    const values = constants.flatMap((one) => Array.from(one.values));
    return node.give(constant([values.length], values));
  }
  const activations = inputs
    .filter((value) => value.kind === 'activation')
    .map((one) => node.conversion.channelsLast(one));
  if (activations.length !== inputs.length) node.refuse('a constant among its inputs', 'what layers give');
  const [first] = activations;
  if (activations.length === 1) return node.give(first, { what: 'dropped', into: 'it has one input' });
  const axis = axisOf(node, node.int('axis', 1), first.shape.length);
  const others = (one: Activation) => printShape(one.shape.map((length, at) => (at === axis ? 0 : length)));
  const other = activations.find((one) => others(one) !== others(first));
  if (other !== undefined) {
    node.refuse(
      `tensors of ${printShape(first.shape)} and ${printShape(other.shape)}`,
      `ones that differ along axis ${axis + 1} only`,
    );
  }
  const along = activations.reduce((sum, { shape }) => sum + shape[axis], 0);
  const shape = first.shape.map((length, at) => (at === axis ? along : length));
  const place = first.places[axis];
  const stored = first.stored.map((length, at) => (at === place ? along : length));
  node.layer({ kind: 'concat', axis: place }, activations, { shape, stored, places: first.places });
};

/** Nearest neighbours, a whole number of times larger. */
const resize: Operator = (node) => {
  const value = node.conversion.channelsLast(node.activation(0));
  const mode = node.text('mode', 'nearest');
  if (mode !== 'nearest') node.refuse(`mode ${mode}`, 'nearest');
  const rank = value.shape.length + 1;
  const at = node.operator === 'Upsample' || node.conversion.opset < 11 ? 1 : 2;
  const scales = node.optionalConstant(at)?.values ?? Float64Array.from(node.floats('scales') ?? []);
  const sizes = node.optionalConstant(3)?.values;
  const factors =
    scales.length > 0
      ? Array.from(scales)
      : Array.from(sizes ?? [], (size, axis) => size / [1, ...value.shape][axis]);
  const isWhole = factors.every(
    (factor, axis) => Number.isInteger(factor) && factor >= 1 && factor < 256 && (axis > 1 || factor === 1),
  );
  if (factors.length !== rank || rank < 3 || !isWhole) {
    node.refuse(`factors ${JSON.stringify(factors)}`, 'whole numbers for height and width, 1 for the others');
  }
  const [down, across] = rank === 3 ? [1, factors[2]] : [factors[2], factors[3]];
  const shape = value.shape.map((length, axis) => length * factors[axis + 1]);
  const stored = [value.stored[0] * down, value.stored[1] * across, value.stored[2]];
  node.layer({ kind: 'upsample', factors: [down, across] }, [value], { shape, stored, places: value.places });
};

export const MOVES: Readonly<Record<string, Operator>> = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Pad: pad,
  Slice: slice,
  Concat: concat,
  Resize: resize,
  Upsample: resize,
};
