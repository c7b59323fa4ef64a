import { assertNever } from '../core/assert.js';
import type { Interval } from '../fixed/interval.js';
import type { Activation } from './types.js';

/** The activation of an exact sum; keeps the fraction. */
export function activate(activation: Activation, sum: number): number {
  switch (activation) {
    case 'relu':
      return Math.max(sum, 0);
    case 'linear':
      return sum;
    default:
      return assertNever(activation);
  }
}

/** The values that {@link activate} takes on an interval: every activation is monotone. */
export function activateInterval(activation: Activation, sum: Interval): Interval {
  return { low: activate(activation, sum.low), high: activate(activation, sum.high) };
}
