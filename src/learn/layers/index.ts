import type { FloatLayer } from '../../float/types.js';
import { activationLayer } from './activation-layer.js';
import { add } from './add.js';
import { averagePool } from './average-pool.js';
import { batchNorm } from './batch-norm.js';
import { concat } from './concat.js';
import { conv2d } from './conv2d.js';
import { dense } from './dense.js';
import type { TrainedKind } from './kind.js';
import { maxPool } from './max-pool.js';
import { move } from './move.js';
import { scale } from './scale.js';
import { upsample } from './upsample.js';

/** Every layer kind, one line each: all that the room `float` has. */
export const TRAINED_KINDS = [
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
] as unknown as readonly TrainedKind<FloatLayer>[];

/** How a layer is computed on TensorFlow.js. */
export function trainedKindOf(layer: FloatLayer): TrainedKind<FloatLayer> {
  return TRAINED_KINDS.find(({ kind }) => kind === layer.kind) as TrainedKind<FloatLayer>;
}
