import type { EspalierError } from '../../core/errors.js';
import { type Format, formatFor, printFormat, rangeOf, signedWidth } from '../../fixed/format.js';
import { type Interval, magnitude } from '../../fixed/interval.js';
import type { Activation } from '../activation.js';
import { addedBits, type Finish, finishInterval, isExact } from '../finish.js';
import { type LayerOutput, outputFormat } from '../layer-output.js';
import { checkExact, checkUnit, exactFraction, exactUnit, roundedUnit } from '../lower-finish.js';
import { problems } from '../problems.js';
import { type AffineRow, sumInterval } from './kind.js';

/** What a layer of sums makes of them. */
export interface SumsOutput {
  readonly activation: Activation;
  readonly output: LayerOutput;
}

/**
 * What each unit makes of its sum.
 *
 * @param fractions fraction bits of each unit's sum
 */
export function finishesOf({ activation, output }: SumsOutput, fractions: readonly number[]): Finish[] {
  const common = Math.max(...fractions);
  return fractions.map((fraction, unit) =>
    output === 'exact'
      ? exactUnit(activation, fraction, common)
      : roundedUnit(activation, fraction, output[unit % output.length]),
  );
}

/** The format of each unit's codes; exact sums get the narrowest one, all at the finest fraction among them. */
export function sumFormats(
  { activation, output }: SumsOutput,
  rows: readonly AffineRow[],
  inputs: readonly Format[],
): readonly Format[] {
  if (output !== 'exact') return output.map(outputFormat);
  const ranges = inputs.map(rangeOf);
  const common = exactFraction(activation, Math.max(...rows.map((row) => row.fraction)));
  return rows.map((row) => formatFor(finishInterval(row.finish, sumInterval(row, ranges)), common));
}

/**
 * Limits and bounds must be codes that the output has; every partial sum in any order, its activation and the exact
 * output must be a number that JavaScript holds exactly.
 *
 * @param where leads to the layer, for errors
 * @throws network/limits, network/bound, network/scale, network/scale-twice, network/scale-bound, network/table,
 *   network/exact-bound, network/accumulator-too-wide, network/product-too-wide
 */
export function checkSums(
  { activation, output }: SumsOutput,
  rows: readonly AffineRow[],
  inputs: readonly Format[],
  where: string,
): void {
  if (output === 'exact') checkExact(activation, Math.max(...rows.map((row) => row.fraction)), where);
  else
    output.forEach((wanted, unit) => {
      checkUnit(activation, wanted, `${where}, unit ${unit}`);
    });
  const ranges = inputs.map(rangeOf);
  rows.forEach((row, unit) => {
    const problem = tooWide(row, ranges, `${where}, unit ${unit}`);
    if (problem !== undefined) throw problem;
  });
}

/** What is wrong with a row whose sums, or what is made of them, no exact number holds. */
export function tooWide(
  row: AffineRow,
  ranges: readonly Interval[],
  where: string,
): EspalierError | undefined {
  const bound = boundOf(row, ranges);
  if (bound >= 2 ** 53) return problems.accumulatorTooWide(where, signedWidth({ low: -bound, high: bound }));
  const { multiplier, shift } = row.finish.scaling;
  const product = bound * multiplier;
  return multiplier > 1 && (product >= MOST_PRODUCT || product * 2 ** -shift >= 2 ** 53)
    ? problems.productTooWide(where, 1 + Math.ceil(Math.log2(product)))
    : undefined;
}

/** @throws network/code-out-of-range */
export function checkCode(where: string, code: number, format: Format): void {
  const { low, high } = rangeOf(format);
  if (!Number.isInteger(code) || code < low || code > high) {
    throw problems.networkCode(where, code, printFormat(format), low, high);
  }
}

/** A product and the half that rounds it are numbers of 64 bits. */
const MOST_PRODUCT = 2 ** 62;

function boundOf({ bias, terms, finish }: AffineRow, ranges: readonly Interval[]): number {
  let bound = Math.abs(bias);
  for (const { input, weight } of terms) bound += Math.abs(weight) * magnitude(ranges[input]);
  bound *= 2 ** addedBits(finish.activation);
  return isExact(finish) ? bound * 2 ** -finish.scaling.shift : bound;
}
