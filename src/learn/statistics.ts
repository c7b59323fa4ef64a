import { invariant } from '../core/assert.js';

/** Mean and spread of some measurements. */
export interface SampleSummary {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation of the sample (n − 1); 0 of a single one. */
  readonly deviation: number;
}

/** @param values at least one */
export function summarize(values: readonly number[]): SampleSummary {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    count: values.length,
    mean,
    deviation: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)),
  };
}

/** A mean with its 95 % confidence interval. */
export interface Estimate extends SampleSummary {
  readonly low: number;
  readonly high: number;
}

/**
 * The mean of one measurement per fold of a repeated cross-validation, with its 95 % interval. The folds' training
 * rows overlap, so their results are no independent samples, and the plain standard error would be far too small;
 * the variance of the mean is taken as deviation² · (1 / n + test rows / training rows), with Student's t of n − 1
 * degrees of freedom: the corrected resampled t-test (Nadeau and Bengio, 2003; for repeated cross-validation
 * Bouckaert and Frank, 2004).
 *
 * @param values one per fold, over all repeats
 * @param testShare test rows ÷ training rows of a fold: 1 / (k − 1) for k folds
 */
export function estimateOverFolds(values: readonly number[], testShare: number): Estimate {
  const summary = summarize(values);
  const reach = correctedError(summary, testShare) * studentQuantile(0.975, summary.count - 1);
  return { ...summary, low: summary.mean - reach, high: summary.mean + reach };
}

/**
 * A share of right answers among samples that are drawn alike, with its 95 % interval by Wilson's score (1927), which
 * stays within 0 and 1 and holds for few samples and shares close to 1.
 */
export function shareInterval(
  share: number,
  samples: number,
): { readonly mean: number; readonly low: number; readonly high: number } {
  const z = 1.959963984540054;
  const weight = z ** 2 / samples;
  const centre = (share + weight / 2) / (1 + weight);
  const reach = (z * Math.sqrt((share * (1 - share)) / samples + weight / (4 * samples))) / (1 + weight);
  // Rounding may leave a share of 1 a last bit outside.
  return { mean: share, low: Math.min(centre - reach, share), high: Math.max(centre + reach, share) };
}

/** Whether one of two recipes is better, measured on the same folds. */
export interface PairedComparison {
  /** First minus second, fold by fold. */
  readonly difference: Estimate;
  /** Folds in which the first was better, the same, worse. */
  readonly better: number;
  readonly same: number;
  readonly worse: number;
  /** Of the two-sided corrected resampled t-test: how likely such a difference is when there is none. */
  readonly pValue: number;
}

/** @param first @param second one value per fold, the same folds in the same order */
export function comparePaired(
  first: readonly number[],
  second: readonly number[],
  testShare: number,
): PairedComparison {
  invariant(first.length === second.length, 'paired measurements are as many on both sides');
  const differences = first.map((value, fold) => value - second[fold]);
  const difference = estimateOverFolds(differences, testShare);
  const error = correctedError(difference, testShare);
  const freedom = differences.length - 1;
  const count = (sign: number) => differences.filter((value) => Math.sign(value) === sign).length;
  return {
    difference,
    better: count(1),
    same: count(0),
    worse: count(-1),
    pValue: pValueOf(difference.mean, error, freedom),
  };
}

function pValueOf(mean: number, error: number, freedom: number): number {
  if (freedom < 1) return 1;
  if (error === 0) return mean === 0 ? 1 : 0;
  return 2 * studentTail(Math.abs(mean / error), freedom);
}

function correctedError({ deviation, count }: SampleSummary, testShare: number): number {
  return deviation * Math.sqrt(1 / count + testShare);
}

/** P(T > t) of Student's distribution, t ≥ 0. */
export function studentTail(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2;
}

/** The t that P(T ≤ t) = probability holds for, probability in [0.5, 1); 0 without degrees of freedom. */
export function studentQuantile(probability: number, freedom: number): number {
  if (freedom < 1) return 0;
  let low = 0;
  let high = 1;
  while (studentTail(high, freedom) > 1 - probability) high *= 2;
  for (let round = 0; round < 60; round++) {
    const middle = (low + high) / 2;
    if (studentTail(middle, freedom) > 1 - probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The regularized incomplete beta function I_x(a, b), by its continued fraction (Abramowitz and Stegun 26.5.8) in
 * Lentz's form.
 */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast on this side; the other follows from symmetry.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return (front / a) * betaFraction(x, a, b);
}

function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let step = 1;
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d);
      c = 1 + term / c;
      step = c * d;
      value *= step;
    }
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return value;
}

/** ln Γ(x) for x > 0, by Stirling's series after shifting x to where it is accurate. */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 10; z++) shift += Math.log(z);
  const square = 1 / (z * z);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
