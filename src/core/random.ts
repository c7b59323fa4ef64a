import { invariant } from './assert.js';

/**
 * Seeded random numbers. One generator for the whole project, so that a run is a function of its seed:
 * xoshiro128** (Blackman and Vigna, 2018), its state filled by SplitMix32 from the seed and a stream's name.
 */
export class Random {
  private readonly state: Uint32Array;

  /**
   * @param seed any integer; only its low 32 bits and its high part modulo 2^32 count
   * @param stream a name; two streams of one seed are independent of each other
   */
  constructor(seed: number, stream = '') {
    let hash = (seed | 0) ^ Math.trunc(seed / 2 ** 32);
    for (const char of stream)
      hash = Math.imul(hash ^ (char.codePointAt(0) as number), 0x01000193) + 0x9e3779b9;
    this.state = Uint32Array.from({ length: 4 }, () => {
      hash = (hash + 0x9e3779b9) | 0;
      let mixed = Math.imul(hash ^ (hash >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return mixed ^ (mixed >>> 15);
    });
  }

  /** Where the stream stands; one that goes on from there gives the same numbers. */
  position(): number[] {
    return Array.from(this.state);
  }

  /** @param position as {@link position} gave it */
  resume(position: readonly number[]): void {
    this.state.set(position);
  }

  /** A whole number, uniform in [0, 2^32). */
  uint32(): number {
    const s = this.state;
    const scrambled = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotateLeft(s[3], 11);
    return scrambled;
  }

  /** A number, uniform in [0, 1), with 53 random bits. */
  float(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53;
  }

  /** A whole number, uniform in [low, high], both ends included; |low|, |high| ≤ 2^52. */
  integer(low: number, high: number): number {
    const span = high - low + 1;
    if (span > 2 ** 32) return low + Math.floor(this.float() * span);
    // Quotients, for `%` of numbers past 2^31 is slow.
    const limit = Math.floor(2 ** 32 / span) * span;
    for (;;) {
      const word = this.uint32();
      if (word < limit) return low + (word - Math.floor(word / span) * span);
    }
  }

  /** A number from the standard normal distribution (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.float())) * Math.cos(2 * Math.PI * this.float());
  }

  /** One of the items, each as likely as the others. */
  pick<T>(items: readonly T[]): T {
    invariant(items.length > 0, 'a choice among nothing');
    return items[this.integer(0, items.length - 1)];
  }

  /** A new array with the items in a random order (Fisher and Yates). */
  shuffled<T>(items: Iterable<T>): T[] {
    const order = [...items];
    for (let last = order.length - 1; last > 0; last--) {
      const other = this.integer(0, last);
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  }
}

function rotateLeft(word: number, count: number): number {
  return (word << count) | (word >>> (32 - count));
}
