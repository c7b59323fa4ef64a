import { type BitSlice, isSigned, operandsOf, type Sum, type Value, widthOf } from './circuit.js';

/** Stands where there is no bit. */
export const NONE = -1;

/** Bits of values, each by its number: plain arrays, for a sum has hundreds of bits and a search plans it often. */
export class HeapBits {
  /** Of an adder that is only planned: −1 − its number. */
  readonly values: number[];
  readonly indices: number[];
  readonly inverted: boolean[];
  /** Adders on the longest path to each. */
  readonly levels: number[];
  /** The bits of the same word that stand one column above and below, inverted alike; or NONE. */
  readonly above: number[];
  readonly below: number[];

  constructor(copied?: HeapBits) {
    this.values = copied?.values.slice() ?? [];
    this.indices = copied?.indices.slice() ?? [];
    this.inverted = copied?.inverted.slice() ?? [];
    this.levels = copied?.levels.slice() ?? [];
    this.above = copied?.above.slice() ?? [];
    this.below = copied?.below.slice() ?? [];
  }

  /**
   * @param last the bit that was added for the column below, or NONE
   * @returns the bit's number
   */
  add(value: number, index: number, inverted: boolean, level: number, last: number): number {
    const bit = this.values.push(value) - 1;
    this.indices.push(index);
    this.inverted.push(inverted);
    this.levels.push(level);
    this.above.push(NONE);
    const continues = last !== NONE && this.isNext(bit, last, 1);
    this.below.push(continues ? last : NONE);
    if (continues) this.above[last] = bit;
    return bit;
  }

  /** Whether a bit stands `count` bits after another in the same word, inverted alike. */
  isNext(bit: number, first: number, count: number): boolean {
    return (
      bit !== NONE &&
      this.values[bit] === this.values[first] &&
      this.indices[bit] === this.indices[first] + count &&
      this.inverted[bit] === this.inverted[first]
    );
  }
}

/** Bits by column; their weighted sum and the constant, modulo 2^columns, are the sum that they were made of. */
export interface Heap {
  readonly bits: HeapBits;
  /** The bits that weigh 2^column. */
  readonly columns: readonly (readonly number[])[];
  readonly constant: bigint;
}

/** Bits that the sum's word has. */
export const sumBits = (sum: Sum, range: Value['range']): number => sum.wrap ?? widthOf(range);

/** Where the bits of values come from, and how many adders stand before them. */
export class BitSources {
  private readonly levels: number[] = [];
  private readonly own = new Map<number, HeapBits>();
  private readonly behind = new Map<number, HeapBits>();

  /** @param values of a circuit that may grow */
  constructor(readonly values: readonly Value[]) {}

  /**
   * A value's bits as its readers in a layer see them: those of a join in the same layer from the adders behind it,
   * for between layers only units are passed on. A join's zeros are bits of the value NONE.
   */
  of(value: number, layer: number): HeapBits {
    const { operation, layer: own } = this.values[value];
    const seesThrough = operation.kind === 'join' && own === layer;
    const known = seesThrough ? this.behind : this.own;
    let bits = known.get(value);
    if (bits === undefined) {
      bits = seesThrough ? this.bitsBehind(value, operation.pieces) : this.bitsOf(value);
      known.set(value, bits);
    }
    return bits;
  }

  private bitsOf(value: number): HeapBits {
    const bits = new HeapBits();
    const width = widthOf(this.values[value].range);
    const level = this.levelOf(value);
    for (let index = 0; index < width; index++) bits.add(value, index, false, level, NONE);
    return bits;
  }

  private bitsBehind(join: number, pieces: readonly BitSlice[]): HeapBits {
    const bits = new HeapBits();
    const width = widthOf(this.values[join].range);
    for (let index = 0; index < width; index++) {
      const piece = pieces.find(({ at, count }) => at <= index && index < at + count);
      if (piece === undefined) bits.add(NONE, 0, false, 0, NONE);
      else {
        const { value, from, at, inverted } = piece;
        bits.add(value, from + index - at, inverted, this.levelOf(value), NONE);
      }
    }
    return bits;
  }

  private levelOf(value: number): number {
    while (this.levels.length <= value) {
      const { operation } = this.values[this.levels.length];
      let level = 0;
      for (const operand of operandsOf(operation)) level = Math.max(level, this.levels[operand]);
      this.levels.push(level + (operation.kind === 'adder' || operation.kind === 'table' ? 1 : 0));
    }
    return this.levels[value];
  }
}

/**
 * The bits of a sum's terms. A bit that weighs −2^k is replaced by its inverse, which weighs 2^k, and −2^k is added to
 * the constant. So no sign is extended, nothing is negated, and the sum has one constant.
 *
 * @param count bits of the sum's word
 * @param layer of the sum
 */
export function heapOf(sum: Sum, count: number, layer: number, sources: BitSources): Heap {
  const bits = new HeapBits();
  const columns: number[][] = Array.from({ length: count }, () => []);
  const inverses = Array<number>(count).fill(0);
  for (const { value, shift, negative } of sum.terms) {
    const { range } = sources.values[value];
    const source = sources.of(value, layer);
    const signBit = isSigned(range) ? source.values.length - 1 : NONE;
    const end = Math.min(source.values.length, count - shift);
    let last = NONE;
    for (let index = 0; index < end; index++) {
      const from = source.values[index];
      // A zero that weighs −2^k is a one that weighs 2^k, less 2^k.
      if (from === NONE) last = NONE;
      else {
        const isNegative = (index === signBit) !== negative;
        const inverted = source.inverted[index] !== isNegative;
        last = bits.add(from, source.indices[index], inverted, source.levels[index], last);
        columns[shift + index].push(last);
        if (isNegative) inverses[shift + index] += 1;
      }
    }
  }
  const excess = inverses.reduce((total, ones, column) => total + (BigInt(ones) << BigInt(column)), 0n);
  return { bits, columns, constant: BigInt.asUintN(count, BigInt(sum.constant) - excess) };
}

/** The bits of one row of an adder or of a join, by column, as pieces; NONE where there is none. */
export function piecesOf(row: readonly number[], bits: HeapBits, map: (value: number) => number): BitSlice[] {
  const pieces: BitSlice[] = [];
  for (let at = 0; at < row.length; ) {
    const bit = row[at];
    let count = 1;
    if (bit !== NONE) {
      while (at + count < row.length && bits.isNext(row[at + count], bit, count)) count += 1;
      const [value, from, inverted] = [map(bits.values[bit]), bits.indices[bit], bits.inverted[bit]];
      pieces.push({ value, from, count, at, inverted });
    }
    at += count;
  }
  return pieces;
}
