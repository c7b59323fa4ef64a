import type { Problem } from '../core/errors.js';
import { undertrained } from '../learn/undertrained.js';
import type { TrainedReport } from './data.js';

/** What a user should know before believing the numbers of a run; networks that were not made are absent. */
export function warningsOf(networks: {
  readonly base?: Pick<TrainedReport, 'train'> | undefined;
  readonly pruned?: Pick<TrainedReport, 'train'> | undefined;
  readonly quantized?: { readonly warnings: readonly Problem[] } | undefined;
}): Problem[] {
  const { base, pruned, quantized } = networks;
  const trained = [
    base && undertrained('training', base.train),
    pruned && undertrained('pruning', pruned.train),
  ];
  return [...trained.filter((warning) => warning !== undefined), ...(quantized?.warnings ?? [])];
}
