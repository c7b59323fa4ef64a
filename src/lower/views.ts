import { present } from '../core/objects.js';
import type { PlacedLayer } from '../network/graph.js';
import { ZERO } from '../network/layers/wires.js';
import { isMap } from '../network/tensor.js';
import type { Extent, Padding } from '../network/window.js';
import type { ChannelPlace } from './types.js';

/** A code that no node gives: the 0 of padding. */
export const NOWHERE = -2;

/** Which code of which node each code of a layer's tensor is, seen through layers that only move codes. */
export interface View {
  /** Numbers of nodes, {@link NOWHERE} for a 0. */
  readonly nodes: Int32Array;
  readonly codes: Int32Array;
  /**
   * Channel by channel, where a tensor is a map and each of its channels is one of a node's, each place of it once or, down
   * and across, so many times; or 0 (undefined).
   */
  readonly channels?: readonly (ChannelPlace | undefined)[];
  /** The same where zeros stand round the maps of nodes, or rows and columns of these are left out. */
  readonly framed?: FramedMap;
}

export interface FramedMap {
  readonly channels: readonly (ChannelPlace | undefined)[];
  /** Rows and columns of the nodes' maps, as often as they are repeated. */
  readonly shape: Extent;
  /** Zeros above, below, on the left and on the right; negative: cells that are left out. */
  readonly around: Padding;
}

/** What a node's codes are arranged in. */
export interface NodeGeometry {
  readonly positions: Extent;
  readonly channels: number;
}

/** Rows and columns of a map; a list of units is one position. */
export const positionsIn = (shape: readonly number[]): Extent =>
  isMap(shape) ? [shape[0], shape[1]] : [1, 1];

/** The view without its channels where they are those of maps that are repeated. */
export function withoutRepeats(
  { nodes, codes, channels, framed }: View,
  shape: readonly number[],
  geometry: (node: number) => NodeGeometry,
): View {
  const isWhole = (places: readonly (ChannelPlace | undefined)[], [rows, columns]: readonly number[]) =>
    places.every((place) => {
      const map = place === undefined ? undefined : geometry(place.node).positions;
      return map === undefined || (map[0] === rows && map[1] === columns);
    });
  if (channels !== undefined && isWhole(channels, shape)) return { nodes, codes, channels };
  if (framed !== undefined && isWhole(framed.channels, framed.shape)) return { nodes, codes, framed };
  return { nodes, codes };
}

/** A node's own codes. */
export function ownView(node: number, { positions: [rows, columns], channels }: NodeGeometry): View {
  const size = rows * columns * channels;
  return {
    nodes: new Int32Array(size).fill(node),
    codes: Int32Array.from({ length: size }, (_, code) => code),
    channels: Array.from({ length: channels }, (_, channel) => ({ node, channel })),
  };
}

/** One tensor after the other. */
export function joined(views: readonly View[]): View {
  if (views.length === 1) return views[0];
  const size = views.reduce((sum, { nodes }) => sum + nodes.length, 0);
  const nodes = new Int32Array(size);
  const codes = new Int32Array(size);
  let at = 0;
  for (const view of views) {
    nodes.set(view.nodes, at);
    codes.set(view.codes, at);
    at += view.nodes.length;
  }
  return { nodes, codes };
}

/**
 * The view of a layer that only moves codes.
 *
 * @param from for each code given the number of the code read, or `ZERO`
 * @param geometry of a node
 */
export function movedView(
  from: readonly number[],
  read: View,
  { output: { shape } }: PlacedLayer,
  geometry: (node: number) => NodeGeometry,
): View {
  const nodes = Int32Array.from(from, (at) => (at === ZERO ? NOWHERE : read.nodes[at]));
  const codes = Int32Array.from(from, (at) => (at === ZERO ? 0 : read.codes[at]));
  if (!isMap(shape)) return { nodes, codes };
  const positions: Extent = [shape[0], shape[1]];
  const channels = channelsOf(nodes, codes, positions, shape[2], geometry);
  if (channels !== undefined) return { nodes, codes, channels };
  return { nodes, codes, ...present({ framed: framedMap(nodes, codes, positions, shape[2], geometry) }) };
}

function framedMap(
  nodes: Int32Array,
  codes: Int32Array,
  [rows, columns]: Extent,
  count: number,
  geometry: (node: number) => NodeGeometry,
): FramedMap | undefined {
  const firsts = Array.from({ length: count }, (_, channel) => {
    let at = channel;
    while (at < nodes.length && nodes[at] === NOWHERE) at += count;
    return at < nodes.length ? at : undefined;
  });
  const read = firsts.find((at) => at !== undefined);
  if (read === undefined) return undefined;
  const { positions: map, channels: perCell } = geometry(nodes[read]);
  const position = Math.floor(read / count);
  const [row, column] = [Math.floor(position / columns), position % columns];
  const cellsFrom = (step: number, length: number) =>
    Array.from({ length }, (_, at) => read + at * step * count)
      .filter((at) => nodes[at] === nodes[read])
      .map((at) => Math.floor(codes[at] / perCell));
  const down = runsOf(cellsFrom(columns, rows - row).map((cell) => Math.floor(cell / map[1])));
  const across = runsOf(cellsFrom(1, columns - column).map((cell) => cell % map[1]));
  // The nodes' maps, as often as they are repeated, and where they begin here.
  const shape: Extent = [map[0] * down.times, map[1] * across.times];
  const [top, left] = [row - down.first, column - across.first];
  const channels = firsts.map((at): ChannelPlace | undefined =>
    at === undefined ? undefined : { node: nodes[at], channel: codes[at] % geometry(nodes[at]).channels },
  );
  for (let at = 0; at < nodes.length; at++) {
    const place = channels[at % count];
    const [y, x] = [
      Math.floor(Math.floor(at / count) / columns) - top,
      (Math.floor(at / count) % columns) - left,
    ];
    const isInside = y >= 0 && x >= 0 && y < shape[0] && x < shape[1];
    if (place === undefined || !isInside) {
      if (nodes[at] !== NOWHERE) return undefined;
      continue;
    }
    const { positions, channels: step } = geometry(place.node);
    const times = timesIn(positions, shape);
    if (times === undefined || nodes[at] !== place.node) return undefined;
    const cell = placeIn(y * shape[1] + x, shape[1], times);
    if (codes[at] !== cell * step + place.channel) return undefined;
  }
  return { channels, shape, around: [top, rows - top - shape[0], left, columns - left - shape[1]] };
}

/** How often places follow one another, and, each so often, the number of the first one. */
function runsOf(places: readonly number[]): { readonly times: number; readonly first: number } {
  const runs = [0];
  places.forEach((place, at) => {
    if (at > 0 && place !== places[at - 1]) runs.push(0);
    runs[runs.length - 1] += 1;
  });
  const times = Math.max(...runs);
  // Some of the first place may be left out; without another one behind it that cannot be told.
  return { times, first: places[0] * times + (runs.length === 1 ? 0 : times - runs[0]) };
}

/** How often a map is repeated, down and across, to be one of so many rows and columns; none where it never is. */
function timesIn(map: Extent, [rows, columns]: Extent): Extent | undefined {
  const times: Extent = [rows / map[0], columns / map[1]];
  return times.every(Number.isInteger) ? times : undefined;
}

/** The number of the place that a position of the repeated map has. */
const placeIn = (position: number, columns: number, [down, across]: readonly number[]): number =>
  Math.floor(Math.floor(position / columns) / down) * (columns / across) +
  Math.floor((position % columns) / across);

function channelsOf(
  nodes: Int32Array,
  codes: Int32Array,
  [rows, columns]: Extent,
  count: number,
  geometry: (node: number) => NodeGeometry,
): (ChannelPlace | undefined)[] | undefined {
  const found: (ChannelPlace | undefined)[] = [];
  for (let channel = 0; channel < count; channel++) {
    const node = nodes[channel];
    const first = codes[channel];
    const given = node === NOWHERE ? undefined : geometry(node);
    const step = given?.channels ?? 0;
    const times = given === undefined ? [1, 1] : timesIn(given.positions, [rows, columns]);
    if (times === undefined || (given !== undefined && first >= step)) return undefined;
    for (let position = 1; position < rows * columns; position++) {
      const at = position * count + channel;
      const place = placeIn(position, columns, times);
      if (nodes[at] !== node || codes[at] !== first + place * step) return undefined;
    }
    found.push(node === NOWHERE ? undefined : { node, channel: first });
  }
  return found;
}
