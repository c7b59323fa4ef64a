import { fractionOf, parseFormat, rangeOf, valueOfCode } from '../fixed/format.js';
import { encode, type Requantize } from '../fixed/requantize.js';

/** What rounding and saturation did to the values of a tensor. */
export interface Losses {
  /** Largest |value − real value|. */
  readonly maxError: number;
  /** Values outside the format. */
  readonly saturated: number;
  /** Values that were not zero and became zero. */
  readonly vanished: number;
  /** Values that were not zero. */
  readonly nonZeros: number;
  /** Largest |real value|. */
  readonly largest: number;
  /** The median of those |real values| that are not zero; 0 where all are. */
  readonly typical: number;
  /** Largest |real value| of the unit in which it is least: far less than `largest` where units want formats of their own. */
  readonly leastUnit: number;
  /** Of the values outside the format the one that is changed most, where by more than a step. */
  readonly worst?: { readonly value: number; readonly became: number };
}

/** @param values [row][unit]; formats one per unit */
export function losses(values: readonly (readonly number[])[], chosen: readonly Requantize[]): Losses {
  const lost = { maxError: 0, saturated: 0, vanished: 0, nonZeros: 0, largest: 0 };
  const sizes: number[] = [];
  const units = chosen.map(() => 0);
  let worst: Losses['worst'];
  for (const row of values) {
    row.forEach((value, unit) => {
      const { format } = chosen[unit];
      const fraction = fractionOf(format);
      const code = encode(value, chosen[unit]);
      const became = valueOfCode(code, fraction);
      const error = Math.abs(became - value);
      const scaled = value * 2 ** fraction;
      const { low, high } = rangeOf(format);
      lost.maxError = Math.max(lost.maxError, error);
      lost.largest = Math.max(lost.largest, Math.abs(value));
      units[unit] = Math.max(units[unit], Math.abs(value));
      if (scaled >= high + 1 || scaled <= low - 1) {
        lost.saturated += 1;
        const before = worst === undefined ? 2 ** -fraction : Math.abs(worst.became - worst.value);
        if (error > before) worst = { value, became };
      }
      if (value === 0) return;
      sizes.push(Math.abs(value));
      lost.nonZeros += 1;
      if (code === 0) lost.vanished += 1;
    });
  }
  const typical = Float64Array.from(sizes).sort()[sizes.length >> 1] ?? 0;
  const leastUnit = Math.min(...units.filter((size) => size > 0), lost.largest);
  return { ...lost, typical, leastUnit, ...(worst === undefined ? {} : { worst }) };
}

/** The value of a code's least bit, of the finest unit. */
export const stepOf = (format: string | readonly string[]): number =>
  Math.min(...[format].flat().map((text) => 2 ** -fractionOf(parseFormat(text))));
