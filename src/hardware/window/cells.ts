import { hull, type Interval, point } from '../../fixed/interval.js';
import { INPUT_NODE, type LoweredNetwork } from '../../lower/types.js';
import type { NamedValue } from '../../network/affine.js';
import { INPUT } from '../../network/graph.js';
import { type Extent, OUTSIDE, placesAlong, positionsOf, type Window } from '../../network/window.js';
import type { Zones } from '../../network/zones.js';
import { type Slots, slotsFor } from '../slots.js';
import { type Along, EVERY_PLACE, everyOf, placeAt, repeated } from './along.js';

/**
 * What travels through a group, cell after cell: of a map of so many rows and columns all channels that somebody still
 * needs. They may be those of several layers, and of one that is carried past a stride every second cell only.
 */
export interface Cells {
  readonly shape: Extent;
  /** In the slots of the bus. */
  readonly channels: readonly CellChannel[];
  readonly codes: readonly Interval[];
  readonly slots: Slots;
}

export interface CellChannel {
  /** Number of the lowered node that computes it, or {@link INPUT_NODE}. */
  readonly node: number;
  /** Its number among the node's channels, or the inputs'. */
  readonly channel: number;
  /** Rows and columns of the node's map that the cells have. */
  readonly down: Along;
  readonly across: Along;
  /** The network's code in the first place of that map, and units from one place to the next, down and across. */
  readonly value: NamedValue;
  readonly steps: Extent;
  /** Only in cells of this zone; 0 in others. */
  readonly zone?: number;
}

/** A node's channel as it stands, at every position. */
export function ownChannel(lowered: LoweredNetwork, node: number, channel: number): CellChannel {
  const { layer, positions, units, unitOf } = sourceOf(lowered, node);
  return {
    node,
    channel,
    down: EVERY_PLACE,
    across: EVERY_PLACE,
    value: { layer, unit: unitOf(channel) },
    steps: [positions[1] * units, units],
  };
}

/** A channel of cells with each of them so often that they are cells of a larger map; none where that cannot be told. */
export function repeatedChannel(channel: CellChannel, from: Extent, to: Extent): CellChannel | undefined {
  const times = [to[0] / from[0], to[1] / from[1]];
  if (!times.every(Number.isInteger)) return undefined;
  const down = repeated(channel.down, times[0]);
  const across = repeated(channel.across, times[1]);
  return down === undefined || across === undefined ? undefined : { ...channel, down, across };
}

/** Cells so often down and across; none where that cannot be told of one of their channels. */
export function repeatedCells({ shape, channels, codes }: Cells, times: Extent): Cells | undefined {
  const to: Extent = [shape[0] * times[0], shape[1] * times[1]];
  const made = channels.flatMap((channel) => repeatedChannel(channel, shape, to) ?? []);
  return made.length < channels.length ? undefined : cellsFor(to, made, codes);
}

/** Cells as they are, and behind that once for each zone: 0 where a cell is of another one. */
export function zonedCells({ shape, channels, codes }: Cells, { count }: Zones): Cells {
  const zones = Array.from({ length: count }, (_, zone) => zone);
  return cellsFor(
    shape,
    [...channels, ...zones.flatMap((zone) => channels.map((channel) => ({ ...channel, zone })))],
    [...codes, ...zones.flatMap(() => codes.map((code) => hull(code, point(0))))],
  );
}

/** What computes codes: a node, or the network's input. */
export function sourceOf({ nodes, inputs, inputPositions }: LoweredNetwork, node: number) {
  if (node === INPUT_NODE) {
    const units = inputs.length / (inputPositions[0] * inputPositions[1]);
    return { layer: INPUT, positions: inputPositions, units, unitOf: (channel: number) => channel };
  }
  const { name, positions, units, channels } = nodes[node];
  return { layer: name, positions, units, unitOf: (channel: number) => channels[channel].unit };
}

export const cellsFor = (
  shape: Extent,
  channels: readonly CellChannel[],
  codes: readonly Interval[],
): Cells => ({ shape, channels, codes, slots: slotsFor(codes) });

/** The unit that a cell's channel holds. */
export const unitIn = ({ value, steps, down, across }: CellChannel, row: number, column: number): number =>
  value.unit + placeAt(down, row) * steps[0] + placeAt(across, column) * steps[1];

export const keyOfValue = ({ layer, unit }: NamedValue): string => `${layer} ${unit}`;

/** Every code of cells by its name: `at` is told the cell's number and the slot. */
export function eachCode(
  { shape: [rows, columns], channels }: Cells,
  at: (value: NamedValue, cell: number, slot: number) => void,
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      channels.forEach((channel, slot) => {
        at({ layer: channel.value.layer, unit: unitIn(channel, row, column) }, row * columns + column, slot);
      });
    }
  }
}

/** A channel of cells, and how often its map is repeated, down and across, to be what a window reads. */
export interface ReadChannel {
  readonly channel: Pick<CellChannel, 'down' | 'across'>;
  readonly times: Extent;
}

/**
 * A window over maps as one over cells that hold some of their places.
 *
 * @param shape rows and columns of the maps, as often as they are repeated
 * @param read at least one
 * @returns undefined where it reads others, or where cells end what the maps' padding does not
 */
export function windowOnCells(
  window: Window,
  shape: Extent,
  read: readonly ReadChannel[],
  cells: Extent,
): Window | undefined {
  const positions = positionsOf(window, shape);
  const [{ channel }] = read;
  const down = alongCells(window, positions[0], 0, channel.down, cells[0]);
  const across = alongCells(window, positions[1], 1, channel.across, cells[1]);
  if (down === undefined || across === undefined) return undefined;
  const found: Window = {
    size: window.size,
    strides: [down.stride, across.stride],
    dilation: [down.dilation, across.dilation],
    padding: [...down.padding, ...across.padding],
  };
  const isSame = ([0, 1] as const).every((axis) => {
    const wanted = placesAlong(window, shape, axis);
    const places = placesAlong(found, cells, axis);
    const isRead = (cell: number, place: number) =>
      read.every(({ channel: { down, across }, times }) => {
        return placeAt([down, across][axis], cell) === Math.floor(place / times[axis]);
      });
    return (
      places.length === wanted.length &&
      places.every((taps, position) =>
        taps.every((cell, tap) => {
          const place = wanted[position][tap];
          return cell === OUTSIDE || place === OUTSIDE ? cell === place : isRead(cell, place);
        }),
      )
    );
  });
  return isSame ? found : undefined;
}

function alongCells(
  { size, strides, dilation, padding }: Window,
  positions: number,
  axis: 0 | 1,
  { first, stride: step }: Along,
  cells: number,
): { readonly stride: number; readonly dilation: number; readonly padding: [number, number] } | undefined {
  const stride = positions === 1 ? 1 : strides[axis] / step;
  const apart = size[axis] === 1 ? 1 : dilation[axis] / step;
  const before = (padding[2 * axis] + first) / step;
  if (![stride, apart, before].every(Number.isInteger)) return undefined;
  const end = (positions - 1) * stride + (size[axis] - 1) * apart + 1;
  return { stride, dilation: apart, padding: [before, end - before - cells] };
}

/**
 * Taps that lie inside the map at every position: what cells hold there may go along to the next ones.
 *
 * @returns row and column of each among the window's taps
 */
export function tapsInside(window: Window, cells: Extent): Extent[] {
  const [down, across] = ([0, 1] as const).map((axis) => {
    const places = placesAlong(window, cells, axis);
    return Array.from({ length: window.size[axis] }, (_, tap) => tap).filter((tap) =>
      places.every((taps) => taps[tap] !== OUTSIDE),
    );
  });
  return down.flatMap((row) => across.map((column): Extent => [row, column]));
}

/** A channel as the cells behind a window have it, which take it from one of the taps. */
export function carriedChannel(
  channel: CellChannel,
  { strides, dilation, padding }: Window,
  tap: Extent,
): CellChannel {
  const along = (axis: 0 | 1, cells: Along) =>
    everyOf(cells, tap[axis] * dilation[axis] - padding[2 * axis], strides[axis]);
  return { ...channel, down: along(0, channel.down), across: along(1, channel.across) };
}
