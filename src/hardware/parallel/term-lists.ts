import { isNegative, itemOf, shiftOf, termCode } from './pair-table.js';
import type { GraphTerm, TermGraph } from './term-graph.js';

/** A graph's lists of terms as codes, to be searched and changed: the rows', then those of its sums. */
export class TermLists {
  readonly lists: number[][];
  /** The sums' items. */
  private readonly sums: number[] = [];

  constructor(private readonly graph: TermGraph) {
    this.lists = graph.rows.map((row) => row.map(codeOf));
    graph.items.forEach(({ terms }, item) => {
      if (terms !== undefined && terms.length > 0) this.addSum(item, terms.map(codeOf));
    });
  }

  /** @returns the list's number */
  addSum(item: number, terms: number[]): number {
    this.sums.push(item);
    return this.lists.push(terms) - 1;
  }

  /** Gives the graph its lists as they are now. */
  writeBack(): void {
    const { rows, items } = this.graph;
    this.lists.forEach((list, number) => {
      const item = this.sums[number - rows.length];
      if (item === undefined) rows[number] = list.map(termOf);
      else items[item] = { ...items[item], terms: list.map(termOf) };
    });
  }
}

const codeOf = ({ item, shift, negative }: GraphTerm): number => termCode(item, shift, negative);

export const termOf = (code: number): GraphTerm => {
  return { item: itemOf(code), shift: shiftOf(code), negative: isNegative(code) };
};
