import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core';
import { type Loss, sigmoidCrossEntropy, softmaxCrossEntropy } from './losses.js';
import type { Objective } from './objective.js';
import { requireThat } from './options.js';
import type { Tf } from './tensorflow.js';

/** loss = alpha · student loss + (1 − alpha) · T² · distillation loss (Hinton, Vinyals, Dean, 2015). */
export interface DistillationLoss {
  /** T, above 0: both networks' logits are divided by it before their sigmoid or softmax. */
  readonly temperature: number;
  /** In [0, 1]: 1 learns from the labels alone, 0 from the teacher alone. */
  readonly alpha: number;
  /** Whether the T² is there, which keeps the teacher's gradients as large as the labels' whatever T is. */
  readonly scaleByTemperature: boolean;
}

/** The WDBC study's. */
export const DEFAULT_DISTILLATION: DistillationLoss = {
  temperature: 10,
  alpha: 0.1,
  scaleByTemperature: true,
};

/** @throws learn/option */
export function checkDistillationLoss({ temperature, alpha }: DistillationLoss): void {
  const isAbove = temperature > 0 && Number.isFinite(temperature);
  requireThat(isAbove, 'temperature', temperature, 'a number above 0');
  requireThat(alpha >= 0 && alpha <= 1, 'alpha', alpha, 'a number from 0 to 1');
}

/**
 * How far the softened student is from the softened teacher; gradients flow to the student alone. One logit: binary
 * cross-entropy of sigmoid(z/T). Several: Kullback and Leibler's divergence of softmax(z/T). Both are the mean over
 * the batch.
 *
 * @param teacher logits [sample][unit]
 */
export function softLoss(tf: Tf, student: Tensor2D, teacher: Tensor2D, temperature: number): Scalar {
  const softened = tf.div<Tensor2D>(student, temperature);
  const wanted = tf.div<Tensor2D>(teacher, temperature);
  if (student.shape[1] === 1) return sigmoidCrossEntropy(tf, softened, tf.sigmoid(wanted));
  const probabilities = tf.softmax(wanted, 1);
  // KL(p‖q) = cross-entropy(p, q) − entropy(p); the entropy is the teacher's own affair.
  const logarithms = tf.sub(wanted, tf.logSumExp(wanted, 1, true));
  const entropy = tf.neg(tf.mean(tf.sum(tf.mul(probabilities, logarithms), 1)));
  return tf.sub(softmaxCrossEntropy(tf, softened, probabilities), entropy);
}

/**
 * What a student strives for: the labels of an objective, and the teacher's logits beside them.
 *
 * @param labels the objective without a teacher
 * @param teacherLogits of every sample, in the samples' order
 */
export function distillationObjective(
  labels: Objective,
  teacherLogits: readonly (readonly number[])[],
  loss: DistillationLoss,
): Objective {
  checkDistillationLoss(loss);
  const { temperature, alpha, scaleByTemperature } = loss;
  const factor = (1 - alpha) * (scaleByTemperature ? temperature ** 2 : 1);
  const outputs = teacherLogits[0].length;
  const columns = labels.columns + outputs;
  const targets = new Float32Array(teacherLogits.length * columns);
  teacherLogits.forEach((logits, row) => {
    const own = labels.targets.subarray(row * labels.columns, (row + 1) * labels.columns);
    targets.set([...own, ...logits], row * columns);
  });
  const distilled: Loss = (tf, logits, wanted) => {
    const [hard, teacher] = tf.split<Tensor2D>(wanted, [labels.columns, outputs], 1);
    const taught = tf.mul(softLoss(tf, logits, teacher, temperature), factor);
    return tf.add(tf.mul(labels.loss(tf, logits, hard), alpha), taught);
  };
  return { targets, columns, loss: distilled };
}
