import { raise } from '../core/errors.js';

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  synthTarget: (got: string, targets: readonly string[]) =>
    raise({ code: 'synth/target', where: '--target', got, wanted: `one of ${targets.join(', ')}` }),
};
