import { type Format, formatFor, fractionOf, rangeOf } from '../fixed/format.js';
import { contains, hull, type Interval } from '../fixed/interval.js';
import { type Limits, rangeOfLimits } from '../fixed/limits.js';
import type { Rounding } from '../fixed/requantize.js';
import type { LiveRow } from '../network/affine.js';
import { finishOn, roundedInterval, type SumActivation, sameFinish } from '../network/finish.js';

/** What becomes of codes beyond the format: upper bits dropped, the format's ends, or ends of their own. */
export type Overflow =
  | { readonly kind: 'drop' }
  | { readonly kind: 'saturate' }
  | { readonly kind: 'bounds'; readonly low: number; readonly high: number };

/** The circuit between a sum and a code, shared by rows that need the same; parameters of `espalier_requantize`. */
export interface Requantizer {
  readonly activation: SumActivation;
  /** Fraction bits of the activation that are dropped; negative: zeros appended. */
  readonly shift: number;
  readonly rounding: Rounding;
  readonly overflow: Overflow;
  /** Holds the codes that occur; often narrower than the rows' declared format, with the same fraction. */
  readonly format: Format;
  /** Indices of the rows it serves. */
  readonly rows: readonly number[];
}

/**
 * Groups rows by what is done to their sums. The circuit is narrowed to the codes that can occur: where a row
 * saturates, the narrower format still ends where the declared one does, and where none does, nothing is clamped.
 */
export function requantizersOf(rows: readonly LiveRow[]): Requantizer[] {
  const groups: number[][] = [];
  rows.forEach((row, index) => {
    const group = groups.find(([first]) => sameCircuit(rows[first], row));
    if (group === undefined) groups.push([index]);
    else group.push(index);
  });
  return groups.map((indices) => requantizerOf(indices, rows));
}

const sameCircuit = (a: LiveRow, b: LiveRow): boolean =>
  sameFinish(a.finish, b.finish) && fractionOf(a.format) === fractionOf(b.format);

function requantizerOf(indices: number[], rows: readonly LiveRow[]): Requantizer {
  const group = indices.map((index) => rows[index]);
  const first = group[0];
  const { activation, scaling, limits } = finishOn(first.finish, group.map((row) => row.sum).reduce(hull));
  const rounded = group.map((row) => roundedInterval(row.finish, row.sum)).reduce(hull);
  const narrow = formatFor(group.map((row) => row.output).reduce(hull), fractionOf(first.format));
  const allowed = rangeOfLimits(limits);
  // One bit that only ever holds 0 goes beyond `fixed<1,I>`, so would saturate elsewhere.
  const isNarrow = allowed === undefined || contains(rangeOf(first.format), rangeOf(narrow));
  const format = isNarrow ? narrow : first.format;
  return {
    activation,
    ...scaling,
    overflow: overflowOf(limits, rangeOf(format), rounded),
    format,
    rows: indices,
  };
}

/** @param codes all that are rounded to, before the limits */
function overflowOf(limits: Limits, format: Interval, codes: Interval): Overflow {
  if (limits.kind !== 'saturate') return { kind: 'drop' };
  const { low, high } = limits;
  const isWithin = (codes.low >= low || low === format.low) && (codes.high <= high || high === format.high);
  if (!isWithin) return { kind: 'bounds', low: Math.max(low, format.low), high: Math.min(high, format.high) };
  return contains(format, codes) ? { kind: 'drop' } : { kind: 'saturate' };
}
