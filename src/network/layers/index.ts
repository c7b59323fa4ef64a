import type { Layer } from '../types.js';
import { dense } from './dense.js';
import type { LayerKind } from './kind.js';

/** Every layer kind, one line each. */
export const LAYER_KINDS: readonly LayerKind<Layer>[] = [dense];

/** The kind that answers for a layer. */
export function kindOf(layer: Pick<Layer, 'kind'>): LayerKind<Layer> {
  return LAYER_KINDS.find(({ kind }) => kind === layer.kind) as LayerKind<Layer>;
}
