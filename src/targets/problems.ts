import { didYouMean, raise } from '../core/errors.js';

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  boardUnknown: (name: string, known: readonly string[], likely?: string) =>
    raise({
      code: 'targets/board-unknown',
      where: 'board',
      got: JSON.stringify(name),
      wanted: `one of ${known.join(', ')}`,
      ...didYouMean(likely),
    }),
};
