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

/** All lists of terms: the rows', then the shared sums'. */
export function listsOf({ items, rows }: TermGraph): GraphTerm[][] {
  return [...rows, ...items.flatMap(({ terms }) => (terms === undefined ? [] : [terms]))];
}

const bitsOf = (range: Interval): number =>
  Math.max(1, range.low < 0 ? signedWidth(range) : unsignedWidth(range.high));

export function inputItem(range: Interval, input: number): GraphItem {
  return { range, width: bitsOf(range), level: 0, first: input, weights: new Map([[input, 1]]) };
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
  return { range, width: bitsOf(range), level, first, weights, terms };
}

/**
 * LUTs that add up words, by the bits that go in and come out: a full carry chain of three rows takes two bits away
 * per LUT. Two words alone leave a third of the chain's inputs empty, and cost a LUT where they overlap.
 */
export function sumCost(items: readonly GraphItem[], terms: readonly GraphTerm[], width: number): number {
  if (terms.length === 2) {
    const [a, b] = terms;
    const top = Math.min(a.shift + items[a.item].width, b.shift + items[b.item].width);
    return Math.max(0, top - Math.max(a.shift, b.shift));
  }
  return (terms.reduce((bits, { item }) => bits + items[item].width, 0) - width) / 2 + 1;
}
