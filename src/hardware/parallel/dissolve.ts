import { type GraphTerm, sumCost, type TermGraph } from './term-graph.js';

/**
 * Sharing in pairs builds some sums only as steps towards larger ones. Such a sum is written out in its readers again,
 * if that costs fewer LUTs than building it. The search goes from the last sum back until nothing changes.
 */
export function dissolveSums(graph: TermGraph): void {
  new Dissolving(graph).run();
}

class Dissolving {
  /** The items' terms, then the rows': none for inputs. */
  private readonly lists: GraphTerm[][];
  /** The numbers of the lists that read an item, and perhaps of some that no longer do. */
  private readonly readers: Set<number>[];

  constructor(private readonly graph: TermGraph) {
    const { items, rows } = graph;
    this.lists = [...items.map(({ terms = [] }) => terms), ...rows];
    this.readers = items.map(() => new Set());
    this.lists.forEach((_, list) => {
      this.noteReader(list);
    });
  }

  run(): void {
    const { items, rows } = this.graph;
    for (let changed = true; changed; ) {
      changed = false;
      for (let item = items.length - 1; item >= 0; item--) {
        if (this.lists[item].length === 0 || this.pays(item)) continue;
        changed = true;
        this.dissolve(item);
      }
    }
    items.forEach((item, number) => {
      if (item.terms !== undefined) items[number] = { ...item, terms: this.lists[number] };
    });
    rows.forEach((_, row) => {
      rows[row] = this.lists[items.length + row];
    });
  }

  private noteReader(list: number): void {
    for (const { item } of this.lists[list]) this.readers[item].add(list);
  }

  /** Whether reading a sum costs less than its terms would, by more than the sum costs itself. */
  private pays(item: number): boolean {
    const { items } = this.graph;
    const terms = this.lists[item];
    const { width } = items[item];
    let uses = 0;
    for (const list of this.readers[item])
      for (const term of this.lists[list]) if (term.item === item) uses += 1;
    const bits = terms.reduce((sum, term) => sum + items[term.item].width, 0);
    return (uses * (bits - width)) / 2 > sumCost(items, terms);
  }

  /** Writes the sum's terms wherever it is read. */
  private dissolve(item: number): void {
    const terms = this.lists[item];
    for (const list of this.readers[item]) {
      this.lists[list] = inline(this.lists[list], item, terms);
      this.noteReader(list);
    }
    this.lists[item] = [];
  }
}

function inline(reader: readonly GraphTerm[], item: number, terms: readonly GraphTerm[]): GraphTerm[] {
  return reader.flatMap((term) =>
    term.item !== item
      ? [term]
      : terms.map((inner) => ({
          item: inner.item,
          shift: inner.shift + term.shift,
          negative: inner.negative !== term.negative,
        })),
  );
}
