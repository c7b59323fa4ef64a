import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MARK_PATTERN, ourMark, presenceOf } from './process-mark.js';

const cleanups = new Set<() => void>();

/** The latest first: a program is stopped before the folder that it writes into goes. */
function cleanUp(): void {
  for (const clean of [...cleanups].reverse()) clean();
}

/**
 * Has something done should the process exit before it is called off; it must not need the event loop.
 *
 * @returns calls it off
 */
export function onEarlyExit(clean: () => void): () => void {
  if (cleanups.size === 0) process.on('exit', cleanUp);
  cleanups.add(clean);
  return () => {
    cleanups.delete(clean);
    if (cleanups.size === 0) process.off('exit', cleanUp);
  };
}

/** Listeners that turn a signal into an exit, for whoever owns the process. */
export interface SignalListeners {
  add(): void;
  remove(): void;
}

let listeners: SignalListeners | undefined;

/** Listens from now on, but not while {@link blocking} works. */
export function listenToSignals(own: SignalListeners): void {
  listeners = own;
  own.add();
}

/**
 * Does long work that gives the event loop no turn. No listener would be called meanwhile, so that there is none: a signal
 * ends the process as the system does it, at once. Nothing is lost by it, files being written aside; where there is
 * something to clean up the listeners stay.
 */
export function blocking<T>(work: () => T): T {
  if (listeners === undefined || cleanups.size > 0) return work();
  listeners.remove();
  try {
    return work();
  } finally {
    listeners.add();
  }
}

const SCRATCH = new RegExp(`^espalier-(${MARK_PATTERN})-\\w{6}$`);
const DAY_MS = 86_400_000;
let isSwept = false;

/** Lends a new temporary folder to some work. It is gone afterwards, also where the process exits in the middle. */
export async function withScratchFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  if (!isSwept) sweepScratch();
  isSwept = true;
  const folder = mkdtempSync(path.join(tmpdir(), `espalier-${ourMark()}-`));
  // Programs that were told to stop may still be at it for a moment.
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const callOff = onEarlyExit(remove);
  try {
    return await work(folder);
  } finally {
    callOff();
    remove();
  }
}

/** Removes the temporary folders of processes that were killed; of those that cannot be seen from here after a day. */
function sweepScratch(): void {
  for (const name of readdirSync(tmpdir())) {
    const mark = SCRATCH.exec(name)?.[1];
    if (mark === undefined || presenceOf(mark) === 'alive') continue;
    const folder = path.join(tmpdir(), name);
    try {
      if (presenceOf(mark) === 'elsewhere' && Date.now() - statSync(folder).mtimeMs < DAY_MS) continue;
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another user's, or another process is at it too.
    }
  }
}
