import type { Algebra } from './algebra.js';
import { type Competitor, checkOrders, type OrderGoal } from './check-orders.js';
import type { Code, LinearForm } from './forms.js';
import { sameBits } from './same-bits.js';
import type { FieldShape, FieldVerdict } from './verdict.js';

/**
 * Whether bits are the largest competitor's value.
 *
 * @param fields the fields of the bus before that are made of several symbols
 */
export function checkMax(
  codes: readonly Code[],
  shape: FieldShape,
  competitors: readonly Competitor[],
  fields: readonly LinearForm[],
  algebra: Algebra,
): FieldVerdict {
  const goal: OrderGoal = {
    shape,
    apply: (values) => Math.max(...values),
    margin: () => 0n,
    answer: (bits, values, loses) => {
      const answers = values.flatMap((value, at) => (sameBits(bits, value, shape, algebra) ? [at] : []));
      if (answers.length === 0) return 'undecided';
      const isLargest = answers.some((answer) =>
        values.every((_, other) => other === answer || loses(other, answer)),
      );
      return isLargest ? undefined : 'it can be one of the codes while another is larger';
    },
  };
  return checkOrders(codes, competitors, fields, algebra, goal);
}
