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

/** Counts values that lie outside their formats, and finds the one that is changed most. */
export class Saturation {
  saturated = 0;
  worst: Losses['worst'];
  private readonly inside: readonly {
    readonly above: number;
    readonly below: number;
    readonly step: number;
  }[];

  /** @param chosen one format per unit */
  constructor(private readonly chosen: readonly Requantize[]) {
    this.inside = chosen.map(({ format }) => {
      const { low, high } = rangeOf(format);
      const step = 2 ** -fractionOf(format);
      return { above: (low - 1) * step, below: (high + 1) * step, step };
    });
  }

  see(value: number, unit: number): void {
    const { above, below, step } = this.inside[unit];
    if (value > above && value < below) return;
    this.saturated += 1;
    const became = valueOfCode(encode(value, this.chosen[unit]), fractionOf(this.chosen[unit].format));
    const before = this.worst === undefined ? step : Math.abs(this.worst.became - this.worst.value);
    if (Math.abs(became - value) > before) this.worst = { value, became };
  }
}

/** @param values [row][unit]; formats one per unit */
export function losses(values: readonly (readonly number[])[], chosen: readonly Requantize[]): Losses {
  const lost = { maxError: 0, vanished: 0, nonZeros: 0, largest: 0 };
  const saturation = new Saturation(chosen);
  const sizes: number[] = [];
  const units = chosen.map(() => 0);
  for (const row of values) {
    row.forEach((value, unit) => {
      const code = encode(value, chosen[unit]);
      const became = valueOfCode(code, fractionOf(chosen[unit].format));
      lost.maxError = Math.max(lost.maxError, Math.abs(became - value));
      lost.largest = Math.max(lost.largest, Math.abs(value));
      units[unit] = Math.max(units[unit], Math.abs(value));
      saturation.see(value, unit);
      if (value === 0) return;
      sizes.push(Math.abs(value));
      lost.nonZeros += 1;
      if (code === 0) lost.vanished += 1;
    });
  }
  const typical = Float64Array.from(sizes).sort()[sizes.length >> 1] ?? 0;
  const leastUnit = Math.min(...units.filter((size) => size > 0), lost.largest);
  const { saturated, worst } = saturation;
  return { ...lost, saturated, typical, leastUnit, ...(worst === undefined ? {} : { worst }) };
}

/** The value of a code's least bit, of the finest unit. */
export const stepOf = (format: string | readonly string[]): number =>
  Math.min(...[format].flat().map((text) => 2 ** -fractionOf(parseFormat(text))));
