import { assertNever } from '../../core/assert.js';
import { type BitSlice, type Circuit, isSigned, widthOf } from './circuit.js';

/** The number of who reads what leaves the circuit. */
export const OUTSIDE = -1;

/** For every value and each of its bits, the values that read it, descending, or OUTSIDE; none when it is not needed. */
export function bitReaders(circuit: Circuit): number[][][] {
  const widths = circuit.values.map(({ range }) => widthOf(range));
  const read = widths.map((width) => Array.from({ length: width }, (): number[] => []));
  let number = OUTSIDE;
  const markBit = (value: number, bit: number) => {
    const readers = read[value][bit];
    if (readers.at(-1) !== number) readers.push(number);
  };
  const mark = (value: number, from: number, count: number) => {
    // Past its upper end a word goes on with its sign.
    if (from + count > widths[value] && isSigned(circuit.values[value].range))
      markBit(value, widths[value] - 1);
    for (let bit = from; bit < Math.min(from + count, widths[value]); bit++) markBit(value, bit);
  };
  const pieces = (list: readonly BitSlice[]) => {
    for (const { value, from, count } of list) mark(value, from, count);
  };
  for (const { value } of circuit.outputs) mark(value, 0, widths[value]);
  for (number = circuit.values.length - 1; number >= 0; number--) {
    const { operation } = circuit.values[number];
    const width = widths[number];
    switch (operation.kind) {
      case 'input':
      case 'constant':
        break;
      case 'adder':
        for (const row of operation.rows) pieces(row);
        pieces(operation.carries);
        break;
      case 'join':
        operation.pieces.forEach((piece) => {
          for (let bit = 0; bit < piece.count; bit++)
            if (read[number][piece.at + bit].length > 0) mark(piece.value, piece.from + bit, 1);
        });
        break;
      case 'shift':
        if (operation.left <= 0) mark(operation.value, -operation.left, width);
        else mark(operation.value, 0, Math.max(0, width - operation.left));
        break;
      case 'wrap':
        mark(operation.value, 0, width);
        break;
      case 'relu':
        mark(operation.value, 0, width);
        mark(operation.value, widths[operation.value] - 1, 1);
        break;
      case 'register':
        read[number].forEach((readers, bit) => {
          if (readers.length > 0) mark(operation.value, bit, 1);
        });
        break;
      case 'even':
        mark(operation.value, 0, width);
        mark(operation.sum, 0, operation.shift);
        break;
      case 'clamp':
      case 'product':
        mark(operation.value, 0, widths[operation.value]);
        break;
      case 'sum':
        for (const { value, shift } of operation.terms) mark(value, 0, Math.max(0, width - shift));
        break;
      case 'max':
      case 'table':
        for (const value of operation.values) mark(value, 0, widths[value]);
        break;
      default:
        assertNever(operation);
    }
  }
  return read;
}
