import { canonicalDigits } from './csd.js';
import { type GraphTerm, sumItem, type TermGraph } from './term-graph.js';

/** The longest chain of rows made from each other. Each link makes the path one adder longer. */
const MAX_CHAIN = 2;
/** The share of the terms' bits that must be saved. Unlike rows save a few percent, but then share less and lose more. */
const LEAST_SAVING = 0.1;

/** How a row is made: from another one and terms, or from terms alone. */
interface Origin {
  readonly from: number | undefined;
  readonly terms: GraphTerm[];
  readonly bits: number;
}

/**
 * Column decomposition (after Gustafsson et al., 2004, for constant multiplications): makes a row from a similar row and
 * their difference. The minimum spanning tree over the rows says which row is made from which. Where rows are not
 * similar, the graph stays as it is.
 */
export function decomposeColumns({ items, rows }: TermGraph): void {
  const own = rows.map(
    (terms): Origin => ({ from: undefined, terms: [...terms], bits: bitsOf(items, terms) }),
  );
  const tree = growTree(items, rows, own);
  const total = (origins: readonly Origin[]) => origins.reduce((sum, { bits }) => sum + bits, 0);
  if (total(tree) > (1 - LEAST_SAVING) * total(own)) return;
  const read = new Set(tree.map(({ from }) => from));
  const itemOf = new Map<number, number>();
  const make = (row: number): GraphTerm[] => {
    const { from, terms } = tree[row];
    if (from === undefined) return terms;
    return [{ item: itemFor(from), shift: 0, negative: false }, ...terms];
  };
  const itemFor = (row: number): number => {
    let item = itemOf.get(row);
    if (item === undefined) {
      const made = sumItem(items, make(row));
      item = items.push(made) - 1;
      itemOf.set(row, item);
    }
    return item;
  };
  const made = rows.map((_, row) =>
    read.has(row) ? [{ item: itemFor(row), shift: 0, negative: false }] : make(row),
  );
  rows.splice(0, rows.length, ...made);
}

/** The origin of every row: the nearest row first, as in Prim's algorithm. */
function growTree(
  items: TermGraph['items'],
  rows: TermGraph['rows'],
  own: readonly Origin[],
): readonly Origin[] {
  const sums = rows.map((terms) => sumItem(items, [...terms]));
  const best = [...own];
  const depth = rows.map(() => 0);
  const open = new Set(rows.keys());
  while (open.size > 0) {
    const next = [...open].reduce((a, b) => (best[b].bits < best[a].bits ? b : a));
    open.delete(next);
    const { from } = best[next];
    depth[next] = from === undefined ? 0 : depth[from] + 1;
    if (depth[next] >= MAX_CHAIN) continue;
    for (const row of open) {
      const terms = difference(sums[row].weights, sums[next].weights);
      const bits = sums[next].width + bitsOf(items, terms);
      if (bits < best[row].bits) best[row] = { from: next, terms, bits };
    }
  }
  return best;
}

const bitsOf = (items: TermGraph['items'], terms: readonly GraphTerm[]): number =>
  terms.reduce((sum, { item }) => sum + items[item].width, 0);

function difference(of: ReadonlyMap<number, number>, from: ReadonlyMap<number, number>): GraphTerm[] {
  const inputs = new Set([...of.keys(), ...from.keys()]);
  return [...inputs].flatMap((item) =>
    canonicalDigits((of.get(item) ?? 0) - (from.get(item) ?? 0)).map((digit) => ({ item, ...digit })),
  );
}
