import { availableParallelism } from 'node:os';
import path from 'node:path';
import { EspalierError } from '../../core/errors.js';
import { PACKAGE_ROOT } from '../../core/version.js';
import { type FoldResult, type FoldTask, runFold } from './fold.js';
import type { FoldAnswer } from './fold-worker.js';

/** Threads run compiled code, wherever this module itself was loaded from. */
const WORKER = path.join(PACKAGE_ROOT, 'dist', 'pipeline', 'study', 'fold-worker.js');

/** One for each core that this process may use. */
export const defaultThreads = (): number => availableParallelism();

/**
 * Runs folds, each in one of several worker threads, or one after the other here.
 *
 * @param threads 0: in this thread
 * @param onResult called for each fold as it comes, in no particular order
 * @throws whatever a fold throws; the others are then given up
 */
export async function runFolds(
  tasks: readonly FoldTask[],
  threads: number,
  onResult: (task: FoldTask, results: readonly FoldResult[]) => void,
): Promise<void> {
  if (threads === 0 || tasks.length === 0) {
    for (const task of tasks) onResult(task, await runFold(task));
    return;
  }
  const { Piscina } = await import('piscina');
  const count = Math.min(threads, tasks.length);
  const pool = new Piscina<FoldTask, FoldAnswer>({ filename: WORKER, minThreads: count, maxThreads: count });
  try {
    await Promise.all(
      tasks.map(async (task) => {
        const answer = await pool.run(task);
        if ('problem' in answer) throw new EspalierError(answer.problem);
        onResult(task, answer.results);
      }),
    );
  } finally {
    await pool.destroy();
  }
}
