import { assertNever } from '../core/assert.js';
import { type Format, fractionOf, rangeOf } from './format.js';
import type { Interval } from './interval.js';
import { type Limits, limiter, limitInterval } from './limits.js';

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

/** Twice the bits that a code has at most. */
const LONGEST_SHIFT = 106;

/** A product that is smaller is one that JavaScript holds. */
const LONGEST_PRODUCT = 2 ** 53;

/** A power of two past every code, of which wrapping leaves nothing. */
const HUGE = 2 ** 1000;

/** One code from another. */
type Step = (code: number) => number;

/**
 * Divides by 2^shift and rounds to a whole number; a negative shift multiplies, exactly.
 * Exact for |code| ≤ 2^53: quotient and remainder of a power of two are.
 */
export function shifter(shift: number, rounding: Rounding): Step {
  // Past the widths of all codes a longer shift changes nothing, and its power of two would be no number.
  const divisor = 2 ** Math.min(Math.max(shift, -LONGEST_SHIFT), LONGEST_SHIFT);
  if (shift <= 0) return (code) => code / divisor;
  const half = divisor / 2;
  const floor: Step = (code) => Math.floor(code / divisor);
  switch (rounding) {
    case 'TRN':
      return floor;
    case 'RND':
      return (code) => {
        const quotient = floor(code);
        return code - quotient * divisor >= half ? quotient + 1 : quotient;
      };
    case 'RND_CONV':
      return (code) => {
        const quotient = floor(code);
        const remainder = code - quotient * divisor;
        return remainder > half || (remainder === half && quotient % 2 !== 0) ? quotient + 1 : quotient;
      };
    default:
      return assertNever(rounding);
  }
}

/**
 * Multiplies by a whole number, then divides by 2^shift and rounds as {@link shifter} does. Exact for |code| ≤ 2^53 also
 * where the product is no number that JavaScript holds; the quotient must be one.
 */
export function productShifter(multiplier: number, shift: number, rounding: Rounding): Step {
  const round = shifter(shift, rounding);
  if (multiplier === 1 || shift <= 0) return (code) => round(code * multiplier);
  const roundLong = longShifter(BigInt(shift), rounding);
  return (code) => {
    const product = code * multiplier;
    return Math.abs(product) < LONGEST_PRODUCT
      ? round(product)
      : roundLong(BigInt(code) * BigInt(multiplier));
  };
}

function longShifter(shift: bigint, rounding: Rounding): (product: bigint) => number {
  const half = 1n << (shift - 1n);
  switch (rounding) {
    case 'TRN':
      return (product) => Number(product >> shift);
    case 'RND':
      return (product) => Number((product + half) >> shift);
    case 'RND_CONV':
      return (product) => Number((product + half - 1n + ((product >> shift) & 1n)) >> shift);
    default:
      return assertNever(rounding);
  }
}

/** What keeps codes in a format. */
export function limitsOf(format: Format, overflow: Overflow): Limits {
  switch (overflow) {
    case 'SAT':
      return { kind: 'saturate', ...rangeOf(format) };
    case 'WRAP':
      return { kind: 'wrap', signed: format.signed, width: format.width };
    default:
      return assertNever(overflow);
  }
}

/**
 * What turns codes, of the numbers code × 2^-fraction, into codes of the wanted format: rounded first, then fitted.
 * All that the codes have in common is worked out once.
 */
export function requantizer(fraction: number, { format, rounding, overflow }: Requantize): Step {
  const round = shifter(fraction - fractionOf(format), rounding);
  const limit = limiter(limitsOf(format, overflow));
  return (code) => limit(round(code));
}

/** A {@link requantizer}'s answer for one code. */
export function requantize(code: number, fraction: number, wanted: Requantize): number {
  return requantizer(fraction, wanted)(code);
}

/** A code divided by 2^shift and rounded; a negative shift multiplies, exactly. */
export function shiftRight(code: number, shift: number, rounding: Rounding): number {
  return shifter(shift, rounding)(code);
}

/** A code brought into the format's range. */
export function fitTo(code: number, format: Format, overflow: Overflow): number {
  return limiter(limitsOf(format, overflow))(code);
}

/** The codes that {@link requantize} can give for a code of the interval. */
export function requantizeInterval(interval: Interval, fraction: number, wanted: Requantize): Interval {
  const round = shifter(fraction - fractionOf(wanted.format), wanted.rounding);
  const rounded = { low: round(interval.low), high: round(interval.high) };
  return limitInterval(limitsOf(wanted.format, wanted.overflow), rounded);
}

/** What turns real values into the nearest codes, for whoever stands left of the waist: they are floats. */
export function encoder({ format, rounding, overflow }: Requantize): Step {
  const scale = 2 ** fractionOf(format);
  const limit = limiter(limitsOf(format, overflow));
  return (value) => limit(roundReal(value * scale, rounding));
}

/** An {@link encoder}'s answer for one value. */
export const encode = (value: number, wanted: Requantize): number => encoder(wanted)(value);

/** The same without limits: a code that the format may not hold. */
export const encodeFreely = (value: number, { format, rounding }: Omit<Requantize, 'overflow'>): number =>
  roundReal(value * 2 ** fractionOf(format), rounding);

function roundReal(real: number, rounding: Rounding): number {
  const scaled = Math.min(Math.max(real, -HUGE), HUGE);
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const up =
    rounding === 'TRN' ? false : rest > 0.5 || (rest === 0.5 && (rounding === 'RND' || floor % 2 !== 0));
  // `+ 0` turns -0 into 0.
  return (up ? floor + 1 : floor) + 0;
}
