import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { problems } from './errors.js';

/** Writes a whole file or nothing: aside first, then renamed over the old one. Makes the folder. */
export function writeFileAtomic(file: string, content: string | Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const aside = `${file}.${randomBytes(4).toString('hex')}.part`;
  try {
    writeFileSync(aside, content);
    renameSync(aside, file);
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  }
}

/**
 * Writes a folder of files or nothing: a new folder is filled aside and takes the old one's place.
 *
 * @param files path inside the folder → content
 */
export function writeFolderAtomic(folder: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  const suffix = randomBytes(4).toString('hex');
  const aside = `${folder}.${suffix}.part`;
  const old = `${folder}.${suffix}.old`;
  try {
    mkdirSync(aside, { recursive: true });
    for (const [name, content] of files) {
      mkdirSync(path.dirname(path.join(aside, name)), { recursive: true });
      writeFileSync(path.join(aside, name), content);
    }
    renameIfThere(folder, old);
    renameSync(aside, folder);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    renameIfThere(old, folder);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** The text of a file the user named. @throws file/unreadable */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw problems.fileUnreadable(file, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}

/** The bytes of a file the user named. @throws file/unreadable */
export function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw problems.fileUnreadable(file, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}
