import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { readWeights } from '../../src/exchange/weights.js';

/** A folder of weight files, a new one for each test. */
export function weightFolder() {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-weights-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  return {
    at: () => folder,
    write(name: string, text: string | Uint8Array): string {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    read: () => readWeights([folder], { name: 'net' }),
    /** An error of this text, in which `DIR` is the folder. */
    message: (text: string) => expect.objectContaining({ message: text.replaceAll('DIR', folder) }),
  };
}
