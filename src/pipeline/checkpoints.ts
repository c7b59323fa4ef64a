import path from 'node:path';
import { readBytes, writeFileAtomic } from '../core/files.js';
import { sha256 } from '../core/hash.js';
import type { Checkpoints } from '../learn/options.js';

/** Hexadecimal digits of a hash. */
const HASH = 64;

/**
 * Checkpoints of a stage's trainings, a file for each: behind the hash of all that the stage depends on, and that of the
 * state itself. What another configuration or other data left is not read, and is written over.
 */
export function checkpointsIn(folder: string, key: string): Checkpoints {
  const fileOf = (task: string) => path.join(folder, `${sha256(task).slice(0, 16)}.bin`);
  return {
    read: (task) => {
      try {
        const bytes = Buffer.from(readBytes(fileOf(task), Number.POSITIVE_INFINITY));
        const state = bytes.subarray(2 * HASH);
        const mark = bytes.subarray(0, 2 * HASH).toString('latin1');
        return mark === key + sha256(state) ? state : undefined;
      } catch {
        // There is none yet.
        return undefined;
      }
    },
    write: (task, state) =>
      writeFileAtomic(fileOf(task), Buffer.concat([Buffer.from(key + sha256(state), 'latin1'), state])),
  };
}
