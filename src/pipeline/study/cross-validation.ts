import path from 'node:path';
import { problems } from '../../core/errors.js';
import { readBytes } from '../../core/files.js';
import { hashOf, sha256 } from '../../core/hash.js';
import { present } from '../../core/objects.js';
import type { OnProgress } from '../../core/progress.js';
import { loadDataset } from '../../data/dataset.js';
import type { Evaluation } from '../../learn/metrics.js';
import type { Summary } from '../../learn/statistics.js';
import {
  comparePaired,
  type Estimate,
  estimateOverFolds,
  type PairedComparison,
  summarize,
} from '../../learn/statistics.js';
import type { Model } from '../model.js';
import { type DataSource, type FoldPlace, type FoldResult, type FoldTask, splitOf } from './fold.js';
import { type Recipe, recipeHash, recipeOf } from './recipe.js';
import { ResultStore, studyVersion } from './store.js';
import type { Variant } from './variants.js';
import { defaultThreads, runFolds } from './workers.js';

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
  readonly folds: number;
  readonly repeats: number;
  readonly seed: number;
  /** Worker threads; 0: in this thread; absent: one for each core. */
  readonly threads?: number | undefined;
  /** Where the results of finished folds are kept. */
  readonly folder: string;
  readonly onProgress: OnProgress;
}

/** Repeated stratified cross-validation, as plain data. */
export interface CrossValidation {
  readonly folds: number;
  readonly repeats: number;
  readonly seed: number;
  readonly samples: number;
  readonly classes: readonly string[];
  readonly subjects: readonly SubjectResult[];
  /** The first subject against each of the others, on the same folds. */
  readonly comparisons: readonly {
    readonly first: string;
    readonly second: string;
    readonly accuracy: PairedComparison;
  }[];
}

/** Means over all folds, with their 95 % intervals by the corrected resampled t-test. */
export interface SubjectResult {
  readonly name: string;
  readonly accuracy: Estimate;
  /** Recall of class 1, such as malignant; of more than two classes the mean recall. */
  readonly sensitivity: Estimate;
  /** Recall of class 0; of more than two classes the mean specificity. */
  readonly specificity: Estimate;
  /** Absent where a fold has no area under the curve. */
  readonly rocAuc?: Estimate;
  readonly nonZeroWeights: Summary;
  readonly nonZeros: Summary;
  readonly results: readonly FoldResult[];
}

/**
 * Cross-validates subjects, each repeat with another division of the rows into folds. Finished folds are kept at once
 * and found again by the next run, however this one ends.
 *
 * @throws data/*, learn/*, quantize/*, pipeline/study-data
 */
export async function crossValidate(request: CrossValidationRequest): Promise<CrossValidation> {
  const { folds, repeats, seed, subjects } = request;
  const data = commonData(subjects);
  const dataset = loadDataset(data.file, data.options);
  // Refuses now what would fail in every worker.
  splitOf(dataset, { folds, repeat: 0, fold: 0, seed });
  const book = new FoldBook(request, data);
  await book.fill();
  const results = subjects.map((subject) => summarizeSubject(subject.name, book.resultsOf(subject), folds));
  const accuracies = results.map((subject) => subject.results.map(({ test }) => test.accuracy));
  return {
    folds,
    repeats,
    seed,
    samples: dataset.labels.length,
    classes: dataset.classes,
    subjects: results,
    comparisons: results.slice(1).map(({ name }, index) => ({
      first: results[0].name,
      second: name,
      accuracy: comparePaired(accuracies[0], accuracies[index + 1], testShare(folds)),
    })),
  };
}

const testShare = (folds: number) => 1 / (folds - 1);

function commonData(subjects: readonly Subject[]): DataSource {
  const sources = subjects.map(({ model }) => dataOf(model));
  const hashes = sources.map(({ file, options }) => hashOf([sha256(readBytes(file)), options]));
  const other = hashes.findIndex((hash) => hash !== hashes[0]);
  if (other > 0) throw problems.studyData(sources[other].file, sources[0].file);
  return sources[0];
}

/** Where a model's table lies and how it is read. */
export function dataOf({ folder, config }: Model): DataSource {
  const { file, split: _, fitOn: __, clip: ___, ...options } = config.data;
  return { file: path.join(folder, file), options: present(options) };
}

/** The results of all folds: what is known, and what has to be run. */
class FoldBook {
  private readonly store: ResultStore;
  private readonly known = new Map<string, FoldResult>();
  private readonly places: readonly FoldPlace[];
  private readonly recipes: ReadonlyMap<Subject, Recipe>;
  private readonly basis: unknown;

  constructor(
    private readonly request: CrossValidationRequest,
    private readonly data: DataSource,
  ) {
    const { folds, repeats, seed, subjects, folder } = request;
    this.store = new ResultStore(folder);
    this.places = Array.from({ length: folds * repeats }, (_, index) => ({
      folds,
      seed,
      repeat: Math.floor(index / folds),
      fold: index % folds,
    }));
    this.recipes = new Map(subjects.map((subject) => [subject, recipeOf(subject.model)]));
    this.basis = { data: sha256(readBytes(data.file)), options: data.options, code: studyVersion() };
  }

  resultsOf(subject: Subject): FoldResult[] {
    return this.places.map((place) => this.known.get(hashOf(this.keyOf(subject, place))) as FoldResult);
  }

  /** Reads what is kept, and runs the rest. */
  async fill(): Promise<void> {
    const { threads = defaultThreads(), onProgress } = this.request;
    const tasks = this.places.flatMap((place) => this.missingAt(place));
    const total = tasks.length;
    let done = 0;
    const report = (note: string) => onProgress({ task: 'cross-validation', done, total, note });
    report(total === 0 ? 'every fold is known' : 'starting');
    await runFolds(
      tasks.map(({ task }) => task),
      threads,
      (task, results) => {
        const { subjects } = tasks.find((one) => one.task === task) as (typeof tasks)[number];
        subjects.forEach((subject, index) => {
          this.remember(this.keyOf(subject, task), results[index]);
        });
        done += 1;
        report(`repeat ${task.repeat + 1}, fold ${task.fold + 1}`);
      },
    );
  }

  /** One task per recipe that has something to do at a place. */
  private missingAt(place: FoldPlace): { task: FoldTask; subjects: Subject[] }[] {
    const missing = this.request.subjects.filter((subject) => !this.recall(this.keyOf(subject, place)));
    const models = [...new Set(missing.map(({ model }) => model))];
    return models.map((model) => {
      const subjects = missing.filter((subject) => subject.model === model);
      const recipe = this.recipes.get(subjects[0]) as Recipe;
      const variants = subjects.map(({ variant }) => variant);
      return { subjects, task: { ...place, data: this.data, recipe, variants } };
    });
  }

  private keyOf(subject: Subject, { folds, seed, repeat, fold }: FoldPlace): object {
    const recipe = recipeHash(this.recipes.get(subject) as Recipe, subject.variant);
    return { basis: this.basis, recipe, folds, seed, repeat, fold };
  }

  private recall(key: object): boolean {
    const result = this.store.get<FoldResult>(key);
    if (result !== undefined) this.known.set(hashOf(key), result);
    return result !== undefined;
  }

  private remember(key: object, result: FoldResult): void {
    this.store.put(key, result);
    this.known.set(hashOf(key), result);
  }
}

function summarizeSubject(name: string, results: readonly FoldResult[], folds: number): SubjectResult {
  const estimate = (measure: (evaluation: Evaluation) => number) =>
    estimateOverFolds(
      results.map(({ test }) => measure(test)),
      testShare(folds),
    );
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
