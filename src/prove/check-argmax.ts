import type { Algebra } from './algebra.js';
import { type Competitor, checkOrders, type OrderGoal } from './check-orders.js';
import { C1, type Code, type LinearForm } from './forms.js';
import type { FieldVerdict } from './verdict.js';

/**
 * Whether bits are the number of the largest competitor, the first of equals.
 *
 * @param fields the fields of the bus before that are made of several symbols
 */
export function checkArgmax(
  codes: readonly Code[],
  competitors: readonly Competitor[],
  fields: readonly LinearForm[],
  algebra: Algebra,
): FieldVerdict {
  const goal: OrderGoal = {
    shape: { width: codes.length, signed: false },
    apply: (values) => values.indexOf(Math.max(...values)),
    // Before the answer's number a value must be smaller, behind it at most equal.
    margin: (a, b) => (a < b ? -1n : 0n),
    answer: (bits, values, loses) => {
      if (bits.some((bit) => bit > C1)) return 'undecided';
      const answer = bits.reduce((number, bit, k) => number + bit * 2 ** k, 0);
      if (answer >= values.length) return `it can be ${answer}, which is no output`;
      const first = values.findIndex((_, other) => other !== answer && !loses(other, answer));
      return first < 0 ? undefined : `it can be ${answer} while output ${first} comes first`;
    },
  };
  return checkOrders(codes, competitors, fields, algebra, goal);
}
