/** The whole numbers from `low` to `high`, both included, low ≤ high. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

export const point = (value: number): Interval => ({ low: value, high: value });

export const isPoint = (interval: Interval): boolean => interval.low === interval.high;

export const contains = (outer: Interval, inner: Interval): boolean =>
  outer.low <= inner.low && inner.high <= outer.high;

export const add = (a: Interval, b: Interval): Interval => ({ low: a.low + b.low, high: a.high + b.high });

export const hull = (a: Interval, b: Interval): Interval => ({
  low: Math.min(a.low, b.low),
  high: Math.max(a.high, b.high),
});

/** Every value of the interval times a constant. */
export function scale(interval: Interval, factor: number): Interval {
  // `+ 0` turns -0 into 0.
  const a = interval.low * factor + 0;
  const b = interval.high * factor + 0;
  return a <= b ? { low: a, high: b } : { low: b, high: a };
}

/** The largest absolute value in the interval. */
export const magnitude = (interval: Interval): number =>
  Math.max(Math.abs(interval.low), Math.abs(interval.high));
