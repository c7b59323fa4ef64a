import type { Requantize } from '../fixed/requantize.js';

/** A layer's exact sums leave as they are (all at the finest fraction of the layer), or requantized. */
export type LayerOutput = 'exact' | readonly Requantize[];
