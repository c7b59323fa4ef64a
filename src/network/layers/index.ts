import type { Layer } from '../types.js';
import { add } from './add.js';
import { averagePool } from './average-pool.js';
import { concat } from './concat.js';
import { conv2d } from './conv2d.js';
import { dense } from './dense.js';
import type { LayerKind } from './kind.js';
import { maxPool } from './max-pool.js';
import { move } from './move.js';
import { upsample } from './upsample.js';

/** Every layer kind, one line each. */
export const LAYER_KINDS = [
  dense,
  conv2d,
  maxPool,
  averagePool,
  add,
  concat,
  move,
  upsample,
] as readonly LayerKind<Layer>[];

/** The kind that answers for a layer. */
export function kindOf(layer: Pick<Layer, 'kind'>): LayerKind<Layer> {
  return LAYER_KINDS.find(({ kind }) => kind === layer.kind) as LayerKind<Layer>;
}

const codesOf = (layer: Layer): number[] =>
  kindOf(layer)
    .weights(layer)
    .flatMap(({ codes }) => codes);

/** A layer's weights and biases in all. */
export const parameters = (layer: Layer): number => codesOf(layer).length;

/** Those that are not zero. */
export const nonZeros = (layer: Layer): number => codesOf(layer).filter((code) => code !== 0).length;
