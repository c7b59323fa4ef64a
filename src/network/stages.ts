import { assertNever } from '../core/assert.js';
import { type Format, fractionOf, rangeOf } from '../fixed/format.js';
import type { Interval } from '../fixed/interval.js';
import { exactFinish, finishInterval } from './finish.js';
import { INPUT_NUMBER, type PlacedLayer, placeLayers } from './graph.js';
import { meaningOf } from './layers/index.js';
import {
  type AffineRow,
  type AffineTerm,
  type Lowering,
  lazyRow,
  type MaxRow,
  maxInterval,
  sumInterval,
} from './layers/kind.js';
import { ZERO } from './layers/wires.js';
import { codeFormats, sizeOf } from './tensor.js';
import type { QuantizedNetwork } from './types.js';

/**
 * The network as a chain of sums, which is what hardware, C and proofs start from. A stage computes one layer of sums, or
 * of largest ones, and reads nothing but the stage before it, the first one the network's inputs. What a later stage needs
 * besides is handed on: a row of one term, code for code. So a branch that goes round some layers waits in exactly as many
 * places as there are stages between, and layers that only move codes are gone.
 */
export type Stage = SumsStage | MaxStage;

export interface SumsStage {
  readonly kind: 'sums';
  /** The name of the layer whose sums it computes. */
  readonly name: string;
  /** Products of the layer, those with zero weights too. */
  readonly denseTerms: number;
  /** The layer's units in order, then what is handed on. */
  readonly rows: readonly StageRow<AffineRow>[];
}

export interface MaxStage {
  readonly kind: 'max';
  readonly name: string;
  readonly rows: readonly StageRow<MaxRow>[];
}

export interface StageRow<Row> {
  /** Reads rows of the stage before, or the network's inputs. */
  readonly row: Row;
  readonly format: Format;
  readonly value: ComputedValue;
}

/**
 * A number that the network computes: a unit of a layer of sums, an input ({@link INPUT_NUMBER}), or a code 0 that a layer
 * which only moves codes puts round them.
 */
export interface ComputedValue {
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
  let before: readonly ComputedValue[] = values.given(INPUT_NUMBER);
  const stages = sums.map((sum, index): Stage => {
    const position = new Map(before.map((value, at) => [keyOf(value), at]));
    const later = [...sums.slice(index + 1).flatMap(({ reads }) => reads), ...outputs];
    const carried = carriedPast(sum.number, later).filter((value) => !values.isZero(value));
    const rest = index === sums.length - 1 ? [...carried, ...zeros] : carried;
    const place = (value: ComputedValue) => position.get(keyOf(value));
    const rowsOf = <Row>(
      own: readonly Row[],
      resolve: (row: Row) => Row,
      handOn: (input: number | undefined, format: Format) => Row,
    ): StageRow<Row>[] => [
      ...own.map((row, unit) => {
        return { row: resolve(row), format: sum.formats[unit], value: { layer: sum.number, unit } };
      }),
      ...rest.map((value) => {
        const format = values.formatOf(value);
        return { row: handOn(place(value), format), format, value };
      }),
    ];
    const { lowered, name } = sum;
    const places = sum.reads.map(place);
    const read = (input: number) => places[input];
    const stage: Stage =
      lowered.kind === 'sums'
        ? {
            kind: 'sums',
            name,
            denseTerms: lowered.denseTerms,
            rows: rowsOf(lowered.rows, (row) => lazyRow(row, () => resolveTerms(row, read)), handOnSum),
          }
        : { kind: 'max', name, rows: rowsOf(lowered.rows, (row) => resolveMax(row, read), handOnMax) };
    before = stage.rows.map(({ value }) => value);
    return stage;
  });
  const last = new Map(before.map((value, at) => [keyOf(value), at]));
  return { stages, outputs: outputs.map((value) => last.get(keyOf(value)) as number) };
}

const keyOf = ({ layer, unit }: ComputedValue): string => `${layer} ${unit}`;

/** Values from before a layer that somebody behind it reads, in order, each once. */
function carriedPast(layer: number, later: readonly ComputedValue[]): ComputedValue[] {
  const earlier = new Map<string, ComputedValue>();
  for (const value of later) if (value.layer < layer) earlier.set(keyOf(value), value);
  return [...earlier.values()].sort((a, b) => a.layer - b.layer || a.unit - b.unit);
}

/** The row of the stage before that gives a code; none for the 0 of padding. */
type Read = (input: number) => number | undefined;

/** A row by the rows of the stage before; what it reads twice counts once, with the sum of both weights. */
function resolveTerms(row: AffineRow, read: Read): AffineTerm[] {
  const resolved: AffineTerm[] = [];
  let isAscending = true;
  let last = -1;
  for (const { input, weight } of row.terms) {
    const at = read(input);
    if (at === undefined) continue;
    resolved.push({ input: at, weight });
    isAscending &&= at > last;
    last = at;
  }
  return isAscending ? resolved : mergeTerms(resolved);
}

function mergeTerms(terms: readonly AffineTerm[]): AffineTerm[] {
  const weights = new Map<number, number>();
  for (const { input, weight } of terms) weights.set(input, (weights.get(input) ?? 0) + weight);
  return [...weights]
    .filter(([, weight]) => weight !== 0)
    .map(([input, weight]): AffineTerm => ({ input, weight }))
    .sort((a, b) => a.input - b.input);
}

function resolveMax({ inputs }: MaxRow, read: Read): MaxRow {
  const places = inputs.map(read);
  const rows = places.filter((at) => at !== undefined);
  const unique = [...new Set(rows)].sort((a, b) => a - b);
  return { inputs: unique, ...(rows.length < places.length ? { least: 0 } : {}) };
}

/** What is nowhere is the 0 of padding, as an output of the network. */
const handOnSum = (input: number | undefined, format: Format): AffineRow => ({
  terms: input === undefined ? [] : [{ input, weight: 1 }],
  bias: 0,
  fraction: fractionOf(format),
  finish: exactFinish({ kind: 'linear' }, 0),
});

const handOnMax = (input: number | undefined): MaxRow =>
  input === undefined ? { inputs: [], least: 0 } : { inputs: [input] };

/** A layer that computes something. */
interface ComputingLayer {
  readonly number: number;
  readonly name: string;
  /** Rows count the codes of all that the layer reads. */
  readonly lowered: Exclude<Lowering, { kind: 'wires' }>;
  readonly formats: readonly Format[];
  /** Which value each of those codes is. */
  readonly reads: readonly ComputedValue[];
}

/** Which value each code of each layer is, seen through layers that only move codes. */
class Values {
  private readonly byLayer = new Map<number, readonly ComputedValue[]>();
  private readonly formats = new Map<number, readonly Format[]>();
  /** Layers whose own codes are the 0 of padding. */
  private readonly padding = new Set<number>();

  constructor(network: QuantizedNetwork) {
    const { formats } = network.input;
    this.formats.set(INPUT_NUMBER, formats);
    this.byLayer.set(INPUT_NUMBER, own(INPUT_NUMBER, formats.length));
  }

  given(layer: number): readonly ComputedValue[] {
    return this.byLayer.get(layer) as readonly ComputedValue[];
  }

  formatOf({ layer, unit }: ComputedValue): Format {
    return (this.formats.get(layer) as readonly Format[])[unit];
  }

  isZero({ layer }: ComputedValue): boolean {
    return this.padding.has(layer);
  }

  /** Notes what a layer gives; layers come in order. */
  readsOf({ layer, sources, inputs, output }: PlacedLayer, number: number): ComputingLayer[] {
    const reads = sources.flatMap((source) => this.given(source));
    const lowered = meaningOf(layer).lower(layer, inputs);
    const formats = codeFormats(output);
    this.formats.set(number, formats);
    if (lowered.kind === 'wires') {
      this.padding.add(number);
      const given = lowered.from.map((at, unit) => (at === ZERO ? { layer: number, unit } : reads[at]));
      this.byLayer.set(number, given);
      return [];
    }
    this.byLayer.set(number, own(number, sizeOf(output)));
    return [{ number, name: layer.name, lowered, formats, reads }];
  }
}

const own = (layer: number, units: number): ComputedValue[] =>
  Array.from({ length: units }, (_, unit) => ({ layer, unit }));

/** The codes of every row of every stage, when the inputs take any code of their formats: a superset of what occurs. */
export function chainRanges(network: QuantizedNetwork, { stages }: Chain): Interval[][] {
  let inputs: Interval[] = network.input.formats.map(rangeOf);
  return stages.map((stage) => {
    inputs = stageRanges(stage, inputs);
    return inputs;
  });
}

function stageRanges(stage: Stage, inputs: readonly Interval[]): Interval[] {
  switch (stage.kind) {
    case 'sums':
      return stage.rows.map(({ row }) => finishInterval(row.finish, sumInterval(row, inputs)));
    case 'max':
      return stage.rows.map(({ row }) => maxInterval(row, inputs));
    default:
      return assertNever(stage);
  }
}
