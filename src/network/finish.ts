import { isDeepStrictEqual } from 'node:util';
import { assertNever } from '../core/assert.js';
import { fractionOf } from '../fixed/format.js';
import { type Interval, isPoint } from '../fixed/interval.js';
import { type Limits, limiter, limitInterval, limitsChange } from '../fixed/limits.js';
import { limitsOf, productShifter, type Requantize, type Rounding, shifter } from '../fixed/requantize.js';
import type { UnitScale } from './layer-output.js';

/**
 * The only way from a sum to a code: whole numbers throughout, in the order of the members. The reference model,
 * intervals, every engine, the C code and the prover read it; nobody else says what a sum becomes.
 */
export interface Finish {
  /** Of the exact sum; exact. */
  readonly activation: SumActivation;
  /** Rounded here, and nowhere else. */
  readonly scaling: Scaling;
  /** None where the exact sum leaves: its shift is not positive then, so that nothing is rounded either. */
  readonly limits: Limits;
  /** Where there is one, the number then is the index of another: of `codes[number − lowest]`. */
  readonly table?: CodeTable;
}

export interface CodeTable {
  /** The least index. */
  readonly lowest: number;
  readonly codes: readonly number[];
}

export type SumActivation =
  | { readonly kind: 'linear' }
  | { readonly kind: 'relu' }
  /** A negative sum times `multiplier`, any other times 2^shift: so many fraction bits more than the sum has. */
  | { readonly kind: 'leaky'; readonly multiplier: number; readonly shift: number };

/**
 * The number times `multiplier`, divided by 2^shift and rounded; a negative shift multiplies, exactly. Where `again` is
 * above 0, what is rounded is divided by 2^again and rounded once more, half away from zero.
 */
export interface Scaling {
  /** Odd, below 2^31; 1 where the scale is a power of two. */
  readonly multiplier: number;
  readonly shift: number;
  readonly rounding: Rounding;
  readonly again: number;
}

/** One whole number from another. */
type Step = (number: number) => number;

/** Fraction bits that the activation has more than the sum. */
export const addedBits = (activation: SumActivation): number =>
  activation.kind === 'leaky' ? activation.shift : 0;

/** The finish of a sum that leaves as it is, its activation times 2^left. */
export const exactFinish = (activation: SumActivation, left: number): Finish => ({
  activation,
  scaling: dyadic(left === 0 ? 0 : -left, 'TRN'),
  limits: { kind: 'none' },
});

/** The finish of a sum with so many fraction bits that becomes a code of a format. */
export const roundingFinish = (
  activation: SumActivation,
  fraction: number,
  { format, rounding, overflow }: Requantize,
): Finish => ({
  activation,
  scaling: dyadic(fraction + addedBits(activation) - fractionOf(format), rounding),
  limits: limitsOf(format, overflow),
});

/** A division by 2^shift. */
const dyadic = (shift: number, rounding: Rounding): Scaling => ({ multiplier: 1, shift, rounding, again: 0 });

/** The bits that the first of two roundings drops. */
const FIRST_ROUNDING = 31;

/** The finish of a sum that becomes a code by a scale, whatever fraction bits it has. */
export function scalingFinish(
  activation: SumActivation,
  { multiplier, shift, twice = false }: UnitScale,
  { format, rounding, overflow }: Requantize,
): Finish {
  const again = twice ? Math.max(shift - FIRST_ROUNDING, 0) : 0;
  let [odd, first] = [multiplier, shift - again + addedBits(activation)];
  for (; odd % 2 === 0; first--) odd /= 2;
  return {
    activation,
    scaling: { multiplier: odd, shift: first, rounding, again },
    limits: limitsOf(format, overflow),
  };
}

/** Whether the sum leaves without a loss. */
export const isExact = ({ limits }: Finish): boolean => limits.kind === 'none';

/** What makes codes of sums. All that the sums have in common is worked out once. */
export function finisher(wanted: Finish): Step {
  const index = indexer(wanted);
  const { table } = wanted;
  return table === undefined ? index : (sum) => table.codes[index(sum) - table.lowest];
}

/** All but the table. */
function indexer({ activation, scaling, limits }: Finish): Step {
  const round = scaler(scaling);
  const limit = limiter(limits);
  switch (activation.kind) {
    case 'linear':
      return (sum) => limit(round(sum));
    case 'relu':
      return (sum) => limit(round(sum > 0 ? sum : 0));
    case 'leaky': {
      const factor = 2 ** activation.shift;
      return (sum) => limit(round(sum * (sum < 0 ? activation.multiplier : factor)));
    }
    default:
      return assertNever(activation);
  }
}

function scaler({ multiplier, shift, rounding, again }: Scaling): Step {
  const round = productShifter(multiplier, shift, rounding);
  if (again === 0) return round;
  const halve = shifter(again, 'RND');
  return (number) => {
    const rounded = round(number);
    return rounded < 0 ? 0 - halve(-rounded) : halve(rounded);
  };
}

/** A {@link finisher}'s answer for one sum. */
export const finish = (wanted: Finish, sum: number): number => finisher(wanted)(sum);

/** The activation of an exact sum. */
export function activate(activation: SumActivation, sum: number): number {
  switch (activation.kind) {
    case 'linear':
      return sum;
    case 'relu':
      return Math.max(sum, 0);
    case 'leaky':
      return sum * (sum < 0 ? activation.multiplier : 2 ** activation.shift);
    default:
      return assertNever(activation);
  }
}

/** What the activation makes of the sums of an interval: every activation is monotone. */
export const activeInterval = ({ activation }: Finish, sum: Interval): Interval => ({
  low: activate(activation, sum.low),
  high: activate(activation, sum.high),
});

/** The interval after activation and rounding, before the limits. */
export function roundedInterval(wanted: Finish, sum: Interval): Interval {
  const active = activeInterval(wanted, sum);
  const round = scaler(wanted.scaling);
  return { low: round(active.low), high: round(active.high) };
}

/**
 * The codes that sums of an interval give: the least and the largest of them, or all of a format that some wrap in. A
 * table gives its least and its largest code between the ends of its indices.
 */
export function finishInterval(wanted: Finish, sum: Interval): Interval {
  const index = indexInterval(wanted, sum);
  const { table } = wanted;
  if (table === undefined) return index;
  const codes = table.codes.slice(index.low - table.lowest, index.high - table.lowest + 1);
  return { low: Math.min(...codes), high: Math.max(...codes) };
}

/** The same without the table. */
export const indexInterval = (wanted: Finish, sum: Interval): Interval =>
  limitInterval(wanted.limits, roundedInterval(wanted, sum));

/** Whether a sum of the interval is cut off by the limits. */
export const isLimited = (wanted: Finish, sum: Interval): boolean =>
  limitsChange(wanted.limits, roundedInterval(wanted, sum));

/** Whether something is added before low bits are dropped. */
export const roundsUp = ({ scaling }: Finish): boolean => scaling.shift > 0 && scaling.rounding !== 'TRN';

/** How far rounding takes a code from the exact one at most, in codes. */
export function roundingError({ scaling: { shift, rounding, again } }: Finish): number {
  const first = shift <= 0 ? 0 : rounding === 'TRN' ? 1 : 0.5;
  return again === 0 ? first : first * 2 ** -again + 0.5;
}

/** What a finish is where the sum lies in an interval. */
export type FinishPiece =
  | { readonly kind: 'constant'; readonly code: number }
  | FreePiece
  /** The code of so many bits whose bits are the lowest ones of the number. */
  | {
      readonly kind: 'wrapped';
      readonly number: FreePiece;
      readonly width: number;
      readonly signed: boolean;
    };

/** A number with nothing cut off above. */
export type FreePiece =
  | { readonly kind: 'linear'; readonly factor: number }
  /** The sum times a factor, divided by 2^shift and rounded, and perhaps once more as {@link Scaling} says. */
  | RoundedPiece;

/** The shifts are not negative, and one of them is above 0. */
export interface RoundedPiece {
  readonly kind: 'rounded';
  readonly factor: number;
  readonly shift: number;
  readonly rounding: Rounding;
  readonly again: number;
}

/** The finish on an interval of sums, where it is simple there. */
export function pieceOn(wanted: Finish, sum: Interval): FinishPiece | undefined {
  const code = finishInterval(wanted, sum);
  if (isPoint(code)) return { kind: 'constant', code: code.low };
  const factor = factorOn(wanted.activation, sum);
  if (wanted.table !== undefined || factor === undefined || isTornAtZero(wanted, sum)) return undefined;
  const number = freePiece(wanted, factor);
  if (!isLimited(wanted, sum)) return number;
  const { limits } = wanted;
  return limits.kind === 'wrap' ? { ...limits, kind: 'wrapped', number } : undefined;
}

/** Rounding away from zero goes two ways, a form only one. */
function isTornAtZero({ activation, scaling }: Finish, sum: Interval): boolean {
  if (scaling.again === 0) return false;
  const once = roundedInterval(
    { activation, scaling: { ...scaling, again: 0 }, limits: { kind: 'none' } },
    sum,
  );
  return once.low < 0 && once.high >= 0;
}

function freePiece({ scaling }: Finish, multiplier: number): FreePiece {
  const { rounding, again } = scaling;
  let [factor, shift] = [multiplier * scaling.multiplier, scaling.shift];
  for (; shift > 0 && factor % 2 === 0; shift--) factor /= 2;
  if (shift < 0) [factor, shift] = [factor * 2 ** -shift, 0];
  return shift > 0 || again > 0
    ? { kind: 'rounded', factor, shift, rounding, again }
    : { kind: 'linear', factor };
}

/** What every sum of the interval is multiplied by, if it is one number for all. */
function factorOn(activation: SumActivation, { low, high }: Interval): number | undefined {
  if (activation.kind === 'linear') return 1;
  if (low >= 0) return 2 ** addedBits(activation);
  if (high > 0) return undefined;
  return activation.kind === 'leaky' ? activation.multiplier : 0;
}

/** The finish without an activation that no sum of the interval needs. */
export function finishOn(wanted: Finish, sum: Interval): Finish {
  const { activation, scaling } = wanted;
  if (sum.low < 0) return wanted;
  const shift = scaling.shift - addedBits(activation);
  return { ...wanted, activation: { kind: 'linear' }, scaling: { ...scaling, shift } };
}

/** A power of two that changes no code when it is added to the sum: only a sum that wraps repeats itself. */
export function periodOf({ activation, scaling, limits }: Finish): number | undefined {
  if (activation.kind !== 'linear' || limits.kind !== 'wrap' || scaling.again > 0) return undefined;
  return 2 ** Math.max(0, scaling.shift + limits.width);
}

/** Whether two finishes do the same to every sum. */
export const sameFinish = (a: Finish, b: Finish): boolean => isDeepStrictEqual(a, b);
