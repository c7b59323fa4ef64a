import type { Random } from '../../core/random.js';
import {
  type Adder,
  type Circuit,
  type CircuitBuilder,
  type OperationOf,
  operandsOf,
  rewrite,
  type Value,
} from './circuit.js';
import { adderLuts } from './cost.js';
import { type HeapBit, heapOf, piecesOf, sumBits } from './heap.js';
import { type HeapPlan, highOf, type PlannedAdder, planHeap } from './heap-plan.js';

export interface CompressOptions {
  /** Rows that one carry chain adds up: three where a LUT and the chain can, as on Xilinx 7-series and Intel ALMs. */
  readonly rows: 2 | 3;
  /** Plans that are made for every sum, the best one kept; all but the first at random. */
  readonly trials: number;
  readonly random: Random;
}

/**
 * Turns every sum into carry chains: the bits of all its terms go into one heap, and chains bring that down to one
 * bit per column.
 */
export function compressSums(circuit: Circuit, options: CompressOptions): Circuit {
  const levels: number[] = [];
  return rewrite(circuit, (builder, value) => {
    if (value.operation.kind !== 'sum') return undefined;
    trackLevels(builder, levels);
    return compress(builder, value, value.operation, levels, options);
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

function compress(
  builder: CircuitBuilder,
  value: Value,
  sum: OperationOf<'sum'>,
  levels: number[],
  options: CompressOptions,
): number {
  const columns = sumBits(sum, value.range);
  const { heap, constant } = heapOf(sum, columns, value.layer, builder.values, levels);
  const ones = onesOf(builder, constant, columns);
  let best = planHeap(heap, ones, { rows: options.rows });
  for (let trial = 1; trial < options.trials; trial++) {
    const plan = planHeap(heap, ones, { rows: options.rows, random: options.random });
    if (isBetter(plan, best)) best = plan;
  }
  return build(builder, value, best);
}

function onesOf(builder: CircuitBuilder, constant: number, columns: number): (HeapBit | undefined)[] {
  if (constant === 0) return Array(columns).fill(undefined);
  const value = builder.constant(constant);
  return Array.from({ length: columns }, (_, index) =>
    Math.floor(constant / 2 ** index) % 2 === 1 ? { value, index, inverted: false, level: 0 } : undefined,
  );
}

/** Fewer LUTs, and no more levels than the plan that was made first. */
function isBetter(plan: HeapPlan, than: HeapPlan): boolean {
  return plan.level <= than.level && lutsOf(plan) < lutsOf(than);
}

function lutsOf({ adders }: HeapPlan): number {
  return adders.reduce((luts, adder) => luts + adderLuts(adderOf(adder, (value) => value)), 0);
}

function adderOf({ rows, carries }: PlannedAdder, map: (value: number) => number): Adder {
  const place = (bit: HeapBit | undefined) =>
    bit === undefined ? undefined : { ...bit, value: map(bit.value) };
  return {
    kind: 'adder',
    columns: rows[0].length,
    rows: rows.map((row) => piecesOf(row.map(place))),
    carries: carries.flatMap((bit) => piecesOf([place(bit)])),
  };
}

function build(builder: CircuitBuilder, { range, layer, name }: Value, plan: HeapPlan): number {
  const numbers: number[] = [];
  const map = (value: number) => (value < 0 ? numbers[-1 - value] : value);
  plan.adders.forEach((adder, at) => {
    const high = highOf(adder.rows, adder.carries);
    numbers.push(builder.add(adderOf(adder, map), { low: 0, high }, layer, `${name}_add${at + 1}`));
  });
  const pieces = piecesOf(
    plan.result.map((bit) => (bit === undefined ? undefined : { ...bit, value: map(bit.value) })),
  );
  return builder.add({ kind: 'join', pieces }, range, layer, name);
}
