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
  /** Sums on the longest path from the inputs, when it was made. */
  readonly level: number;
  /** The least of the inputs in it. */
  readonly first: number;
  /** Weight of every input in it. */
  readonly weights: ReadonlyMap<number, number>;
  /** Absent for inputs. */
  readonly terms?: GraphTerm[];
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
  };
}

/** The sum of the terms as an item, its range exact. */
export function sumItem(items: readonly GraphItem[], terms: GraphTerm[]): GraphItem {
  const weights = new Map<number, number>();
  let level = 0;
  let first = Number.POSITIVE_INFINITY;
  for (const { item, shift, negative } of terms) {
    first = Math.min(first, items[item].first);
    const factor = (negative ? -1 : 1) * 2 ** shift;
    level = Math.max(level, items[item].level + 1);
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
  return { range, width: bitsOf(range.low, range.high), level, first, weights, terms };
}

/**
 * LUTs that add up words, by the bits that go in and come out: a full carry chain of three rows takes two bits away
 * per LUT.
 */
export function sumCost(items: readonly GraphItem[], terms: readonly GraphTerm[], width: number): number {
  if (terms.length === 2) {
    const [a, b] = terms;
    return pairCost(items[a.item].width, items[b.item].width, b.shift - a.shift);
  }
  return (terms.reduce((bits, { item }) => bits + items[item].width, 0) - width) / 2 + 1;
}

/**
 * Two words alone leave a third of the chain's inputs empty, and cost a LUT where they overlap.
 *
 * @param shift of the second word against the first
 */
export function pairCost(first: number, second: number, shift: number): number {
  return Math.max(0, Math.min(first, second + shift) - Math.max(0, shift));
}
