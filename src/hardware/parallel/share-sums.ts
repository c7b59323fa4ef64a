import {
  type Circuit,
  type CircuitBuilder,
  type OperationOf,
  rewrite,
  type Term,
  type Value,
} from './circuit.js';
import { dissolveSums } from './dissolve.js';
import { type ShareOptions, sharePairs } from './share.js';
import { type GraphTerm, inputItem, type TermGraph } from './term-graph.js';

/** Finds sums that several units of a layer have in common, and builds each once. */
export function shareSums(circuit: Circuit, options: ShareOptions): Circuit {
  const layers = new Map<number, LayerSums>();
  const rowOf = new Map<number, number>();
  circuit.values.forEach((value, number) => {
    if (value.operation.kind !== 'sum') return;
    let sums = layers.get(value.layer);
    if (sums === undefined) {
      sums = new LayerSums();
      layers.set(value.layer, sums);
    }
    rowOf.set(number, sums.addRow(circuit, value.operation));
  });
  for (const { graph } of layers.values()) {
    sharePairs(graph, options);
    dissolveSums(graph);
  }
  const built = new Map<number, number[]>();
  const renumbered: number[] = [];
  return rewrite(circuit, (builder, value, number) => {
    let made: number | undefined;
    if (value.operation.kind === 'sum') {
      const sums = layers.get(value.layer) as LayerSums;
      let items = built.get(value.layer);
      if (items === undefined) {
        items = sums.buildItems(builder, value.layer, (old) => renumbered[old]);
        built.set(value.layer, items);
      }
      made = sums.buildRow(builder, value, value.operation, rowOf.get(number) as number, items);
    }
    renumbered.push(made ?? builder.values.length);
    return made;
  });
}

/** The sums of one layer as a term graph over the values that the layer reads. */
class LayerSums {
  readonly graph: TermGraph = { inputs: 0, items: [], rows: [] };
  private readonly sources: number[] = [];
  private readonly inputOf = new Map<number, number>();

  addRow(circuit: Circuit, { terms }: OperationOf<'sum'>): number {
    this.graph.rows.push(
      terms.map(({ value, shift, negative }) => ({ item: this.input(circuit, value), shift, negative })),
    );
    return this.graph.rows.length - 1;
  }

  private input(circuit: Circuit, value: number): number {
    const known = this.inputOf.get(value);
    if (known !== undefined) return known;
    const input = this.sources.length;
    this.sources.push(value);
    this.inputOf.set(value, input);
    this.graph.items.push(inputItem(circuit.values[value].range, input));
    return input;
  }

  /** Numbers of the items' values; those that nobody reads any more are left out. */
  buildItems(builder: CircuitBuilder, layer: number, map: (old: number) => number): number[] {
    const values = this.sources.map(map);
    const { items } = this.graph;
    for (let item = this.sources.length; item < items.length; item++) {
      const { terms, range } = items[item];
      if (terms === undefined || terms.length === 0) {
        values.push(-1);
        continue;
      }
      const operation = { kind: 'sum', terms: termsOf(terms, values), constant: 0 } as const;
      values.push(builder.add(operation, range, layer, `shared${item - this.sources.length}`));
    }
    return values;
  }

  buildRow(
    builder: CircuitBuilder,
    value: Value,
    sum: OperationOf<'sum'>,
    row: number,
    items: readonly number[],
  ): number {
    const terms = termsOf(this.graph.rows[row], items);
    return builder.add({ ...sum, terms }, value.range, value.layer, value.name);
  }
}

function termsOf(terms: readonly GraphTerm[], values: readonly number[]): Term[] {
  return terms.map(({ item, shift, negative }) => ({ value: values[item], shift, negative }));
}
