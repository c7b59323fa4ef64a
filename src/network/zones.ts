import type { Extent } from './window.js';

/**
 * The positions of a map by the zone in which each lies, such as its corners, its edges and what is inside. Rows fall into
 * bands, one below the other, and columns too; where two bands cross, all positions are of one zone, or of none.
 */
export interface Zones {
  /** Rows, and columns, with which bands begin; the first one with 0. */
  readonly begins: readonly [down: readonly number[], across: readonly number[]];
  /** For each band of rows, for each band of columns, the zone's number, or {@link NO_ZONE}. */
  readonly numbers: readonly (readonly number[])[];
  readonly count: number;
}

export const NO_ZONE = -1;

/**
 * @param along of each row, and of each column, what decides about its positions' zones
 * @param zoneOf the number of a position's zone
 */
export function zonesOf(
  along: readonly [down: readonly number[], across: readonly number[]],
  zoneOf: (row: number, column: number) => number,
): Zones {
  const [down, across] = along.map((values) =>
    values.flatMap((value, at) => (at > 0 && values[at - 1] === value ? [] : [at])),
  );
  const numbers = down.map((row) => across.map((column) => zoneOf(along[0][row], along[1][column])));
  return { begins: [down, across], numbers, count: Math.max(NO_ZONE, ...numbers.flat()) + 1 };
}

/** The zone of a position, or {@link NO_ZONE}. */
export function zoneAt({ begins, numbers }: Zones, [row, column]: Extent): number {
  const [down, across] = begins;
  return numbers[down.findLastIndex((begin) => begin <= row)][
    across.findLastIndex((begin) => begin <= column)
  ];
}
