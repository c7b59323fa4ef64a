import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onEarlyExit } from '../core/early-exit.js';
import { makeFolder } from '../core/files.js';
import { problems } from './problems.js';

/**
 * Claims a folder for this process, so that two runs do not write into one another's products.
 * A claim whose process is gone counts for nothing.
 *
 * @returns gives the folder back
 * @throws pipeline/busy, file/unwritable
 */
export function claim(folder: string): () => void {
  makeFolder(folder);
  const file = path.join(folder, '.lock');
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return releaser(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = holderOf(file);
    if (holder !== undefined && isAlive(holder)) throw problems.modelBusy(folder, holder);
    rmSync(file, { force: true });
  }
}

/** Also called at the end of the process, should it come first. */
function releaser(file: string): () => void {
  const remove = () => rmSync(file, { force: true });
  const callOff = onEarlyExit(remove);
  return () => {
    callOff();
    remove();
  };
}

function holderOf(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
