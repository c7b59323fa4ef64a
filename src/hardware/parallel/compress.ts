import { unsignedWidth } from '../../fixed/format.js';
import {
  type Adder,
  type Circuit,
  type CircuitBuilder,
  type OperationOf,
  operandsOf,
  rewrite,
  type Value,
} from './circuit.js';
import { adderHigh, type Heap, type HeapBit, heapOf, piecesOf, sumBits } from './heap.js';

export interface CompressOptions {
  /** Rows that one carry chain adds up: three where a LUT and the chain can, as on Xilinx 7-series and Intel ALMs. */
  readonly rows: 2 | 3;
}

/**
 * Turns every sum into carry chains. All bits of a sum's terms go into one heap; chains as long as the heap is high
 * take three (or two) bits out of every column they pass and put one back, until one bit is left in each. As in
 * Dadda's trees, a level takes only as much as the levels after it cannot.
 */
export function compressSums(circuit: Circuit, options: CompressOptions): Circuit {
  const levels: number[] = [];
  return rewrite(circuit, (builder, value) => {
    const { operation } = value;
    trackLevels(builder, levels);
    if (operation.kind !== 'sum') return undefined;
    return new Compressor(builder, value, operation, levels, options).run();
  });
}

/** Adders on the longest path to every value that was built so far. */
function trackLevels(builder: CircuitBuilder, levels: number[]): void {
  while (levels.length < builder.values.length) {
    const { operation } = builder.values[levels.length];
    const below = operandsOf(operation).reduce((level, operand) => Math.max(level, levels[operand]), 0);
    levels.push(below + (operation.kind === 'adder' ? 1 : 0));
  }
}

class Compressor {
  private readonly columns: number;
  private readonly heap: Heap;
  private chains = 0;

  constructor(
    private readonly builder: CircuitBuilder,
    private readonly value: Value,
    sum: OperationOf<'sum'>,
    private readonly levels: number[],
    private readonly options: CompressOptions,
  ) {
    this.columns = sumBits(sum, value.range);
    const { heap, constant } = heapOf(sum, this.columns, builder.values, levels);
    this.heap = heap;
    if (constant !== 0) this.addConstant(constant);
  }

  run(): number {
    for (let level = 0; this.highest() > 1; level++) this.lower(level);
    const pieces = piecesOf(this.heap.map((bits) => bits[0]));
    const { range, layer, name } = this.value;
    return this.builder.add({ kind: 'join', pieces }, range, layer, name);
  }

  private addConstant(constant: number): void {
    const value = this.builder.constant(constant);
    trackLevels(this.builder, this.levels);
    for (let column = 0; column < this.columns; column++) {
      if (Math.floor(constant / 2 ** column) % 2 === 1)
        this.heap[column].push({ value, index: column, inverted: false, level: 0 });
    }
  }

  private highest(): number {
    return this.heap.reduce((highest, bits) => Math.max(highest, bits.length), 0);
  }

  /** One level of chains: brings every column down to what the later levels can take. */
  private lower(level: number): void {
    let target = 1;
    while (target * this.options.rows < this.highest()) target *= this.options.rows;
    for (let column = 0; column < this.columns; column++) {
      while (this.heap[column].length > target && this.available(column, level) >= 2)
        this.chain(column, level, target);
    }
  }

  private available(column: number, level: number): number {
    return this.heap[column].filter((bit) => bit.level <= level).length;
  }

  private chain(start: number, level: number, target: number): void {
    const { rows } = this.options;
    const tracks: (HeapBit | undefined)[][] = Array.from({ length: rows }, () => []);
    let column = start;
    for (; column < this.columns && this.goesOn(column, start, level, target); column++)
      this.take(tracks, column, level);
    const carries: HeapBit[] = [];
    while (carries.length < rows - 1 && this.heap[start].length >= target) {
      const bit = this.heap[start].findIndex((candidate) => candidate.level <= level);
      if (bit < 0) break;
      carries.push(...this.heap[start].splice(bit, 1));
    }
    this.emit(tracks, carries, start, column - start);
  }

  /** Whether a chain passes a column: it would be too high with the chain's carry in it. */
  private goesOn(column: number, start: number, level: number, target: number): boolean {
    const wanted = target === 1 && column > start ? 1 : 2;
    return this.heap[column].length >= target && this.available(column, level) >= wanted;
  }

  /** Moves up to one bit per track out of the column, going on with a track's word where it can. */
  private take(tracks: (HeapBit | undefined)[][], column: number, level: number): void {
    const bits = this.heap[column];
    const open: (HeapBit | undefined)[][] = [];
    for (const track of tracks) {
      const last = track.at(-1);
      const next =
        last === undefined
          ? -1
          : bits.findIndex((bit) => {
              const { value, index, inverted } = bit;
              return value === last.value && index === last.index + 1 && inverted === last.inverted;
            });
      if (next < 0) open.push(track);
      else track.push(...bits.splice(next, 1));
    }
    for (const track of open) {
      let best = -1;
      bits.forEach((bit, at) => {
        if (bit.level <= level && (best < 0 || bit.level < bits[best].level)) best = at;
      });
      track.push(best < 0 ? undefined : bits.splice(best, 1)[0]);
    }
  }

  private emit(
    tracks: (HeapBit | undefined)[][],
    carries: readonly HeapBit[],
    start: number,
    columns: number,
  ): void {
    const rows = tracks.map(piecesOf).filter((row) => row.length > 0);
    const adder: Adder = {
      kind: 'adder',
      columns,
      rows: rows.length >= 2 ? rows : tracks.slice(0, 2).map(piecesOf),
      carries: carries.flatMap((bit) => piecesOf([bit])),
    };
    const high = adderHigh(adder);
    const name = `${this.value.name}_add${++this.chains}`;
    const value = this.builder.add(adder, { low: 0, high }, this.value.layer, name);
    trackLevels(this.builder, this.levels);
    const width = unsignedWidth(high);
    for (let index = 0; index < width && start + index < this.columns; index++)
      this.heap[start + index].push({ value, index, inverted: false, level: this.levels[value] });
  }
}
