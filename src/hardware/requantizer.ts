import { type Format, formatFor, fractionOf, rangeOf } from '../fixed/format.js';
import { contains, hull, type Interval } from '../fixed/interval.js';
import { type Limits, rangeOfLimits } from '../fixed/limits.js';
import type { Rounding } from '../fixed/requantize.js';
import type { LiveRow } from '../network/affine.js';
import {
  type CodeTable,
  type Finish,
  finishOn,
  indexInterval,
  roundedInterval,
  type SumActivation,
  sameFinish,
} from '../network/finish.js';
import { codesByWord } from './code-table.js';

/** What becomes of codes beyond the format: upper bits dropped, the format's ends, or ends of their own. */
export type CodeOverflow =
  | { readonly kind: 'drop' }
  | { readonly kind: 'saturate' }
  | { readonly kind: 'bounds'; readonly low: number; readonly high: number };

/**
 * The circuit between a sum, which has been multiplied where that is wanted, and a code: shared by rows that need the
 * same; parameters of `espalier_requantize`.
 */
export interface Requantizer {
  readonly activation: SumActivation;
  /** Fraction bits of the activation that are dropped; negative: zeros appended. */
  readonly shift: number;
  readonly rounding: Rounding;
  /** Bits that a second rounding drops. */
  readonly again: number;
  readonly overflow: CodeOverflow;
  /** Holds the codes that occur; often narrower than the rows' declared format, with the same fraction. */
  readonly format: Format;
  /** What comes behind it: a code for each word of its format, by the word's bits. */
  readonly table?: { readonly codes: readonly number[]; readonly format: Format };
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
  sameFinish(behindProduct(a.finish), behindProduct(b.finish)) &&
  fractionOf(a.format) === fractionOf(b.format);

/** What is left to do once the sum has been multiplied: no activation minds a positive factor. */
const behindProduct = (finish: Finish): Finish => ({
  ...finish,
  scaling: { ...finish.scaling, multiplier: 1 },
});

function requantizerOf(numbers: number[], rows: readonly LiveRow[]): Requantizer {
  const group = numbers.map((index) => rows[index]);
  const first = group[0];
  const { activation, scaling, limits } = finishOn(first.finish, group.map((row) => row.sum).reduce(hull));
  const { shift, rounding, again } = scaling;
  const rounded = group.map((row) => roundedInterval(row.finish, row.sum)).reduce(hull);
  const indices = group.map((row) => indexInterval(row.finish, row.sum)).reduce(hull);
  const fraction = fractionOf(first.format);
  const narrow = formatFor(indices, fraction);
  const allowed = rangeOfLimits(limits);
  // One bit that only ever holds 0 goes beyond `fixed<1,I>`, so would saturate elsewhere.
  const declared = allowed === undefined ? narrow : formatFor(allowed, fraction);
  const format = contains(rangeOf(declared), rangeOf(narrow)) ? narrow : declared;
  const { table } = first.finish;
  return {
    activation,
    shift,
    rounding,
    again,
    overflow: overflowOf(limits, rangeOf(format), rounded),
    format,
    ...(table === undefined ? {} : { table: tableBehind(table, format, codesOf(group)) }),
    rows: numbers,
  };
}

/** The narrowest format of all the codes of rows. */
const codesOf = (group: readonly LiveRow[]): Format =>
  formatFor(group.map((row) => row.output).reduce(hull), fractionOf(group[0].format));

function tableBehind(table: CodeTable, index: Format, format: Format) {
  const { low, high } = rangeOf(format);
  const codes = codesByWord(table, index.signed, index.width);
  // What no sum gives may be anything that the format holds.
  return { codes: codes.map((code) => Math.min(Math.max(code, low), high)), format };
}

/** The format of the codes that a circuit gives. */
export const codeFormat = ({ format, table }: Requantizer): Format => table?.format ?? format;

/** @param codes all that are rounded to, before the limits */
function overflowOf(limits: Limits, format: Interval, codes: Interval): CodeOverflow {
  if (limits.kind !== 'saturate') return { kind: 'drop' };
  const { low, high } = limits;
  const isWithin = (codes.low >= low || low === format.low) && (codes.high <= high || high === format.high);
  if (!isWithin) return { kind: 'bounds', low: Math.max(low, format.low), high: Math.min(high, format.high) };
  return contains(format, codes) ? { kind: 'drop' } : { kind: 'saturate' };
}
