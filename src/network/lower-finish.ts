import { printFormat, rangeOf } from '../fixed/format.js';
import { contains, type Interval } from '../fixed/interval.js';
import { rangeOfLimits } from '../fixed/limits.js';
import { encodeFreely } from '../fixed/requantize.js';
import { type Activation, boundOf, sumActivation } from './activation.js';
import { addedBits, exactFinish, type Finish, roundingFinish } from './finish.js';
import type { UnitOutput } from './layer-output.js';
import { problems } from './problems.js';

/** The finish of a unit whose sum, with so many fraction bits, leaves with so many others, exactly. */
export function exactUnit(activation: Activation, fraction: number, wanted: number): Finish {
  const bound = boundOf(activation);
  const finish = exactFinish(sumActivation(activation), wanted - fraction);
  return bound === undefined ? finish : bounded(finish, bound * 2 ** wanted);
}

/** The finish of a unit whose sum, with so many fraction bits, becomes a code. */
export function roundedUnit(activation: Activation, fraction: number, output: UnitOutput): Finish {
  const finish = roundingFinish(sumActivation(activation), fraction, output);
  const limited = output.limits === undefined ? finish : narrowed(finish, output.limits);
  const bound = boundCode(activation, output);
  return bound === undefined ? limited : bounded(limited, bound);
}

const narrowed = (finish: Finish, { low, high }: Interval): Finish => ({
  ...finish,
  limits: { kind: 'saturate', low, high },
});

/** Rounding keeps the order, so that a bound of sums is one of codes: the bound, rounded as the sums are. */
function bounded(finish: Finish, code: number): Finish {
  const { low, high } = rangeOfLimits(finish.limits) ?? { low: 0, high: code };
  const within = (number: number) => Math.min(Math.max(number, low), high);
  return narrowed(finish, { low: within(0), high: within(code) });
}

/** The code that an activation's bound is rounded to; undefined where it has none. */
export function boundCode(activation: Activation, output: UnitOutput): number | undefined {
  const bound = boundOf(activation);
  return bound === undefined ? undefined : encodeFreely(bound, output);
}

/** Fraction bits with which the activation of a sum with so many leaves exactly. */
export const exactFraction = (activation: Activation, fraction: number): number =>
  fraction + addedBits(sumActivation(activation));

/** @throws network/limits, network/bound */
export function checkUnit(activation: Activation, output: UnitOutput, path: string): void {
  const { format, overflow, limits } = output;
  if (limits !== undefined) checkLimits(limits, output, `${path}.limits`);
  const code = boundCode(activation, output);
  if (overflow === 'WRAP' && code !== undefined && code > rangeOf(format).high)
    throw problems.bound(path, printFormat(format), boundOf(activation) as number);
}

function checkLimits(limits: Interval, { format, overflow }: UnitOutput, path: string): void {
  const range = rangeOf(format);
  const isFit = Number.isInteger(limits.low) && Number.isInteger(limits.high) && limits.low <= limits.high;
  if (!isFit || !contains(range, limits) || overflow !== 'SAT')
    throw problems.limits(path, `${limits.low} to ${limits.high}, ${overflow}`, printFormat(format), range);
}

/** @throws network/exact-bound */
export function checkExact(activation: Activation, fraction: number, path: string): void {
  const bound = boundOf(activation);
  if (bound !== undefined && !Number.isInteger(bound * 2 ** fraction))
    throw problems.exactBound(path, bound, fraction);
}
