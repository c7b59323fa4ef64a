import type { PairTable } from './pair-table.js';

/** A binary heap of scored pairs, the highest score first; of equal ones the pair that stands before in its order. */
export class PairQueue {
  private pairs = new Int32Array(256);
  private scores = new Float64Array(256);
  private size = 0;

  constructor(private readonly table: PairTable) {}

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** The pair that `pop` takes next, and its score when it was pushed. */
  get top(): number {
    return this.pairs[0];
  }

  get topScore(): number {
    return this.scores[0];
  }

  push(pair: number, score: number): void {
    if (this.size === this.pairs.length) this.grow();
    const { pairs, scores } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(pair, score, parent)) break;
      pairs[at] = pairs[parent];
      scores[at] = scores[parent];
      at = parent;
    }
    pairs[at] = pair;
    scores[at] = score;
  }

  pop(): void {
    const { pairs, scores } = this;
    const last = --this.size;
    const pair = pairs[last];
    const score = scores[last];
    let at = 0;
    for (let child = 1; child < last; child = 2 * at + 1) {
      if (child + 1 < last && this.isBefore(pairs[child + 1], scores[child + 1], child)) child += 1;
      if (this.isBefore(pair, score, child)) break;
      pairs[at] = pairs[child];
      scores[at] = scores[child];
      at = child;
    }
    pairs[at] = pair;
    scores[at] = score;
  }

  private isBefore(pair: number, score: number, at: number): boolean {
    const other = this.scores[at];
    return score > other || (score === other && this.table.isBefore(pair, this.pairs[at]));
  }

  private grow(): void {
    const { pairs, scores } = this;
    this.pairs = new Int32Array(2 * pairs.length);
    this.pairs.set(pairs);
    this.scores = new Float64Array(2 * scores.length);
    this.scores.set(scores);
  }
}
