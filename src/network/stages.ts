import { type Format, fractionOf, rangeOf } from '../fixed/format.js';
import type { Interval } from '../fixed/interval.js';
import { exactFinish, finishInterval } from './finish.js';
import { INPUT_NUMBER, type PlacedLayer, placeLayers } from './graph.js';
import { kindOf } from './layers/index.js';
import { type AffineRow, type AffineTerm, sumInterval } from './layers/kind.js';
import { ZERO } from './layers/wires.js';
import { codeFormats, sizeOf } from './tensor.js';
import type { QuantizedNetwork } from './types.js';

/**
 * The network as a chain of sums, which is what hardware, C and proofs start from. A stage computes one layer of sums
 * and reads nothing but the stage before it, the first one the network's inputs. What a later stage needs besides is
 * handed on: a row of one term, code for code. So a branch that goes round some layers waits in exactly as many places
 * as there are stages between, and layers that only move codes are gone.
 */
export interface Stage {
  /** The name of the layer whose sums it computes. */
  readonly name: string;
  /** Products of the layer, those with zero weights too. */
  readonly denseTerms: number;
  /** The layer's units in order, then what is handed on. */
  readonly rows: readonly StageRow[];
}

export interface StageRow {
  /** Terms count the rows of the stage before, or the network's inputs. */
  readonly row: AffineRow;
  readonly format: Format;
  readonly value: Value;
}

/**
 * A number that the network computes: a unit of a layer of sums, an input ({@link INPUT_NUMBER}), or a code 0 that a layer
 * which only moves codes puts round them.
 */
export interface Value {
  readonly layer: number;
  readonly unit: number;
}

export interface Chain {
  /** At least one. */
  readonly stages: readonly Stage[];
  /** Of each of the network's outputs the row of the last stage that gives it. */
  readonly outputs: readonly number[];
}

/** @param network a checked one */
export function chainOf(network: QuantizedNetwork): Chain {
  const values = new Values(network);
  const placed = placeLayers(network);
  const sums = placed.flatMap((layer, number) => values.readsOf(layer, number));
  const outputs = values.given(placed.length - 1);
  const zeros = outputs.filter((value) => values.isZero(value));
  let before: readonly Value[] = values.given(INPUT_NUMBER);
  const stages = sums.map((sum, index): Stage => {
    const position = new Map(before.map((value, at) => [keyOf(value), at]));
    const later = [...sums.slice(index + 1).flatMap(({ reads }) => reads), ...outputs];
    const carried = carriedPast(sum.number, later).filter((value) => !values.isZero(value));
    const isLast = index === sums.length - 1;
    const rows = [
      ...sum.rows.map((row, unit): StageRow => {
        const terms = resolve(row, sum.reads, position);
        return { row: { ...row, terms }, format: sum.formats[unit], value: { layer: sum.number, unit } };
      }),
      ...carried.map((value): StageRow => {
        const format = values.formatOf(value);
        return { row: handedOn(position.get(keyOf(value)) as number, format), format, value };
      }),
      ...(isLast ? zeros.map((value): StageRow => zeroRow(value, values.formatOf(value))) : []),
    ];
    before = rows.map(({ value }) => value);
    return { name: sum.name, denseTerms: sum.denseTerms, rows };
  });
  const last = new Map(before.map((value, at) => [keyOf(value), at]));
  return { stages, outputs: outputs.map((value) => last.get(keyOf(value)) as number) };
}

const keyOf = ({ layer, unit }: Value): string => `${layer} ${unit}`;

/** Values from before a layer that somebody behind it reads, in order, each once. */
function carriedPast(layer: number, later: readonly Value[]): Value[] {
  const earlier = new Map<string, Value>();
  for (const value of later) if (value.layer < layer) earlier.set(keyOf(value), value);
  return [...earlier.values()].sort((a, b) => a.layer - b.layer || a.unit - b.unit);
}

/** A row's terms, by the rows of the stage before; what it reads twice counts once, with the sum of both weights. */
function resolve(
  row: AffineRow,
  reads: readonly Value[],
  position: ReadonlyMap<string, number>,
): readonly AffineTerm[] {
  const weights = new Map<number, number>();
  for (const { input, weight } of row.terms) {
    const at = position.get(keyOf(reads[input]));
    // What is nowhere is the 0 of padding.
    if (at === undefined) continue;
    weights.set(at, (weights.get(at) ?? 0) + weight);
  }
  return [...weights]
    .filter(([, weight]) => weight !== 0)
    .map(([input, weight]) => ({ input, weight }))
    .sort((a, b) => a.input - b.input);
}

const handedOn = (input: number, format: Format): AffineRow => ({
  terms: [{ input, weight: 1 }],
  bias: 0,
  fraction: fractionOf(format),
  finish: exactFinish({ kind: 'linear' }, 0),
});

/** An output of the network that lies in padding. */
const zeroRow = (value: Value, format: Format): StageRow => ({
  row: { terms: [], bias: 0, fraction: fractionOf(format), finish: exactFinish({ kind: 'linear' }, 0) },
  format,
  value,
});

interface SumsLayer {
  readonly number: number;
  readonly name: string;
  /** Terms count the codes of all that the layer reads. */
  readonly rows: readonly AffineRow[];
  readonly formats: readonly Format[];
  readonly denseTerms: number;
  /** Which value each of those codes is. */
  readonly reads: readonly Value[];
}

/** Which value each code of each layer is, seen through layers that only move codes. */
class Values {
  private readonly byLayer = new Map<number, readonly Value[]>();
  private readonly formats = new Map<number, readonly Format[]>();
  /** Layers whose own codes are the 0 of padding. */
  private readonly padding = new Set<number>();

  constructor(network: QuantizedNetwork) {
    const { formats } = network.input;
    this.formats.set(INPUT_NUMBER, formats);
    this.byLayer.set(INPUT_NUMBER, own(INPUT_NUMBER, formats.length));
  }

  given(layer: number): readonly Value[] {
    return this.byLayer.get(layer) as readonly Value[];
  }

  formatOf({ layer, unit }: Value): Format {
    return (this.formats.get(layer) as readonly Format[])[unit];
  }

  isZero({ layer }: Value): boolean {
    return this.padding.has(layer);
  }

  /** Notes what a layer gives; layers come in order. */
  readsOf({ layer, sources, inputs, output }: PlacedLayer, number: number): SumsLayer[] {
    const reads = sources.flatMap((source) => this.given(source));
    const lowered = kindOf(layer).lower(layer, inputs);
    const formats = codeFormats(output);
    this.formats.set(number, formats);
    if (lowered.kind === 'wires') {
      this.padding.add(number);
      const given = lowered.from.map((at, unit) => (at === ZERO ? { layer: number, unit } : reads[at]));
      this.byLayer.set(number, given);
      return [];
    }
    this.byLayer.set(number, own(number, sizeOf(output)));
    const { rows, denseTerms } = lowered;
    return [{ number, name: layer.name, rows, denseTerms, formats, reads }];
  }
}

const own = (layer: number, units: number): Value[] =>
  Array.from({ length: units }, (_, unit) => ({ layer, unit }));

/** What one row of a stage can do, over all inputs. */
export interface RowRange {
  /** The sum before the activation. */
  readonly sum: Interval;
  /** The codes: a superset of what occurs, by interval arithmetic. */
  readonly output: Interval;
}

/** The range of a row whose inputs lie in the given intervals. */
export function rowRange(row: AffineRow, inputs: readonly Interval[]): RowRange {
  const sum = sumInterval(row, inputs);
  return { sum, output: finishInterval(row.finish, sum) };
}

/** The ranges of every row of every stage, when the inputs take any code of their formats. */
export function chainRanges(network: QuantizedNetwork, { stages }: Chain): RowRange[][] {
  let inputs: Interval[] = network.input.formats.map(rangeOf);
  return stages.map(({ rows }) => {
    const ranges = rows.map(({ row }) => rowRange(row, inputs));
    inputs = ranges.map(({ output }) => output);
    return ranges;
  });
}
