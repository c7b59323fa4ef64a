import { signedWidth, unsignedWidth } from '../../fixed/format.js';
import type { Interval } from '../../fixed/interval.js';

/** ±item × 2^shift inside a term graph. */
export interface GraphTerm {
  readonly item: number;
  readonly shift: number;
  readonly negative: boolean;
}

/** An input of the graph, or a sum that several rows read. */
export interface GraphItem {
  /** Exact: over all that the graph's inputs can be, independently of each other. */
  readonly range: Interval;
  readonly width: number;
  /** Adders on the longest path from the inputs, about, when it was made. */
  readonly level: number;
  /** The least of the inputs in it. */
  readonly first: number;
  /** Weight of every input in it. */
  readonly weights: ReadonlyMap<number, number>;
  /** Absent for inputs. */
  readonly terms: GraphTerm[] | undefined;
}

/** The sums of one layer: rows of terms over the layer's inputs and over sums that they share. */
export interface TermGraph {
  inputs: number;
  /** The inputs first, then the shared sums, in any order. */
  readonly items: GraphItem[];
  readonly rows: GraphTerm[][];
}

/** Bits of a word that holds the numbers from `low` to `high`. */
export const bitsOf = (low: number, high: number): number =>
  Math.max(1, low < 0 ? signedWidth({ low, high }) : unsignedWidth(high));

export function inputItem(range: Interval, input: number): GraphItem {
  return {
    range,
    width: bitsOf(range.low, range.high),
    level: 0,
    first: input,
    weights: new Map([[input, 1]]),
    terms: undefined,
  };
}

/** The sum of the terms as an item, its range exact. */
export function sumItem(items: readonly GraphItem[], terms: GraphTerm[]): GraphItem {
  const weights = new Map<number, number>();
  let first = Number.POSITIVE_INFINITY;
  for (const { item, shift, negative } of terms) {
    first = Math.min(first, items[item].first);
    const factor = (negative ? -1 : 1) * 2 ** shift;
    for (const [input, weight] of items[item].weights)
      weights.set(input, (weights.get(input) ?? 0) + factor * weight);
  }
  let low = 0;
  let high = 0;
  for (const [input, weight] of weights) {
    const { range } = items[input];
    low += weight * (weight > 0 ? range.low : range.high);
    high += weight * (weight > 0 ? range.high : range.low);
  }
  const range = { low, high };
  return { range, width: bitsOf(range.low, range.high), level: levelOf(items, terms), first, weights, terms };
}

/** Levels of adders of three that take in words which come at levels of their own. */
export function levelOf(items: readonly GraphItem[], terms: readonly GraphTerm[]): number {
  const words = terms.reduce((sum, { item }) => sum + 3 ** items[item].level, 0);
  let level = 0;
  while (3 ** level < words) level += 1;
  return level;
}

/** LUTs that add up words, by the heights of their columns: each LUT of a carry chain takes two bits away. */
export function sumCost(items: readonly GraphItem[], terms: readonly GraphTerm[]): number {
  if (terms.length === 2) {
    const [a, b] = terms;
    return pairCost(items[a.item].width, items[b.item].width, b.shift - a.shift);
  }
  const steps: number[] = [];
  for (const { item, shift } of terms) {
    const end = shift + items[item].width;
    while (steps.length <= end) steps.push(0);
    steps[shift] += 1;
    steps[end] -= 1;
  }
  let luts = 0;
  let chains = 0;
  let height = 0;
  let carries = 0;
  for (let column = 0; column < steps.length || chains > 0; column++) {
    height += steps[column] ?? 0;
    const bits = height + carries;
    // A chain that ends leaves one carry in this column and one in the next.
    const kept = Math.min(chains, (bits + chains - Math.min(chains, bits >> 1)) >> 1);
    carries = chains - kept;
    chains = Math.max(kept, bits >> 1);
    luts += chains;
  }
  return luts;
}

/**
 * Two words alone leave a third of the chain's inputs empty, and cost a LUT where they overlap.
 *
 * @param shift of the second word against the first
 */
export function pairCost(first: number, second: number, shift: number): number {
  return Math.max(0, Math.min(first, second + shift) - Math.max(0, shift));
}
