import { problems } from './problems.js';
import type { MapShape } from './tensor.js';

/** Of rows and of columns. */
export type Extent = readonly [down: number, across: number];

/** Rows and columns, and what a map's shape says besides. */
type Rectangle = readonly [rows: number, columns: number, ...rest: number[]];

/** A window of taps that is moved over a map, row by row. */
export interface Window {
  /** Taps. */
  readonly size: Extent;
  /** Cells from one position to the next. */
  readonly strides: Extent;
  /** Cells from one tap to the next. */
  readonly dilation: Extent;
  /** Cells round the map over which the window is moved too. */
  readonly padding: Padding;
}

export type Padding = readonly [top: number, bottom: number, left: number, right: number];

/** A window of one cell, moved over every one. */
export const ONE_CELL: Window = { size: [1, 1], strides: [1, 1], dilation: [1, 1], padding: [0, 0, 0, 0] };

/** No map has more. */
export const MOST_POSITIONS = 2 ** 24;

/** Cells that the window covers, from its first tap to its last. */
const reachOf = ({ size, dilation }: Window): Extent => [
  (size[0] - 1) * dilation[0] + 1,
  (size[1] - 1) * dilation[1] + 1,
];

const paddedOf = ({ padding: [top, bottom, left, right] }: Window, [height, width]: Rectangle): Extent => [
  top + height + bottom,
  left + width + right,
];

/** Rows and columns of positions, where the whole window lies in the padded map. */
export function positionsOf(window: Window, shape: Rectangle): Extent {
  const padded = paddedOf(window, shape);
  const reach = reachOf(window);
  const along = (axis: 0 | 1) => Math.floor((padded[axis] - reach[axis]) / window.strides[axis]) + 1;
  return [along(0), along(1)];
}

export const tapsOf = ({ size }: Window): number => size[0] * size[1];

/** A tap that lies in the padding. */
export const OUTSIDE = -1;

/**
 * The cells under the window: for every position in raster order, for every tap, the number of the cell in the map, or
 * {@link OUTSIDE}.
 */
export function cellsUnder(window: Window, shape: Rectangle): Int32Array {
  const [rows, columns] = positionsOf(window, shape);
  const down = placesAlong(window, shape, 0);
  const across = placesAlong(window, shape, 1);
  const cells = new Int32Array(rows * columns * tapsOf(window));
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (const y of down[row]) {
        for (const x of across[column])
          cells[at++] = y === OUTSIDE || x === OUTSIDE ? OUTSIDE : y * shape[1] + x;
      }
    }
  }
  return cells;
}

/** Along one axis: for every position, for every tap, the row or column of the map, or {@link OUTSIDE}. */
export function placesAlong(window: Window, shape: Rectangle, axis: 0 | 1): number[][] {
  const before = window.padding[2 * axis];
  return Array.from({ length: positionsOf(window, shape)[axis] }, (_, position) =>
    Array.from({ length: window.size[axis] }, (__, tap) => {
      const place = position * window.strides[axis] + tap * window.dilation[axis] - before;
      return place >= 0 && place < shape[axis] ? place : OUTSIDE;
    }),
  );
}

/** @throws network/window, network/positions */
export function checkWindow(window: Window, shape: MapShape, where: string): void {
  const reach = reachOf(window);
  const padded = paddedOf(window, shape);
  if (reach[0] > padded[0] || reach[1] > padded[1]) throw problems.window(where, reach, padded);
  const [rows, columns] = positionsOf(window, shape);
  checkPositions(rows, columns, where);
}

/** @throws network/positions */
export function checkPositions(rows: number, columns: number, where: string): void {
  if (rows * columns > MOST_POSITIONS) throw problems.positions(where, rows, columns, MOST_POSITIONS);
}
