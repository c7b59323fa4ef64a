import type { OnProgress } from '../core/progress.js';
import type { FloatNetwork } from '../float/types.js';
import { checkTeacher, type TeacherLogits } from './distill.js';
import { type DistillationLoss, distillationObjective } from './distillation-loss.js';
import { train } from './loop.js';
import { crossEntropy, type Objective } from './objective.js';
import { DEFAULT_TRAINING, type TrainingOptions } from './options.js';
import { keepZeros } from './prune.js';
import { checkPlan, type QuantizationPlan, quantizeSamples, roundToPlan } from './quantization-plan.js';
import { quantizedForward } from './quantized-forward.js';
import { holdOut, type Samples } from './samples.js';
import type { Trained } from './training.js';

export interface QuantizationAwareOptions extends TrainingOptions {
  readonly name: string;
  /** The share of the samples set aside for validation, in [0, 1). */
  readonly holdOut: number;
  /** A teacher of all samples, and how it counts beside the labels; left out: the labels alone count. */
  readonly taught?: (TeacherLogits & DistillationLoss) | undefined;
}

export const DEFAULT_QUANTIZATION_AWARE: QuantizationAwareOptions = {
  ...DEFAULT_TRAINING,
  name: 'quantized',
  epochs: 50,
  dropout: 0,
  holdOut: 0,
};

/**
 * Trains a network on in the formats that it shall have in hardware (fake quantization with a straight-through
 * estimator). Weights that are 0 stay 0. The loss and the accuracy of every epoch are the integer network's.
 *
 * @param network trained: a float, a pruned or a distilled one
 * @param samples scaled; the plan's input formats round them
 * @returns a network whose weights and biases are values of codes, so that quantizing it in the same formats
 *   changes nothing
 * @throws learn/plan, learn/option, learn/teacher, learn/samples, learn/backend, learn/diverged, data/class-too-small
 */
export async function trainQuantized<N extends FloatNetwork>(
  network: N,
  plan: QuantizationPlan,
  samples: Samples,
  options: Partial<QuantizationAwareOptions> = {},
  onProgress?: OnProgress,
): Promise<Trained<N>> {
  const whole = { ...DEFAULT_QUANTIZATION_AWARE, ...options };
  checkPlan(network, plan);
  const start = { ...network, name: whole.name };
  if (whole.taught !== undefined) checkTeacher(whole.taught, start, samples);
  const { training, validation, trainingRows } = holdOut(samples, whole.holdOut, whole.seed);
  const trained = await train({
    task: `training ${whole.name}, quantized`,
    start,
    samples: quantizeSamples(training, plan),
    objective: objectiveOf(crossEntropy(training, network.head), trainingRows, whole.taught),
    options: whole,
    forward: (tf) => quantizedForward(tf, start, plan),
    masking: keepZeros(network),
    ...(validation && { validation: quantizeSamples(validation, plan) }),
    ...(onProgress && { onProgress }),
  });
  return { ...trained, network: roundToPlan(trained.network, plan) };
}

function objectiveOf(
  labels: Objective,
  rows: readonly number[],
  taught: QuantizationAwareOptions['taught'],
): Objective {
  if (taught === undefined) return labels;
  return distillationObjective(
    labels,
    rows.map((row) => taught.logits[row]),
    taught,
  );
}
