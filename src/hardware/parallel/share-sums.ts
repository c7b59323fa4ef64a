import { add, magnitude, point } from '../../fixed/interval.js';
import {
  type Circuit,
  type CircuitBuilder,
  isSigned,
  type OperationOf,
  rewrite,
  type Term,
  type Value,
  widthOf,
} from './circuit.js';
import { dissolveSums } from './dissolve.js';
import { type GraphTerm, inputItem, type TermGraph } from './term-graph.js';

/** Sums beyond it share nothing: with the amount that is added for negative bits they might exceed the exact numbers. */
const LIMIT = 2 ** 48;

/**
 * Finds sums that several units of a layer have in common, and builds each once.
 *
 * @param share finds them in the graph of a layer's sums
 */
export function shareSums(circuit: Circuit, share: (graph: TermGraph, layer: number) => void): Circuit {
  const layers = new Map<number, LayerSums>();
  const rowOf = new Map<number, number>();
  circuit.values.forEach((value, number) => {
    const { operation, layer } = value;
    if (operation.kind !== 'sum' || magnitude(value.range) > LIMIT) return;
    // Sums of what the layer itself has made share nothing: they come after what the others share.
    if (operation.terms.some((term) => circuit.values[term.value].layer === layer)) return;
    let sums = layers.get(value.layer);
    if (sums === undefined) {
      sums = new LayerSums();
      layers.set(value.layer, sums);
    }
    rowOf.set(number, sums.addRow(circuit, operation));
  });
  for (const [layer, { graph }] of layers) {
    share(graph, layer);
    dissolveSums(graph);
  }
  const built = new Map<number, number[]>();
  return rewrite(circuit, (builder, value, number, map) => {
    const row = rowOf.get(number);
    if (value.operation.kind !== 'sum' || row === undefined) return undefined;
    const sums = layers.get(value.layer) as LayerSums;
    let items = built.get(value.layer);
    if (items === undefined) {
      items = sums.buildItems(builder, value.layer, map);
      built.set(value.layer, items);
    }
    return sums.buildRow(builder, value, value.operation, row, items);
  });
}

/** The sums of one layer as a term graph over the values that the layer reads. */
class LayerSums {
  readonly graph: TermGraph = { inputs: 0, items: [], rows: [] };
  private readonly sources: number[] = [];
  private readonly inputOf = new Map<number, number>();
  /** By how much an item's value exceeds its sum. */
  private readonly offsets: number[] = [];

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
    this.graph.inputs += 1;
    this.inputOf.set(value, input);
    this.graph.items.push(inputItem(circuit.values[value].range, input));
    return input;
  }

  /** Numbers of the items' values; those that nobody reads any more are left out. */
  buildItems(builder: CircuitBuilder, layer: number, map: (old: number) => number): number[] {
    const values = this.sources.map(map);
    const { items } = this.graph;
    let count = 0;
    // The terms of a shared sum are built first, because the numbers of sums do not follow their order of reading.
    const build = (item: number): void => {
      const { terms, range } = items[item];
      if (values[item] !== undefined || terms === undefined || terms.length === 0) return;
      for (const term of terms) build(term.item);
      const { read, excess } = this.read(terms, values);
      // The item is larger than its sum by the weight of all negative bits. So it needs no constant and no sign.
      const constant = negativeWeight(builder, read);
      const offset = constant + excess;
      this.offsets[item] = offset;
      const sum = { kind: 'sum', terms: read, constant } as const;
      values[item] = builder.add(sum, add(range, point(offset)), layer, `shared${count++}`);
    };
    for (let item = this.sources.length; item < items.length; item++) build(item);
    return values;
  }

  buildRow(
    builder: CircuitBuilder,
    value: Value,
    sum: OperationOf<'sum'>,
    row: number,
    items: readonly number[],
  ): number {
    const { read, excess } = this.read(this.graph.rows[row], items);
    const made = { ...sum, terms: read, constant: sum.constant - excess };
    return builder.add(made, value.range, value.layer, value.name);
  }

  /** Terms over values, and by how much they are more than the terms over items. */
  private read(terms: readonly GraphTerm[], values: readonly number[]): { read: Term[]; excess: number } {
    let excess = 0;
    const read = terms.map(({ item, shift, negative }) => {
      excess += (negative ? -1 : 1) * (this.offsets[item] ?? 0) * 2 ** shift;
      return { value: values[item], shift, negative };
    });
    return { read, excess };
  }
}

/** The weights of all bits that count negatively in a sum of these terms. */
function negativeWeight(builder: CircuitBuilder, terms: readonly Term[]): number {
  return terms.reduce((weight, { value, shift, negative }) => {
    const { range } = builder.values[value];
    const all = 2 ** widthOf(range) - 1;
    const sign = isSigned(range) ? 2 ** (widthOf(range) - 1) : 0;
    return weight + (negative ? all - sign : sign) * 2 ** shift;
  }, 0);
}
