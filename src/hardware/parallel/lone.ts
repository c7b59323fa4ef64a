import type { Adder } from './circuit.js';

/** Columns of an adder in which nothing is added: their bit, if any, goes into the carry chain as it is. */
export function loneColumns({ columns, rows, carries }: Adder): boolean[] {
  const bits = Array<number>(columns).fill(0);
  const inverted = Array<boolean>(columns).fill(false);
  for (const piece of rows.flat()) {
    for (let column = piece.at; column < piece.at + piece.count; column++) {
      bits[column] += 1;
      inverted[column] ||= piece.inverted;
    }
  }
  return bits.map((count, column) => {
    const below = column === 0 ? carries.length > 1 : rows.length > 2 && bits[column - 1] > 1;
    return count + (below ? 1 : 0) <= 1 && !inverted[column];
  });
}
