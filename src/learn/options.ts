import type { Optimizer } from '@tensorflow/tfjs-core';
import type { Augmentation } from './augment.js';
import { problems } from './problems.js';
import type { BackendChoice, Tf } from './tensorflow.js';

/** What every training is told. */
export interface TrainingOptions {
  readonly seed: number;
  /** `auto`: see {@link epochsOf}. */
  readonly epochs: number | 'auto';
  readonly batchSize: number;
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  /** How the learning rate goes on from there. */
  readonly schedule: ScheduleName;
  /**
   * What of every weight a step takes away, times the learning rate; biases keep theirs. Apart from the gradient, as
   * in AdamW (Loshchilov and Hutter, 2019).
   */
  readonly weightDecay: number;
  /** The loss grows by so much times the sum of all |weights|: those that matter little go towards 0. */
  readonly l1: number;
  /**
   * The share of values that a step leaves out, in [0, 1): of every layer with a kernel but the last, or by the names
   * of layers.
   */
  readonly dropout: number | Readonly<Record<string, number>>;
  readonly backend: BackendChoice;
  /** Which epoch's network it shall be: the last, or the one with the least loss on the samples held out. */
  readonly keep: 'last' | 'best';
  /** Epochs in a row without a smaller loss on the samples held out, after which the training stops. */
  readonly patience?: number | undefined;
  /** Where the state is laid down after every epoch; left out: nowhere. */
  readonly checkpoints?: Checkpoints | undefined;
  /** Of samples that are maps; left out: each step sees them as they are. */
  readonly augment?: Augmentation | undefined;
}

/** Where trainings lay down after every epoch how far they are: one that was stopped goes on there, to the same bytes. */
export interface Checkpoints {
  /** What the training of this name has laid down last, whole; undefined where there is nothing. */
  read(task: string): Uint8Array | undefined;
  write(task: string, state: Uint8Array): void;
}

export const DEFAULT_TRAINING: TrainingOptions = {
  seed: 42,
  epochs: 'auto',
  batchSize: 64,
  optimizer: 'adam',
  learningRate: 0.001,
  schedule: 'constant',
  weightDecay: 0,
  l1: 0,
  dropout: 0.2,
  backend: 'auto',
  keep: 'last',
};

/** What `auto` epochs make at least: with the default learning rate a small perceptron has learnt most by then. */
export const AUTO_EPOCHS = { least: 100, steps: 4000 } as const;

/**
 * The epochs of a training. `auto` follows from the table: a small one has few steps in an epoch, and it is steps that
 * a network learns by, so it gets more epochs.
 *
 * @param samples trained on: without those held out
 */
export function epochsOf(
  samples: number,
  { epochs, batchSize }: Pick<TrainingOptions, 'epochs' | 'batchSize'>,
): number {
  if (epochs !== 'auto') return epochs;
  return Math.max(AUTO_EPOCHS.least, Math.ceil(AUTO_EPOCHS.steps / Math.ceil(samples / batchSize)));
}

/** With TensorFlow's defaults for all but the learning rate. */
export const OPTIMIZERS = {
  adam: (tf: Tf, rate: number): Optimizer => tf.train.adam(rate),
  rmsprop: (tf: Tf, rate: number): Optimizer => tf.train.rmsprop(rate),
  sgd: (tf: Tf, rate: number): Optimizer => tf.train.sgd(rate),
};

export type OptimizerName = keyof typeof OPTIMIZERS;

/** The learning rate's factor when a share of all steps is done. */
export const SCHEDULES = {
  constant: () => 1,
  cosine: (done: number) => (1 + Math.cos(Math.PI * done)) / 2,
};

export type ScheduleName = keyof typeof SCHEDULES;

const NO_CHECKPOINTS: Checkpoints = { read: () => undefined, write: () => {} };

/** @throws learn/option */
export function checkTrainingOptions(options: TrainingOptions): void {
  const { seed, epochs, batchSize, optimizer, learningRate, schedule, weightDecay, l1, dropout } = options;
  requireThat(Number.isSafeInteger(seed), 'seed', seed, 'a whole number');
  requireThat(
    epochs === 'auto' || (Number.isInteger(epochs) && epochs >= 1),
    'epochs',
    epochs,
    'auto or a whole number of at least 1',
  );
  requireThat(
    Number.isInteger(batchSize) && batchSize >= 1,
    'batchSize',
    batchSize,
    'a whole number of at least 1',
  );
  const optimizers = Object.keys(OPTIMIZERS);
  requireThat(optimizers.includes(optimizer), 'optimizer', optimizer, `one of ${optimizers.join(', ')}`);
  requireThat(
    learningRate > 0 && Number.isFinite(learningRate),
    'learningRate',
    learningRate,
    'a number above 0',
  );
  const schedules = Object.keys(SCHEDULES);
  requireThat(schedules.includes(schedule), 'schedule', schedule, `one of ${schedules.join(', ')}`);
  requireThat(
    weightDecay >= 0 && learningRate * weightDecay < 1,
    'weightDecay',
    weightDecay,
    'a number of at least 0, below 1 when multiplied by the learning rate',
  );
  requireThat(l1 >= 0 && Number.isFinite(l1), 'l1', l1, 'a number of at least 0');
  const { keep, patience } = options;
  requireThat(keep === 'last' || keep === 'best', 'keep', keep, 'last or best');
  const isPatience = patience === undefined || (Number.isInteger(patience) && patience >= 1);
  requireThat(isPatience, 'patience', patience, 'a whole number of at least 1');
  const { read, write }: Partial<Checkpoints> = options.checkpoints ?? NO_CHECKPOINTS;
  requireThat(
    typeof read === 'function' && typeof write === 'function',
    'checkpoints',
    options.checkpoints,
    'an object with the functions read and write',
  );
  const { shift } = options.augment ?? { shift: 0 };
  requireThat(Number.isInteger(shift) && shift >= 0, 'augment.shift', shift, 'a whole number of at least 0');
  const shares = typeof dropout === 'number' ? { dropout } : dropout;
  for (const [name, share] of Object.entries(shares)) {
    const option = typeof dropout === 'number' ? name : `dropout.${name}`;
    requireThat(share >= 0 && share < 1, option, share, 'a share of at least 0 and below 1');
  }
}

/** @throws learn/option */
export function requireThat(holds: boolean, option: string, got: unknown, wanted: string): void {
  if (!holds) throw problems.learnOption(option, got, wanted);
}
