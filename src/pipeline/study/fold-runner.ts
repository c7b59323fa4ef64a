import type { Piscina } from 'piscina';
import { hashOf } from '../../core/hash.js';
import type { OnProgress } from '../../core/progress.js';
import { answerOf, atATime, type WorkerAnswer, workerFile } from '../../core/threads.js';
import type { FoldResult } from '../../report/study-data.js';
import { type DataSource, type FoldJob, type FoldPlace, type FoldTask, hashesOf, runFold } from './fold.js';
import { recipeHash } from './recipe.js';
import { ResultStore, studyVersion } from './store.js';

const WORKER = workerFile('pipeline/study/fold-worker');

export interface FoldPlan {
  readonly data: DataSource;
  readonly folds: number;
  readonly repeats: number;
  readonly seed: number;
  readonly sameStart?: boolean;
  /** Worker threads; 0: in this thread; absent: one for each core. */
  readonly threads?: number | undefined;
  /** Where the results of finished folds are kept. */
  readonly folder: string;
}

interface MissingFold {
  readonly task: FoldTask;
  readonly keys: readonly object[];
}

/**
 * Runs jobs on all folds of a plan, in worker threads. A finished fold is kept at once, and found again by whoever
 * asks for the same later, in this process or another; `close` ends the threads.
 */
export class FoldRunner {
  private readonly store: ResultStore;
  private readonly known = new Map<string, FoldResult>();
  private readonly places: readonly FoldPlace[];
  private readonly basis: unknown;
  private readonly threads: number;
  private pool: Promise<Piscina<FoldTask, WorkerAnswer<readonly FoldResult[]>>> | undefined;

  constructor(private readonly plan: FoldPlan) {
    const { folds, repeats, seed, sameStart = false, data, folder } = plan;
    this.store = new ResultStore(folder);
    this.threads = atATime(plan.threads);
    this.places = Array.from({ length: folds * repeats }, (_, index) => ({
      folds,
      seed,
      sameStart,
      repeat: Math.floor(index / folds),
      fold: index % folds,
    }));
    const { options, scale, rows } = data;
    this.basis = { data: hashesOf(data), options, scale, rows, code: studyVersion() };
  }

  /**
   * @param task for the progress
   * @returns for each job the results of all folds, repeat by repeat
   * @throws whatever a fold throws; the others are then given up
   */
  async run(jobs: readonly FoldJob[], task: string, onProgress: OnProgress): Promise<FoldResult[][]> {
    const missing = this.places.flatMap((place) => this.missingAt(place, jobs));
    const total = missing.length;
    let done = 0;
    onProgress({ task, done, total, note: total === 0 ? 'every fold is known' : 'starting' });
    const finish = ({ task: fold, keys }: MissingFold, results: readonly FoldResult[]) => {
      keys.forEach((key, index) => {
        this.remember(key, results[index]);
      });
      done += 1;
      onProgress({ task, done, total, note: `repeat ${fold.repeat + 1}, fold ${fold.fold + 1}` });
    };
    if (this.threads === 0) for (const one of missing) finish(one, await runFold(one.task));
    else await Promise.all(missing.map(async (one) => finish(one, await this.inThread(one.task))));
    return jobs.map((job) =>
      this.places.map((place) => this.known.get(hashOf(this.keyOf(job, place))) as FoldResult),
    );
  }

  async close(): Promise<void> {
    await (await this.pool)?.destroy();
  }

  private async inThread(task: FoldTask): Promise<readonly FoldResult[]> {
    this.pool ??= this.openPool();
    return answerOf((await this.pool).run(task));
  }

  private async openPool(): Promise<Piscina<FoldTask, WorkerAnswer<readonly FoldResult[]>>> {
    const { Piscina: Pool } = await import('piscina');
    const count = Math.min(this.threads, this.places.length);
    return new Pool({ filename: WORKER, minThreads: count, maxThreads: count });
  }

  private missingAt(place: FoldPlace, jobs: readonly FoldJob[]): MissingFold[] {
    const missing = jobs.filter((job) => !this.recall(this.keyOf(job, place)));
    if (missing.length === 0) return [];
    const keys = missing.map((job) => this.keyOf(job, place));
    return [{ keys, task: { ...place, data: this.plan.data, jobs: missing } }];
  }

  private keyOf({ recipe, variant }: FoldJob, place: FoldPlace): object {
    return { basis: this.basis, recipe: recipeHash(recipe, variant), ...place };
  }

  private recall(key: object): boolean {
    const name = hashOf(key);
    const result = this.known.get(name) ?? this.store.get<FoldResult>(key);
    if (result !== undefined) this.known.set(name, result);
    return result !== undefined;
  }

  private remember(key: object, result: FoldResult): void {
    this.store.put(key, result);
    this.known.set(hashOf(key), result);
  }
}
