import { bound, type KernelJob } from './jobs.js';
import type { Address } from './machine.js';
import type { Workspace } from './workspace.js';

/** A job that threads do together, tile by tile. */
export interface Shift {
  readonly job: KernelJob;
  /** Each thread's own memory, one after the other. */
  readonly scratch: Address;
  readonly scratchBytes: number;
  /** Of the memory: a thread that does not see all of it yet must not take part. */
  readonly bytes: number;
}

/** The words at the memory's beginning that threads agree by. */
const WORD = {
  /** Counts the shifts, so that whoever waits for the next one wakes. */
  count: 0,
  /** 1 while a shift may be joined. */
  open: 1,
  /** Threads that look at the shift. */
  present: 2,
  /** The next tile that nobody has. */
  tile: 3,
  /** 1 after a thread failed. */
  failed: 4,
  /** Bytes of the shift's text. */
  length: 5,
} as const;

const TEXT: Address = 64;

/** Where memory for jobs begins. */
export const FIRST_FREE: Address = 4096;

/** Lets others join, takes part, and returns when the job is done and nobody is left. */
export function lead(workspace: Workspace, shift: Shift): void {
  const { words } = workspace;
  const text = Buffer.from(JSON.stringify(shift));
  Buffer.from(workspace.memory.buffer, TEXT, FIRST_FREE - TEXT).set(text);
  words[WORD.length] = text.length;
  Atomics.store(words, WORD.tile, 0);
  Atomics.store(words, WORD.open, 1);
  Atomics.add(words, WORD.count, 1);
  Atomics.notify(words, WORD.count);
  takeTiles(workspace, shift, 0);
  Atomics.store(words, WORD.open, 0);
  // Whoever came before that is counted; whoever comes later finds the shift closed and reads nothing.
  for (;;) {
    const present = Atomics.load(words, WORD.present);
    if (present === 0) break;
    Atomics.wait(words, WORD.present, present);
  }
  if (Atomics.load(words, WORD.failed) !== 0) throw new Error('a thread of the training kernels failed');
}

/** Takes part in every shift from now on. @param number of the thread, from 1 */
export function followForever(workspace: Workspace, number: number): never {
  for (let count = 0; ; ) {
    const { words } = workspace;
    Atomics.add(words, WORD.present, 1);
    try {
      if (Atomics.load(words, WORD.open) === 1) follow(workspace, number);
    } catch (error) {
      Atomics.store(words, WORD.failed, 1);
      throw error;
    } finally {
      Atomics.sub(words, WORD.present, 1);
      Atomics.notify(words, WORD.present);
    }
    Atomics.wait(words, WORD.count, count);
    count = Atomics.load(words, WORD.count);
  }
}

function follow(workspace: Workspace, number: number): void {
  const text = Buffer.from(workspace.memory.buffer, TEXT, workspace.words[WORD.length]).toString();
  const shift = JSON.parse(text) as Shift;
  if (workspace.memory.buffer.byteLength >= shift.bytes) takeTiles(workspace, shift, number);
}

function takeTiles(workspace: Workspace, { job, scratch, scratchBytes }: Shift, number: number): void {
  const { tiles, run } = bound(job);
  const own = scratch + number * scratchBytes;
  const { words } = workspace;
  for (;;) {
    const tile = Atomics.add(words, WORD.tile, 1);
    if (tile >= tiles) return;
    run(workspace, tile, own);
  }
}
