import type { OnProgress } from '../core/progress.js';
import type { FloatNetwork } from './float-network.js';
import type { Forward } from './forward.js';
import type { Objective } from './objective.js';
import { checkTrainingOptions, epochsOf, type TrainingOptions } from './options.js';
import type { Parameters } from './parameters.js';
import { problems } from './problems.js';
import { TrainingRun } from './run.js';
import { checkSamples, type Samples } from './samples.js';
import { type Backend, loadTensorflow, type Tf } from './tensorflow.js';

/** One training, whole. What is left out is not done: no validation, no masks. */
export interface Training {
  /** For progress and errors, such as `training base`. */
  readonly task: string;
  readonly start: FloatNetwork;
  readonly samples: Samples;
  readonly validation?: Samples;
  readonly objective: Objective;
  readonly options: TrainingOptions;
  /** The forward pass; left out: the network as it is, in 32-bit floats. */
  readonly forward?: (tf: Tf) => Forward;
  readonly masking?: Masking;
  readonly onProgress?: OnProgress;
}

/** Which parameters must be 0. Steps count from 0 and are batches. */
export interface Masking {
  /**
   * Called before every step.
   *
   * @param parameters gives the values in force
   * @returns 1 for each parameter that may live and 0 for each that must be 0, from now on;
   *   undefined when nothing changes
   */
  before(step: number, parameters: () => Parameters): Float32Array | undefined;
}

/** A network and how it came about, as plain data. */
export interface Trained {
  readonly network: FloatNetwork;
  readonly history: readonly EpochRecord[];
  readonly backend: Backend;
}

/**
 * The state at the end of an epoch, measured without dropout: cross-entropy with the labels, whatever the training
 * strove for.
 */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly validation?: { readonly loss: number; readonly accuracy: number };
  /** Weights and biases that are not 0. */
  readonly nonZeros: number;
}

/** The number of steps of a training: an epoch's last batch may be smaller. */
export function stepsOf(samples: number, options: TrainingOptions): number {
  return epochsOf(samples, options) * Math.ceil(samples / options.batchSize);
}

/**
 * Trains a network by mini-batches. The order of the samples, the dropout and nothing else are random, both from
 * `options.seed`: on one machine and backend the same training gives the same bytes.
 *
 * @throws learn/option, learn/samples, learn/mask, learn/backend, learn/diverged
 */
export async function train(training: Training): Promise<Trained> {
  const { task, start, samples, validation, options, onProgress } = training;
  checkTrainingOptions(options);
  checkSamples(samples, start.inputs, task);
  if (validation !== undefined) checkSamples(validation, start.inputs, `${task}, validation`);
  const { tf, backend } = await loadTensorflow(options.backend);
  const run = new TrainingRun(tf, training);
  const total = epochsOf(samples.labels.length, options);
  try {
    const history: EpochRecord[] = [];
    for (let epoch = 1; epoch <= total; epoch++) {
      run.epoch();
      const record = { epoch, ...run.measure() };
      if (!Number.isFinite(record.loss)) throw problems.learnDiverged(task, epoch);
      history.push(record);
      onProgress?.({ task, done: epoch, total, note: `loss ${record.loss.toFixed(4)}` });
      // Lets whoever draws the progress have a turn.
      await new Promise(setImmediate);
    }
    return { network: run.network(), history, backend };
  } finally {
    run.dispose();
  }
}
