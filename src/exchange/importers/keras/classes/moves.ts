import { z } from 'zod';
import { printShape, sizeOf } from '../../../../network/tensor.js';
import { type Call, type LayerClass, members } from '../call.js';
import { type KerasValue, storedShape } from '../value.js';
import { checkFormat, DATA_FORMAT, pairOf, SIZES } from './windows.js';

/** Layers that only move values. */

const flatten: LayerClass = (call) => {
  checkFormat(call, call.config(members({ data_format: DATA_FORMAT })).data_format);
  return reshapedTo(call, [sizeOf(call.input)]);
};

function reshapedTo(call: Call, shape: readonly number[]): KerasValue {
  if (shape.length === 0 || shape.length > 3) {
    call.refuse(`the shape ${printShape(shape)}`, 'one to three axes beside the batch');
  }
  const value = call.conversion.reshaped(call.input, shape, call.layer.name);
  call.note('kept', value.layer === call.input.layer ? 'the same values in the same order' : value.layer);
  return value;
}

const RESHAPE = members({ target_shape: z.array(z.int()) });

const reshape: LayerClass = (call) => {
  const { target_shape: wanted } = call.config(RESHAPE);
  const size = sizeOf(call.input);
  const rest = wanted.reduce((product, length) => (length === -1 ? product : product * length), 1);
  const shape = wanted.map((length) => (length === -1 ? size / rest : length));
  const fits = shape.every((length) => Number.isInteger(length) && length >= 1);
  if (!fits || sizeOf({ shape }) !== size) {
    call.refuse(`the shape ${JSON.stringify(wanted)} for ${size} values`, 'a shape of as many');
  }
  return reshapedTo(call, shape);
};

const PERMUTE = members({ dims: z.array(z.int()) });

const permute: LayerClass = (call) => {
  const { dims } = call.config(PERMUTE);
  const { shape } = call.input;
  const isWhole = dims.length === shape.length && shape.every((_, axis) => dims.includes(axis + 1));
  if (!isWhole) call.refuse(`dims ${JSON.stringify(dims)}`, `each axis from 1 to ${shape.length} once`);
  const axes = dims.map((dim) => dim - 1);
  const given = axes.map((axis) => shape[axis]);
  if (shape.length === 1) return call.passed('it permutes one axis');
  const stored = shape.length === 2 ? [0, ...axes.map((axis) => axis + 1)] : axes;
  return call.add({ kind: 'move', move: { kind: 'permute', axes: stored } }, given);
};

const CELLS = z
  .int()
  .min(0)
  .max(2 ** 16);
/** 1, or [1, 2], or [[1, 2], [3, 4]]. */
const AROUND = z.union([CELLS, z.array(z.union([CELLS, z.array(CELLS).length(2)])).length(2)]);

/** Cells before and after, down and across. */
function aroundOf(given: z.infer<typeof AROUND>, axes: 1 | 2): readonly (readonly [number, number])[] {
  const list = typeof given === 'number' ? [given, given] : given;
  if (axes === 1)
    return [
      [0, 0],
      [list[0] as number, list[1] as number],
    ];
  const both = (one: number | readonly number[]): readonly [number, number] =>
    typeof one === 'number' ? [one, one] : [one[0], one[1]];
  return list.map(both);
}

function around(call: Call, axes: 1 | 2, member: 'padding' | 'cropping') {
  const config = call.config(members({ [member]: AROUND.default(1), data_format: DATA_FORMAT }));
  checkFormat(call, config.data_format as z.infer<typeof DATA_FORMAT>);
  const read = call.inputOf(axes + 1);
  const [down, across] = aroundOf(config[member] as z.infer<typeof AROUND>, axes);
  return { stored: storedShape(read.shape), before: [down[0], across[0], 0], after: [down[1], across[1], 0] };
}

/** Of what the float network gives the axes that Keras has. */
const shownShape = (stored: readonly number[], axes: 1 | 2): readonly number[] => stored.slice(2 - axes);

const zeroPadding =
  (axes: 1 | 2): LayerClass =>
  (call) => {
    const { stored, before, after } = around(call, axes, 'padding');
    const given = stored.map((length, axis) => before[axis] + length + after[axis]);
    return call.add({ kind: 'move', move: { kind: 'pad', before, after } }, shownShape(given, axes));
  };

const cropping =
  (axes: 1 | 2): LayerClass =>
  (call) => {
    const { stored, before, after } = around(call, axes, 'cropping');
    const end = stored.map((length, axis) => length - after[axis]);
    const given = end.map((last, axis) => last - before[axis]);
    if (given.some((length) => length < 1)) call.refuse('a cropping that leaves nothing', 'a smaller one');
    return call.add({ kind: 'move', move: { kind: 'crop', begin: before, end } }, shownShape(given, axes));
  };

const UPSAMPLING = members({
  size: SIZES.default(2),
  data_format: DATA_FORMAT,
  interpolation: z.string().default('nearest'),
});

const upsampling =
  (axes: 1 | 2): LayerClass =>
  (call) => {
    const { size, data_format: format, interpolation } = call.config(UPSAMPLING);
    checkFormat(call, format);
    if (interpolation !== 'nearest') call.refuse(`interpolation ${interpolation}`, 'nearest');
    const { shape } = call.inputOf(axes + 1);
    const factors = pairOf(size, axes);
    const [rows, columns, channels] = storedShape(shape);
    const given = [rows * factors[0], columns * factors[1], channels];
    return call.add({ kind: 'upsample', factors }, shownShape(given, axes));
  };

const repeatVector: LayerClass = (call) => {
  const { n } = call.config(
    members({
      n: z
        .int()
        .min(1)
        .max(2 ** 16),
    }),
  );
  const { shape } = call.inputOf(1);
  const cell = call.conversion.reshaped(call.input, [1, 1, ...shape], `${call.layer.name}_cell`);
  return call.add({ kind: 'upsample', factors: [1, n] }, [n, ...shape], [cell]);
};

export const MOVES: Readonly<Record<string, LayerClass>> = {
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
  ZeroPadding1D: zeroPadding(1),
  ZeroPadding2D: zeroPadding(2),
  Cropping1D: cropping(1),
  Cropping2D: cropping(2),
  UpSampling1D: upsampling(1),
  UpSampling2D: upsampling(2),
  RepeatVector: repeatVector,
};
