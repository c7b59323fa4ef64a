import { assertNever } from '../../core/assert.js';
import { type Circuit, isSigned, type Piece, widthOf } from './circuit.js';

/** For every value, which of its bits somebody reads or which leave the circuit. */
export function readBits(circuit: Circuit): boolean[][] {
  const read = circuit.values.map(({ range }) => Array<boolean>(widthOf(range)).fill(false));
  const widths = circuit.values.map(({ range }) => widthOf(range));
  const mark = (value: number, from: number, count: number) => {
    const end = Math.min(from + count, widths[value]);
    // Past its upper end a word goes on with its sign.
    if (from + count > widths[value] && isSigned(circuit.values[value].range))
      read[value][widths[value] - 1] = true;
    if (from < end) read[value].fill(true, from, end);
  };
  const pieces = (list: readonly Piece[]) => {
    for (const { value, from, count } of list) mark(value, from, count);
  };
  for (const { value } of circuit.outputs) mark(value, 0, widths[value]);
  for (let number = circuit.values.length - 1; number >= 0; number--) {
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
            if (read[number][piece.at + bit]) mark(piece.value, piece.from + bit, 1);
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
        read[number].forEach((isRead, bit) => {
          if (isRead) mark(operation.value, bit, 1);
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
      case 'table':
        for (const value of operation.values) mark(value, 0, widths[value]);
        break;
      default:
        assertNever(operation);
    }
  }
  return read;
}
