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
  /** Channel by channel, where a tensor is a map and each of its channels is one of a node's, or 0 (undefined). */
  readonly channels?: readonly (ChannelPlace | undefined)[];
  /** The same where zeros stand round the maps of nodes, or rows and columns of these are left out. */
  readonly framed?: FramedMap;
}

export interface FramedMap {
  readonly channels: readonly (ChannelPlace | undefined)[];
  /** Rows and columns of the nodes' maps. */
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
  const { positions: shape } = geometry(nodes[read]);
  // From the place in the nodes' maps to the one here.
  const cell = Math.floor(codes[read] / geometry(nodes[read]).channels);
  const position = Math.floor(read / count);
  const top = Math.floor(position / columns) - Math.floor(cell / shape[1]);
  const left = (position % columns) - (cell % shape[1]);
  const channels = firsts.map((at): ChannelPlace | undefined =>
    at === undefined ? undefined : { node: nodes[at], channel: codes[at] % geometry(nodes[at]).channels },
  );
  for (let at = 0; at < nodes.length; at++) {
    const place = channels[at % count];
    const [row, column] = [
      Math.floor(Math.floor(at / count) / columns) - top,
      (Math.floor(at / count) % columns) - left,
    ];
    const isInside = row >= 0 && column >= 0 && row < shape[0] && column < shape[1];
    if (place === undefined || !isInside) {
      if (nodes[at] !== NOWHERE) return undefined;
      continue;
    }
    const { positions, channels: step } = geometry(place.node);
    const isSame = positions[0] === shape[0] && positions[1] === shape[1];
    const code = (row * shape[1] + column) * step + place.channel;
    if (!isSame || nodes[at] !== place.node || codes[at] !== code) return undefined;
  }
  return { channels, shape, around: [top, rows - top - shape[0], left, columns - left - shape[1]] };
}

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
    const isSame = given === undefined || (given.positions[0] === rows && given.positions[1] === columns);
    const step = given?.channels ?? 0;
    if (!isSame || (given !== undefined && first >= step)) return undefined;
    for (let position = 1; position < rows * columns; position++) {
      const at = position * count + channel;
      if (nodes[at] !== node || codes[at] !== first + position * step) return undefined;
    }
    found.push(node === NOWHERE ? undefined : { node, channel: first });
  }
  return found;
}
