import type { Random } from '../../core/random.js';
import { type Circuit, type CircuitBuilder, type OperationOf, rewrite, type Value } from './circuit.js';
import { BitSources, type HeapBits, heapOf, NONE, piecesOf, sumBits } from './heap.js';
import { type HeapPlan, type PlannedAdder, planHeap } from './heap-plan.js';
import { NamedSums } from './named-sums.js';

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
  let sources: BitSources | undefined;
  let named: NamedSums | undefined;
  const compressed = rewrite(circuit, (builder, value) => {
    if (value.operation.kind !== 'sum') return undefined;
    sources ??= new BitSources(builder.values);
    named ??= new NamedSums(builder);
    const made = compress(builder, value, value.operation, sources, options);
    named.note(made, value, value.operation);
    return made;
  });
  return named === undefined ? compressed : { ...compressed, sums: named.list };
}

function compress(
  builder: CircuitBuilder,
  value: Value,
  sum: OperationOf<'sum'>,
  sources: BitSources,
  { rows, trials, random }: CompressOptions,
): number {
  const heap = heapOf(sum, sumBits(sum, value.range), value.layer, sources);
  const ones = addConstant(builder, heap.bits, heap.constant, heap.columns.length);
  let best = planHeap(heap, ones, { rows });
  for (let trial = 1; trial < trials; trial++) {
    const plan = planHeap(heap, ones, { rows, random });
    // No more levels than the plan that was made first.
    if (plan.level <= best.level && plan.luts < best.luts) best = plan;
  }
  return build(builder, value, best);
}

/** Bits of a constant's value that fit into a number. */
const CONSTANT_BITS = 53;

/** Adds a constant's bits; their numbers by column, or NONE. */
function addConstant(builder: CircuitBuilder, bits: HeapBits, constant: bigint, columns: number): number[] {
  const ones: number[] = [];
  for (let from = 0; from < columns; from += CONSTANT_BITS) {
    let rest = Number(BigInt.asUintN(CONSTANT_BITS, constant >> BigInt(from)));
    const value = rest === 0 ? NONE : builder.constant(rest);
    for (let index = 0; index < CONSTANT_BITS && from + index < columns; index++) {
      ones.push(rest % 2 === 1 ? bits.add(value, index, false, 0, NONE) : NONE);
      rest = Math.floor(rest / 2);
    }
  }
  return ones;
}

function build(builder: CircuitBuilder, { range, layer, name }: Value, plan: HeapPlan): number {
  const numbers: number[] = [];
  const map = (value: number) => (value < 0 ? numbers[-1 - value] : value);
  const place = (row: readonly number[]) => piecesOf(row, plan.bits, map);
  plan.adders.forEach(({ rows, carries, high }: PlannedAdder, at) => {
    const adder = {
      kind: 'adder',
      columns: rows[0].length,
      rows: rows.map(place),
      carries: carries.flatMap((bit) => place([bit])),
    } as const;
    numbers.push(builder.add(adder, { low: 0, high }, layer, `${name}_add${at + 1}`));
  });
  return builder.add({ kind: 'join', pieces: place(plan.result) }, range, layer, name);
}
