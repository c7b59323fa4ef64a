import type { OnProgress } from '../core/progress.js';
import { Random } from '../core/random.js';
import type { DenseChain } from '../float/chain.js';
import { train } from './loop.js';
import { crossEntropy } from './objective.js';
import { DEFAULT_TRAINING, requireThat, type TrainingOptions } from './options.js';
import { initialized, perceptron, unflatten } from './parameters.js';
import { checkSamples, holdOut, type Samples } from './samples.js';
import type { Trained } from './training.js';

export interface BaseOptions extends TrainingOptions {
  readonly name: string;
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  /** The share of the samples set aside for validation, in [0, 1). */
  readonly holdOut: number;
}

/** The WDBC study's base model: 16 hidden units, everything given is trained on. */
export const DEFAULT_BASE: BaseOptions = { ...DEFAULT_TRAINING, name: 'base', hidden: [16], holdOut: 0 };

/**
 * Trains a perceptron from scratch on scaled samples: one logit for two classes, one per class for more.
 *
 * @throws learn/option, learn/samples, learn/backend, learn/diverged, data/class-too-small
 */
export async function trainBase(
  samples: Samples,
  options: Partial<BaseOptions> = {},
  onProgress?: OnProgress,
): Promise<Trained> {
  const whole = { ...DEFAULT_BASE, ...options };
  const task = `training ${whole.name}`;
  const start = untrained(samples, whole, task);
  const { training, validation } = holdOut(samples, whole.holdOut, whole.seed);
  return train({
    task,
    start,
    samples: training,
    objective: crossEntropy(training, start.head),
    options: whole,
    ...(validation && { validation }),
    ...(onProgress && { onProgress }),
  });
}

/**
 * A perceptron for samples, with the initial weights that follow from the seed.
 *
 * @param task for errors
 * @throws learn/option, learn/samples
 */
export function untrained(
  samples: Samples,
  { name, hidden, seed }: Pick<BaseOptions, 'name' | 'hidden' | 'seed'>,
  task: string,
): DenseChain {
  hidden.forEach((units, index) => {
    const isCount = Number.isInteger(units) && units >= 1;
    requireThat(isCount, `hidden[${index}]`, units, 'a whole number of at least 1');
  });
  const inputs = samples.features[0]?.length ?? 0;
  checkSamples(samples, inputs, task);
  const network = perceptron(name, inputs, hidden, samples.classes.length);
  return unflatten(network, initialized(network, new Random(seed, 'weights')));
}
