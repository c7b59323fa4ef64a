import { workerData } from 'node:worker_threads';
import { answering } from '../core/threads.js';
import { type BeatsOrder, beatsFiller } from './beats.js';

/** Samples [from, to) of the thread's order. */
export interface BeatsTask {
  readonly from: number;
  readonly to: number;
}

let fill: ReturnType<typeof beatsFiller> | undefined;

/** What a worker thread runs. */
export default answering(({ from, to }: BeatsTask): void => {
  fill ??= beatsFiller(workerData as BeatsOrder);
  fill(from, to);
});
