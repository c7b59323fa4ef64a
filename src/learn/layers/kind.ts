import type { Tensor } from '@tensorflow/tfjs-core';
import type { Forward, Shape } from '../../float/layers/kind.js';
import type { FloatLayer } from '../../float/types.js';
import type { LayerPlan } from '../quantization-plan.js';
import type { Tf } from '../tensorflow.js';

/** A layer's members by name, as tensors of their shapes. */
export type Members = Readonly<Record<string, Tensor>>;

/** What a pass through the network tells its layers. */
export interface Pass {
  /** In training some layers look at the whole batch. */
  readonly training: boolean;
  /** Notes what a layer has counted in a batch, in the place of a member. */
  readonly count: (member: string, value: Tensor) => void;
}

/**
 * How a kind of layer is computed on TensorFlow.js; its gradient comes with it. Tensors have the samples as their first
 * axis.
 */
export interface TrainedKind<L extends FloatLayer> {
  readonly kind: string;
  forward(
    tf: Tf,
    layer: L,
    inputs: readonly Shape[],
  ): (read: readonly Tensor[], own: Members, pass: Pass) => Tensor;
  /**
   * What the integer network computes before its activation, in doubles; left out where that is what the float layer
   * does with the values of codes.
   */
  exactSums?(layer: L, inputs: readonly Shape[], plan: LayerPlan): Forward;
}
