import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import { type Content, writeContent } from './content.js';
import { problems } from './problems.js';
import { MARK_PATTERN, ourMark, presenceOf } from './process-mark.js';
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

/** Also through links. */
export function isFolder(place: string): boolean {
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
 * Writes a whole file or nothing: aside first, then renamed over the old one. Makes the folder. Who writes where others
 * have files uses {@link file://./owned-folder.ts}.
 *
 * @throws file/unwritable where the folder cannot be made, the file is a folder or the disk is full
 */
export function writeFileAtomic(file: string, content: Content): void {
  writeAside(file, (aside) => writeContent(aside, content));
}

/** Copies a whole file or nothing, in the same manner. @throws file/unwritable */
export function copyFileAtomic(from: string, to: string): void {
  writeAside(to, (aside) => copyFileSync(from, aside));
}

function writeAside(file: string, write: (aside: string) => void): void {
  checkWritable(file);
  const aside = placeAside(path.dirname(file));
  try {
    write(aside);
    renameSync(aside, file);
  } catch (error) {
    rmSync(aside, { force: true });
    throw problems.fileUnwritable(file, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}

const ASIDE = new RegExp(`^\\.espalier-(${MARK_PATTERN})-[0-9a-f]{8}\\.part$`);
const swept = new Set<string>();

/** A new name in a folder, for what is put together there; what killed processes left under such names is removed. */
export function placeAside(folder: string): string {
  const whole = path.resolve(folder);
  if (!swept.has(whole)) sweepAside(whole);
  swept.add(whole);
  return path.join(folder, `.espalier-${ourMark()}-${randomBytes(4).toString('hex')}.part`);
}

function sweepAside(folder: string): void {
  for (const name of readdirSync(folder)) {
    const mark = ASIDE.exec(name)?.[1];
    if (mark === undefined || presenceOf(mark) !== 'gone') continue;
    rmSync(path.join(folder, name), { recursive: true, force: true });
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
  return opened(file, (handle) => {
    const { size } = fstatSync(handle);
    if (size > limit) throw problems.fileTooLarge(file, size, limit);
    return readFileSync(handle);
  });
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

/** @throws file/unreadable */
export const fileSize = (file: string): number => opened(file, (handle) => fstatSync(handle).size);

/** Bytes of a file from a place on. @throws file/unreadable where it ends before */
export function readPart(file: string, from: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  const count = opened(file, (handle) => readSync(handle, bytes, 0, length, from));
  if (count < length) throw problems.fileUnreadable(file, `${count} of ${length} bytes from byte ${from} on`);
  return bytes;
}

/** Bytes that are read at a time. */
const PIECE = 2 ** 20;

/** SHA-256 of a file's bytes, of which memory holds a piece at a time. @throws file/unreadable */
export function hashOfFile(file: string): string {
  const hash = createHash('sha256');
  const piece = new Uint8Array(PIECE);
  return opened(file, (handle) => {
    for (;;) {
      const count = readSync(handle, piece, 0, PIECE, null);
      if (count === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, count));
    }
  });
}

function opened<T>(file: string, work: (handle: number) => T): T {
  const handle = openPlainFile(file);
  try {
    return work(handle);
  } finally {
    closeSync(handle);
  }
}
