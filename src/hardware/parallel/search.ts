import { Random } from '../../core/random.js';
import type { Circuit } from './circuit.js';
import { decomposeColumns } from './columns.js';
import { compressSums } from './compress.js';
import { circuitCost, layerLuts } from './cost.js';
import { sharePairs } from './share.js';
import { shareRows } from './share-rows.js';
import { shareSums } from './share-sums.js';
import type { TermGraph } from './term-graph.js';
import { verifyCircuit } from './verify.js';

export type Effort = 0 | 1 | 2 | 3;

export interface SearchOptions {
  readonly effort: Effort;
  /** Of the search's random choices. */
  readonly seed: number;
  /** Rows that one carry chain adds up. */
  readonly adderRows: 2 | 3;
}

/** What an effort buys: counted, not in seconds, so that a seed means the same circuit everywhere. */
interface Budget {
  /** Searches for shared sums; every layer takes the one that suits it best. */
  readonly variants: number;
  /** Plans per sum. */
  readonly trials: number;
}

const BUDGETS: Record<Effort, Budget> = {
  0: { variants: 0, trials: 1 },
  1: { variants: 1, trials: 1 },
  2: { variants: 4, trials: 5 },
  3: { variants: 18, trials: 20 },
};

/** Adders that a shared sum may stand above the layer's inputs. */
const SHARED_LEVELS = 3;
/** Inputs per row from which a layer's rows are long. */
const LONG = 8;
/** How far from 1 the factors on the gains of a variant may be. */
const VARIATION = 0.15;

/** What is shared, one after another, and the LUTs that each must save. */
type Order = readonly (readonly [share: typeof sharePairs, threshold: number])[];

const PAIRS: Order = [[sharePairs, 0]];
const ROWS: Order = [
  [shareRows, 0],
  [sharePairs, 0],
];
const ORDERS: readonly Order[] = [
  PAIRS,
  [
    [decomposeColumns, 0],
    [sharePairs, 0],
  ],
  ROWS,
  [
    [shareRows, 4],
    [sharePairs, 2],
    [shareRows, 0],
  ],
];

/** How a layer's sums are shared: in which order, and with which random factors on the gains. Variant 0 has none. */
interface Choice {
  readonly order: Order;
  readonly variant: number;
}

/** A circuit of carry chains for a circuit of sums: the smallest that the effort finds. */
export function searchSums(recoded: Circuit, options: SearchOptions): Circuit {
  const { variants, trials } = BUDGETS[options.effort];
  if (variants === 0) return compress(recoded, options, trials);
  if (variants === 1) return compress(share(recoded, options, []), options, trials);
  const found: { choices: Choice[]; luts: number[]; total: number }[] = [];
  const bestOf = (layer: number) => leastBy(found, ({ luts }) => luts[layer]).choices[layer];
  for (let variant = 0; variant < variants; variant++) {
    const choices = recoded.layers.map((_, layer): Choice => {
      const isPlain = variant < ORDERS.length;
      return isPlain ? { order: ORDERS[variant], variant: 0 } : { order: bestOf(layer).order, variant };
    });
    const circuit = compress(share(recoded, options, choices), options, 1);
    found.push({ choices, luts: layerLuts(circuit), total: circuitCost(circuit).luts });
  }
  // A layer's cost depends a little on when its inputs arrive, so the best layers need not make the best circuit.
  const perLayer = recoded.layers.map((_, layer) => bestOf(layer));
  const whole = leastBy(found, ({ total }) => total).choices;
  const finalists = [perLayer, whole].map((choices) =>
    compress(share(recoded, options, choices), options, trials),
  );
  return leastBy(finalists, (circuit) => circuitCost(circuit).luts);
}

/** The first of the items whose cost is least. */
function leastBy<T>(items: readonly T[], costOf: (item: T) => number): T {
  return items.reduce((best, item) => (costOf(item) < costOf(best) ? item : best));
}

/** @param choices of every layer; by its shape where not given */
function share(recoded: Circuit, { seed }: SearchOptions, choices: readonly Choice[]): Circuit {
  const search = (graph: TermGraph, layer: number) => {
    const { order, variant } = choices[layer] ?? { order: orderFor(graph), variant: 0 };
    const random = new Random(seed, `parallel, shared sums ${variant}, layer ${layer}`);
    const vary = () => (variant === 0 ? 1 : 1 + VARIATION * (2 * random.float() - 1));
    for (const [run, threshold] of order) run(graph, { maxLevel: SHARED_LEVELS, threshold, vary });
  };
  return verifyCircuit(shareSums(recoded, search), 'share');
}

/** Rows that are long beside their number have many terms in common; of others pairs are found soonest. */
function orderFor({ inputs, rows }: TermGraph): Order {
  return rows.length > 1 && inputs >= LONG * rows.length ? ROWS : PAIRS;
}

function compress(circuit: Circuit, { adderRows, seed }: SearchOptions, trials: number): Circuit {
  const random = new Random(seed, 'parallel, heaps');
  return verifyCircuit(compressSums(circuit, { rows: adderRows, trials, random }), 'compress');
}
