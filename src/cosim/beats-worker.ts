import { workerData } from 'node:worker_threads';
import { EspalierError, type Problem } from '../core/errors.js';
import { type BeatsOrder, beatsFiller } from './beats.js';

/** Samples [from, to) of the thread's order. */
export interface BeatsTask {
  readonly from: number;
  readonly to: number;
}

let fill: ReturnType<typeof beatsFiller> | undefined;

/** What a worker thread runs. Errors lose their class between threads; the user's come as plain data. */
export default function answer({ from, to }: BeatsTask): Problem | undefined {
  try {
    fill ??= beatsFiller(workerData as BeatsOrder);
    fill(from, to);
    return undefined;
  } catch (error) {
    if (error instanceof EspalierError) return error.toJSON();
    throw error;
  }
}
