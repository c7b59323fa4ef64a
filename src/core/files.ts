import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { problems } from './problems.js';
import { decodeText } from './text.js';

/**
 * Makes a folder and those above it that are missing, one by one: Node's own recursive `mkdirSync` never returns where
 * the system refuses a folder below one that is there with ENOENT, as it does in /proc.
 *
 * @param named the folder as it is called in an error
 * @throws file/unwritable
 */
export function makeFolder(folder: string, named = folder): void {
  if (isFolder(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have been faster.
    if (isFolder(folder)) return;
    const { code } = error as NodeJS.ErrnoException;
    // What is above it is there.
    const reason = code === 'ENOENT' ? 'a place where the system makes no folders' : `${code}`;
    throw problems.fileUnwritable(named, reason);
  }
}

function isFolder(place: string): boolean {
  try {
    return statSync(place).isDirectory();
  } catch {
    return false;
  }
}

/**
 * Says now what {@link writeFileAtomic} would say after long work. Makes the folder.
 *
 * @throws file/unwritable
 */
export function checkWritable(file: string): void {
  makeFolder(path.dirname(file));
  if (isFolder(file)) throw problems.fileUnwritable(file, 'EISDIR');
}

/**
 * Writes a whole file or nothing: aside first, then renamed over the old one. Makes the folder.
 *
 * @throws file/unwritable where the folder cannot be made, or the file is a folder
 */
export function writeFileAtomic(file: string, content: string | Uint8Array): void {
  checkWritable(file);
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
 * @throws file/unwritable where the folder cannot be made
 */
export function writeFolderAtomic(folder: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  const suffix = randomBytes(4).toString('hex');
  const aside = `${folder}.${suffix}.part`;
  const old = `${folder}.${suffix}.old`;
  try {
    makeFolder(aside, folder);
    for (const [name, content] of files) {
      makeFolder(path.dirname(path.join(aside, name)));
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

/** More than any table or design of ours has, and as much as a text can be in Node. */
const MAX_BYTES = 256 * 2 ** 20;

/**
 * The text of a file that comes from outside, without a byte order mark.
 *
 * @param limit bytes that such a file may have
 * @throws file/unreadable, file/too-large, file/encoding
 */
export function readText(file: string, limit = MAX_BYTES): string {
  return decodeText(readBytes(file, limit), file);
}

/**
 * The bytes of a file that comes from outside. What is no plain file is refused: a pipe may never end.
 *
 * @param limit bytes that such a file may have
 * @throws file/unreadable, file/too-large
 */
export function readBytes(file: string, limit = MAX_BYTES): Uint8Array {
  const handle = openPlainFile(file);
  try {
    const { size } = fstatSync(handle);
    if (size > limit) throw problems.fileTooLarge(file, size, limit);
    return readFileSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Opens without waiting, as a pipe without a writer would make us. */
function openPlainFile(file: string): number {
  let handle: number;
  try {
    handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw problems.fileUnreadable(file, (error as NodeJS.ErrnoException).code ?? String(error));
  }
  const stats = fstatSync(handle);
  if (stats.isFile()) return handle;
  closeSync(handle);
  throw problems.fileUnreadable(file, stats.isDirectory() ? 'EISDIR' : 'a pipe or a device');
}
