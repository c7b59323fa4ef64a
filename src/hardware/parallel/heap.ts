import { type Circuit, isSigned, type Piece, type Sum, type Value, widthOf } from './circuit.js';

/** One bit that weighs 2^column in its heap. */
export interface HeapBit {
  readonly value: number;
  readonly index: number;
  readonly inverted: boolean;
  /** Adders on the longest path to it. */
  readonly level: number;
}

/** Bits by column; their weighted sum, modulo 2^columns, is the sum they were made of. */
export type Heap = HeapBit[][];

/** Bits that the sum's word has. */
export const sumBits = (sum: Sum, range: Value['range']): number => sum.wrap ?? widthOf(range);

/**
 * The bits of a sum's terms. A bit that weighs −2^k stands as its inverse, which weighs 2^k, and −2^k in the
 * constant: no sign is extended, nothing is negated, and all constants of the sum become one.
 *
 * @param layer of the sum
 * @returns the heap without the constant, and the constant modulo 2^columns
 */
export function heapOf(
  sum: Sum,
  columns: number,
  layer: number,
  values: Circuit['values'],
  levels: readonly number[],
): { heap: Heap; constant: number } {
  const heap: Heap = Array.from({ length: columns }, () => []);
  let constant = BigInt(sum.constant);
  for (const { value, shift, negative } of sum.terms) {
    const { range } = values[value];
    const width = widthOf(range);
    const sources = sourceBits(values, value, layer);
    for (let index = 0; index < width && shift + index < columns; index++) {
      const isSignBit = isSigned(range) && index === width - 1;
      const isNegative = isSignBit !== negative;
      if (isNegative) constant -= 1n << BigInt(shift + index);
      const source = sources[index];
      if (source !== undefined)
        heap[shift + index].push({
          ...source,
          inverted: source.inverted !== isNegative,
          level: levels[source.value],
        });
      else if (isNegative) constant += 1n << BigInt(shift + index);
    }
  }
  return { heap, constant: Number(BigInt.asUintN(columns, constant)) };
}

/**
 * Where a value's bits come from: those of a join in the same layer from the adders behind it, for between layers
 * only units are passed on; undefined for a join's zeros.
 */
function sourceBits(
  values: Circuit['values'],
  value: number,
  layer: number,
): (Omit<HeapBit, 'level'> | undefined)[] {
  const { operation, range, layer: own } = values[value];
  const bits: (Omit<HeapBit, 'level'> | undefined)[] = [];
  if (operation.kind !== 'join' || own !== layer) {
    for (let index = 0; index < widthOf(range); index++) bits.push({ value, index, inverted: false });
    return bits;
  }
  for (const piece of operation.pieces) {
    for (let index = 0; index < piece.count; index++)
      bits[piece.at + index] = { value: piece.value, index: piece.from + index, inverted: piece.inverted };
  }
  return bits;
}

/** The bits of one row of an adder or of a join, by column, as pieces. */
export function piecesOf(bits: readonly (HeapBit | undefined)[]): Piece[] {
  const pieces: Piece[] = [];
  bits.forEach((bit, column) => {
    if (bit === undefined) return;
    const { value, index, inverted } = bit;
    const last = pieces.at(-1);
    const continues =
      last !== undefined &&
      last.value === value &&
      last.inverted === inverted &&
      last.from + last.count === index &&
      last.at + last.count === column;
    if (continues) pieces[pieces.length - 1] = { ...last, count: last.count + 1 };
    else pieces.push({ value, from: index, count: 1, at: column, inverted });
  });
  return pieces;
}
