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
  const window = windowOn(convWindow(layer), map);
  const [down, across] = [placesAlong(window, map, 0), placesAlong(window, map, 1)];
  const [, width, depth] = map;
  const { kernel, bias, groups } = layer;
  const channels = bias.length;
  const grouped = { depth: depth / groups, channels: channels / groups };
  const taps = kernel.shape[1];
  return ([values], samples) => {
    const given = new Float64Array(samples * down.length * across.length * channels);
    let at = 0;
    for (let sample = 0; sample < samples; sample++) {
      const first = sample * map[0] * width * depth;
      for (const rows of down) {
        for (const columns of across) {
          given.set(bias, at);
          rows.forEach((row, y) => {
            if (row === OUTSIDE) return;
            columns.forEach((column, x) => {
              if (column === OUTSIDE) return;
              const cell = first + (row * width + column) * depth;
              addTap(given, at, values, cell, kernel.values, (y * taps + x) * grouped.depth, grouped, groups);
            });
          });
          at += channels;
        }
      }
    }
    return given;
  };
}

/** What a tap adds to the sums of a position. @param tap the first of the tap's rows in the kernel */
function addTap(
  sums: Float64Array,
  at: number,
  values: Float64Array,
  cell: number,
  kernel: Float64Array,
  tap: number,
  grouped: { readonly depth: number; readonly channels: number },
  groups: number,
): void {
  const channels = grouped.channels * groups;
  for (let group = 0; group < groups; group++) {
    const begin = group * grouped.channels;
    for (let channel = 0; channel < grouped.depth; channel++) {
      const value = values[cell + group * grouped.depth + channel];
      if (value === 0) continue;
      const row = (tap + channel) * channels + begin;
      for (let one = 0; one < grouped.channels; one++) sums[at + begin + one] += kernel[row + one] * value;
    }
  }
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
