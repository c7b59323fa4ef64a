import type { GradSaveFunc, Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Tf } from './tensorflow.js';

/** The mean loss of a batch: logits and targets, both [sample][unit]. */
export type Loss = (tf: Tf, logits: Tensor2D, targets: Tensor2D) => Scalar;

/** Binary cross-entropy between sigmoid(logits) and targets in [0, 1], hard or soft; the mean over all units. */
export const sigmoidCrossEntropy: Loss = (tf, logits, targets) =>
  withGradient(
    tf,
    logits,
    targets,
    () => {
      const softplus = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
      return tf.mean(tf.add(tf.sub(tf.relu(logits), tf.mul(logits, targets)), softplus));
    },
    (z, y) => tf.div(tf.sub(tf.sigmoid(z), y), targets.size),
  );

/** Cross-entropy between softmax(logits) and targets that sum to 1 in every row, hard or soft. */
export const softmaxCrossEntropy: Loss = (tf, logits, targets) =>
  withGradient(
    tf,
    logits,
    targets,
    () => {
      const logSoftmax = tf.sub(logits, tf.logSumExp(logits, 1, true));
      return tf.neg(tf.mean(tf.sum(tf.mul(targets, logSoftmax), 1)));
    },
    (z, y) => tf.div(tf.sub(tf.softmax(z), y), targets.shape[0]),
  );

/**
 * A loss whose gradient with respect to the logits is stated instead of derived: a third of the operations, and
 * nothing that cancels at large logits.
 */
function withGradient(
  tf: Tf,
  logits: Tensor2D,
  targets: Tensor2D,
  loss: () => Scalar,
  gradient: (logits: Tensor2D, targets: Tensor2D) => Tensor2D,
): Scalar {
  const operation = tf.customGrad((...inputs) => {
    // Saved, because the tape throws away what the forward pass made.
    (inputs[1] as GradSaveFunc)([logits, targets]);
    const gradFunc = (upstream: Scalar, saved: Tensor[]) =>
      tf.mul(gradient(saved[0] as Tensor2D, saved[1] as Tensor2D), upstream);
    return { value: loss(), gradFunc };
  });
  return operation(logits) as Scalar;
}
