import { type Format, formatFor, fractionOf, rangeOf } from '../fixed/format.js';
import { contains, hull, type Interval } from '../fixed/interval.js';
import { type Rounding, shiftRight } from '../fixed/requantize.js';
import { activateInterval } from '../network/activation.js';
import type { LiveRow } from '../network/affine.js';
import { sameRequantize } from '../network/json-parts.js';

/** The circuit between a sum and a code, shared by rows that need the same; parameters of `espalier_requantize`. */
export interface Requantizer {
  readonly relu: boolean;
  /** Fraction bits dropped; negative: zeros appended. */
  readonly shift: number;
  readonly rounding: Rounding;
  readonly saturate: boolean;
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

function sameCircuit(a: LiveRow, b: LiveRow): boolean {
  if (a.activation !== b.activation || shiftOf(a) !== shiftOf(b)) return false;
  if (a.requantize === undefined || b.requantize === undefined) return a.requantize === b.requantize;
  return sameRequantize(a.requantize, b.requantize);
}

function shiftOf(row: LiveRow): number {
  return row.requantize === undefined ? -row.exactShift : row.fraction - fractionOf(row.requantize.format);
}

function requantizerOf(indices: number[], rows: readonly LiveRow[]): Requantizer {
  const group = indices.map((index) => rows[index]);
  const first = group[0];
  const shift = shiftOf(first);
  const rounding = first.requantize?.rounding ?? 'TRN';
  const narrow = formatFor(group.map((row) => row.output).reduce(hull), fractionOf(first.format));
  // One bit that only ever holds 0 goes beyond `fixed<1,I>`, so would saturate elsewhere.
  const declared = first.requantize?.format ?? narrow;
  const format = contains(rangeOf(declared), rangeOf(narrow)) ? narrow : declared;
  return {
    relu: first.activation === 'relu' && group.some((row) => row.sum.low < 0),
    shift,
    rounding,
    saturate:
      first.requantize?.overflow === 'SAT' &&
      group.some((row) => !contains(rangeOf(format), roundedInterval(row, shift, rounding))),
    format,
    rows: indices,
  };
}

function roundedInterval(row: LiveRow, shift: number, rounding: Rounding): Interval {
  const active = activateInterval(row.activation, row.sum);
  return {
    low: shiftRight(active.low, shift, rounding),
    high: shiftRight(active.high, shift, rounding),
  };
}
