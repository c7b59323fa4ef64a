import { type Adder, type Circuit, widthOf } from './circuit.js';

/** LUTs of an adder: one per column, but for those where a single bit goes straight into the carry chain. */
export function adderLuts({ columns, rows, carries }: Adder): number {
  const bits = Array<number>(columns + 1).fill(0);
  const inverted = Array<boolean>(columns + 1).fill(false);
  for (const piece of rows.flat()) {
    for (let column = piece.at; column < piece.at + piece.count; column++) {
      bits[column] += 1;
      inverted[column] ||= piece.inverted;
    }
  }
  let luts = 0;
  for (let column = 0; column < columns; column++) {
    const majority = column === 0 ? carries.length > 1 : rows.length > 2 && bits[column - 1] > 1;
    const lone = bits[column] + (majority ? 1 : 0) <= 1 && !inverted[column];
    if (!lone) luts += 1;
  }
  return luts;
}

export function circuitLuts(circuit: Circuit): number {
  let luts = 0;
  for (const { operation, range } of circuit.values) {
    if (operation.kind === 'adder') luts += adderLuts(operation);
    else if (operation.kind === 'relu') luts += widthOf(range);
  }
  return luts;
}
