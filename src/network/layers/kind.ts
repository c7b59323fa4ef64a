import type { Format } from '../../fixed/format.js';
import type { Interval } from '../../fixed/interval.js';
import type { Finish } from '../finish.js';
import type { SchemaVersion } from '../json-parts.js';

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

/** What a layer kind must answer. `path` leads to the layer, for errors, such as `network.json, layers[0]`. */
export interface LayerKind<L> {
  readonly kind: string;
  /** The layer's output units. */
  units(layer: L): number;
  /** Throws at the first thing that is wrong with the layer when it is fed with these formats. */
  check(layer: L, inputs: readonly Format[], path: string): void;
  /** Input codes → output codes: the definition of the layer's meaning. What no code changes is worked out once. */
  evaluator(layer: L, inputs: readonly Format[]): (codes: readonly number[]) => number[];
  /** The output units' formats. */
  formats(layer: L, inputs: readonly Format[]): Format[];
  /** The layer as weighted sums, for hardware; must equal {@link evaluator} for all inputs. */
  rows(layer: L, inputs: readonly Format[]): AffineRow[];
  /** Plain data for JSON, and back. `path` as in {@link check}. */
  toJson(layer: L, version: SchemaVersion): object;
  fromJson(json: unknown, path: string, version: SchemaVersion): L;
  /** The first version of the schema that can say the layer. */
  version(layer: L): SchemaVersion;
  /** One line: shape, formats, non-zeros. */
  describe(layer: L): string;
  /** Weights and biases that are not zero. */
  nonZeros(layer: L): number;
  /** Weights and biases in all. */
  parameters(layer: L): number;
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
