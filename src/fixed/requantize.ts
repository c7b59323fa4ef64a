import { assertNever } from '../core/assert.js';
import { type Format, fractionOf, rangeOf } from './format.js';
import type { Interval } from './interval.js';

/** `TRN` toward −∞, `RND` to the nearest, half up, `RND_CONV` to the nearest, half to even. */
export type Rounding = 'TRN' | 'RND' | 'RND_CONV';
/** `SAT` clamps to the format's ends, `WRAP` drops the upper bits. */
export type Overflow = 'SAT' | 'WRAP';

export const ROUNDINGS: readonly Rounding[] = ['TRN', 'RND', 'RND_CONV'];
export const OVERFLOWS: readonly Overflow[] = ['SAT', 'WRAP'];

/** How an exact number becomes a code of a format. */
export interface Requantize {
  readonly format: Format;
  readonly rounding: Rounding;
  readonly overflow: Overflow;
}

/**
 * Divides by 2^shift and rounds to a whole number; a negative shift multiplies, exactly.
 * Exact for |code| ≤ 2^53: quotient and remainder of a power of two are.
 */
export function shiftRight(code: number, shift: number, rounding: Rounding): number {
  if (shift <= 0) return code * 2 ** -shift;
  const quotient = Math.floor(code / 2 ** shift);
  const remainder = code - quotient * 2 ** shift;
  const half = 2 ** (shift - 1);
  switch (rounding) {
    case 'TRN':
      return quotient;
    case 'RND':
      return remainder >= half ? quotient + 1 : quotient;
    case 'RND_CONV':
      return remainder > half || (remainder === half && quotient % 2 !== 0) ? quotient + 1 : quotient;
    default:
      return assertNever(rounding);
  }
}

/** Brings a whole number into the format's range. */
export function fitTo(code: number, format: Format, overflow: Overflow): number {
  const { low, high } = rangeOf(format);
  switch (overflow) {
    case 'SAT':
      return Math.min(Math.max(code, low), high);
    case 'WRAP': {
      const modulus = 2 ** format.width;
      const rest = ((code % modulus) + modulus) % modulus;
      return rest > high ? rest - modulus : rest;
    }
    default:
      return assertNever(overflow);
  }
}

/** The code, in the wanted format, of the number code × 2^-fraction: rounded first, then fitted. */
export function requantize(code: number, fraction: number, wanted: Requantize): number {
  const rounded = shiftRight(code, fraction - fractionOf(wanted.format), wanted.rounding);
  return fitTo(rounded, wanted.format, wanted.overflow);
}

/** The codes that {@link requantize} can give for a code of the interval. */
export function requantizeInterval(interval: Interval, fraction: number, wanted: Requantize): Interval {
  const shift = fraction - fractionOf(wanted.format);
  const rounded = {
    low: shiftRight(interval.low, shift, wanted.rounding),
    high: shiftRight(interval.high, shift, wanted.rounding),
  };
  const fitted = {
    low: fitTo(rounded.low, wanted.format, wanted.overflow),
    high: fitTo(rounded.high, wanted.format, wanted.overflow),
  };
  const isTorn = wanted.overflow === 'WRAP' && fitted.high - fitted.low !== rounded.high - rounded.low;
  return isTorn ? rangeOf(wanted.format) : fitted;
}

/** The code nearest to a real value, for whoever stands left of the waist: `value` is a float. */
export function encode(value: number, wanted: Requantize): number {
  const scaled = value * 2 ** fractionOf(wanted.format);
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const up =
    wanted.rounding === 'TRN'
      ? false
      : rest > 0.5 || (rest === 0.5 && (wanted.rounding === 'RND' || floor % 2 !== 0));
  // `+ 0` turns -0 into 0.
  return fitTo((up ? floor + 1 : floor) + 0, wanted.format, wanted.overflow);
}
