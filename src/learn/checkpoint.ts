import { deserialize, serialize } from 'node:v8';
import type { BestEpoch } from './best-epoch.js';
import type { OptimizerState } from './optimizer-state.js';
import type { Checkpoints } from './options.js';
import type { Parameters } from './parameters.js';
import type { EpochRecord } from './training.js';

/** The state of a run between two epochs. */
export interface RunState {
  readonly step: number;
  readonly parameters: Parameters;
  readonly mask: Float32Array | undefined;
  readonly optimizer: OptimizerState;
  /** Where each stream of random numbers stands. */
  readonly random: readonly (readonly number[])[];
}

/** What a training is after an epoch. */
export interface Checkpoint {
  readonly run: RunState;
  readonly history: readonly EpochRecord[];
  readonly best: BestEpoch | undefined;
}

export const writeCheckpoint = (checkpoints: Checkpoints, task: string, checkpoint: Checkpoint): void =>
  checkpoints.write(task, serialize(checkpoint));

/** @param parameters that the network has: a state of another one is none of this training */
export function readCheckpoint(
  checkpoints: Checkpoints | undefined,
  task: string,
  parameters: number,
): Checkpoint | undefined {
  const state = checkpoints?.read(task);
  if (state === undefined) return undefined;
  try {
    const checkpoint: Checkpoint = deserialize(state);
    return checkpoint.run.parameters.length === parameters ? checkpoint : undefined;
  } catch {
    // Of another version, or damaged: the training begins anew.
    return undefined;
  }
}
