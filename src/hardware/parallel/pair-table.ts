/** Bits of a term's code below its item: the shift and the sign. */
const ITEM_BIT = 7;
/** Shifts that a term's code can hold. */
export const SHIFTS = 64;

/** ±item × 2^shift as one number; of two terms the one with the smaller item, then shift, has the smaller code. */
export const termCode = (item: number, shift: number, negative: boolean): number =>
  (item << ITEM_BIT) | (shift << 1) | (negative ? 1 : 0);

export const itemOf = (code: number): number => code >> ITEM_BIT;
export const shiftOf = (code: number): number => (code >> 1) & (SHIFTS - 1);
export const isNegative = (code: number): boolean => (code & 1) === 1;

/** Two terms as they recur: first + sign × second × 2^shift, first's number not above second's. */
export interface TermPair {
  readonly first: number;
  readonly second: number;
  readonly shift: number;
  readonly opposite: boolean;
}

/**
 * How often every pair of terms occurs: a hash table with linear probing over plain arrays, for there are some
 * hundred thousand pairs and every step of a search touches hundreds. A pair keeps the number that it got when it
 * was first met.
 */
export class PairTable {
  counts: Int32Array;
  /** What each occurrence saves once there is a sum of the pair; not a number until somebody has asked. */
  saved: Float64Array;
  /** What that sum costs. */
  costs: Float64Array;
  size = 0;
  /** The first term's item, and the second's item, the distance of their shifts and whether their signs differ. */
  private firsts: Int32Array;
  private rests: Int32Array;
  private slots: Int32Array;

  /** @param room for so many pairs, to begin with */
  constructor(room: number) {
    const pairs = 2 ** Math.ceil(Math.log2(room + 1024));
    this.counts = new Int32Array(pairs);
    this.saved = new Float64Array(pairs).fill(Number.NaN);
    this.costs = new Float64Array(pairs);
    this.firsts = new Int32Array(pairs);
    this.rests = new Int32Array(pairs);
    this.slots = new Int32Array(2 * pairs).fill(-1);
  }

  /** The number of the pair that two terms are; −1 where their shifts are too far apart. */
  find(a: number, b: number): number {
    const low = a < b ? a : b;
    const high = a < b ? b : a;
    const shift = shiftOf(high) - shiftOf(low) + SHIFTS / 2;
    if (shift < 0 || shift >= SHIFTS) return -1;
    const first = low >> ITEM_BIT;
    const rest = ((high >> ITEM_BIT) << ITEM_BIT) | (shift << 1) | ((a ^ b) & 1);
    const mask = this.slots.length - 1;
    let slot = slotOf(first, rest) & mask;
    for (let pair = this.slots[slot]; pair >= 0; pair = this.slots[slot]) {
      if (this.firsts[pair] === first && this.rests[pair] === rest) return pair;
      slot = (slot + 1) & mask;
    }
    return this.append(first, rest);
  }

  read(pair: number): TermPair {
    const rest = this.rests[pair];
    return {
      first: this.firsts[pair],
      second: itemOf(rest),
      shift: shiftOf(rest) - SHIFTS / 2,
      opposite: isNegative(rest),
    };
  }

  /** An order of pairs that does not depend on when they were met. */
  isBefore(pair: number, other: number): boolean {
    const difference = this.firsts[pair] - this.firsts[other];
    return difference < 0 || (difference === 0 && this.rests[pair] < this.rests[other]);
  }

  private append(first: number, rest: number): number {
    const pair = this.size;
    if (pair === this.counts.length) this.grow();
    this.size += 1;
    this.firsts[pair] = first;
    this.rests[pair] = rest;
    this.place(pair);
    return pair;
  }

  private place(pair: number): void {
    const mask = this.slots.length - 1;
    let slot = slotOf(this.firsts[pair], this.rests[pair]) & mask;
    while (this.slots[slot] >= 0) slot = (slot + 1) & mask;
    this.slots[slot] = pair;
  }

  private grow(): void {
    const room = 2 * this.counts.length;
    this.counts = extended(new Int32Array(room), this.counts);
    this.saved = extended(new Float64Array(room).fill(Number.NaN), this.saved);
    this.costs = extended(new Float64Array(room), this.costs);
    this.firsts = extended(new Int32Array(room), this.firsts);
    this.rests = extended(new Int32Array(room), this.rests);
    this.slots = new Int32Array(2 * room).fill(-1);
    for (let pair = 0; pair < this.size; pair++) this.place(pair);
  }
}

function slotOf(first: number, rest: number): number {
  const mixed = Math.imul(first ^ Math.imul(rest, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

function extended<T extends Int32Array | Float64Array>(longer: T, numbers: T): T {
  longer.set(numbers);
  return longer;
}
