import path from 'node:path';
import { hashOf } from '../../core/hash.js';
import { present } from '../../core/objects.js';
import type { OnProgress } from '../../core/progress.js';
import { sourceName } from '../../data/sources/index.js';
import { divideRows } from '../../data/split.js';
import type { Evaluation } from '../../learn/metrics.js';
import { comparePaired, estimateOverFolds, summarize } from '../../learn/statistics.js';
import type { CrossValidation, FoldResult, SubjectResult } from '../../report/study-data.js';
import type { Model } from '../model.js';
import { problems } from '../problems.js';
import { type DataSource, datasetOf, hashesOf, splitOf } from './fold.js';
import { FoldRunner } from './fold-runner.js';
import { recipeOf } from './recipe.js';
import type { Variant } from './variants.js';

/** One of the things compared: a variant by a model's recipe. */
export interface Subject {
  /** Such as `pruned-qat`, or with the model's name before it. */
  readonly name: string;
  readonly model: Model;
  readonly variant: Variant;
}

export interface CrossValidationRequest {
  /** The first is compared with each of the others; all models must have the same data. */
  readonly subjects: readonly Subject[];
  /** `train`: only the rows that `espalier run` trains on, where something is to be chosen; absent: all. */
  readonly rows?: 'all' | 'train' | undefined;
  readonly folds: number;
  readonly repeats: number;
  readonly seed: number;
  /** Worker threads; 0: in this thread; absent: one for each core. */
  readonly threads?: number | undefined;
  /** Where the results of finished folds are kept. */
  readonly folder: string;
  readonly onProgress: OnProgress;
}

/**
 * Cross-validates subjects, each repeat with another division of the rows into folds. Finished folds are kept at once
 * and found again by the next run, however this one ends.
 *
 * @throws data/*, learn/*, quantize/*, pipeline/study-data
 */
export async function crossValidate(request: CrossValidationRequest): Promise<CrossValidation> {
  const { folds, repeats, seed, subjects, rows = 'all', threads, folder, onProgress } = request;
  const cache = picturesBeside(folder);
  const common = commonData(subjects, cache);
  const data = rows === 'all' ? common : await trainingRowsOf(subjects[0].model, cache);
  const dataset = await datasetOf(data);
  // Refuses now what would fail in every worker.
  splitOf(dataset, { folds, repeat: 0, fold: 0, seed });
  const jobs = subjects.map(({ model, variant }) => ({ recipe: recipeOf(model), variant }));
  const runner = new FoldRunner({ data, folds, repeats, seed, threads, folder });
  try {
    const results = await runner.run(jobs, 'cross-validation', onProgress);
    const summaries = subjects.map(({ name }, index) => summarizeSubject(name, results[index], folds));
    const { classes, labels } = dataset;
    const comparisons = compareWithFirst(summaries, folds);
    return { folds, repeats, seed, samples: labels.length, classes, subjects: summaries, comparisons };
  } finally {
    await runner.close();
  }
}

function compareWithFirst(
  [first, ...others]: readonly SubjectResult[],
  folds: number,
): CrossValidation['comparisons'] {
  return others.map((other) => ({
    first: first.name,
    second: other.name,
    accuracy: comparePaired(accuraciesOf(first), accuraciesOf(other), testShare(folds)),
  }));
}

/** Fold by fold. */
export const accuraciesOf = ({ results }: Pick<SubjectResult, 'results'>): number[] =>
  results.map(({ test }) => test.accuracy);

/** Test rows ÷ training rows of a fold. */
export const testShare = (folds: number) => 1 / (folds - 1);

function commonData(subjects: readonly Subject[], cache: string): DataSource {
  const sources = subjects.map(({ model }) => dataOf(model, cache));
  const hashes = sources.map((source) => hashOf([hashesOf(source), source.options, source.scale]));
  const other = hashes.findIndex((hash) => hash !== hashes[0]);
  if (other > 0) throw problems.studyData(placeOf(sources[other]), placeOf(sources[0]));
  return sources[0];
}

const placeOf = ({ folder, options }: DataSource) => path.join(folder, sourceName(options));

/** Pictures lie beside the folder of finished folds. */
export const picturesBeside = (folder: string): string => path.join(path.dirname(folder), 'pictures');

/** Where a model's samples lie and how they are read. @param cache where decoded pictures are kept */
export function dataOf({ folder, config }: Model, cache: string): DataSource {
  const { split: _, fitOn: __, clip: ___, scale, ...options } = config.data;
  return { folder, options: present(options), cache, ...present({ scale }) };
}

/** The rows that `espalier run` trains on. @throws data/*, file/* */
export async function trainingRowsOf(model: Model, cache: string): Promise<DataSource> {
  const source = dataOf(model, cache);
  const { data, seed } = model.config;
  const dataset = await datasetOf(source);
  const { train } = divideRows(dataset, data.split, seed);
  return { ...source, rows: train, total: dataset.labels.length };
}

function summarizeSubject(name: string, results: readonly FoldResult[], folds: number): SubjectResult {
  const estimate = (measure: (evaluation: Evaluation) => number) => {
    const values = results.map(({ test }) => measure(test));
    const { low, high, ...rest } = estimateOverFolds(values, testShare(folds));
    // Every measure here is a share.
    return { ...rest, low: Math.max(low, 0), high: Math.min(high, 1) };
  };
  const hasAreas = results.every(({ test }) => test.rocAuc !== null);
  return {
    name,
    accuracy: estimate(({ accuracy }) => accuracy),
    sensitivity: estimate((evaluation) => ofPositive(evaluation, 'recall')),
    specificity: estimate((evaluation) => ofPositive(evaluation, 'specificity')),
    ...(hasAreas ? { rocAuc: estimate(({ rocAuc }) => rocAuc as number) } : {}),
    nonZeroWeights: summarize(results.map(({ nonZeros }) => nonZeros.weights)),
    nonZeros: summarize(results.map(({ nonZeros }) => nonZeros.parameters)),
    results,
  };
}

/** Of class 1 where there are two classes, else the mean over the classes. */
function ofPositive({ classes }: Evaluation, measure: 'recall' | 'specificity'): number {
  if (classes.length === 2) return classes[1][measure];
  return classes.reduce((sum, one) => sum + one[measure], 0) / classes.length;
}
