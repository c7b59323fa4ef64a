import { raise } from '../core/errors.js';
import { showValue } from '../core/shape.js';

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  schema: (where: string, got: string, wanted: string) => raise({ code: 'float/schema', where, got, wanted }),
  shape: (where: string, got: string, wanted: string) => raise({ code: 'float/shape', where, got, wanted }),
  name: (where: string, name: string, wanted: string) =>
    raise({ code: 'float/name', where, got: showValue(name), wanted }),
  notFinite: (where: string, value: number) =>
    raise({ code: 'float/not-finite', where, got: String(value), wanted: 'finite numbers' }),
  chain: (where: string, kind: string, wanted: string) =>
    raise({ code: 'float/chain', where, got: `a layer of kind ${kind}`, wanted }),
};
