import { isNegative, itemOf, SHIFTS, shiftOf, termCode } from './pair-table.js';
import { ScoreQueue } from './score-queue.js';
import type { ShareOptions } from './share.js';
import { type GraphItem, sumCost, sumItem, type TermGraph } from './term-graph.js';
import { TermLists, termOf } from './term-lists.js';

/** Fewer terms never pay when only two rows read them. */
const LEAST_TERMS = 3;

/** The terms that two lists have in common, but for a shift and a sign. */
interface Overlap {
  readonly first: number;
  readonly second: number;
  /** Of the second list's terms against the first's. */
  readonly shift: number;
  /** Whether their signs differ. */
  readonly opposite: boolean;
  /** Changes of both lists until it was found. */
  readonly changes: number;
}

/**
 * Common subexpressions of many terms. As long as two lists have terms in common whose sum is worth building once, the
 * pair of lists that saves most LUTs gets such a sum, and the sum's terms become a list like the others. An adder of
 * three words costs as much as one of two. So a sum of three terms pays for two readers, and a sum of two does not.
 */
export function shareRows(graph: TermGraph, options: ShareOptions): void {
  new RowSharing(graph, options).run();
}

class RowSharing {
  private readonly items: GraphItem[];
  private readonly terms: TermLists;
  private readonly lists: number[][];
  private readonly changes: number[];
  private readonly overlaps: Overlap[] = [];
  private readonly queue = new ScoreQueue((overlap, other) => overlap < other);
  /** Common bits and terms of two lists, by the shift and the sign between them. */
  private readonly bits = new Int32Array(4 * SHIFTS);
  private readonly counts = new Int32Array(4 * SHIFTS);

  constructor(
    graph: TermGraph,
    private readonly options: ShareOptions,
  ) {
    this.items = graph.items;
    this.terms = new TermLists(graph);
    this.lists = this.terms.lists;
    for (const list of this.lists) list.sort((a, b) => a - b);
    this.changes = this.lists.map(() => 0);
  }

  run(): void {
    const { lists, queue, changes } = this;
    for (let list = 0; list < lists.length; list++)
      for (let other = 0; other < list; other++) this.offer(other, list);
    while (!queue.isEmpty) {
      const overlap = this.overlaps[queue.top];
      queue.pop();
      if (overlap.changes === changes[overlap.first] + changes[overlap.second]) this.extract(overlap);
    }
    this.terms.writeBack();
  }

  /** Offers the overlap of two lists that has most bits. */
  private offer(first: number, second: number): void {
    if (this.lists[first].length < LEAST_TERMS || this.lists[second].length < LEAST_TERMS) return;
    const bucket = this.largestOverlap(first, second);
    if (bucket < 0) return;
    const overlap = {
      first,
      second,
      shift: (bucket >> 1) - SHIFTS,
      opposite: (bucket & 1) === 1,
      changes: this.changes[first] + this.changes[second],
    };
    const terms = this.commonTerms(overlap).map(termOf);
    const { width, level } = sumItem(this.items, terms);
    if (level > this.options.maxLevel) return;
    const saved = this.bits[bucket] - width - sumCost(this.items, terms);
    const score = saved * this.options.vary();
    if (score > this.options.threshold) this.queue.push(this.overlaps.push(overlap) - 1, score);
  }

  /** Its number among shifts and signs; −1 where there is none. */
  private largestOverlap(first: number, second: number): number {
    const { bits, counts } = this;
    const a = this.lists[first];
    const b = this.lists[second];
    bits.fill(0);
    counts.fill(0);
    // Both lists ascend by item.
    for (let i = 0, j = 0; i < a.length; i++) {
      const item = itemOf(a[i]);
      while (j < b.length && itemOf(b[j]) < item) j += 1;
      for (let k = j; k < b.length && itemOf(b[k]) === item; k++) {
        const bucket = (shiftOf(b[k]) - shiftOf(a[i]) + SHIFTS) * 2 + ((a[i] ^ b[k]) & 1);
        bits[bucket] += this.items[item].width;
        counts[bucket] += 1;
      }
    }
    let best = -1;
    for (let bucket = 0; bucket < bits.length; bucket++)
      if (counts[bucket] >= LEAST_TERMS && (best < 0 || bits[bucket] > bits[best])) best = bucket;
    return best;
  }

  /** The first list's terms. */
  private commonTerms({ first, second, shift, opposite }: Overlap): number[] {
    const present = new Set(this.lists[second]);
    return this.lists[first].filter((term) => {
      const other = shiftOf(term) + shift;
      return other >= 0 && other < SHIFTS && present.has(moved(term, shift, opposite));
    });
  }

  /** Makes the common terms a sum of their own and reads it in both lists. */
  private extract(overlap: Overlap): void {
    const { first, second, shift, opposite } = overlap;
    const common = this.commonTerms(overlap);
    const least = common.reduce((smallest, term) => Math.min(smallest, shiftOf(term)), SHIFTS);
    const own = common.map((term) => moved(term, -least, false));
    const item = this.items.push(sumItem(this.items, own.map(termOf))) - 1;
    this.replace(first, common, termCode(item, least, false));
    this.replace(
      second,
      common.map((term) => moved(term, shift, opposite)),
      termCode(item, least + shift, opposite),
    );
    const added = this.terms.addSum(item, own);
    this.changes.push(0);
    const settled = new Set<number>();
    for (const changed of [first, second, added]) {
      settled.add(changed);
      for (let other = 0; other <= added; other++)
        if (!settled.has(other)) this.offer(Math.min(changed, other), Math.max(changed, other));
    }
  }

  private replace(list: number, terms: readonly number[], by: number): void {
    const taken = new Set(terms);
    // The new item's number is the largest: the list still ascends.
    this.lists[list] = [...this.lists[list].filter((term) => !taken.has(term)), by];
    this.changes[list] += 1;
  }
}

const moved = (term: number, shift: number, opposite: boolean): number =>
  termCode(itemOf(term), shiftOf(term) + shift, isNegative(term) !== opposite);
