import type { Format } from '../fixed/format.js';
import type { Interval } from '../fixed/interval.js';
import type { Requantize } from '../fixed/requantize.js';

/** A layer's exact sums leave as they are (all at the finest fraction of the layer), or rounded. */
export type LayerOutput = 'exact' | readonly UnitOutput[];

/** How a unit's sum becomes a code. */
export interface UnitOutput extends Requantize {
  /** Codes that it is saturated to, where these are fewer than the format has. */
  readonly limits?: Interval;
  readonly table?: OutputTable;
}

/** Any function of the code: it leaves as `codes[code − the least that it can be]`, which is a code of `format`. */
export interface OutputTable {
  readonly format: Format;
  readonly codes: readonly number[];
}

/** What a unit's code means. */
export const outputFormat = ({ format, table }: UnitOutput): Format => table?.format ?? format;
