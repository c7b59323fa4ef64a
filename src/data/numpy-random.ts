const WORDS = 624;
const SHIFT = 397;

/**
 * numpy's legacy generator, `numpy.random.RandomState(seed)`: MT19937 (Matsumoto and Nishimura, 1998) seeded by one
 * 32-bit number. Only here to give the rows that scikit-learn gives; everything of our own uses `core/random`.
 */
export class NumpyRandom {
  private readonly state = new Uint32Array(WORDS);
  private next = WORDS;

  /** @param seed a whole number in [0, 2^32) */
  constructor(seed: number) {
    this.state[0] = seed;
    for (let index = 1; index < WORDS; index++) {
      const previous = this.state[index - 1];
      this.state[index] = Math.imul(1812433253, previous ^ (previous >>> 30)) + index;
    }
  }

  /** The numbers 0 to count − 1 in the order of `RandomState.permutation(count)`. */
  permutation(count: number): number[] {
    const order = Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const other = this.upTo(last);
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  }

  /** Uniform in [0, most]: words are masked to as many bits as `most` has, and drawn again when still too large. */
  private upTo(most: number): number {
    const mask = 2 ** (32 - Math.clz32(most)) - 1;
    for (;;) {
      const value = (this.uint32() & mask) >>> 0;
      if (value <= most) return value;
    }
  }

  private uint32(): number {
    if (this.next === WORDS) this.twist();
    let word = this.state[this.next++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  private twist(): void {
    const state = this.state;
    for (let index = 0; index < WORDS; index++) {
      const joined = (state[index] & 0x80000000) | (state[(index + 1) % WORDS] & 0x7fffffff);
      const feedback = joined & 1 ? 0x9908b0df : 0;
      state[index] = state[(index + SHIFT) % WORDS] ^ (joined >>> 1) ^ feedback;
    }
    this.next = 0;
  }
}
