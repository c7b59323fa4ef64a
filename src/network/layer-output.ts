import type { Format } from '../fixed/format.js';
import type { Interval } from '../fixed/interval.js';
import type { Requantize } from '../fixed/requantize.js';

/** A layer's exact sums leave as they are (all at the finest fraction of the layer), or rounded. */
export type LayerOutput = 'exact' | readonly UnitOutput[];

/** How a unit's sum becomes a code. */
export interface UnitOutput extends Requantize {
  /** What takes the place of the fraction bits of sum and format, where they do not say how the sum becomes a code. */
  readonly scale?: UnitScale;
  /** Codes that it is saturated to, where these are fewer than the format has. */
  readonly limits?: Interval;
  readonly table?: OutputTable;
}

/** code = round(sum × multiplier / 2^shift), the sum being the whole number that it is. */
export interface UnitScale {
  /** 1 to 2^31 − 1. */
  readonly multiplier: number;
  /** 0 to 62. */
  readonly shift: number;
  /** Rounded twice: half up to sum × multiplier / 2^31, then half away from zero. */
  readonly twice?: boolean;
}

/** Any function of the code: it leaves as `codes[code − the least that it can be]`, which is a code of `format`. */
export interface OutputTable {
  readonly format: Format;
  readonly codes: readonly number[];
}

/** What a unit's code means. */
export const outputFormat = ({ format, table }: Pick<UnitOutput, 'format' | 'table'>): Format =>
  table?.format ?? format;
