import type { Random } from '../../core/random.js';
import { type Heap, HeapBits, NONE } from './heap.js';
import { isLone } from './lone.js';

/** An adder of a plan. Its bits are those of the value −1 − its number in the plan. */
export interface PlannedAdder {
  /** Per row, the bit in every column, or NONE. */
  readonly rows: readonly (readonly number[])[];
  readonly carries: readonly number[];
  /** The largest number that rows and carries can add up to. */
  readonly high: number;
}

export interface HeapPlan {
  readonly bits: HeapBits;
  readonly adders: readonly PlannedAdder[];
  /** The bit that is left in every column, or NONE. */
  readonly result: readonly number[];
  /** Adders on the longest path to the result. */
  readonly level: number;
  /** Of all adders. */
  readonly luts: number;
}

/** How a heap is brought down; a generator turns the choices that are open into random ones. */
export interface HeapPlanOptions {
  readonly rows: 2 | 3;
  readonly random?: Random;
}

/**
 * Brings a heap down to one bit per column by carry chains. As in Dadda's trees, a level takes only what the levels
 * after it cannot, but a chain goes on wherever it finds all its rows full, and takes carries where it starts: a LUT
 * that is full takes two bits away, whenever it does.
 *
 * @param ones by column, the bit of the heap's constant, or NONE; they fill places that stay empty
 */
export function planHeap(heap: Heap, ones: readonly number[], options: HeapPlanOptions): HeapPlan {
  return new Planner(heap, ones, options).run();
}

class Planner {
  private readonly bits: HeapBits;
  /** By level of the bits. */
  private readonly columns: number[][];
  private readonly ones: number[];
  private readonly rows: number;
  private readonly adders: PlannedAdder[] = [];
  private level = 0;
  private luts = 0;
  /** For each column, how many of its bits exist at this level. They come first in the column's list. */
  private readonly ready: number[] = [];
  /** For each bit, in how many columns above it the following bits of its word exist at this level. */
  private readonly runs: number[] = [];
  private readonly gone: boolean[] = [];

  constructor(
    heap: Heap,
    ones: readonly number[],
    private readonly options: HeapPlanOptions,
  ) {
    this.bits = new HeapBits(heap.bits);
    const { levels } = this.bits;
    this.columns = heap.columns.map((bits) => bits.slice().sort((a, b) => levels[a] - levels[b]));
    this.ones = ones.slice();
    this.rows = options.rows;
    for (let bit = 0; bit < levels.length; bit++) this.gone.push(false);
  }

  run(): HeapPlan {
    for (; this.highest() > 1; this.level++) this.lower();
    const result = this.columns.map((bits, column) => (bits.length > 0 ? bits[0] : this.ones[column]));
    let level = 0;
    for (const bit of result) if (bit !== NONE) level = Math.max(level, this.bits.levels[bit]);
    return { bits: this.bits, adders: this.adders, result, level, luts: this.luts };
  }

  /** Bits in a column, its constant's included. */
  private height(column: number): number {
    return this.columns[column].length + (this.ones[column] === NONE ? 0 : 1);
  }

  private highest(): number {
    let highest = 0;
    for (let column = 0; column < this.columns.length; column++)
      highest = Math.max(highest, this.height(column));
    return highest;
  }

  private lower(): void {
    const highest = this.highest();
    let target = 1;
    while (target * this.rows < highest) target *= this.rows;
    if (this.options.random !== undefined && target > this.rows)
      target -= this.options.random.integer(0, target >> 1);
    this.findReady();
    for (let column = 0; column < this.columns.length; column++) {
      while (this.height(column) > target && this.available(column) >= 2) this.chain(column, target);
    }
  }

  /** Counts what is ready at the level, and the words' runs from the highest column down. */
  private findReady(): void {
    const { levels, above } = this.bits;
    for (let column = this.columns.length - 1; column >= 0; column--) {
      const bits = this.columns[column];
      let ready = 0;
      for (; ready < bits.length && levels[bits[ready]] <= this.level; ready++) {
        const next = above[bits[ready]];
        this.runs[bits[ready]] = this.isReady(next) ? this.runs[next] + 1 : 0;
      }
      this.ready[column] = ready;
    }
  }

  private isReady(bit: number): boolean {
    return bit !== NONE && !this.gone[bit] && this.bits.levels[bit] <= this.level;
  }

  private available(column: number): number {
    return this.ready[column] + (this.ones[column] === NONE ? 0 : 1);
  }

  private chain(start: number, target: number): void {
    const rows: number[][] = [];
    for (let row = 0; row < this.rows; row++) rows.push([]);
    let column = start;
    for (; column < this.columns.length && this.goesOn(column, start, target); column++)
      this.take(rows, column);
    this.emit(rows, this.takeCarries(start), start);
  }

  /** Whether a chain passes a column: it fills its rows there, or the column would be too high with its carry. */
  private goesOn(column: number, start: number, target: number): boolean {
    const available = this.available(column);
    if (available >= this.rows) return column === start || !this.stopsEarly(column, target);
    return this.height(column) >= target && available >= (target === 1 && column > start ? 1 : 2);
  }

  private stopsEarly(column: number, target: number): boolean {
    const { random } = this.options;
    return random !== undefined && this.height(column) < target && random.float() < 0.2;
  }

  /** Moves up to one bit per row out of the column, going on with a row's word where it can. */
  private take(rows: readonly number[][], column: number): void {
    const { above } = this.bits;
    const taken = rows[0].length;
    for (const row of rows) {
      const next = taken === 0 ? NONE : above[row[taken - 1]];
      if (next !== undefined && this.isReady(next)) row.push(this.remove(column, next));
    }
    for (const row of rows) {
      if (row.length > taken) continue;
      if (this.ready[column] > 0) row.push(this.remove(column, this.freshest(column)));
      else {
        row.push(this.ones[column]);
        this.ones[column] = NONE;
      }
    }
  }

  /** The ready bit that goes on furthest in the columns above, so that rows are made of few words. */
  private freshest(column: number): number {
    const bits = this.columns[column];
    let best = bits[0];
    for (let at = 1; at < this.ready[column]; at++)
      if (this.runs[bits[at]] > this.runs[best]) best = bits[at];
    return best;
  }

  private remove(column: number, bit: number): number {
    const bits = this.columns[column];
    for (let at = bits.indexOf(bit) + 1; at < bits.length; at++) bits[at - 1] = bits[at];
    bits.pop();
    this.ready[column] -= 1;
    this.gone[bit] = true;
    const { below } = this.bits;
    let run = 0;
    for (let last = below[bit]; this.isReady(last); last = below[last]) this.runs[last] = run++;
    return bit;
  }

  /** Takes only bits that are not inverted: a carry enters a chain without passing a LUT that could invert it. */
  private takeCarries(column: number): number[] {
    const carries: number[] = [];
    const bits = this.columns[column];
    for (let at = 0; at < this.ready[column] && carries.length < this.rows - 1; ) {
      if (this.bits.inverted[bits[at]]) at += 1;
      else carries.push(this.remove(column, bits[at]));
    }
    if (this.ones[column] !== NONE && carries.length < this.rows - 1) {
      carries.push(this.ones[column]);
      this.ones[column] = NONE;
    }
    return carries;
  }

  private emit(rows: readonly number[][], carries: readonly number[], start: number): void {
    const { bits } = this;
    const used = rows.filter((row) => row.some((bit) => bit !== NONE));
    const kept = carries.length > 1 ? rows : used.length >= 2 ? used : rows.slice(0, 2);
    let own = 0;
    for (const list of [...used, carries])
      for (const bit of list) if (bit !== NONE) own = Math.max(own, bits.levels[bit] + 1);
    const high = this.count(kept, carries);
    const value = -1 - this.adders.length;
    this.adders.push({ rows: kept, carries, high });
    let last = NONE;
    for (let index = 0; 2 ** index <= high && start + index < this.columns.length; index++) {
      last = bits.add(value, index, false, Math.max(own, this.level + 1), last);
      this.gone.push(false);
      this.insert(start + index, last);
    }
  }

  /** Adds up the LUTs of an adder, and returns the largest number that it can give. */
  private count(rows: readonly number[][], carries: readonly number[]): number {
    let high = carries.length;
    let isCarried = carries.length > 1;
    for (let column = 0; column < rows[0].length; column++) {
      let present = 0;
      let inverted = false;
      for (const row of rows) {
        if (row[column] === NONE) continue;
        present += 1;
        inverted ||= this.bits.inverted[row[column]];
      }
      if (!isLone(present, inverted, isCarried)) this.luts += 1;
      isCarried = rows.length > 2 && present > 1;
      high += present * 2 ** column;
    }
    return high;
  }

  private insert(column: number, bit: number): void {
    const { levels } = this.bits;
    const bits = this.columns[column];
    let at = bits.length;
    bits.push(bit);
    for (; at > 0 && levels[bits[at - 1]] > levels[bit]; at--) bits[at] = bits[at - 1];
    bits[at] = bit;
  }
}
