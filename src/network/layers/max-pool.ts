import { z } from 'zod';
import type { Random } from '../../core/random.js';
import { readJson } from '../json-parts.js';
import { problems } from '../problems.js';
import { isMap, type MapShape, type Tensor } from '../tensor.js';
import {
  cellsUnder,
  checkWindow,
  type Extent,
  OUTSIDE,
  type Padding,
  placesAlong,
  positionsOf,
  tapsOf,
  type Window,
} from '../window.js';
import type { LayerKind, MaxRow, NamedTensor } from './kind.js';
import { mapRead, PADDING_SHAPE, PAIR_SHAPE, randomWindow } from './window-json.js';

/** At every position of a window, channel by channel, the largest code under the window. Padding never wins. */
export interface MaxPoolLayer {
  readonly kind: 'max_pool';
  readonly name: string;
  readonly from?: readonly string[];
  readonly window: Extent;
  readonly strides: Extent;
  readonly padding: Padding;
}

const windowOf = ({ window, strides, padding }: MaxPoolLayer): Window => ({
  size: window,
  strides,
  padding,
  dilation: [1, 1],
});

/** The codes under the window that lie inside the map, for every position. */
function insideCells(layer: MaxPoolLayer, shape: MapShape): Int32Array[] {
  const cells = cellsUnder(windowOf(layer), shape);
  const taps = tapsOf(windowOf(layer));
  return Array.from({ length: cells.length / taps }, (_, position) =>
    cells.subarray(position * taps, (position + 1) * taps).filter((cell) => cell !== OUTSIDE),
  );
}

function evaluator(layer: MaxPoolLayer, { shape, formats }: Tensor) {
  const positions = insideCells(layer, shape as MapShape);
  const channels = formats.length;
  return ([codes]: readonly (readonly number[])[]) => {
    const given: number[] = [];
    for (const under of positions) {
      for (let channel = 0; channel < channels; channel++) {
        let largest = Number.NEGATIVE_INFINITY;
        for (const cell of under) largest = Math.max(largest, codes[cell * channels + channel]);
        given.push(largest);
      }
    }
    return given;
  };
}

function rows(layer: MaxPoolLayer, { shape, formats }: Tensor): MaxRow[] {
  const channels = formats.length;
  return insideCells(layer, shape as MapShape).flatMap((under) =>
    formats.map((_, channel) => ({ inputs: Array.from(under, (cell) => cell * channels + channel) })),
  );
}

function check(layer: MaxPoolLayer, inputs: readonly Tensor[], path: string): void {
  const where = `${path} (${layer.name})`;
  const shape = mapRead(inputs, where);
  checkWindow(windowOf(layer), shape, where);
  for (const axis of [0, 1] as const) {
    const places = placesAlong(windowOf(layer), shape, axis);
    if (places.some((taps) => taps.every((place) => place === OUTSIDE))) {
      throw problems.networkShape(
        `${where}.padding`,
        `${JSON.stringify(layer.padding)}, a position of the window lying in it altogether`,
        'less padding than the window has taps',
      );
    }
  }
}

const SHAPE = z.strictObject({
  kind: z.literal('max_pool'),
  name: z.string(),
  window: PAIR_SHAPE,
  strides: PAIR_SHAPE,
  padding: PADDING_SHAPE.default([0, 0, 0, 0]),
});

function sample(random: Random, name: string, given: readonly NamedTensor[]): MaxPoolLayer | undefined {
  const maps = given.filter(({ tensor }) => isMap(tensor.shape));
  if (maps.length === 0) return undefined;
  const read = random.pick(maps);
  const { size, strides, padding } = randomWindow(random, read.tensor.shape as MapShape, 'pool');
  return { kind: 'max_pool', name, from: [read.name], window: size, strides, padding };
}

export const maxPool: LayerKind<MaxPoolLayer> = {
  kind: 'max_pool',
  gives: 'max',
  check,
  type: (layer, [{ shape, formats }]) => ({
    shape: [...positionsOf(windowOf(layer), shape as MapShape), formats.length],
    formats,
  }),
  evaluator: (layer, [input]) => evaluator(layer, input),
  lower: (layer, [input]) => ({ kind: 'max', rows: rows(layer, input) }),
  window: (layer, [{ formats }]) => {
    const window = windowOf(layer);
    const rows = formats.map((_, channel) => ({
      inputs: Array.from({ length: tapsOf(window) }, (__, tap) => tap * formats.length + channel),
    }));
    return { kind: 'max', window, rows };
  },
  weights: () => [],
  toJson: ({ kind, name, window, strides, padding }) => ({ kind, name, window, strides, padding }),
  fromJson: (json, path) => readJson(SHAPE, json, path),
  version: () => 2,
  describe: ({ window, strides, padding }) =>
    `max_pool ${window.join('x')}, strides ${strides.join('x')}, padding ${padding.join(' ')}`,
  sample,
};
