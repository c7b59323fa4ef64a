/** What moves from register to register, by the cycles in which it is in the last one; the oldest leaves first. */
export class Marks {
  /** Of the oldest one; without any infinite. */
  next = Number.POSITIVE_INFINITY;
  private readonly ring: Float64Array;
  private oldest = 0;
  private count = 0;

  /** @param registers each holds one at most */
  constructor(registers: number) {
    this.ring = new Float64Array(registers);
  }

  add(cycle: number): void {
    this.ring[(this.oldest + this.count) % this.ring.length] = cycle;
    this.count += 1;
    this.next = this.ring[this.oldest];
  }

  drop(): void {
    this.oldest = (this.oldest + 1) % this.ring.length;
    this.count -= 1;
    this.next = this.count === 0 ? Number.POSITIVE_INFINITY : this.ring[this.oldest];
  }

  /** All of them, counted from a cycle. */
  after(cycle: number): string {
    return Array.from(
      { length: this.count },
      (_, at) => this.ring[(this.oldest + at) % this.ring.length] - cycle,
    ).join(',');
  }
}
