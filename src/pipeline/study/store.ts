import { existsSync } from 'node:fs';
import path from 'node:path';
import { readBytes, readText, writeFileAtomic } from '../../core/files.js';
import { hashOf, sha256 } from '../../core/hash.js';
import { codeVersion } from '../code-version.js';
import { fromJson, json } from '../json.js';

/** A hash of all code that a fold's networks are made and tested with. */
export function studyVersion(): string {
  const extension = path.extname(import.meta.filename);
  const own = ['fold', 'make'].map((name) =>
    sha256(readBytes(path.join(import.meta.dirname, name + extension))),
  );
  return hashOf([codeVersion('quantize'), own]);
}

/**
 * Results of long work, a file for each, by the hash of all they depend on: a run that was stopped goes on where it
 * was, and a change of anything finds no stale ones.
 */
export class ResultStore {
  constructor(private readonly folder: string) {}

  /** @returns undefined when there is none, or a damaged one */
  get<T>(key: unknown): T | undefined {
    try {
      return fromJson(readText(this.fileOf(key)));
    } catch {
      return undefined;
    }
  }

  /** What lies there already stays, whosever it is. */
  put(key: unknown, result: unknown): void {
    const file = this.fileOf(key);
    if (!existsSync(file)) writeFileAtomic(file, json(result));
  }

  private fileOf(key: unknown): string {
    return path.join(this.folder, `${hashOf(key).slice(0, 32)}.json`);
  }
}
