import { raise } from '../core/errors.js';

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  usage: (where: string, got: string, likely?: string) =>
    raise({
      code: 'cli/usage',
      where,
      got,
      wanted: `a command line as in \`${where} --help\``,
      ...(likely === undefined ? {} : { hint: likely }),
    }),
};
