import { Random } from '../../core/random.js';
import { type Dataset, type DatasetOptions, loadDataset } from '../../data/dataset.js';
import { fitScaler } from '../../data/scaler.js';
import { type Split, stratifiedFolds } from '../../data/split.js';
import type { Evaluation } from '../../learn/metrics.js';
import { samplesOf } from '../../learn/samples.js';
import { evaluateMade, Maker, type NonZeros, nonZerosOf } from './make.js';
import type { Recipe } from './recipe.js';
import type { Variant } from './variants.js';

/** A table of samples, by where it lies and how it is read. */
export interface DataSource {
  readonly file: string;
  readonly options: DatasetOptions;
}

/** Which rows are trained on and which tested. Repeats and folds count from 0. */
export interface FoldPlace {
  readonly folds: number;
  readonly repeat: number;
  readonly fold: number;
  /** Of the whole cross-validation: the rows of each fold and all trainings follow from it. */
  readonly seed: number;
}

/** One fold for a worker: variants of one recipe, which share what they start from. */
export interface FoldTask extends FoldPlace {
  readonly data: DataSource;
  readonly recipe: Recipe;
  readonly variants: readonly Variant[];
}

/** What came of one variant in one fold. */
export interface FoldResult {
  readonly repeat: number;
  readonly fold: number;
  /** Rows trained on. */
  readonly trainRows: number;
  /** On the rows that were not trained on. */
  readonly test: Evaluation;
  readonly nonZeros: NonZeros;
}

/**
 * Makes a fold's networks and tests them. The scaler is fitted on the fold's training rows alone, whatever the
 * configuration's `fitOn` says.
 *
 * @returns one result per variant, in their order
 */
export async function runFold(task: FoldTask): Promise<FoldResult[]> {
  const { recipe, repeat, fold } = task;
  const dataset = datasetOf(task.data);
  const { train, test } = splitOf(dataset, task);
  const scaler = fitScaler(dataset, train, 'train', recipe.clip);
  const samples = (rows: readonly number[]) => samplesOf(dataset, scaler, rows, recipe.clip > 0);
  const seed = new Random(task.seed, `training ${repeat}, ${fold}`).uint32();
  const maker = new Maker(recipe, samples(train), seed);
  const tested = samples(test);
  const results: FoldResult[] = [];
  for (const variant of task.variants) {
    const made = await maker.make(variant);
    results.push({
      repeat,
      fold,
      trainRows: train.length,
      test: evaluateMade(made, tested),
      nonZeros: nonZerosOf(made),
    });
  }
  return results;
}

/** The rows of one fold. @throws data/split, data/class-too-small */
export function splitOf(dataset: Dataset, { folds, repeat, fold, seed }: FoldPlace): Split {
  return stratifiedFolds(dataset, folds, new Random(seed, `repeat ${repeat}`).uint32())[fold];
}

const datasets = new Map<string, Dataset>();

/** A worker sees the same table again and again. */
function datasetOf({ file, options }: DataSource): Dataset {
  const key = JSON.stringify([file, options]);
  const dataset = datasets.get(key) ?? loadDataset(file, options);
  datasets.set(key, dataset);
  return dataset;
}
