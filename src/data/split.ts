import { assertNever } from '../core/assert.js';
import { Random } from '../core/random.js';
import type { Dataset } from './dataset.js';
import { NumpyRandom } from './numpy-random.js';
import { problems } from './problems.js';

/** Row numbers of each part, in the order in which they are to be used. */
export interface Split {
  readonly train: readonly number[];
  readonly validation: readonly number[];
  readonly test: readonly number[];
}

/**
 * `stratified`: every class is divided alike, rows in a seeded random order. `sklearn`: the very rows, in the very
 * order, of scikit-learn's `train_test_split(test_size=test, random_state=seed)`. `keras`: both subsets of Keras'
 * `image_dataset_from_directory(validation_split=test, seed=seed)`. Neither has a validation part.
 */
export type SplitOptions =
  | {
      readonly method: 'stratified';
      readonly seed: number;
      readonly test: number;
      readonly validation?: number;
    }
  | { readonly method: 'sklearn' | 'keras'; readonly seed: number; readonly test: number };

/** Divides a data set's rows. @throws data/split, data/class-too-small */
export function splitRows(dataset: Pick<Dataset, 'labels' | 'classes'>, options: SplitOptions): Split {
  switch (options.method) {
    case 'stratified':
      return stratifiedSplit(dataset, options);
    case 'sklearn':
      return sklearnSplit(dataset.labels.length, options);
    case 'keras':
      return kerasSplit(dataset.labels.length, options);
    default:
      return assertNever(options);
  }
}

/**
 * Divides them as a configuration says; where it says nothing, as whoever made the data set did, else a quarter of every
 * class is for tests.
 *
 * @param seed where the options have none
 * @throws data/split, data/class-too-small
 */
export function divideRows(
  dataset: Pick<Dataset, 'labels' | 'classes' | 'parts'>,
  options: StatedSplit | undefined,
  seed: number,
): Split {
  const { parts } = dataset;
  if (options === undefined && parts !== undefined) return { ...parts, validation: [] };
  const stated = options ?? { method: 'stratified', test: 0.25 };
  return splitRows(dataset, { ...stated, seed: stated.seed ?? seed });
}

export interface StatedSplit {
  readonly method: SplitOptions['method'];
  readonly test: number;
  readonly seed?: number | undefined;
}

function stratifiedSplit(
  { labels, classes }: Pick<Dataset, 'labels' | 'classes'>,
  { seed, test, validation = 0 }: { seed: number; test: number; validation?: number },
): Split {
  checkFraction('split.test', test);
  checkFraction('split.validation', validation);
  if (test + validation >= 1) {
    throw problems.dataSplit('split', `test + validation = ${test + validation}`, 'a sum below 1');
  }
  const random = new Random(seed, 'split');
  const needed = 1 + (test > 0 ? 1 : 0) + (validation > 0 ? 1 : 0);
  const divided = rowsByClass(labels, classes).map((rows, number) => {
    if (rows.length < needed) {
      throw problems.dataClassTooSmall(
        classes[number],
        rows.length,
        needed,
        'one for each part of the split',
      );
    }
    const order = random.shuffled(rows);
    const tests = shareOf(test, rows.length);
    const validations = Math.min(shareOf(validation, rows.length), rows.length - tests - 1);
    return {
      test: order.slice(0, tests),
      validation: order.slice(tests, tests + validations),
      train: order.slice(tests + validations),
    };
  });
  const all = (part: keyof Split) => random.shuffled(divided.flatMap((rows) => rows[part]));
  return { train: all('train'), validation: all('validation'), test: all('test') };
}

/** A class's rows for a part: at least one where the part is wanted, and one left for training. */
function shareOf(fraction: number, count: number): number {
  if (fraction === 0) return 0;
  return Math.min(Math.max(Math.round(fraction * count), 1), count - 1);
}

function sklearnSplit(count: number, { seed, test }: { seed: number; test: number }): Split {
  const order = numpyOrder(count, seed, test);
  const tests = Math.ceil(test * count);
  checkBoth(tests, count);
  return { train: order.slice(tests), validation: [], test: order.slice(0, tests) };
}

/** The list is shuffled, and its end is the validation subset. */
function kerasSplit(count: number, { seed, test }: { seed: number; test: number }): Split {
  const order = numpyOrder(count, seed, test);
  const tests = Math.floor(test * count);
  checkBoth(tests, count);
  return { train: order.slice(0, count - tests), validation: [], test: order.slice(count - tests) };
}

function numpyOrder(count: number, seed: number, test: number): number[] {
  checkFraction('split.test', test);
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32) {
    throw problems.dataSplit('split.seed', String(seed), 'a whole number from 0 to 4294967295');
  }
  return new NumpyRandom(seed).permutation(count);
}

function checkBoth(tests: number, count: number): void {
  if (tests > 0 && tests < count) return;
  throw problems.dataSplit('split.test', `${tests} of ${count} rows`, 'rows for both training and testing');
}

/**
 * Stratified k-fold cross-validation: every row is in the test part of exactly one fold, and each class is spread
 * over the folds as evenly as can be.
 *
 * @returns `folds` splits without a validation part
 * @throws data/split, data/class-too-small
 */
export function stratifiedFolds(
  { labels, classes }: Pick<Dataset, 'labels' | 'classes'>,
  folds: number,
  seed: number,
): Split[] {
  if (!Number.isInteger(folds) || folds < 2) {
    throw problems.dataSplit('folds', String(folds), 'a whole number of at least 2');
  }
  const random = new Random(seed, 'folds');
  const foldOf = new Array<number>(labels.length);
  let dealt = 0;
  rowsByClass(labels, classes).forEach((rows, number) => {
    if (rows.length < folds) {
      throw problems.dataClassTooSmall(classes[number], rows.length, folds, 'one for each fold');
    }
    for (const row of random.shuffled(rows)) foldOf[row] = dealt++ % folds;
  });
  const order = random.shuffled(labels.keys());
  return Array.from({ length: folds }, (_, fold) => ({
    train: order.filter((row) => foldOf[row] !== fold),
    validation: [],
    test: order.filter((row) => foldOf[row] === fold),
  }));
}

function rowsByClass(labels: readonly number[], classes: readonly string[]): number[][] {
  const rows: number[][] = classes.map(() => []);
  labels.forEach((label, row) => {
    rows[label].push(row);
  });
  return rows;
}

function checkFraction(where: string, fraction: number): void {
  if (fraction >= 0 && fraction < 1) return;
  throw problems.dataSplit(where, String(fraction), 'a fraction of at least 0 and below 1');
}
