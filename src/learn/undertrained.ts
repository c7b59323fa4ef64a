import type { Problem } from '../core/errors.js';
import type { Evaluation } from './metrics.js';
import { problems } from './problems.js';

/** A loss above this share of that of guessing has hardly moved from it. */
const NEAR_GUESSING = 0.9;

/**
 * Whether a classifier knows hardly more than how frequent the classes are: its loss is near the entropy of their
 * frequencies, or it is right no more often than the answer that is always the largest class.
 *
 * @param where section of the configuration: `training` or `pruning`
 * @param training how it does on the rows that it was trained on
 * @returns the warning, or undefined
 */
export function undertrained(
  where: string,
  { loss, accuracy, classes, samples }: Pick<Evaluation, 'loss' | 'accuracy' | 'classes' | 'samples'>,
): Problem | undefined {
  const frequencies = classes.map(({ support }) => support / samples);
  const entropy = frequencies.reduce((sum, share) => (share === 0 ? sum : sum - share * Math.log(share)), 0);
  const largest = Math.max(...frequencies);
  if (loss <= NEAR_GUESSING * entropy && accuracy > largest) return undefined;
  return problems
    .learnUndertrained(where, { network: loss, guessing: entropy }, { network: accuracy, guessing: largest })
    .toJSON();
}
