import { activatedRange, type FloatActivation } from '../activation.js';
import type { Bounds, Forward } from './kind.js';

/** Of what rises with all that it reads. */
export const rising = (forward: Forward, given: readonly Bounds[]): Bounds => ({
  low: forward(
    given.map(({ low }) => low),
    1,
  ),
  high: forward(
    given.map(({ high }) => high),
    1,
  ),
});

/**
 * Of weighted sums: what a positive weight makes of the upper end, a negative one makes of the lower end.
 *
 * @param positive the sums with their positive weights alone, and their biases
 * @param negative those with their negative weights alone, without biases
 */
export function weighted(positive: Forward, negative: Forward, { low, high }: Bounds): Bounds {
  const sum = (a: Float64Array, b: Float64Array) => a.map((value, at) => value + b[at]);
  return {
    low: sum(positive([low], 1), negative([high], 1)),
    high: sum(positive([high], 1), negative([low], 1)),
  };
}

/** @param channels of the last axis */
export function activatedBounds(activation: FloatActivation, sums: Bounds, channels: number): Bounds {
  const low = sums.low.slice();
  const high = sums.high.slice();
  low.forEach((least, at) => {
    const range = activatedRange(activation, least, sums.high[at], at % channels);
    low[at] = range.low;
    high[at] = range.high;
  });
  return { low, high };
}
