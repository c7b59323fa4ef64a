import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

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

/** Ends a program that was started `detached`, with all that it has started: Verilator runs make, which runs compilers. */
export function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // Gone already; macOS says so of programs that nobody has asked for their status yet with EPERM.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Lends a new temporary folder to some work. It is gone afterwards, also where the process exits in the middle. */
export async function withScratchFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'espalier-'));
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
