import type { Optimizer, Variable } from '@tensorflow/tfjs-core';
import type { Tf } from './tensorflow.js';

/** What an optimizer remembers from one step to the next, as plain data. */
export interface OptimizerState {
  readonly weights: readonly SavedTensor[];
  readonly powers: readonly number[];
}

interface SavedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly values: Float32Array | Int32Array;
}

/** Adam's powers of beta, multiplied up step by step. `setWeights` works them out anew, in other last digits. */
const POWERS = ['accBeta1', 'accBeta2'] as const;

const powersOf = (optimizer: Optimizer): Variable[] => {
  const own = optimizer as unknown as Partial<Record<(typeof POWERS)[number], Variable>>;
  return POWERS.flatMap((name) => own[name] ?? []);
};

export async function saveOptimizer(optimizer: Optimizer): Promise<OptimizerState> {
  const [steps, ...others] = await optimizer.getWeights();
  const weights = [steps, ...others].map(({ name, tensor }): SavedTensor => {
    const values = tensor.dataSync().slice() as Float32Array | Int32Array;
    return { name, shape: tensor.shape, dtype: tensor.dtype as SavedTensor['dtype'], values };
  });
  // Made for this call; the others are the optimizer's own.
  steps.tensor.dispose();
  return { weights, powers: powersOf(optimizer).map((power) => power.dataSync()[0]) };
}

/** Makes an optimizer go on as the one that was saved would have. */
export async function restoreOptimizer(
  tf: Tf,
  optimizer: Optimizer,
  { weights, powers }: OptimizerState,
): Promise<void> {
  const tensors = weights.map(({ name, shape, dtype, values }) => {
    return { name, tensor: tf.tensor(values, [...shape], dtype) };
  });
  await optimizer.setWeights(tensors);
  tf.dispose(tensors.map(({ tensor }) => tensor));
  powersOf(optimizer).forEach((power, at) => {
    tf.tidy(() => power.assign(tf.scalar(powers[at])));
  });
}
