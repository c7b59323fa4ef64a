import { formatFor, printFormat, rangeOf } from '../fixed/format.js';
import { contains, type Interval } from '../fixed/interval.js';
import { rangeOfLimits } from '../fixed/limits.js';
import { encodeFreely } from '../fixed/requantize.js';
import { type Activation, boundOf, sumActivation } from './activation.js';
import { addedBits, exactFinish, type Finish, roundingFinish, scalingFinish } from './finish.js';
import type { OutputTable, UnitOutput, UnitScale } from './layer-output.js';
import { problems } from './problems.js';

/** The finish of a unit whose sum, with so many fraction bits, leaves with so many others, exactly. */
export function exactUnit(activation: Activation, fraction: number, wanted: number): Finish {
  const bound = boundOf(activation);
  const finish = exactFinish(sumActivation(activation), wanted - fraction);
  return bound === undefined ? finish : bounded(finish, bound * 2 ** wanted);
}

/** The finish of a unit whose sum, with so many fraction bits, becomes a code. */
export function roundedUnit(activation: Activation, fraction: number, output: UnitOutput): Finish {
  const own = sumActivation(activation);
  const finish =
    output.scale === undefined
      ? roundingFinish(own, fraction, output)
      : scalingFinish(own, output.scale, output);
  const limited = output.limits === undefined ? finish : narrowed(finish, output.limits);
  const bound = boundCode(activation, output);
  const whole = bound === undefined ? limited : bounded(limited, bound);
  const { table } = output;
  if (table === undefined) return whole;
  return { ...whole, table: { lowest: indices(output).low, codes: table.codes } };
}

/** The codes that a table is asked for. */
const indices = ({ format, limits }: UnitOutput): Interval => limits ?? rangeOf(format);

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

/** @throws network/limits, network/bound, network/scale, network/table, network/shape, network/code-out-of-range */
export function checkUnit(activation: Activation, output: UnitOutput, path: string): void {
  const { format, overflow, limits, table, scale } = output;
  if (scale !== undefined) checkScale(activation, output, scale, `${path}.scale`);
  if (limits !== undefined) checkLimits(limits, output, `${path}.limits`);
  const code = boundCode(activation, output);
  if (overflow === 'WRAP' && code !== undefined && code > rangeOf(format).high)
    throw problems.bound(path, printFormat(format), boundOf(activation) as number);
  if (table !== undefined) checkTable(table, indices(output), `${path}.table`);
}

const MOST_MULTIPLIER = 2 ** 31 - 1;
const MOST_SCALE_SHIFT = 62;

function checkScale(
  activation: Activation,
  { rounding }: UnitOutput,
  { multiplier, shift, twice = false }: UnitScale,
  path: string,
): void {
  const within = (number: number, low: number, high: number) =>
    Number.isInteger(number) && number >= low && number <= high;
  if (!within(multiplier, 1, MOST_MULTIPLIER) || !within(shift, 0, MOST_SCALE_SHIFT))
    throw problems.scale(path, multiplier, shift, MOST_MULTIPLIER, MOST_SCALE_SHIFT);
  if (twice && rounding !== 'RND') throw problems.scaleTwice(path, rounding);
  const bound = boundOf(activation);
  if (bound !== undefined) throw problems.scaleBound(path, bound);
}

/** Bits of a table's index, which a few LUTs look up, and of its codes. */
const MOST_INDEX_BITS = 8;
const MOST_CODE_BITS = 16;

function checkTable({ format, codes }: OutputTable, index: Interval, path: string): void {
  const width = formatFor(index, 0).width;
  if (width > MOST_INDEX_BITS || format.width > MOST_CODE_BITS)
    throw problems.table(path, width, format.width, MOST_INDEX_BITS, MOST_CODE_BITS);
  const entries = index.high - index.low + 1;
  if (codes.length !== entries)
    throw problems.networkShape(
      `${path}.codes`,
      `${codes.length} codes`,
      `${entries} codes (one for each from ${index.low} to ${index.high})`,
    );
  const { low, high } = rangeOf(format);
  const wrong = codes.findIndex((code) => !Number.isInteger(code) || code < low || code > high);
  if (wrong >= 0)
    throw problems.networkCode(`${path}.codes[${wrong}]`, codes[wrong], printFormat(format), low, high);
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
