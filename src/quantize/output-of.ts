import type { LayerOutput } from '../network/layer-output.js';
import { kindOf } from '../network/layers/index.js';
import type { SumsOutput } from '../network/layers/sums.js';
import type { Layer } from '../network/types.js';

/** How a layer of sums makes codes of them; undefined of layers of other kinds. */
export const outputOf = (layer: Layer): LayerOutput | undefined =>
  kindOf(layer).gives === 'sums' ? (layer as Layer & SumsOutput).output : undefined;
