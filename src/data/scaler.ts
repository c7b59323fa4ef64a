import { assertNever } from '../core/assert.js';
import { pick } from '../core/lazy-list.js';
import { present } from '../core/objects.js';
import type { Format } from '../fixed/format.js';
import { encode } from '../fixed/requantize.js';
import { isMap } from '../network/tensor.js';
import type { Encoder } from '../network/types.js';
import type { Dataset } from './dataset.js';
import { problems } from './problems.js';

/**
 * The smallest and largest value of each feature over the given rows.
 *
 * @param features [row][feature], at least one row
 */
export function fitMinMax(features: readonly (readonly number[])[]): Encoder {
  const minimum = features[0].slice();
  const maximum = features[0].slice();
  for (const row of features) {
    row.forEach((value, feature) => {
      if (value < minimum[feature]) minimum[feature] = value;
      if (value > maximum[feature]) maximum[feature] = value;
    });
  }
  return { kind: 'minmax', minimum, maximum };
}

/**
 * The same without the outliers: the given percentile of each feature and that of its upper tail stand for the
 * smallest and the largest value. What lies beyond them is scaled beyond 0 and 1; as an input code it saturates.
 *
 * @param percentile in [0, 50); 0 is {@link fitMinMax}
 */
export function fitPercentiles(features: readonly (readonly number[])[], percentile: number): Encoder {
  const held = [...features];
  const columns = held[0].map((_, feature) => Float64Array.from(held, (row) => row[feature]).sort());
  const at = (sorted: Float64Array, share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return {
    kind: 'minmax',
    minimum: columns.map((sorted) => at(sorted, percentile / 100)),
    maximum: columns.map((sorted) => at(sorted, 1 - percentile / 100)),
  };
}

/**
 * What is scaled alike: every `feature` by itself; the `whole` sample by one range, its kind's (grey levels) or the one
 * that occurs; or `standard`, by mean and deviation, every channel (of a list every feature) by itself.
 */
export const SCALINGS = ['feature', 'whole', 'standard'] as const;
export type Scaling = (typeof SCALINGS)[number];

/** Neighbouring places of a map mean the same, columns of a table do not. */
export const usualScaling = ({ shape = [] }: Pick<Dataset, 'shape'>): Scaling =>
  isMap(shape) ? 'whole' : 'feature';

/** One range for all features. @param percentile as of {@link fitPercentiles} */
function fitWhole(rows: Rows, percentile: number, range: Dataset['range']): Encoder {
  if (range !== undefined && percentile === 0) return alike(rows[0].length, range.low, range.high);
  const { minimum, maximum } =
    percentile === 0
      ? fitMinMax(rows)
      : fitPercentiles(
          rows.flat().map((value) => [value]),
          percentile,
        );
  const low = minimum.reduce((least, value) => Math.min(least, value));
  const high = maximum.reduce((most, value) => Math.max(most, value));
  return alike(rows[0].length, low, high);
}

function alike(count: number, low: number, high: number): Encoder {
  return {
    kind: 'minmax',
    minimum: Array<number>(count).fill(low),
    maximum: Array<number>(count).fill(high),
  };
}

/** 0 at the mean, 1 at one standard deviation above it. */
function fitStandard(rows: Rows, shape: readonly number[]): Encoder {
  const features = rows[0].length;
  const channels = isMap(shape) ? shape[2] : features;
  const count = (rows.length * features) / channels;
  const sums = new Float64Array(channels);
  for (const row of rows) for (const [at, value] of row.entries()) sums[at % channels] += value;
  const means = sums.map((sum) => sum / count);
  const squares = new Float64Array(channels);
  for (const row of rows)
    for (const [at, value] of row.entries()) squares[at % channels] += (value - means[at % channels]) ** 2;
  const deviations = squares.map((sum) => Math.sqrt(sum / count));
  const each = (of: (channel: number) => number) =>
    Array.from({ length: features }, (_, at) => of(at % channels));
  return {
    kind: 'minmax',
    minimum: each((channel) => means[channel]),
    maximum: each((channel) => means[channel] + deviations[channel]),
  };
}

type Rows = readonly (readonly number[])[];

/** Which rows a scaler may see: `all` repeats studies that let the test rows in. */
export type FitOn = 'train' | 'all';

/**
 * The scaler of a data set: fitted on the training rows, so that nothing is learned from the others.
 *
 * @throws data/span where a feature's ends are further apart than any number
 */
export function fitScaler(
  dataset: Dataset,
  train: readonly number[],
  fitOn: FitOn = 'train',
  percentile = 0,
  scaling: Scaling = usualScaling(dataset),
): Encoder {
  const rows = fitOn === 'all' ? dataset.features : pick(dataset.features, train);
  const scaler = { ...fitted(dataset, rows, percentile, scaling), ...present({ picture: dataset.picture }) };
  scaler.minimum.forEach((low, feature) => {
    const high = scaler.maximum[feature];
    if (!Number.isFinite(high - low)) throw problems.dataSpan(nameOf(dataset, feature), low, high);
  });
  return scaler;
}

function fitted(dataset: Dataset, rows: Rows, percentile: number, scaling: Scaling): Encoder {
  switch (scaling) {
    case 'feature':
      return percentile === 0 ? fitMinMax(rows) : fitPercentiles(rows, percentile);
    case 'whole':
      return fitWhole(rows, percentile, dataset.range);
    case 'standard':
      return fitStandard(rows, dataset.shape ?? []);
    default:
      return assertNever(scaling);
  }
}

/** What a person calls a feature. */
export const nameOf = ({ featureNames }: Pick<Dataset, 'featureNames'>, feature: number): string =>
  featureNames[feature] === undefined ? `${feature}, counted from 0` : JSON.stringify(featureNames[feature]);

/**
 * One sample scaled: 0 at the feature's minimum, 1 at its maximum; beyond them where the scaler never saw the value.
 *
 * @throws data/feature-count
 */
export function scaleRow(scaler: Encoder, features: readonly number[]): number[] {
  const { minimum, maximum } = scaler;
  if (features.length !== minimum.length) {
    throw problems.dataFeatureCount('sample', features.length, minimum.length);
  }
  return features.map((value, feature) => {
    const span = maximum[feature] - minimum[feature];
    return span === 0 ? 0 : (value - minimum[feature]) / span;
  });
}

/** The features that {@link scaleRow} scaled; of one without a span its minimum. */
export const unscaleRow = ({ minimum, maximum }: Encoder, row: readonly number[]): number[] =>
  row.map((value, feature) => minimum[feature] + value * (maximum[feature] - minimum[feature]));

/**
 * The input codes of one sample of raw features: scaled, rounded half up, saturated into each input's format.
 *
 * @param formats one per feature
 * @throws data/feature-count
 */
export function encodeRow(
  scaler: Encoder,
  formats: readonly Format[],
  features: readonly number[],
): number[] {
  if (formats.length !== features.length) {
    throw problems.dataFeatureCount('sample', features.length, formats.length);
  }
  return scaleRow(scaler, features).map((value, feature) =>
    encode(value, { format: formats[feature], rounding: 'RND', overflow: 'SAT' }),
  );
}
