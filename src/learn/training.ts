import type { OnProgress } from '../core/progress.js';
import type { FloatNetwork } from '../float/types.js';
import type { BatchForward } from './forward.js';
import type { Objective } from './objective.js';
import { epochsOf, type TrainingOptions } from './options.js';
import type { Parameters } from './parameters.js';
import type { Samples } from './samples.js';
import type { Backend, Tf } from './tensorflow.js';

/** One training, whole. What is left out is not done: no validation, no masks. */
export interface Training<N extends FloatNetwork = FloatNetwork> {
  /** For progress and errors, such as `training base`. */
  readonly task: string;
  readonly start: N;
  readonly samples: Samples;
  readonly validation?: Samples;
  readonly objective: Objective;
  readonly options: TrainingOptions;
  /** The forward pass; left out: the network as it is, in 32-bit floats. */
  readonly forward?: (tf: Tf) => BatchForward;
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
  /** The last step before which the mask may change: from then on the network is as sparse as it shall be. */
  readonly lastStep: number;
}

/** A network and how it came about, as plain data. */
export interface Trained<N extends FloatNetwork = FloatNetwork> {
  readonly network: N;
  readonly history: readonly EpochRecord[];
  readonly backend: Backend;
  /** The epoch whose network it is, where that was to be the best one. */
  readonly kept?: number;
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
