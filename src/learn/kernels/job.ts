import type { Address } from './machine.js';
import type { Workspace } from './workspace.js';

/**
 * One kind of work, cut into tiles that may be done in any order and by any thread: every output is computed within
 * one tile, its terms in an order that hangs on the job alone.
 *
 * @typeParam J the job: plain data, for it goes to all threads
 */
export interface JobKind<J> {
  tiles(job: J): number;
  /** Numbers of memory that a thread needs of its own. */
  scratch(job: J): number;
  run(workspace: Workspace, job: J, tile: number, scratch: Address): void;
  /** About how many operations it takes: a small job is not worth waking threads. */
  work(job: J): number;
}
