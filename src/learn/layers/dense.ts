import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { FloatDense } from '../../float/layers/dense.js';
import type { TrainedKind } from './kind.js';
import { activated } from './parts.js';

export const dense: TrainedKind<FloatDense> = {
  kind: 'dense',
  forward:
    (tf, { activation }) =>
    ([values], { kernel, bias }) =>
      activated(tf, activation, tf.fused.matMul({ a: values as Tensor2D, b: kernel as Tensor2D, bias })),
};
