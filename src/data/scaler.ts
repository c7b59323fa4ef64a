import type { Format } from '../fixed/format.js';
import { encode } from '../fixed/requantize.js';
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
  const columns = features[0].map((_, feature) => Float64Array.from(features, (row) => row[feature]).sort());
  const at = (sorted: Float64Array, share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return {
    kind: 'minmax',
    minimum: columns.map((sorted) => at(sorted, percentile / 100)),
    maximum: columns.map((sorted) => at(sorted, 1 - percentile / 100)),
  };
}

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
): Encoder {
  const rows = fitOn === 'all' ? dataset.features : train.map((row) => dataset.features[row]);
  const scaler = percentile === 0 ? fitMinMax(rows) : fitPercentiles(rows, percentile);
  scaler.minimum.forEach((low, feature) => {
    const high = scaler.maximum[feature];
    const name = JSON.stringify(dataset.featureNames[feature]);
    if (!Number.isFinite(high - low)) throw problems.dataSpan(name, low, high);
  });
  return scaler;
}

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
