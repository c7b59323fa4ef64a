import type { Adder } from './circuit.js';

/** Finds the columns of an adder in which nothing is added. Their bit, if there is one, enters the carry chain directly. */
export function loneColumns({ columns, rows, carries }: Adder): boolean[] {
  const bits = Array<number>(columns).fill(0);
  const inverted = Array<boolean>(columns).fill(false);
  for (const row of rows) {
    for (const piece of row) {
      for (let column = piece.at; column < piece.at + piece.count; column++) {
        bits[column] += 1;
        inverted[column] ||= piece.inverted;
      }
    }
  }
  return bits.map((count, column) => {
    const isCarried = column === 0 ? carries.length > 1 : rows.length > 2 && bits[column - 1] > 1;
    return isLone(count, inverted[column], isCarried);
  });
}

/**
 * Whether a column of an adder needs no LUT.
 *
 * @param bits how many it has
 * @param inverted whether one of them is
 * @param isCarried whether it takes a second carry, from outside or from three rows in the column below
 */
export function isLone(bits: number, inverted: boolean, isCarried: boolean): boolean {
  return bits + (isCarried ? 1 : 0) <= 1 && !inverted;
}
