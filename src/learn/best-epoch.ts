import type { TrainingOptions } from './options.js';
import type { Parameters } from './parameters.js';
import { problems } from './problems.js';
import type { EpochRecord } from './training.js';

/** The epoch with the least loss on the samples held out, and the network that it left. */
export interface BestEpoch {
  readonly epoch: number;
  readonly loss: number;
  readonly parameters: Parameters;
}

/** What the network shall be whose epochs were measured on samples held out. */
type Selection = Pick<TrainingOptions, 'keep' | 'patience'>;

/** @throws learn/option where an epoch is to be chosen, and nothing is held out that could tell which */
export function checkSelection({ keep, patience }: Selection, hasValidation: boolean): void {
  if (hasValidation) return;
  const wanted = (usual: string) =>
    `${usual}, or a holdOut above 0: samples that tell which epoch is the best`;
  if (keep === 'best') throw problems.learnOption('keep', keep, wanted('last'));
  if (patience !== undefined) throw problems.learnOption('patience', patience, wanted('none'));
}

/**
 * The best epoch when one more has ended; of equal ones the first.
 *
 * @param isFinal whether the network is as sparse by now as it shall be
 */
export function betterEpoch(
  best: BestEpoch | undefined,
  { epoch, validation }: EpochRecord,
  isFinal: boolean,
  parameters: () => Parameters,
): BestEpoch | undefined {
  if (validation === undefined || !isFinal || (best !== undefined && best.loss <= validation.loss))
    return best;
  return { epoch, loss: validation.loss, parameters: parameters() };
}

/** Whether so many epochs brought nothing better that the training stops. */
export const hasStopped = ({ patience }: Selection, best: BestEpoch | undefined, epoch: number): boolean =>
  patience !== undefined && best !== undefined && epoch - best.epoch >= patience;
