import { hull, type Interval } from '../../fixed/interval.js';
import type { SumRow } from '../../lower/types.js';
import { sameFinish } from '../../network/finish.js';
import { finishHull, type SharedFinish } from './finish.js';
import { computeType, type IntegerType } from './types.js';

/** Finishes, each once, with every sum that occurs. */
export class Finishes {
  readonly all: SharedFinish[] = [];

  number({ sum, fraction, format, finish }: SumRow): number {
    const known = this.all.findIndex((one) => one.fraction === fraction && sameFinish(one.finish, finish));
    const number = known < 0 ? this.all.push({ finish, sum, fraction, format }) - 1 : known;
    this.all[number] = { ...this.all[number], sum: hull(this.all[number].sum, sum) };
    return number;
  }
}

/** Holds every product, every partial sum in the order of the terms, and what the finishes need. */
export function accumulatorType(
  rows: readonly SumRow[],
  read: readonly Interval[],
  finishes: readonly SharedFinish[],
): IntegerType {
  let all = finishes.map(finishHull).reduce(hull, { low: 0, high: 0 });
  for (const row of rows) {
    let partial = { low: row.bias, high: row.bias };
    all = hull(all, partial);
    for (const { input, weight } of row.terms) {
      const ends = [weight * read[input].low, weight * read[input].high];
      const product = { low: Math.min(...ends), high: Math.max(...ends) };
      partial = { low: partial.low + product.low, high: partial.high + product.high };
      all = hull(hull(all, product), partial);
    }
  }
  return computeType(all);
}
