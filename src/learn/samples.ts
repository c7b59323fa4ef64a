import { mapEach, pick } from '../core/lazy-list.js';
import type { Dataset } from '../data/dataset.js';
import { problems as dataProblems } from '../data/problems.js';
import { nameOf, scaleRow } from '../data/scaler.js';
import { splitRows } from '../data/split.js';
import type { Encoder } from '../network/types.js';
import { requireThat } from './options.js';
import { problems } from './problems.js';

/** What a network learns from and is measured on. */
export interface Samples {
  /** Scaled values [sample][feature]. */
  readonly features: readonly (readonly number[])[];
  /** Of a sample, where it is more than a list of features: [height, width, channels]. */
  readonly shape?: readonly number[];
  /** Class numbers. */
  readonly labels: readonly number[];
  /** Class names by number: there may be classes that no sample here has. */
  readonly classes: readonly string[];
}

/**
 * Rows of a data set, scaled, in the given order.
 *
 * @param clip whether features beyond the scaler's ends are moved to 0 and 1, as input codes will saturate
 * @throws data/scaled where a feature lies so far beyond them that its scaled value is no finite number
 */
export function samplesOf(dataset: Dataset, scaler: Encoder, rows: readonly number[], clip = false): Samples {
  const scaled = (features: readonly number[]) => {
    const values = scaleRow(scaler, features);
    const odd = clip ? -1 : values.findIndex((value) => !Number.isFinite(value));
    if (odd < 0) return values;
    const [value, low, high] = [features, scaler.minimum, scaler.maximum].map((of) => of[odd]);
    throw dataProblems.dataScaled(nameOf(dataset, odd), value, low, high);
  };
  const clipped = (values: readonly number[]) => values.map((value) => Math.min(Math.max(value, 0), 1));
  return {
    features: mapEach(pick(dataset.features, rows), (row) => (clip ? clipped(scaled(row)) : scaled(row))),
    ...(dataset.shape && { shape: dataset.shape }),
    labels: rows.map((row) => dataset.labels[row]),
    classes: dataset.classes,
  };
}

/** Some of the samples, in the given order. */
export function pickSamples(samples: Samples, rows: readonly number[]): Samples {
  return {
    ...samples,
    features: pick(samples.features, rows),
    labels: rows.map((row) => samples.labels[row]),
  };
}

/** What is trained on, and what is set aside. */
export interface HeldOut {
  readonly training: Samples;
  readonly validation?: Samples;
  /** Where the training samples were among all. */
  readonly trainingRows: readonly number[];
}

/**
 * Sets a part of the samples aside for validation, the same share of every class.
 *
 * @param fraction in [0, 1); 0 sets nothing aside
 * @throws learn/option, data/class-too-small
 */
export function holdOut(samples: Samples, fraction: number, seed: number): HeldOut {
  requireThat(fraction >= 0 && fraction < 1, 'holdOut', fraction, 'a share of at least 0 and below 1');
  if (fraction === 0) return { training: samples, trainingRows: [...samples.labels.keys()] };
  const { train, test } = splitRows(samples, { method: 'stratified', seed, test: fraction });
  return {
    training: pickSamples(samples, train),
    validation: pickSamples(samples, test),
    trainingRows: train,
  };
}

/** @throws learn/samples when there are none, or they have another number of features than the network's inputs */
export function checkSamples(samples: Samples, inputs: number, where: string): void {
  if (samples.features.length === 0) throw problems.learnSamples(where, 'no samples', 'at least one');
  const odd = samples.features.findIndex((row) => row.length !== inputs);
  if (odd < 0) return;
  const got = `${samples.features[odd].length} features in sample ${odd}`;
  throw problems.learnSamples(where, got, `${inputs} features, as many as the network has inputs`);
}
