import type { Interval } from '../../fixed/interval.js';
import { INPUT_NODE, type LoweredNetwork } from '../../lower/types.js';
import type { NamedValue } from '../../network/affine.js';
import { INPUT } from '../../network/graph.js';
import { type Extent, OUTSIDE, placesAlong, positionsOf, type Window } from '../../network/window.js';
import { type Slots, slotsFor } from '../slots.js';

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
  /** The row and the column of the node's map that the first cell has, and from one cell to the next. */
  readonly first: Extent;
  readonly strides: Extent;
  /** The network's code in the first cell, and units from one cell to the next, down and across. */
  readonly value: NamedValue;
  readonly steps: Extent;
}

/** A node's channel as it stands, at every position. */
export function ownChannel(lowered: LoweredNetwork, node: number, channel: number): CellChannel {
  const { layer, positions, units, unitOf } = sourceOf(lowered, node);
  return {
    node,
    channel,
    first: [0, 0],
    strides: [1, 1],
    value: { layer, unit: unitOf(channel) },
    steps: [positions[1] * units, units],
  };
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
export const unitIn = ({ value, steps }: CellChannel, row: number, column: number): number =>
  value.unit + row * steps[0] + column * steps[1];

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

/**
 * A window over a node's map as one over cells that hold some of its places.
 *
 * @param shape rows and columns of the node's map
 * @returns undefined where it reads others, or where cells end what the map's padding does not
 */
export function windowOnCells(
  window: Window,
  shape: Extent,
  { first, strides }: Pick<CellChannel, 'first' | 'strides'>,
  cells: Extent,
): Window | undefined {
  const positions = positionsOf(window, shape);
  const down = alongCells(window, positions[0], 0, first[0], strides[0], cells[0]);
  const across = alongCells(window, positions[1], 1, first[1], strides[1], cells[1]);
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
    return (
      places.length === wanted.length &&
      places.every((taps, position) =>
        taps.every(
          (place, tap) =>
            (place === OUTSIDE ? OUTSIDE : first[axis] + strides[axis] * place) === wanted[position][tap],
        ),
      )
    );
  });
  return isSame ? found : undefined;
}

function alongCells(
  { size, strides, dilation, padding }: Window,
  positions: number,
  axis: 0 | 1,
  first: number,
  step: number,
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
  const offset = [0, 1].map((axis) => tap[axis] * dilation[axis] - padding[2 * axis]);
  const { value, steps, first } = channel;
  const moved = (axis: 0 | 1) => first[axis] + offset[axis] * channel.strides[axis];
  return {
    ...channel,
    first: [moved(0), moved(1)],
    strides: [channel.strides[0] * strides[0], channel.strides[1] * strides[1]],
    value: { layer: value.layer, unit: unitIn(channel, offset[0], offset[1]) },
    steps: [steps[0] * strides[0], steps[1] * strides[1]],
  };
}
