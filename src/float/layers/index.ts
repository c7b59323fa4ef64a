import type { FloatLayer } from '../types.js';
import { activationLayer } from './activation-layer.js';
import { add } from './add.js';
import { averagePool } from './average-pool.js';
import { batchNorm } from './batch-norm.js';
import { concat } from './concat.js';
import { conv2d } from './conv2d.js';
import { dense } from './dense.js';
import type { FloatKind } from './kind.js';
import { maxPool } from './max-pool.js';
import { move } from './move.js';
import { scale } from './scale.js';
import { upsample } from './upsample.js';

/** Every layer kind, one line each. */
export const FLOAT_KINDS = [
  dense,
  conv2d,
  maxPool,
  averagePool,
  batchNorm,
  scale,
  activationLayer,
  add,
  concat,
  move,
  upsample,
] as unknown as readonly FloatKind<FloatLayer>[];

/** The kind that answers for a layer. */
export function floatKindOf(layer: Pick<FloatLayer, 'kind'>): FloatKind<FloatLayer> {
  return FLOAT_KINDS.find(({ kind }) => kind === layer.kind) as FloatKind<FloatLayer>;
}
