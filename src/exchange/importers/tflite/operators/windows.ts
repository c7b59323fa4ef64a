import { type FloatWindow, windowOn } from '../../../../float/layers/parts.js';
import { type MapShape, printShape, sizeOf } from '../../../../network/tensor.js';
import { type Padding, positionsOf, tapsOf, type Window } from '../../../../network/window.js';
import {
  CONV_OPTIONS,
  DEPTHWISE_OPTIONS,
  PADDING,
  POOL_OPTIONS,
  REDUCER_OPTIONS,
} from '../../../tflite/schema.js';
import { type CodeReading, sums } from '../../integer/layers.js';
import { averaged, averagedEven, evenWeights } from '../../integer/pools.js';
import type { Activation, Node, Operator } from '../conversion.js';
import { meanScaling, weightScalings } from '../quantization.js';
import { biasesOf, nested, realOf, transposed, weightCodes } from '../weights.js';
import { fusedCodes, fusedFloat, requantized } from './sums.js';

/** Convolutions and pools. */

function mapRead(node: Node): Activation {
  const read = node.activation(0);
  if (read.shape.length === 3) return read;
  return node.refuse(`a tensor of ${printShape(read.shape)}`, 'height x width x channels');
}

interface WindowFields {
  readonly padding: number;
  readonly strideW: number;
  readonly strideH: number;
  readonly dilationW?: number;
  readonly dilationH?: number;
}

/** The window that the options state, its padding counted. */
function windowOf(
  node: Node,
  size: readonly [number, number],
  fields: WindowFields,
  { stored }: Activation,
): Window {
  const padding = node.int8(fields.padding);
  if (padding !== PADDING.same && padding !== PADDING.valid)
    node.refuse(`padding ${padding}`, 'SAME or VALID');
  const steps = (down: number | undefined, across: number | undefined) => {
    const pair = [down, across].map((field) => (field === undefined ? 1 : node.int32(field, 1)));
    if (pair.some((step) => !(step >= 1 && step < 2 ** 16)))
      node.refuse(`steps ${pair.join(' x ')}`, 'numbers of 1 or more');
    return [pair[0], pair[1]] as const;
  };
  if (size.some((taps) => !(taps >= 1 && taps < 2 ** 16)))
    node.refuse(`a window of ${size.join(' x ')}`, 'numbers of 1 or more');
  const wanted: FloatWindow = {
    size,
    strides: steps(fields.strideH, fields.strideW),
    dilation: steps(fields.dilationH, fields.dilationW),
    padding: padding === PADDING.same ? 'same' : 'valid',
  };
  return windowOn(wanted, stored);
}

/** A kernel in the order [row][column][channel of the group][channel given]. */
interface Kernel {
  readonly shape: readonly number[];
  readonly ordered: (values: Float64Array) => Float64Array;
  /** Of the file's axes that of the channels given. */
  readonly axis: number;
  readonly groups: number;
}

function convolution(
  node: Node,
  kernel: Kernel,
  fields: WindowFields & { readonly activation: number },
): void {
  const read = mapRead(node);
  const weights = node.constant(1);
  const { shape, ordered, groups } = kernel;
  const units = shape[3];
  const { size, ...window } = windowOf(node, [shape[0], shape[1]], fields, read);
  const bias = biasesOf(node, 2, units);
  if (!node.isInteger) {
    const stored = placed(node, { size, ...window }, read, units);
    const layer = {
      kind: 'conv2d',
      kernel: { shape, values: ordered(realOf(weights)) },
      bias,
      ...window,
      groups,
      activation: fusedFloat(node, fields.activation),
    };
    node.layer(layer, [read], { shape: stored, stored });
    return;
  }
  const { codes, scales } = weightCodes(node, weights, kernel.axis);
  const output = fusedCodes(node, fields.activation);
  const from = node.integers(read);
  placed(node, { size, ...window }, read, units);
  const given = sums(node.conversion, {
    name: node.label,
    read: from,
    weights: { kernel: nested(ordered(codes), shape), scales: [1], bias: Array.from(bias), window, groups },
    output,
    scalings: weightScalings(node.conversion.kernel, from.codes.scale, scales, output.scale, true),
  });
  node.giveReading(given);
}

/** The shape of what lies at a window's positions. */
function placed(node: Node, window: Window, { stored }: Activation, channels: number): number[] {
  const [rows, columns] = positionsOf(window, stored as unknown as MapShape);
  if (rows >= 1 && columns >= 1) return [rows, columns, channels];
  return node.refuse(`a window of ${window.size.join(' x ')} on ${printShape(stored)}`, 'a window that fits');
}

const conv: Operator = (node) => {
  const { shape } = node.constant(1);
  const channels = node.activation(0).shape.at(-1)!;
  const [units, rows, columns, depth] = shape;
  const groups = channels / depth;
  if (shape.length !== 4 || sizeOf({ shape }) === 0 || !Number.isInteger(groups) || units % groups !== 0)
    node.refuse(
      `a kernel of ${printShape(shape)} on ${channels} channels`,
      'one of units x rows x columns x channels',
    );
  const ordered = (values: Float64Array) => transposed(values, shape, [1, 2, 3, 0]);
  convolution(node, { shape: [rows, columns, depth, units], ordered, axis: 0, groups }, CONV_OPTIONS);
};

const depthwise: Operator = (node) => {
  const { shape } = node.constant(1);
  const channels = node.activation(0).shape.at(-1)!;
  const [one, rows, columns, units] = shape;
  if (shape.length !== 4 || one !== 1 || sizeOf({ shape }) === 0 || units % channels !== 0)
    node.refuse(
      `a kernel of ${printShape(shape)} on ${channels} channels`,
      'one of 1 x rows x columns x channels',
    );
  const kernel = {
    shape: [rows, columns, 1, units],
    ordered: (values: Float64Array) => values,
    axis: 3,
    groups: channels,
  };
  convolution(node, kernel, DEPTHWISE_OPTIONS);
};

const pool =
  (kind: 'max_pool' | 'average_pool'): Operator =>
  (node) => {
    const { read, around } = kind === 'max_pool' ? borderedRead(node) : { read: mapRead(node), around: NONE };
    const size = [node.int32(POOL_OPTIONS.filterH), node.int32(POOL_OPTIONS.filterW)] as const;
    const window = paddedWindow(node, size, read, around);
    const channels = read.shape[2];
    const shape = placed(node, window, read, channels);
    const { strides, padding } = window;
    if (!node.isInteger) {
      const layer = { kind, window: size, strides, padding, ...averaging(kind) };
      return pooled(node, layer, read, shape);
    }
    const from = node.integers(read);
    const output = fusedCodes(node, POOL_OPTIONS.activation);
    const { scale, zeroPoint } = from.codes;
    if (scale !== output.scale || zeroPoint !== output.zeroPoint)
      node.refuse('codes that mean another thing before the pool than behind it', 'one scale and zero point');
    if (kind === 'average_pool')
      return node.giveReading(averaged(node.conversion, node.label, from, window, output));
    const isClamped = output.low > from.codes.low || output.high < from.codes.high;
    const layer = node.conversion.add({ kind, window: size, strides, padding }, node.label, [read]);
    const given = { ...from, layer, stored: shape, shape };
    node.giveReading(isClamped ? requantized(node, given, output) : given);
  };

/** A map, and cells round it that are never the largest. */
function borderedRead(node: Node): { read: Activation; around: Padding } {
  const value = node.input(0);
  return value.kind === 'bordered'
    ? { read: value.of, around: value.padding }
    : { read: mapRead(node), around: NONE };
}

/** The window of a pool over a map with cells round it. */
function paddedWindow(
  node: Node,
  size: readonly [number, number],
  read: Activation,
  [top, bottom, left, right]: Padding,
): Window {
  const [rows, columns, channels] = read.stored;
  const stored = [top + rows + bottom, left + columns + right, channels];
  const window = windowOf(node, size, POOL_OPTIONS, { ...read, stored });
  const [above, below, before, behind] = window.padding;
  return { ...window, padding: [top + above, bottom + below, left + before, right + behind] };
}

/** A pool of values, what is fused into it behind it. */
function pooled(
  node: Node,
  layer: { readonly kind: string; readonly activation?: string },
  read: Activation,
  shape: number[],
): void {
  const fused = fusedFloat(node, POOL_OPTIONS.activation);
  if (fused === 'linear') {
    node.layer(layer, [read], { shape, stored: shape });
    return;
  }
  const name = node.conversion.add(layer, `${node.label}_pool`, [read]);
  const given: Activation = { kind: 'activation', layer: name, shape, stored: shape };
  node.layer({ kind: 'activation', activation: fused }, [given], given);
}

const averaging = (kind: string) =>
  kind === 'average_pool' ? { countPadding: false, activation: 'linear' } : {};

const NONE: Padding = [0, 0, 0, 0];

/** Of whole numbers. */
function meanOf(node: Node, window: Window): CodeReading {
  const { conversion, label: name, outputCodes: output } = node;
  const read = node.reading(0);
  const { scale, zeroPoint } = read.codes;
  const isAlike = scale === output.scale && zeroPoint === output.zeroPoint;
  if (isAlike && conversion.kernel === 'float') return averagedEven(conversion, name, read, window, output);
  const weights = evenWeights(read, window, 1);
  const scaling = meanScaling(conversion.kernel, scale, output.scale, tapsOf(window));
  return sums(conversion, { name, read, weights, output, scalings: [scaling] });
}

/** The mean over height and width, as exporters write a global pool. */
const mean: Operator = (node) => {
  const read = mapRead(node);
  const rank = read.shape.length + 1;
  const axes = node.numbers(1).map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes.toSorted().join() !== '1,2')
    node.refuse(`the mean over axes ${axes.join(', ')}`, 'the mean of a whole map');
  const channels = read.shape[2];
  const size = [read.shape[0], read.shape[1]] as const;
  const shape = node.option((options) => options.bool(REDUCER_OPTIONS.keepDims), false)
    ? [1, 1, channels]
    : [channels];
  const window: Window = { size, strides: [1, 1], dilation: [1, 1], padding: NONE };
  if (node.isInteger) {
    const given = meanOf(node, window);
    const map: Activation = { kind: 'activation', shape: given.stored, ...given };
    const value = node.conversion.reshaped(map, shape, node.where);
    return node.give(value, { what: 'kept', into: given.layer });
  }
  const layer = {
    kind: 'average_pool',
    window: size,
    strides: [1, 1],
    padding: NONE,
    ...averaging('average_pool'),
  };
  const name = node.conversion.add(layer, node.label, [read]);
  const map: Activation = {
    kind: 'activation',
    layer: name,
    shape: [1, 1, channels],
    stored: [1, 1, channels],
  };
  node.give(node.conversion.reshaped(map, shape, node.where), { what: 'kept', into: name });
};

export const WINDOWS: Readonly<Record<string, Operator>> = {
  CONV_2D: conv,
  DEPTHWISE_CONV_2D: depthwise,
  MAX_POOL_2D: pool('max_pool'),
  AVERAGE_POOL_2D: pool('average_pool'),
  MEAN: mean,
};
