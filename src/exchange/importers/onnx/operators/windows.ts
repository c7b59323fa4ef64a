import type { FloatPadding, FloatWindow } from '../../../../float/layers/parts.js';
import { windowOn } from '../../../../float/layers/parts.js';
import { type MapShape, printShape } from '../../../../network/tensor.js';
import { type Extent, positionsOf } from '../../../../network/window.js';
import type { Node, Operator } from '../conversion.js';
import { type Activation, CHANNELS_FIRST, unitScales } from '../value.js';

/** Convolutions and pools: over a map, or over a signal, which is a map of height 1. */

const pairOf = (list: readonly number[], usual: number): Extent =>
  list.length === 1 ? [1, list[0]] : [list[0] ?? usual, list[1] ?? usual];

/** What lies under the window, its channels last. */
function mapRead(node: Node): Activation {
  const read = node.activation(0);
  const rank = read.shape.length;
  if (rank === 3 || rank === 2) return node.conversion.channelsLast(read);
  return node.refuse(
    `a tensor of ${printShape(read.shape)}`,
    'channels x height x width, or channels x time',
  );
}

/** The window that the attributes state. */
function windowOf(
  node: Node,
  kernel: readonly number[],
  stored: readonly number[],
): FloatWindow & { dilation: Extent } {
  const spatial = kernel.length;
  const list = (name: string, usual: number) => {
    const given = node.ints(name) ?? [];
    const values = given.length === 0 ? Array<number>(spatial).fill(usual) : given;
    if (values.length === spatial && values.every((one) => one >= 1 && one < 2 ** 16))
      return pairOf(values, usual);
    return node.refuse(`${name} ${JSON.stringify(values)}`, `${spatial} numbers of 1 or more`);
  };
  const size = pairOf(kernel, 1);
  const strides = list('strides', 1);
  const dilation = list('dilations', 1);
  const padding = paddingOf(node, spatial);
  if (padding !== 'lower') return { size, strides, dilation, padding };
  const [top, bottom, left, right] = windowOn({ size, strides, dilation, padding: 'same' }, stored).padding;
  return { size, strides, dilation, padding: [bottom, top, right, left] };
}

function paddingOf(node: Node, spatial: number): FloatPadding | 'lower' {
  const auto = node.text('auto_pad', 'NOTSET');
  const named = { VALID: 'valid', SAME_UPPER: 'same', SAME_LOWER: 'lower' } as const;
  if (auto !== 'NOTSET') {
    return Object.hasOwn(named, auto)
      ? named[auto as keyof typeof named]
      : node.refuse(`auto_pad ${auto}`, 'NOTSET, VALID, SAME_UPPER or SAME_LOWER');
  }
  const pads = node.ints('pads') ?? [];
  if (pads.length === 0) return 'valid';
  if (pads.length !== 2 * spatial || pads.some((one) => one < 0 || one >= 2 ** 16)) {
    return node.refuse(`pads ${JSON.stringify(pads)}`, `${2 * spatial} numbers of 0 or more`);
  }
  return spatial === 1 ? [0, 0, pads[0], pads[1]] : [pads[0], pads[2], pads[1], pads[3]];
}

/** What lies at the window's positions. */
function givenBy(window: FloatWindow, read: Activation, channels: number) {
  const [rows, columns] = positionsOf(windowOn(window, read.stored), read.stored as unknown as MapShape);
  const shape = read.shape.length === 2 ? [channels, columns] : [channels, rows, columns];
  return { shape, stored: [rows, columns, channels], places: CHANNELS_FIRST[shape.length] };
}

const conv: Operator = (node) => {
  const read = mapRead(node);
  const weights = node.constant(1);
  const [channels, depth, ...kernel] = weights.shape;
  if (kernel.length !== read.shape.length - 1) {
    node.refuse(`a kernel of ${printShape(weights.shape)}`, `one for ${read.shape.length - 1} axes`);
  }
  const groups = node.int('group', 1);
  if (!(groups >= 1) || read.shape[0] !== depth * groups || channels % groups > 0 || channels < 1) {
    node.refuse(
      `${groups} groups, a kernel of ${printShape(weights.shape)}`,
      `one that fits ${read.shape[0]} channels`,
    );
  }
  const bias = node.optionalConstant(2);
  if (bias !== undefined && bias.values.length !== channels) {
    node.refuse(`${bias.values.length} biases`, `${channels}, one per channel`);
  }
  const window = windowOf(node, kernel, read.stored);
  const [rows, columns] = window.size;
  const values = new Float64Array(weights.values.length);
  for (let at = 0; at < values.length; at++) {
    const channel = at % channels;
    const inner = Math.floor(at / channels) % depth;
    const tap = Math.floor(at / channels / depth);
    values[at] = weights.values[(channel * depth + inner) * rows * columns + tap];
  }
  const layer = {
    kind: 'conv2d',
    kernel: { shape: [rows, columns, depth, channels], values },
    bias: bias?.values ?? new Float64Array(channels),
    strides: window.strides,
    padding: window.padding,
    dilation: window.dilation,
    groups,
    activation: 'linear',
    ...unitScales(weights, 0),
  };
  node.layer(layer, [read], givenBy(window, read, channels));
};

/** The window of a pool: with `ceil_mode` it may reach past the padding. */
function pooled(node: Node, read: Activation): FloatWindow {
  const kernel = node.ints('kernel_shape') ?? [];
  if (kernel.length !== read.shape.length - 1 || kernel.some((one) => one < 1 || one >= 2 ** 16)) {
    node.refuse(`kernel_shape ${JSON.stringify(kernel)}`, `${read.shape.length - 1} numbers of 1 or more`);
  }
  const window = windowOf(node, kernel, read.stored);
  if (window.dilation.some((step) => step !== 1)) node.refuse('dilations', 'a pool without them');
  if (node.int('ceil_mode', 0) === 0) return window;
  const placed = windowOn(window, read.stored);
  const more = ([0, 1] as const).map((axis) => {
    const [before, after] = [placed.padding[2 * axis], placed.padding[2 * axis + 1]];
    const room = read.stored[axis] + before + after - placed.size[axis];
    let positions = Math.ceil(room / placed.strides[axis]) + 1;
    if ((positions - 1) * placed.strides[axis] >= read.stored[axis] + before) positions -= 1;
    return Math.max((positions - 1) * placed.strides[axis] - room, 0);
  });
  const isCounted = node.int('count_include_pad', 0) !== 0;
  if (isCounted && more.some((cells) => cells > 0))
    node.refuse('ceil_mode with count_include_pad', 'one of the two');
  const [top, bottom, left, right] = placed.padding;
  return { ...window, padding: [top, bottom + more[0], left, right + more[1]] };
}

const pool =
  (kind: 'max_pool' | 'average_pool'): Operator =>
  (node) => {
    const read = mapRead(node);
    const { size, strides, padding } = pooled(node, read);
    const layer = {
      kind,
      window: size,
      strides,
      padding,
      ...averaging(kind, node.int('count_include_pad', 0) !== 0),
    };
    node.layer(layer, [read], givenBy({ size, strides, padding }, read, read.shape[0]));
  };

const averaging = (kind: string, countPadding: boolean) =>
  kind === 'average_pool' ? { countPadding, activation: 'linear' } : {};

const globalPool =
  (kind: 'max_pool' | 'average_pool'): Operator =>
  (node) => {
    const read = mapRead(node);
    const size: Extent = [read.stored[0], read.stored[1]];
    const window = { size, strides: [1, 1] as Extent, padding: 'valid' as const };
    const layer = { kind, window: size, strides: [1, 1], padding: 'valid', ...averaging(kind, false) };
    node.layer(layer, [read], givenBy(window, read, read.shape[0]));
  };

/** The mean over height and width, as some exporters write a global pool. */
const reduceMean: Operator = (node) => {
  const read = mapRead(node);
  const axes = (node.listOf(1, 'axes') ?? []).map((axis) => (axis < 0 ? axis + read.shape.length + 1 : axis));
  const all = [...Array(read.shape.length - 1).keys()].map((axis) => axis + 2);
  if (axes.toSorted().join() !== all.join())
    node.refuse(`axes ${JSON.stringify(axes)}`, 'the mean of a whole map');
  const size: Extent = [read.stored[0], read.stored[1]];
  const window = {
    kind: 'average_pool',
    window: size,
    strides: [1, 1],
    padding: 'valid',
    ...averaging('average_pool', false),
  };
  const given = givenBy({ size, strides: [1, 1], padding: 'valid' }, read, read.shape[0]);
  if (node.int('keepdims', 1) !== 0) return node.layer(window, [read], given);
  const name = node.conversion.add(window, node.label, [read]);
  const channels = read.shape[0];
  const map = { kind: 'activation' as const, layer: name, ...given };
  node.give(node.conversion.reshaped(map, [channels], node.where), { what: 'kept', into: name });
};

export const WINDOWS: Readonly<Record<string, Operator>> = {
  Conv: conv,
  MaxPool: pool('max_pool'),
  AveragePool: pool('average_pool'),
  GlobalMaxPool: globalPool('max_pool'),
  GlobalAveragePool: globalPool('average_pool'),
  ReduceMean: reduceMean,
};
