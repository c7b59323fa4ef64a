import { assertNever } from '../core/assert.js';
import { rangeOf } from './format.js';
import type { Interval } from './interval.js';

/** What becomes of whole numbers that are too large or too small. */
export type Limits =
  | { readonly kind: 'none' }
  /** The nearest number from `low` to `high`. */
  | { readonly kind: 'saturate'; readonly low: number; readonly high: number }
  /** The low bits, read as a word with or without a sign. */
  | { readonly kind: 'wrap'; readonly signed: boolean; readonly width: number };

/** The numbers that limits let through; undefined for all. */
export function rangeOfLimits(limits: Limits): Interval | undefined {
  switch (limits.kind) {
    case 'none':
      return undefined;
    case 'saturate':
      return { low: limits.low, high: limits.high };
    case 'wrap':
      return rangeOf({ signed: limits.signed, width: limits.width, integer: limits.width });
    default:
      return assertNever(limits);
  }
}

/** Brings whole numbers within limits. All that the numbers have in common is worked out once. */
export function limiter(limits: Limits): (code: number) => number {
  switch (limits.kind) {
    case 'none':
      return (code) => code;
    case 'saturate': {
      const { low, high } = limits;
      return (code) => Math.min(Math.max(code, low), high);
    }
    case 'wrap': {
      const modulus = 2 ** limits.width;
      const high = limits.signed ? modulus / 2 - 1 : modulus - 1;
      return (code) => {
        const rest = code - Math.floor(code / modulus) * modulus;
        return rest > high ? rest - modulus : rest;
      };
    }
    default:
      return assertNever(limits);
  }
}

/** What numbers of the interval become: all that the limits let through, where some wrap and others do not. */
export function limitInterval(limits: Limits, { low, high }: Interval): Interval {
  const limit = limiter(limits);
  const limited = { low: limit(low), high: limit(high) };
  const isTorn = limits.kind === 'wrap' && limited.high - limited.low !== high - low;
  return isTorn ? (rangeOfLimits(limits) as Interval) : limited;
}

/** Whether the limits change a number of the interval. */
export function limitsChange(limits: Limits, { low, high }: Interval): boolean {
  const allowed = rangeOfLimits(limits);
  return allowed !== undefined && (low < allowed.low || high > allowed.high);
}
