import path from 'node:path';
import { hashOfFile } from '../../core/files.js';
import { hashOf } from '../../core/hash.js';
import { pick } from '../../core/lazy-list.js';
import { ignoreProgress } from '../../core/progress.js';
import { Random } from '../../core/random.js';
import type { Dataset } from '../../data/dataset.js';
import { fitScaler, type Scaling } from '../../data/scaler.js';
import { loadSource, sourceFiles } from '../../data/sources/index.js';
import type { SourceOptions } from '../../data/sources/kind.js';
import { type Split, stratifiedFolds } from '../../data/split.js';
import { type Samples, samplesOf } from '../../learn/samples.js';
import type { FoldResult } from '../../report/study-data.js';
import { evaluateMade, Maker, nonZerosOf } from './make.js';
import type { Recipe } from './recipe.js';
import type { Variant } from './variants.js';

/** Samples, by where they lie and how they are read. */
export interface DataSource {
  /** The model's, that the options' paths are relative to. */
  readonly folder: string;
  readonly options: SourceOptions;
  readonly scale?: Scaling;
  /** Where decoded pictures are kept. */
  readonly cache: string;
  /** Only these rows, such as the training rows of a split; absent: all. */
  readonly rows?: readonly number[];
  /** How many rows the source has, where only some are taken. */
  readonly total?: number;
}

/** Which rows are trained on and which tested. Repeats and folds count from 0. */
export interface FoldPlace {
  readonly folds: number;
  readonly repeat: number;
  readonly fold: number;
  /** Of the whole cross-validation: the rows of each fold follow from it. */
  readonly seed: number;
  /**
   * Whether all folds begin their trainings with the same seed, so that a unit is the same unit in all of them; else
   * each with its own.
   */
  readonly sameStart: boolean;
}

/** One fold for a worker: all that is to be made from its training rows. */
export interface FoldTask extends FoldPlace {
  readonly data: DataSource;
  readonly jobs: readonly FoldJob[];
}

/** A network to be made. */
export interface FoldJob {
  readonly recipe: Recipe;
  readonly variant: Variant;
}

/**
 * Makes a fold's networks and tests them. The scaler is fitted on the fold's training rows alone, whatever the
 * configuration's `fitOn` says.
 *
 * @returns one result per job, in their order
 */
export async function runFold(task: FoldTask): Promise<FoldResult[]> {
  const { repeat, fold } = task;
  const { maker, trainRows, tested } = await benchOf(task);
  const results: FoldResult[] = [];
  for (const { recipe, variant } of task.jobs) {
    const made = await maker.make(recipe, variant);
    const test = evaluateMade(made, tested(recipe.clip));
    results.push({ repeat, fold, trainRows, test, nonZeros: nonZerosOf(made) });
  }
  return results;
}

/** A fold's samples, and what has been trained from them. */
interface Bench {
  readonly maker: Maker;
  readonly trainRows: number;
  readonly tested: (clip: number) => Samples;
}

/** A search comes back to the same folds again and again, to start from the same float networks. */
const benches = new Map<string, Bench>();

async function benchOf({ data, jobs: _, ...place }: FoldTask): Promise<Bench> {
  const key = hashOf([data, place]);
  const known = benches.get(key);
  if (known !== undefined) return known;
  const dataset = await datasetOf(data);
  const { train, test } = splitOf(dataset, place);
  const scaled = (rows: readonly number[], clip: number): Samples =>
    samplesOf(dataset, fitScaler(dataset, train, 'train', clip, data.scale), rows, clip > 0);
  const seed = place.sameStart
    ? place.seed
    : new Random(place.seed, `training ${place.repeat}, ${place.fold}`).uint32();
  const source = {
    rows: train.map((row) => data.rows?.[row] ?? row),
    total: data.total ?? dataset.labels.length,
  };
  const maker = new Maker((clip) => scaled(train, clip), seed, source);
  const bench = { maker, trainRows: train.length, tested: (clip: number) => scaled(test, clip) };
  benches.set(key, bench);
  return bench;
}

/** The rows of one fold. @throws data/split, data/class-too-small */
export function splitOf(
  dataset: Dataset,
  { folds, repeat, fold, seed }: Omit<FoldPlace, 'sameStart'>,
): Split {
  return stratifiedFolds(dataset, folds, new Random(seed, `repeat ${repeat}`).uint32())[fold];
}

/** Of every file that a source is read from. @throws file/unreadable, data/* */
export const hashesOf = ({ folder, options }: DataSource): readonly string[] =>
  sourceFiles(options, folder).map((file) => hashOfFile(path.join(folder, file)));

/** The samples of a source, in its order. @throws file/unreadable, data/* */
export async function datasetOf({ folder, options, cache, rows }: DataSource): Promise<Dataset> {
  const dataset = await loadSource(options, folder, { cache, onProgress: ignoreProgress });
  if (rows === undefined) return dataset;
  return {
    ...dataset,
    features: pick(dataset.features, rows),
    labels: rows.map((row) => dataset.labels[row]),
  };
}
