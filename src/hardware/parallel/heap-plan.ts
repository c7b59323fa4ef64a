import type { Random } from '../../core/random.js';
import type { Heap, HeapBit } from './heap.js';

/** An adder of a plan. Its bits are those of the value −1 − its number in the plan. */
export interface PlannedAdder {
  /** Column of the heap at which it starts. */
  readonly start: number;
  /** Per row, the bit in every column. */
  readonly rows: readonly (readonly (HeapBit | undefined)[])[];
  readonly carries: readonly HeapBit[];
  readonly level: number;
}

export interface HeapPlan {
  readonly adders: readonly PlannedAdder[];
  /** What is left in every column. */
  readonly result: readonly (HeapBit | undefined)[];
  /** Adders on the longest path to the result. */
  readonly level: number;
}

/** How a heap is brought down; a generator turns the choices that are open into random ones. */
export interface PlanOptions {
  readonly rows: 2 | 3;
  readonly random?: Random;
}

/**
 * Brings a heap down to one bit per column by carry chains. As in Dadda's trees, a level takes only what the levels
 * after it cannot, but a chain goes on wherever it finds all its rows full, and takes carries where it starts: a LUT
 * that is full takes two bits away, whenever it does.
 *
 * @param ones columns in which the heap's constant has a bit; they fill places that stay empty
 */
export function planHeap(heap: Heap, ones: readonly (HeapBit | undefined)[], options: PlanOptions): HeapPlan {
  return new Planner(heap, ones, options).run();
}

class Planner {
  private readonly columns: HeapBit[][];
  private readonly ones: (HeapBit | undefined)[];
  /** How many of each column's bits are there at the level; they stand first. */
  private readonly ready: number[] = [];
  private readonly adders: PlannedAdder[] = [];
  private readonly rows: number;

  constructor(
    heap: Heap,
    ones: readonly (HeapBit | undefined)[],
    private readonly options: PlanOptions,
  ) {
    this.columns = heap.map((bits) => [...bits].sort((a, b) => a.level - b.level));
    this.ones = [...ones];
    this.rows = options.rows;
  }

  run(): HeapPlan {
    for (let level = 0; this.highest() > 1; level++) this.lower(level);
    const result = this.columns.map((bits, column) => bits[0] ?? this.ones[column]);
    const level = result.reduce((highest, bit) => Math.max(highest, bit?.level ?? 0), 0);
    return { adders: this.adders, result, level };
  }

  /** Bits in a column, its constant's included. */
  private height(column: number): number {
    return this.columns[column].length + (this.ones[column] === undefined ? 0 : 1);
  }

  private highest(): number {
    return this.columns.reduce((highest, _, column) => Math.max(highest, this.height(column)), 0);
  }

  private lower(level: number): void {
    const highest = this.highest();
    let target = 1;
    while (target * this.rows < highest) target *= this.rows;
    if (this.options.random !== undefined && target > this.rows)
      target -= this.options.random.integer(0, target >> 1);
    this.columns.forEach((bits, column) => {
      const late = bits.findIndex((bit) => bit.level > level);
      this.ready[column] = late < 0 ? bits.length : late;
    });
    for (let column = 0; column < this.columns.length; column++) {
      while (this.height(column) > target && this.available(column) >= 2) this.chain(column, level, target);
    }
  }

  private available(column: number): number {
    return this.ready[column] + (this.ones[column] === undefined ? 0 : 1);
  }

  private chain(start: number, level: number, target: number): void {
    const rows: (HeapBit | undefined)[][] = Array.from({ length: this.rows }, () => []);
    let column = start;
    for (; column < this.columns.length && this.goesOn(column, start, target); column++)
      this.take(rows, column);
    this.emit(rows, this.takeCarries(start), start, level);
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
  private take(rows: (HeapBit | undefined)[][], column: number): void {
    const bits = this.columns[column];
    const open: (HeapBit | undefined)[][] = [];
    for (const row of rows) {
      const last = row.at(-1);
      const at = last === undefined ? -1 : this.successor(bits, last, this.ready[column]);
      if (at < 0) open.push(row);
      else row.push(this.remove(column, at));
    }
    for (const row of open) {
      if (this.ready[column] > 0) row.push(this.remove(column, this.freshest(column)));
      else {
        row.push(this.ones[column]);
        this.ones[column] = undefined;
      }
    }
  }

  /** The ready bit that goes on furthest in the columns above, so that rows are made of few words. */
  private freshest(column: number): number {
    const bits = this.columns[column];
    let best = 0;
    let longest = -1;
    for (let at = 0; at < this.ready[column]; at++) {
      const length = this.runLength(bits[at], column);
      if (length > longest) {
        best = at;
        longest = length;
      }
    }
    return best;
  }

  /** How many columns above have the next bits of the same word. */
  private runLength(bit: HeapBit, column: number): number {
    let length = 0;
    let last = bit;
    for (let above = column + 1; above < this.columns.length; above++) {
      const at = this.successor(this.columns[above], last, this.ready[above]);
      if (at < 0) break;
      last = this.columns[above][at];
      length += 1;
    }
    return length;
  }

  private successor(bits: readonly HeapBit[], last: HeapBit, ready: number): number {
    for (let at = 0; at < ready; at++) {
      const { value, index, inverted } = bits[at];
      if (value === last.value && index === last.index + 1 && inverted === last.inverted) return at;
    }
    return -1;
  }

  private remove(column: number, at: number): HeapBit {
    this.ready[column] -= 1;
    return this.columns[column].splice(at, 1)[0];
  }

  /** Carries into the start of a chain go past the LUT that could invert them. */
  private takeCarries(column: number): HeapBit[] {
    const carries: HeapBit[] = [];
    const bits = this.columns[column];
    for (let at = 0; at < this.ready[column] && carries.length < this.rows - 1; ) {
      if (bits[at].inverted) at += 1;
      else carries.push(this.remove(column, at));
    }
    const one = this.ones[column];
    if (one !== undefined && carries.length < this.rows - 1) {
      carries.push(one);
      this.ones[column] = undefined;
    }
    return carries;
  }

  private emit(
    rows: (HeapBit | undefined)[][],
    carries: readonly HeapBit[],
    start: number,
    level: number,
  ): void {
    const used = rows.filter((row) => row.some((bit) => bit !== undefined));
    const inputs = [...rows.flat(), ...carries].filter((bit) => bit !== undefined);
    const kept = carries.length > 1 ? rows : used.length >= 2 ? used : rows.slice(0, 2);
    const own = Math.max(...inputs.map((bit) => bit.level)) + 1;
    const value = -1 - this.adders.length;
    this.adders.push({ start, rows: kept, carries, level: own });
    const high = highOf(kept, carries);
    for (let index = 0; 2 ** index <= high && start + index < this.columns.length; index++)
      insert(this.columns[start + index], { value, index, inverted: false, level: Math.max(own, level + 1) });
  }
}

function insert(bits: HeapBit[], bit: HeapBit): void {
  let at = bits.length;
  while (at > 0 && bits[at - 1].level > bit.level) at -= 1;
  bits.splice(at, 0, bit);
}

/** The largest number that rows and carries can add up to. */
export function highOf(
  rows: readonly (readonly (HeapBit | undefined)[])[],
  carries: readonly HeapBit[],
): number {
  let high = carries.length;
  for (const row of rows)
    row.forEach((bit, column) => {
      if (bit !== undefined) high += 2 ** column;
    });
  return high;
}
