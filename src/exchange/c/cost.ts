import { assertNever } from '../../core/assert.js';
import { type Finish, roundsUp } from '../../network/finish.js';
import type { QuantizedNetwork } from '../../network/types.js';
import { isFull, layerTables } from './layer.js';
import { MOST_COPIES, moveTables } from './move-plan.js';
import {
  bufferBytes,
  type CLayer,
  type CStep,
  type NetworkPlan,
  type OutputRun,
  planNetwork,
  rowsOf,
} from './plan.js';
import type { CStyle } from './style.js';
import { tableType } from './types.js';
import { windowTables } from './window.js';
import { type CWindow, windowProducts } from './window-plan.js';
import { zonesTables } from './zones.js';
import type { CZones } from './zones-plan.js';

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
  const steps = planNetwork(network).steps.map((step) => stepOperations(step, style));
  const total = (pick: (one: COperations) => number) => steps.reduce((sum, one) => sum + pick(one), 0);
  return {
    multiplies: total((one) => one.multiplies),
    additions: total((one) => one.additions),
    loads: total((one) => one.loads),
    stores: total((one) => one.stores),
  };
}

function stepOperations(step: CStep, style: CStyle): COperations {
  switch (step.kind) {
    case 'layer':
      return layerOperations(step, style);
    case 'window':
      return windowOperations(step);
    case 'zones':
      return zonesOperations(step);
    case 'move': {
      const moved = step.outputs.length - step.constants.reduce((sum, { count }) => sum + count, 0);
      return { multiplies: 0, additions: 0, loads: moved, stores: step.outputs.length };
    }
    default:
      return assertNever(step);
  }
}

/** Products that end a sum: of slopes, and of scales that are no power of two. */
const endingFactors = ({ activation, scaling }: Finish): number[] => [
  ...(activation.kind === 'leaky' ? [activation.multiplier] : []),
  ...(scaling.multiplier === 1 ? [] : [scaling.multiplier]),
];

function windowOperations(step: CWindow): COperations {
  const stores = step.positions[0] * step.positions[1] * step.units.length;
  const positions = stores / step.units.length;
  const products = windowProducts(step);
  if (step.denseTerms === 0) return { multiplies: 0, additions: 0, loads: products + stores, stores };
  const ends = step.units.map(({ finish }) => step.finishes[finish as number].finish);
  const factors = ends.flatMap(endingFactors).length;
  return {
    multiplies: products + positions * factors,
    additions: products + positions * ends.filter(roundsUp).length,
    // Of each product the code, its weight and its channel; of each unit where it begins.
    loads: 3 * products + stores,
    stores,
  };
}

/** Each unit is one product: of a code, the weight of a zone, and where it begins. */
function zonesOperations({ positions, units, finishes }: CZones): COperations {
  const cells = positions[0] * positions[1];
  const products = cells * units.length;
  const ends = units.map(({ finish }) => finishes[finish].finish);
  return {
    multiplies: products + cells * ends.flatMap(endingFactors).length,
    additions: products + cells * ends.filter(roundsUp).length,
    // Of each position besides the bands of its row and its column, and its zone.
    loads: 4 * products + 3 * cells,
    stores: products,
  };
}

function layerOperations(layer: CLayer, style: CStyle): COperations {
  const rows = rowsOf(layer);
  const terms = rows.flatMap((row) => row.terms);
  const rounded = rows.filter(({ finish }) => roundsUp(finish));
  const additions = terms.length + rounded.length;
  const compared = layer.runs.flatMap((run) => (run.kind === 'max' ? run.row.inputs : []));
  const slopes = rows.flatMap(({ finish }) => endingFactors(finish));
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
  return { basis: 'estimated', flash, ram: bufferBytes(plan) + CALL_STACK };
}

/** Saved registers of the call chain; Thumb code of GCC 12 at -Os has 36 to 60 bytes. */
const CALL_STACK = 48;

const codeBytes = (plan: NetworkPlan, style: CStyle): number =>
  plan.steps.reduce((sum, step) => sum + stepBytes(step, style), 40);

function stepBytes(step: CStep, style: CStyle): number {
  switch (step.kind) {
    case 'layer':
      return layerBytes(step, style);
    case 'window':
      return 60 + 140 * step.sources.length + 24 * step.finishes.length;
    case 'zones':
      return 120 + 24 * step.finishes.length;
    case 'move':
      return 40 * Math.min(step.copies.length, MOST_COPIES) + 20 * step.constants.length;
    default:
      return assertNever(step);
  }
}

function layerBytes(layer: CLayer, style: CStyle): number {
  const rows = rowsOf(layer);
  const terms = rows.reduce((count, row) => count + row.terms.length, 0);
  const count = (kind: OutputRun['kind']) => layer.runs.filter((run) => run.kind === kind).length;
  const [constants, loops] = [count('constant'), count('rows')];
  const compared = layer.runs.reduce((all, run) => all + (run.kind === 'max' ? run.row.inputs.length : 0), 0);
  const code = style === 'tables' ? 56 * loops : 9 * terms + 12 * rows.length;
  return code + 24 * layer.finishes.length + 4 * constants + 8 * compared;
}

const bytesOf = (numbers: readonly number[]): number =>
  numbers.length === 0 ? 0 : numbers.length * tableType(numbers).bytes;

function tableBytes(plan: NetworkPlan, style: CStyle): number {
  const { head } = plan.lowered;
  const probability =
    head.kind === 'binary' && head.probability !== undefined ? bytesOf(head.probability.codes) : 0;
  return plan.steps.reduce((sum, step) => {
    const finishes = step.kind === 'move' ? [] : step.finishes;
    const looked = finishes.reduce((all, { finish }) => all + bytesOf(finish.table?.codes ?? []), 0);
    return sum + looked + stepTables(step, style).reduce((all, numbers) => all + bytesOf(numbers), 0);
  }, probability);
}

function stepTables(step: CStep, style: CStyle): (readonly number[])[] {
  switch (step.kind) {
    case 'layer': {
      const rows = rowsOf(step);
      if (style !== 'tables' || rows.length === 0) return [];
      return layerTables(step, rows).map(({ groups }) => groups.flat());
    }
    case 'window':
      return windowTables(step).map(({ groups }) => groups.flat());
    case 'zones':
      return zonesTables(step).map(({ groups }) => groups.flat());
    case 'move':
      return moveTables(step).map(({ numbers }) => numbers);
    default:
      return assertNever(step);
  }
}
