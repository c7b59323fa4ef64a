import { z } from 'zod';
import { type Extent, OUTSIDE, placesAlong } from '../../network/window.js';
import { activateAll, type FloatActivation } from '../activation.js';
import { problems } from '../problems.js';
import { type FloatTensor, mapped, TENSOR, VALUES } from '../tensor.js';
import { activatedBounds, weighted } from './bounds.js';
import type { FloatKind, Forward, Shape } from './kind.js';
import {
  ACTIVATION,
  checkActivation,
  checkTensor,
  FLOAT_PADDING,
  type FloatPadding,
  mapRead,
  PAIR_SHAPE,
  placedWindow,
  windowOn,
} from './parts.js';

/**
 * At every position of a window, for every channel given: sum = bias + Σ kernel × value under the window, what lies in
 * the padding being 0. Channels are in `groups` of equal size, and a channel given reads its own group only.
 */
export interface FloatConv2d {
  readonly kind: 'conv2d';
  readonly name: string;
  readonly from?: readonly string[];
  /** [row][column][channel of the group][channel given], as Keras lays a kernel out. */
  readonly kernel: FloatTensor;
  /** [channel given] */
  readonly bias: Float64Array;
  readonly strides: Extent;
  readonly padding: FloatPadding;
  readonly dilation: Extent;
  /** As many as there are channels where each has a kernel of its own (depthwise). */
  readonly groups: number;
  readonly activation: FloatActivation;
}

/** The window that the layer moves. */
export const convWindow = ({ kernel, strides, padding, dilation }: FloatConv2d) => ({
  size: [kernel.shape[0], kernel.shape[1]] as Extent,
  strides,
  padding,
  dilation,
});

function shape(layer: FloatConv2d, inputs: readonly Shape[], where: string): Shape {
  const { kernel, bias, groups, activation } = layer;
  const read = mapRead(inputs, where);
  const channels = bias.length;
  if (channels === 0 || read[2] % groups > 0 || channels % groups > 0) {
    const got = `${groups} groups of ${read[2]} channels read and ${channels} given`;
    throw problems.shape(`${where}.groups`, got, 'groups of equal size');
  }
  const wanted = [kernel.shape[0], kernel.shape[1], read[2] / groups, channels];
  checkTensor(kernel, wanted, 'rows x columns x channels of a group x channels given', `${where}.kernel`);
  checkActivation(activation, channels, `${where}.activation`);
  return [...placedWindow(convWindow(layer), read, where), channels];
}

/** Where the sums are taken: for every position along an axis, for every tap, the row or column read. */
function sums(layer: FloatConv2d, [read]: readonly Shape[]): Forward {
  const map = read as readonly [number, number, number];
  const [height, width, depth] = map;
  const window = windowOn(convWindow(layer), map);
  const [down, across] = [placesAlong(window, map, 0), placesAlong(window, map, 1)];
  const channels = layer.bias.length;
  const weigh = weigher(layer, depth);
  return ([values], samples) => {
    const given = new Float64Array(samples * down.length * across.length * channels);
    // By group, what lies under the window, as the weights lie.
    const under = new Float64Array(layer.kernel.shape[0] * layer.kernel.shape[1] * depth);
    let at = 0;
    for (let sample = 0; sample < samples; sample++) {
      for (const rows of down) {
        for (const columns of across) {
          lookUnder(values, sample * height * width, width, rows, columns, under, layer.groups);
          weigh(under, given, at);
          at += channels;
        }
      }
    }
    return given;
  };
}

/** @param first cell of the sample's map @param under [group][tap][channel of the group] */
function lookUnder(
  values: Float64Array,
  first: number,
  width: number,
  rows: readonly number[],
  columns: readonly number[],
  under: Float64Array,
  groups: number,
): void {
  const taps = rows.length * columns.length;
  const depth = under.length / taps / groups;
  let tap = 0;
  for (const row of rows) {
    for (const column of columns) {
      const isOutside = row === OUTSIDE || column === OUTSIDE;
      const cell = (first + row * width + column) * depth * groups;
      for (let group = 0; group < groups; group++) {
        const to = (group * taps + tap) * depth;
        for (let one = 0; one < depth; one++) {
          under[to + one] = isOutside ? 0 : values[cell + group * depth + one];
        }
      }
      tap += 1;
    }
  }
}

/** Sums of what lies under the window, for every channel given: each takes its products tap by tap. */
function weigher({ kernel, bias, groups }: FloatConv2d, channels: number) {
  const taps = (kernel.shape[0] * kernel.shape[1] * channels) / groups;
  const units = bias.length;
  const weights = new Float64Array(units * taps);
  for (let unit = 0; unit < units; unit++) {
    for (let tap = 0; tap < taps; tap++) weights[unit * taps + tap] = kernel.values[tap * units + unit];
  }
  const perGroup = units / groups;
  return (under: Float64Array, sums: Float64Array, at: number) => {
    sums.set(bias, at);
    for (let first = 0; first < units; first += perGroup) {
      const from = (first / perGroup) * taps;
      let unit = first;
      for (; unit + 4 <= first + perGroup; unit += 4) addFour(weights, unit, taps, under, from, sums, at);
      for (; unit < first + perGroup; unit++) addOne(weights, unit, taps, under, from, sums, at);
    }
  };
}

function addOne(
  weights: Float64Array,
  unit: number,
  taps: number,
  under: Float64Array,
  from: number,
  sums: Float64Array,
  at: number,
): void {
  let sum = sums[at + unit];
  for (let tap = 0; tap < taps; tap++) sum += weights[unit * taps + tap] * under[from + tap];
  sums[at + unit] = sum;
}

/** Four sums at a time, as none can be faster than its additions one after the other. */
function addFour(
  weights: Float64Array,
  unit: number,
  taps: number,
  under: Float64Array,
  from: number,
  sums: Float64Array,
  at: number,
): void {
  const [first, second, third, fourth] = [
    unit * taps,
    (unit + 1) * taps,
    (unit + 2) * taps,
    (unit + 3) * taps,
  ];
  let [a, b, c, d] = [sums[at + unit], sums[at + unit + 1], sums[at + unit + 2], sums[at + unit + 3]];
  for (let tap = 0; tap < taps; tap++) {
    const value = under[from + tap];
    a += weights[first + tap] * value;
    b += weights[second + tap] * value;
    c += weights[third + tap] * value;
    d += weights[fourth + tap] * value;
  }
  sums[at + unit] = a;
  sums[at + unit + 1] = b;
  sums[at + unit + 2] = c;
  sums[at + unit + 3] = d;
}

export const conv2d: FloatKind<FloatConv2d> = {
  kind: 'conv2d',
  shape,
  forward: (layer, inputs) => {
    const weigh = sums(layer, inputs);
    return (given, samples) => activateAll(layer.activation, weigh(given, samples), layer.bias.length);
  },
  bounds: (layer, inputs, [given]) => {
    const part = (kernel: FloatTensor, bias: Float64Array) => sums({ ...layer, kernel, bias }, inputs);
    const positive = mapped(layer.kernel, (weight) => Math.max(weight, 0));
    const negative = mapped(layer.kernel, (weight) => Math.min(weight, 0));
    const channels = layer.bias.length;
    const all = weighted(part(positive, layer.bias), part(negative, new Float64Array(channels)), given);
    return activatedBounds(layer.activation, all, channels);
  },
  parameters: ({ kernel, bias }) => [
    { role: 'weights', member: 'kernel', values: kernel.values },
    { role: 'bias', member: 'bias', values: bias },
  ],
  macs: (layer, [read]) => {
    const [rows, columns] = placedWindow(convWindow(layer), read as [number, number, number], layer.name);
    return rows * columns * layer.kernel.values.length;
  },
  json: z.strictObject({
    kind: z.literal('conv2d'),
    name: z.string(),
    kernel: TENSOR,
    bias: VALUES,
    strides: PAIR_SHAPE,
    padding: FLOAT_PADDING,
    dilation: PAIR_SHAPE,
    groups: z.int().min(1),
    activation: ACTIVATION,
  }),
};
