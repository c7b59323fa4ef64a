import type { Problem } from '../core/errors.js';
import { undertrained } from '../learn/undertrained.js';
import type { TrainedReport } from './data.js';

/** What a user should know before believing the numbers of a run; networks that were not made are absent. */
export function warningsOf(networks: {
  readonly base?: Pick<TrainedReport, 'train'> | undefined;
  readonly pruned?: Pick<TrainedReport, 'train'> | undefined;
}): Problem[] {
  const { base, pruned } = networks;
  return [
    base && undertrained('training', base.train),
    pruned && undertrained('pruning', pruned.train),
  ].filter((warning) => warning !== undefined);
}
