import { availableParallelism } from 'node:os';
import path from 'node:path';
import { EspalierError, type Problem } from './errors.js';
import { problems } from './problems.js';
import { PACKAGE_ROOT } from './version.js';

/**
 * The compiled file that worker threads run: threads cannot run TypeScript, even where this module was loaded from it.
 *
 * @param name below `src/`, such as `prove/segment-worker`
 */
export function workerFile(name: string): string {
  const isCompiled = import.meta.filename.endsWith('.js');
  const root = isCompiled ? path.join(import.meta.dirname, '..') : path.join(PACKAGE_ROOT, 'dist');
  return path.join(root, `${name}.js`);
}

/** How many things to do at a time: what was asked for, otherwise one for each core. 0 asks for no threads. */
export const atATime = (threads: number | undefined): number => threads ?? availableParallelism();

/** What a worker sends back: errors lose their class between threads, so the user's come as plain data. */
export type WorkerAnswer<R> = { readonly result: R } | { readonly problem: Problem };

/** Makes of a function what a worker's file exports. */
export const answering =
  <T, R>(work: (task: T) => R | Promise<R>) =>
  async (task: T): Promise<WorkerAnswer<R>> => {
    try {
      return { result: await work(task) };
    } catch (error) {
      if (error instanceof EspalierError) return { problem: error.toJSON() };
      throw error;
    }
  };

/** What the worker's function returned. @throws what it threw */
export function resultOf<R>(answer: WorkerAnswer<R>): R {
  if ('problem' in answer) throw new EspalierError(answer.problem);
  return answer.result;
}

/** The result of a task that a thread has. @throws core/memory, and what the task threw */
export async function answerOf<R>(run: Promise<WorkerAnswer<R>>): Promise<R> {
  let answer: WorkerAnswer<R>;
  try {
    answer = await run;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') throw problems.threadMemory();
    throw error;
  }
  return resultOf(answer);
}

/**
 * Gives every task to a worker thread, so many at a time, and ends the threads.
 *
 * @param name of the worker, as {@link workerFile} has it; tasks, results and `workerData` are plain data
 * @param onResult called as they come
 * @param endAt when to end the threads, done or not, in milliseconds since 1970
 * @returns the results in the tasks' order; ended before, those that there are
 */
export async function inThreads<T, R>(
  name: string,
  tasks: readonly T[],
  threads: number,
  { workerData, onResult, endAt }: ThreadOptions<T, R>,
): Promise<R[]> {
  const { Piscina } = await import('piscina');
  const pool = new Piscina<T, WorkerAnswer<R>>({
    filename: workerFile(name),
    maxThreads: threads,
    workerData,
  });
  const results = new Map<number, R>();
  const runs = tasks.map(async (task, index) => {
    const result = await answerOf(pool.run(task));
    results.set(index, result);
    onResult?.(result, task);
  });
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<void>((resolve) => {
    if (endAt !== undefined) timer = setTimeout(resolve, endAt - Date.now());
  });
  try {
    await Promise.race([Promise.all(runs), end]);
    return tasks.flatMap((_, index) => (results.has(index) ? [results.get(index) as R] : []));
  } finally {
    clearTimeout(timer);
    await pool.destroy();
  }
}

interface ThreadOptions<T, R> {
  readonly workerData?: unknown;
  readonly onResult?: (result: R, task: T) => void;
  readonly endAt?: number;
}

/**
 * Does work on every item, so many at a time, the first items first; after an error no more is begun.
 *
 * @returns the results in the items' order
 */
export async function inParallel<T, R>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      try {
        results[index] = await work(items[index]);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, most) }, worker));
  return results;
}
