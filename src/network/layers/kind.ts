import type { Random } from '../../core/random.js';
import type { Format } from '../../fixed/format.js';
import { type Interval, point } from '../../fixed/interval.js';
import type { Finish } from '../finish.js';
import type { SchemaVersion } from '../json-parts.js';
import type { Tensor } from '../tensor.js';
import type { Window } from '../window.js';
import type { Zones } from '../zones.js';

/**
 * One unit of any layer that is a weighted sum: code = finish(bias + Σ weight × input), where all terms are whole
 * numbers at the same `fraction`.
 */
export interface AffineRow {
  /** The non-zero weights, by input unit, ascending. */
  readonly terms: readonly AffineTerm[];
  readonly bias: number;
  /** Fraction bits of the sum. */
  readonly fraction: number;
  readonly finish: Finish;
}

export interface AffineTerm {
  readonly input: number;
  readonly weight: number;
}

/**
 * A row whose terms are made whenever they are asked for: those of all positions of a map, kept at once, would take more
 * memory than all else.
 */
export const lazyRow = (
  { bias, fraction, finish }: Omit<AffineRow, 'terms'>,
  terms: () => readonly AffineTerm[],
): AffineRow => ({
  get terms() {
    return terms();
  },
  bias,
  fraction,
  finish,
});

/** One unit of any layer that chooses: the largest of codes, which all mean the same, and perhaps of a constant one. */
export interface MaxRow {
  readonly inputs: readonly number[];
  readonly least?: number;
}

/**
 * How a layer's codes come about. Codes of all that it reads are numbered on, one tensor after the other.
 * `sums`: weighted ones, a row for each; `denseTerms` are its products, those with zero weights too. `max`: the largest of some. `wires`: each is one
 * of the codes read, as it is, or the 0 of padding (`ZERO`).
 */
export type Lowering =
  | { readonly kind: 'sums'; readonly rows: readonly AffineRow[]; readonly denseTerms: number }
  | { readonly kind: 'max'; readonly rows: readonly MaxRow[] }
  | { readonly kind: 'wires'; readonly from: readonly number[] };

/**
 * The same rows at every position of a window over a map: they count the codes under it, one tap's after the other. With
 * `zones` of positions, for which the window is one cell, they count its codes once for each zone: of zones in which a
 * position does not lie they are 0.
 */
export type WindowForm = { readonly window: Window } & (
  | { readonly kind: 'sums'; readonly rows: readonly AffineRow[]; readonly zones?: Zones }
  | { readonly kind: 'max'; readonly rows: readonly MaxRow[] }
);

/** A layer as two, one behind the other: what is summed up at each position, and its product with the weight of a zone. */
export interface LayerParts {
  readonly sums: { readonly kind: string };
  readonly shares: { readonly kind: string };
}

/** Whole numbers that a layer keeps: for reports, sizes and costs, which know no kind. */
export interface WeightTensor {
  readonly role: 'weights' | 'bias';
  /** In raster order. */
  readonly codes: readonly number[];
  /** One per item of the last axis. */
  readonly formats: readonly Format[];
}

/** What a layer can read: a tensor and the name of what gives it. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** What a layer computes; `inputs` are the tensors that it reads. */
export interface LayerMeaning<L> {
  readonly kind: string;
  /** What it gives. */
  type(layer: L, inputs: readonly Tensor[]): Tensor;
  /** Codes read, a list for each tensor → codes given: the definition of the layer's meaning. What no code changes is worked out once. */
  evaluator(layer: L, inputs: readonly Tensor[]): (codes: readonly (readonly number[])[]) => number[];
  /** For hardware, C and proofs; must equal {@link evaluator} for all inputs. */
  lower(layer: L, inputs: readonly Tensor[]): Lowering;
  /**
   * The same as {@link lower} gives, for hardware that takes a map cell by cell; what lies in the padding is 0 in sums, and
   * never the largest. None where the rows differ from one position to the next. Kinds without a window leave it out.
   */
  window?(layer: L, inputs: readonly Tensor[]): WindowForm | undefined;
  /** The same as two layers, where they have windows and the layer has none. */
  parts?(layer: L, inputs: readonly Tensor[]): LayerParts | undefined;
  /** What it keeps; nothing for a layer without weights. */
  weights(layer: L): readonly WeightTensor[];
}

/** What a layer kind must answer besides; `path` leads to the layer, for errors, such as `network.json, layers[0]`. */
export interface LayerKind<L> extends LayerMeaning<L> {
  /** What {@link lower} makes of every layer of the kind. */
  readonly gives: Lowering['kind'];
  /** Throws at the first thing that is wrong with the layer when it reads these. */
  check(layer: L, inputs: readonly Tensor[], path: string): void;
  /** Plain data for JSON, and back, all but what it reads. */
  toJson(layer: L, version: SchemaVersion): object;
  fromJson(json: unknown, path: string, version: SchemaVersion): L;
  /** The first version of the schema that can say the layer. */
  version(layer: L): SchemaVersion;
  /** One line: shape, formats, non-zeros. */
  describe(layer: L): string;
  /** One of this kind that reads some of these, with everything else left to chance; none where none fits. */
  sample(random: Random, name: string, given: readonly NamedTensor[]): L | undefined;
}

/** The interval of a row's code when input unit i lies in `inputs[i]`. */
export function maxInterval({ inputs, least }: MaxRow, codes: readonly Interval[]): Interval {
  const all = [...inputs.map((input) => codes[input]), ...(least === undefined ? [] : [point(least)])];
  return { low: Math.max(...all.map(({ low }) => low)), high: Math.max(...all.map(({ high }) => high)) };
}

/** The interval of a row's sum when input unit i lies in `inputs[i]`. */
export function sumInterval(row: AffineRow, inputs: readonly Interval[]): Interval {
  let low = row.bias;
  let high = row.bias;
  for (const { input, weight } of row.terms) {
    const a = weight * inputs[input].low;
    const b = weight * inputs[input].high;
    low += Math.min(a, b);
    high += Math.max(a, b);
  }
  return { low, high };
}
