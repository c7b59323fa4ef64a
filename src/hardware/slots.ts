import { type Format, formatFor } from '../fixed/format.js';
import type { Interval } from '../fixed/interval.js';

/** A bus of equally wide codes, unit 0 lowest: what a layer hands to the next. */
export interface Slots {
  readonly count: number;
  /** Bits of one code, at least 1. */
  readonly width: number;
  readonly signed: boolean;
}

/** Bits of such a bus. */
export const busWidth = ({ count, width }: Pick<Slots, 'count' | 'width'>): number => count * width;

/** The narrowest slots that hold codes of all these intervals; one slot of one bit where there are none. */
export function slotsFor(intervals: readonly Interval[]): Slots {
  const formats = intervals.map((interval) => formatFor(interval, 0));
  const signed = formats.some((format) => format.signed);
  const bits = (format: Format) => format.width + (signed && !format.signed ? 1 : 0);
  return { count: Math.max(1, formats.length), width: Math.max(1, ...formats.map(bits)), signed };
}
