import { isNegative, itemOf, PairTable, SHIFTS, shiftOf, type TermPair, termCode } from './pair-table.js';
import { ScoreQueue } from './score-queue.js';
import { bitsOf, type GraphItem, type GraphTerm, pairCost, sumItem, type TermGraph } from './term-graph.js';
import { TermLists } from './term-lists.js';

export interface ShareOptions {
  /** Adders that a shared sum may be above the layer's inputs. */
  readonly maxLevel: number;
  /** LUTs that sharing a pair must save. */
  readonly threshold: number;
  /** A factor on every gain, near 1: another order of the same search. */
  readonly vary: () => number;
}

/** Pairs of terms that are looked at, about. */
const MAX_PAIRS = 4_000_000;

/**
 * Common subexpressions: as long as a pair of terms that recurs saves LUTs when it is added up once, the pair that
 * saves most becomes a sum of its own (after Hartley, 1996, who counted adders). A term in a heap costs half a LUT
 * per bit; so wide overlaps pay, and words that barely touch do not.
 */
export function sharePairs(graph: TermGraph, options: ShareOptions): void {
  new Sharing(graph, options).run();
}

class Sharing {
  private readonly table: PairTable;
  private readonly queue: ScoreQueue;
  private readonly items: GraphItem[];
  private readonly levels: number[];
  private readonly lists: TermLists;
  private readonly rows: number[][];
  /** For every item the rows that it was put into, ascending; it may have left them since. */
  private readonly rowsOf: number[][];
  /** How far apart in the layer's inputs two terms may begin: all pairs of the largest layers would be too many. */
  private readonly reach: number;

  constructor(
    graph: TermGraph,
    private readonly options: ShareOptions,
  ) {
    this.items = graph.items;
    this.levels = graph.items.map(({ level }) => level);
    this.lists = new TermLists(graph);
    this.rows = this.lists.lists;
    this.rowsOf = graph.items.map(() => []);
    const pairs = this.rows.reduce((sum, row) => sum + row.length ** 2 / 2, 0);
    this.reach =
      pairs <= MAX_PAIRS ? Number.POSITIVE_INFINITY : Math.ceil((graph.inputs * MAX_PAIRS) / pairs);
    this.table = new PairTable(Math.min(pairs, MAX_PAIRS));
    this.queue = new ScoreQueue((pair, other) => this.table.isBefore(pair, other));
    this.rows.forEach((row, number) => {
      for (const term of row) noteRow(this.rowsOf[itemOf(term)], number);
      this.countPairs(row);
    });
  }

  run(): void {
    const { table, queue } = this;
    for (let pair = 0; pair < table.size; pair++) this.offer(pair);
    while (!queue.isEmpty) {
      const { top, topScore } = queue;
      queue.pop();
      if (this.scoreOf(top) < topScore) this.offer(top);
      else this.extract(table.read(top));
    }
    this.lists.writeBack();
  }

  /** Counts the pairs of a row as it came. */
  private countPairs(row: readonly number[]): void {
    const { table } = this;
    const all = this.reach === Number.POSITIVE_INFINITY && this.levels.every((level) => level === 0);
    for (let at = 0; at < row.length; at++) {
      for (let other = at + 1; other < row.length; other++) {
        const pair = all ? table.find(row[at], row[other]) : this.pairOf(row[at], row[other]);
        if (pair >= 0) table.counts[pair] += 1;
      }
    }
  }

  /** @returns how often the pair of the two terms occurs now; 0 where nobody asks */
  private count(a: number, b: number, change: 1 | -1): number {
    const pair = this.pairOf(a, b);
    if (pair < 0) return 0;
    const { counts } = this.table;
    counts[pair] += change;
    return counts[pair];
  }

  /** The pair that two terms are; −1 where it may not be shared. */
  private pairOf(a: number, b: number): number {
    const first = itemOf(a);
    const second = itemOf(b);
    const { maxLevel } = this.options;
    if (this.levels[first] >= maxLevel || this.levels[second] >= maxLevel) return -1;
    if (Math.abs(this.items[first].first - this.items[second].first) > this.reach) return -1;
    return this.table.find(a, b);
  }

  private offer(pair: number): void {
    const score = this.scoreOf(pair);
    if (score > this.options.threshold) this.queue.push(pair, score);
  }

  private scoreOf(pair: number): number {
    const { counts, saved, costs } = this.table;
    if (counts[pair] < 2) return Number.NEGATIVE_INFINITY;
    if (Number.isNaN(saved[pair])) this.rate(pair);
    return counts[pair] * saved[pair] - costs[pair];
  }

  private rate(pair: number): void {
    const { first, second, shift, opposite } = this.table.read(pair);
    const a = this.items[first];
    const b = this.items[second];
    const scaleA = 2 ** Math.max(-shift, 0);
    const scaleB = 2 ** Math.max(shift, 0);
    const low = a.range.low * scaleA + (opposite ? -b.range.high : b.range.low) * scaleB;
    const high = a.range.high * scaleA + (opposite ? -b.range.low : b.range.high) * scaleB;
    const factor = this.options.vary();
    this.table.saved[pair] = ((a.width + b.width - bitsOf(low, high)) / 2) * factor;
    this.table.costs[pair] = pairCost(a.width, b.width, shift) * factor;
  }

  /** Makes the pair a sum of its own and reads it wherever the pair stands. */
  private extract(pair: TermPair): void {
    const item = this.items.length;
    this.items.push(sumItem(this.items, termsOf(pair)));
    this.levels.push(this.items[item].level);
    const changed: number[] = [];
    this.rowsOf.push(changed);
    const recurring: number[] = [];
    for (const number of this.rowsOf[pair.first]) {
      const row = this.rows[number];
      for (let at = find(row, pair, 0); at !== undefined; at = find(row, pair, at[0])) {
        const [first, second] = at;
        const term = row[first];
        this.remove(row, Math.max(first, second));
        this.remove(row, Math.min(first, second));
        this.add(row, termCode(item, shiftOf(term) + Math.min(pair.shift, 0), isNegative(term)), recurring);
        noteRow(changed, number);
      }
    }
    for (const other of recurring) this.offer(other);
  }

  private remove(row: number[], at: number): void {
    const term = row[at];
    for (let next = at + 1; next < row.length; next++) row[next - 1] = row[next];
    row.pop();
    for (const other of row) this.count(term, other, -1);
  }

  /** @param recurring the pairs with the new term that now occur for the second time */
  private add(row: number[], term: number, recurring: number[]): void {
    for (const other of row)
      if (this.count(other, term, 1) === 2) recurring.push(this.table.find(other, term));
    row.push(term);
  }
}

function noteRow(rows: number[], number: number): void {
  if (rows[rows.length - 1] !== number) rows.push(number);
}

/** Where in the row the pair stands, from a position on. */
function find(row: readonly number[], pair: TermPair, from: number): [number, number] | undefined {
  for (let at = Math.max(0, from - 1); at < row.length; at++) {
    const first = row[at];
    if (itemOf(first) !== pair.first) continue;
    const shift = shiftOf(first) + pair.shift;
    if (shift < 0 || shift >= SHIFTS) continue;
    const second = termCode(pair.second, shift, isNegative(first) !== pair.opposite);
    const other = row.indexOf(second);
    // A term is not its own partner.
    const partner = other === at ? row.indexOf(second, at + 1) : other;
    if (partner >= 0) return [at, partner];
  }
  return undefined;
}

function termsOf({ first, second, shift, opposite }: TermPair): GraphTerm[] {
  return [
    { item: first, shift: Math.max(-shift, 0), negative: false },
    { item: second, shift: Math.max(shift, 0), negative: opposite },
  ];
}
