import { assertNever } from '../../core/assert.js';
import { roundsUp } from '../../network/finish.js';
import type { QuantizedNetwork } from '../../network/types.js';
import { isFull, layerTables } from './layer.js';
import { type CLayer, type NetworkPlan, type OutputRun, planNetwork, rowsOf } from './plan.js';
import type { CStyle } from './style.js';
import { tableType } from './types.js';

/** What one inference does, as the source states it: `<name>_run`, without class and probability. */
export interface COperations {
  /** Products; in the style `unrolled` without those by a power of two, which compilers turn into shifts. */
  readonly multiplies: number;
  /** Additions to accumulators and of the halves that round. */
  readonly additions: number;
  /** Reads of inputs, activations and tables. */
  readonly loads: number;
  /** Writes of activations and outputs. */
  readonly stores: number;
}

/** Bytes on a microcontroller. */
export interface CMemory {
  /** `measured` from a compiled object file; `estimated` for Thumb code where no compiler was found. */
  readonly basis: 'measured' | 'estimated';
  /** The compiler and its options; absent from an estimate. */
  readonly compiler?: string;
  /** Code and constants. */
  readonly flash: number;
  /** Static data and the stack of the deepest call, at most; without the caller's input and output. */
  readonly ram: number;
}

/** Counts the operations of one inference. */
export function countOperations(network: QuantizedNetwork, style: CStyle = 'tables'): COperations {
  const layers = planNetwork(network).layers.map((layer) => layerOperations(layer, style));
  const total = (pick: (one: COperations) => number) => layers.reduce((sum, one) => sum + pick(one), 0);
  return {
    multiplies: total((one) => one.multiplies),
    additions: total((one) => one.additions),
    loads: total((one) => one.loads),
    stores: total((one) => one.stores),
  };
}

function layerOperations(layer: CLayer, style: CStyle): COperations {
  const rows = rowsOf(layer);
  const terms = rows.flatMap((row) => row.terms);
  const rounded = rows.filter(({ finish }) => roundsUp(finish));
  const additions = terms.length + rounded.length;
  const compared = layer.runs.flatMap((run) => (run.kind === 'max' ? run.row.inputs : []));
  const slopes = rows.flatMap(({ finish: { activation, scaling } }) => [
    ...(activation.kind === 'leaky' ? [activation.multiplier] : []),
    ...(scaling.multiplier === 1 ? [] : [scaling.multiplier]),
  ]);
  const stores = layer.outputs.length;
  switch (style) {
    case 'tables': {
      const perTerm = isFull(layer) ? 2 : 3;
      const perUnit = isFull(layer) ? 1 : 2;
      const loads = perTerm * terms.length + perUnit * rows.length + compared.length;
      return { multiplies: terms.length + slopes.length, additions, loads, stores };
    }
    case 'unrolled': {
      const factors = [...terms.map(({ weight }) => weight), ...slopes];
      const products = factors.filter((factor) => !Number.isInteger(Math.log2(Math.abs(factor))));
      return { multiplies: products.length, additions, loads: terms.length + compared.length, stores };
    }
    default:
      return assertNever(style);
  }
}

/** Bytes without a compiler: tables and buffers are counted, code is estimated. */
export function estimateMemory(network: QuantizedNetwork, style: CStyle = 'tables'): CMemory {
  const plan = planNetwork(network);
  const flash = codeBytes(plan, style) + tableBytes(plan, style);
  const buffers = plan.buffers.reduce((sum, { type, length }) => sum + type.bytes * length, 0);
  return { basis: 'estimated', flash, ram: buffers + CALL_STACK };
}

/** Saved registers of the call chain; Thumb code of GCC 12 at -Os has 36 to 60 bytes. */
const CALL_STACK = 48;

function codeBytes(plan: NetworkPlan, style: CStyle): number {
  return plan.layers.reduce((sum, layer) => {
    const rows = rowsOf(layer);
    const terms = rows.reduce((count, row) => count + row.terms.length, 0);
    const count = (kind: OutputRun['kind']) => layer.runs.filter((run) => run.kind === kind).length;
    const [constants, loops] = [count('constant'), count('rows')];
    const compared = layer.runs.reduce(
      (all, run) => all + (run.kind === 'max' ? run.row.inputs.length : 0),
      0,
    );
    const code = style === 'tables' ? 56 * loops : 9 * terms + 12 * rows.length;
    return sum + code + 24 * layer.finishes.length + 4 * constants + 8 * compared;
  }, 40);
}

function tableBytes(plan: NetworkPlan, style: CStyle): number {
  const bytes = (numbers: readonly number[]) => numbers.length * tableType(numbers).bytes;
  const { head } = plan.affine;
  const probability =
    head.kind === 'binary' && head.probability !== undefined ? bytes(head.probability.codes) : 0;
  const finishes = plan.layers.flatMap((layer) =>
    layer.finishes.map(({ finish }) => finish.table?.codes ?? []),
  );
  const looked = finishes
    .filter(({ length }) => length > 0)
    .reduce((sum, codes) => sum + bytes(codes), probability);
  if (style !== 'tables') return looked;
  return plan.layers.reduce((sum, layer) => {
    const rows = rowsOf(layer);
    if (rows.length === 0) return sum;
    return layerTables(layer, rows).reduce((all, { groups }) => all + bytes(groups.flat()), sum);
  }, looked);
}
