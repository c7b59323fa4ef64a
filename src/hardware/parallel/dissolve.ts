import { type GraphTerm, sumCost, type TermGraph } from './term-graph.js';

/**
 * Undoes what sharing in pairs has built only on the way to larger sums: a shared sum is written out in its readers
 * where that costs fewer LUTs than building it, from the last one back, until nothing changes.
 */
export function dissolveSums(graph: TermGraph): void {
  const { items, rows } = graph;
  for (let changed = true; changed; ) {
    changed = false;
    for (let item = items.length - 1; item >= 0; item--) {
      const { terms, width } = items[item];
      if (terms === undefined || terms.length === 0) continue;
      const readers = readersOf(graph, item);
      const uses = readers.reduce((count, list) => count + list.filter((t) => t.item === item).length, 0);
      const bits = terms.reduce((sum, term) => sum + items[term.item].width, 0);
      // What reading it costs less than its terms would, against what it costs itself.
      const gain = (uses * (bits - width)) / 2 - sumCost(items, terms, width);
      if (uses > 0 && gain > 0) continue;
      changed = true;
      items.forEach((reader, number) => {
        if (reader.terms?.some((term) => term.item === item))
          items[number] = { ...reader, terms: inline(reader.terms, item, terms) };
      });
      rows.forEach((row, number) => {
        if (row.some((term) => term.item === item)) rows[number] = inline(row, item, terms);
      });
      items[item] = { ...items[item], terms: [] };
    }
  }
}

function readersOf({ items, rows }: TermGraph, item: number): (readonly GraphTerm[])[] {
  const reads = (terms: readonly GraphTerm[]) => terms.some((term) => term.item === item);
  return [
    ...items.flatMap(({ terms }) => (terms !== undefined && reads(terms) ? [terms] : [])),
    ...rows.filter(reads),
  ];
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
