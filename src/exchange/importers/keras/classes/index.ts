import type { LayerClass } from '../call.js';
import { ACTIVATIONS } from './activations.js';
import { HGQ } from './hgq.js';
import { MERGES } from './merges.js';
import { MOVES } from './moves.js';
import { SUMS } from './sums.js';
import { WINDOWS } from './windows.js';

/** Every class of layers that is known, by its name in Keras. */
export const LAYER_CLASSES: Readonly<Record<string, LayerClass>> = {
  ...SUMS,
  ...WINDOWS,
  ...MOVES,
  ...ACTIVATIONS,
  ...MERGES,
  ...HGQ,
};
