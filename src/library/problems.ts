import { raise } from '../core/errors.js';

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  /** @param where the function and its argument, such as `simulate, options.random` */
  argument: (where: string, got: string, wanted: string) =>
    raise({ code: 'library/argument', where, got, wanted }),
};
