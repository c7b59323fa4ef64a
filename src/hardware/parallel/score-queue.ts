/** A binary heap of scored numbers, the highest score first; of equal ones the number that stands before in an order. */
export class ScoreQueue {
  private numbers = new Int32Array(256);
  private scores = new Float64Array(256);
  private size = 0;

  constructor(private readonly comesBefore: (number: number, other: number) => boolean) {}

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** The number that `pop` takes next, and its score when it was pushed. */
  get top(): number {
    return this.numbers[0];
  }

  get topScore(): number {
    return this.scores[0];
  }

  push(number: number, score: number): void {
    if (this.size === this.numbers.length) this.grow();
    const { numbers, scores } = this;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(number, score, parent)) break;
      numbers[at] = numbers[parent];
      scores[at] = scores[parent];
      at = parent;
    }
    numbers[at] = number;
    scores[at] = score;
  }

  pop(): void {
    const { numbers, scores } = this;
    const last = --this.size;
    const number = numbers[last];
    const score = scores[last];
    let at = 0;
    for (let child = 1; child < last; child = 2 * at + 1) {
      if (child + 1 < last && this.isBefore(numbers[child + 1], scores[child + 1], child)) child += 1;
      if (this.isBefore(number, score, child)) break;
      numbers[at] = numbers[child];
      scores[at] = scores[child];
      at = child;
    }
    numbers[at] = number;
    scores[at] = score;
  }

  private isBefore(number: number, score: number, at: number): boolean {
    const other = this.scores[at];
    return score > other || (score === other && this.comesBefore(number, this.numbers[at]));
  }

  private grow(): void {
    const { numbers, scores } = this;
    this.numbers = new Int32Array(2 * numbers.length);
    this.numbers.set(numbers);
    this.scores = new Float64Array(2 * scores.length);
    this.scores.set(scores);
  }
}
