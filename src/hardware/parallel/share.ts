import type { GraphItem, GraphTerm, TermGraph } from './term-graph.js';
import { listsOf, sumCost, sumItem } from './term-graph.js';

export interface ShareOptions {
  /** Adders that a shared sum may be above the layer's inputs. */
  readonly maxLevel: number;
  /** LUTs that sharing a pair must save. */
  readonly threshold: number;
  /** A factor on every gain, near 1: another order of the same search. */
  readonly vary: () => number;
}

/** Two terms as they recur: first + sign × second × 2^shift, first's number not above second's. */
interface Pair {
  readonly first: number;
  readonly second: number;
  readonly shift: number;
  readonly opposite: boolean;
}

/** Pairs of terms that are looked at, about. */
const MAX_PAIRS = 4_000_000;
/** Distances between two terms' shifts that are looked at, in both directions together. */
const SHIFTS = 64;

/**
 * Common subexpressions: as long as a pair of terms that recurs saves LUTs when it is added up once, the pair that
 * saves most becomes a sum of its own (after Hartley, 1996, who counted adders). A term in a heap costs half a LUT
 * per bit; so wide overlaps pay, and words that barely touch do not.
 */
export function sharePairs(graph: TermGraph, options: ShareOptions): void {
  new Sharing(graph, options).run();
}

class Sharing {
  private readonly counts = new Map<number, number>();
  private readonly queue = new Queue();
  private readonly items: GraphItem[];
  private readonly rows: GraphTerm[][];
  private readonly code: PairCode;
  private readonly reach: number;
  private readonly costs = new Map<number, { saved: number; cost: number; factor: number }>();

  constructor(
    graph: TermGraph,
    private readonly options: ShareOptions,
  ) {
    this.items = graph.items;
    this.code = new PairCode(graph.items.length);
    this.rows = listsOf(graph);
    this.reach = reachOf(graph);
    for (const row of this.rows)
      row.forEach((term, at) => {
        for (let other = at + 1; other < row.length; other++) this.count(term, row[other], 1);
      });
    for (const key of this.counts.keys()) this.offer(key);
  }

  run(): void {
    for (let key = this.queue.pop(); key !== undefined; key = this.queue.pop()) {
      const { pattern, score } = key;
      const current = this.scoreOf(pattern);
      if (current < score) this.offer(pattern);
      else if (this.items.length < this.code.items) this.extract(pattern);
    }
  }

  private scoreOf(pattern: number): number {
    const count = this.counts.get(pattern) ?? 0;
    if (count < 2) return Number.NEGATIVE_INFINITY;
    let costs = this.costs.get(pattern);
    if (costs === undefined) {
      costs = this.costOf(this.code.decode(pattern));
      this.costs.set(pattern, costs);
    }
    return (count * costs.saved - costs.cost) * costs.factor;
  }

  private costOf(pair: Pair) {
    const terms = termsOf(pair);
    const { width, level } = quickSum(this.items, terms);
    const saved = (this.items[pair.first].width + this.items[pair.second].width - width) / 2;
    if (level > this.options.maxLevel) return { saved: 0, cost: 1, factor: 1 };
    return { saved, cost: sumCost(this.items, terms, width), factor: this.options.vary() };
  }

  private offer(pattern: number): void {
    const score = this.scoreOf(pattern);
    if (score > this.options.threshold) this.queue.push({ pattern, score });
  }

  private count(a: GraphTerm, b: GraphTerm, change: 1 | -1): void {
    if (Math.abs(this.items[a.item].first - this.items[b.item].first) > this.reach) return;
    const pattern = this.code.encode(a, b);
    if (pattern === undefined) return;
    const count = (this.counts.get(pattern) ?? 0) + change;
    if (count === 0) this.counts.delete(pattern);
    else this.counts.set(pattern, count);
  }

  /** Makes the pair a sum of its own and reads it wherever the pair stands. */
  private extract(pattern: number): void {
    const pair = this.code.decode(pattern);
    const item = this.items.length;
    this.items.push(sumItem(this.items, termsOf(pair)));
    const touched = new Set<number>();
    for (const row of this.rows) {
      for (let at = find(row, pair, 0); at !== undefined; at = find(row, pair, at[0])) {
        const [first, second] = at;
        const { shift, negative } = row[first];
        const added = { item, shift: shift + Math.min(pair.shift, 0), negative };
        this.remove(row, Math.max(first, second));
        this.remove(row, Math.min(first, second));
        for (const other of row) {
          this.count(other, added, 1);
          const touchedPattern = this.code.encode(other, added);
          if (touchedPattern !== undefined) touched.add(touchedPattern);
        }
        row.push(added);
      }
    }
    for (const key of touched) this.offer(key);
  }

  private remove(row: GraphTerm[], at: number): void {
    const [term] = row.splice(at, 1);
    for (const other of row) this.count(term, other, -1);
  }
}

/** How far apart in a layer's inputs two terms may begin: all pairs of the largest layers would be too many. */
function reachOf({ rows, inputs }: TermGraph): number {
  const pairs = rows.reduce((sum, row) => sum + row.length ** 2 / 2, 0);
  return pairs <= MAX_PAIRS ? Number.POSITIVE_INFINITY : Math.ceil((inputs * MAX_PAIRS) / pairs);
}

/** Where in the row the pair stands, from a position on. */
function find(row: readonly GraphTerm[], pair: Pair, from: number): [number, number] | undefined {
  for (let at = Math.max(0, from - 1); at < row.length; at++) {
    const first = row[at];
    if (first.item !== pair.first) continue;
    const shift = first.shift + pair.shift;
    const negative = first.negative !== pair.opposite;
    const other = row.findIndex(
      (term, index) =>
        index !== at && term.item === pair.second && term.shift === shift && term.negative === negative,
    );
    if (other >= 0) return [at, other];
  }
  return undefined;
}

/** Pairs as numbers, small enough that the engine keeps them as integers while there are below 4096 items. */
class PairCode {
  private readonly base: number;

  constructor(inputs: number) {
    this.base = 2 ** Math.max(12, Math.ceil(Math.log2(2 * inputs + 1)));
  }

  /** Items that can be told apart. */
  get items(): number {
    return this.base;
  }

  /** The pair that two terms are, or undefined where their shifts are too far apart. */
  encode(a: GraphTerm, b: GraphTerm): number | undefined {
    const inOrder = a.item < b.item || (a.item === b.item && a.shift <= b.shift);
    const first = inOrder ? a : b;
    const second = inOrder ? b : a;
    const shift = second.shift - first.shift + SHIFTS / 2;
    if (shift < 0 || shift >= SHIFTS) return undefined;
    const opposite = first.negative === second.negative ? 0 : 1;
    return (first.item * this.base + second.item) * SHIFTS * 2 + shift * 2 + opposite;
  }

  decode(pattern: number): Pair {
    const rest = Math.floor(pattern / 2);
    const items = Math.floor(rest / SHIFTS);
    return {
      first: Math.floor(items / this.base),
      second: items % this.base,
      shift: (rest % SHIFTS) - SHIFTS / 2,
      opposite: pattern % 2 === 1,
    };
  }
}

function termsOf({ first, second, shift, opposite }: Pair): GraphTerm[] {
  return [
    { item: first, shift: Math.max(-shift, 0), negative: false },
    { item: second, shift: Math.max(shift, 0), negative: opposite },
  ];
}

/** Width and level of a sum, by its terms' ranges alone. */
function quickSum(items: readonly GraphItem[], terms: readonly GraphTerm[]) {
  let low = 0;
  let high = 0;
  let level = 0;
  for (const { item, shift, negative } of terms) {
    const { range } = items[item];
    low += (negative ? -range.high : range.low) * 2 ** shift;
    high += (negative ? -range.low : range.high) * 2 ** shift;
    level = Math.max(level, items[item].level + 1);
  }
  const sign = low < 0 ? 1 : 0;
  return { width: Math.ceil(Math.log2(Math.max(high, -low - 1) + 1)) + sign, level };
}

/** A binary heap of patterns, the highest score first; of equal ones the smaller pattern. */
class Queue {
  private readonly entries: { pattern: number; score: number }[] = [];

  push(entry: { pattern: number; score: number }): void {
    const { entries } = this;
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, entries[parent])) break;
      entries[at] = entries[parent];
      at = parent;
    }
    entries[at] = entry;
  }

  pop(): { pattern: number; score: number } | undefined {
    const { entries } = this;
    const top = entries[0];
    const last = entries.pop();
    if (last === undefined || entries.length === 0) return last;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= entries.length) break;
      if (child + 1 < entries.length && before(entries[child + 1], entries[child])) child += 1;
      if (!before(entries[child], last)) break;
      entries[at] = entries[child];
      at = child;
    }
    entries[at] = last;
    return top;
  }
}

function before(a: { pattern: number; score: number }, b: { pattern: number; score: number }): boolean {
  return a.score > b.score || (a.score === b.score && a.pattern < b.pattern);
}
