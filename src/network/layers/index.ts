import type { Layer } from '../types.js';
import { add } from './add.js';
import { averagePool } from './average-pool.js';
import { concat } from './concat.js';
import { conv2d } from './conv2d.js';
import { dense } from './dense.js';
import type { LayerKind, LayerMeaning } from './kind.js';
import { maxPool } from './max-pool.js';
import { move } from './move.js';
import { shares } from './shares.js';
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

/** Kinds of which layers are only parts of others. */
const PART_KINDS = [shares] as readonly LayerMeaning<Layer>[];

/** What a layer computes, also one that is a part of another. */
export const meaningOf = (layer: Pick<Layer, 'kind'>): LayerMeaning<Layer> =>
  PART_KINDS.find(({ kind }) => kind === layer.kind) ?? kindOf(layer);

/** A layer's weights and biases in all. */
export const parameters = (layer: Layer): number => codesOf(layer).length;

/** Those that are not zero. */
export const nonZeros = (layer: Layer): number => codesOf(layer).filter((code) => code !== 0).length;
