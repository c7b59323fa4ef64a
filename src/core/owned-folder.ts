import { lstatSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type Content, hashOfContent, writeContent } from './content.js';
import { hashOfFile, isFolder, makeFolder, placeAside, readText, writeFileAtomic } from './files.js';
import { parseJson } from './json.js';
import { claim } from './lock.js';
import { present } from './objects.js';
import { problems } from './problems.js';

/**
 * What we write, we write down: `.espalier.json` in every folder that a command puts files into lists them with their
 * hashes. Only what stands there and still has those bytes is ever replaced or removed.
 */
export const OWNER_FILE = '.espalier.json';
const LOCK = '.espalier.writing';

/** Path inside the folder → content. */
export type Files = ReadonlyMap<string, Content>;

interface FolderRecord {
  readonly schema: 'espalier/written';
  readonly version: 1;
  /** What all the files are together, such as `design`; absent where files of several kinds lie side by side. */
  readonly product?: string;
  /** SHA-256 by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Of them those that other commands laid beside the product's own. */
  readonly guests?: readonly string[];
  /** While files are being put into place the new hashes: a file has the one or the other. */
  readonly pending?: Readonly<Record<string, string>>;
}

/** A folder as it is now. */
export interface Ownership {
  readonly product: string | undefined;
  /** Files that we wrote and that are as we wrote them. */
  readonly own: readonly string[];
  /** Files that we wrote and somebody changed. */
  readonly edited: readonly string[];
  /** Files of somebody else. */
  readonly foreign: readonly string[];
}

/** Looks at all files in a folder, which may be absent. */
export function ownershipOf(folder: string): Ownership {
  const record = readRecord(folder);
  const files = isFolder(folder) ? filesIn(folder) : [];
  const kinds = files.map((name) => [name, kindOf(folder, name, record)] as const);
  const ofKind = (wanted: Kind) => kinds.filter(([, kind]) => kind === wanted).map(([name]) => name);
  return {
    product: record.product,
    own: ofKind('own'),
    edited: ofKind('edited'),
    foreign: ofKind('foreign'),
  };
}

/**
 * Says now what {@link addFiles} would say after long work. Makes the folder.
 *
 * @param names paths inside the folder
 * @throws file/foreign, file/edited, file/of-product, file/unwritable
 */
export function checkFiles(folder: string, names: readonly string[]): void {
  makeFolder(folder);
  checkGuests(folder, names, readRecord(folder));
}

/**
 * Puts files into a folder, each whole or not at all; those of an earlier time are replaced, all others stay, and so do
 * those of a product that {@link replaceFiles} put there.
 *
 * @throws file/foreign, file/edited, file/of-product, file/unwritable, file/busy
 */
export function addFiles(folder: string, files: Files): void {
  makeFolder(folder);
  alone(folder, () => {
    const record = settled(folder, readRecord(folder));
    const names = [...files.keys()];
    checkGuests(folder, names, record);
    const pending = hashesOf(files);
    const guests = record.product === undefined ? [] : [...new Set([...(record.guests ?? []), ...names])];
    const noted = { ...record, ...(guests.length === 0 ? {} : { guests: guests.sort() }) };
    writeRecord(folder, { ...noted, pending });
    for (const [name, content] of files) writeFileAtomic(path.join(folder, name), content);
    writeRecord(folder, { ...noted, files: { ...record.files, ...pending } });
  });
}

/** The same for one file that is named by its path. @throws as {@link checkFiles} */
export function checkFile(file: string): void {
  checkFiles(path.dirname(file), [path.basename(file)]);
}

/** Adds one file that is named by its path. @throws as {@link addFiles} */
export function addFile(file: string, content: Content): void {
  addFiles(path.dirname(file), new Map([[path.basename(file), content]]));
}

/** Removes a file that we wrote; another one stays. */
export function removeFile(folder: string, name: string): void {
  if (kindOf(folder, name, readRecord(folder)) !== 'own') return;
  alone(folder, () => {
    const record = settled(folder, readRecord(folder));
    rmSync(path.join(folder, name));
    const { [name]: _, ...files } = record.files;
    const guests = record.guests?.filter((other) => other !== name);
    writeRecord(folder, { ...record, files, ...present({ guests }) });
  });
}

/**
 * Makes a folder hold these files in place of all that we wrote into it before. Files of others stay. It is filled aside;
 * where it is there already, the file that tells that it is whole goes first and comes last.
 *
 * @param product what the files are together: nothing else may have been written there
 * @param seal of `files` the one without which the others count for nothing
 * @throws file/foreign, file/edited, file/unwritable, file/busy
 */
export function replaceFiles(folder: string, product: string, files: Files, seal: string): void {
  const record = { schema: 'espalier/written', version: 1, product, files: hashesOf(files) } as const;
  if (!isFolder(folder)) {
    makeWhole(folder, files, record);
    return;
  }
  alone(folder, () => {
    const old = settled(folder, readRecord(folder));
    const names = [...new Set([...Object.keys(old.files), ...files.keys()])];
    checkNames(folder, names, old);
    const aside = placeAside(folder);
    try {
      fill(aside, files);
      writeRecord(folder, { ...old, product, pending: record.files });
      remove(folder, [seal, ...names.filter((name) => !files.has(name))]);
      for (const name of [...files.keys()].filter((other) => other !== seal)) move(aside, folder, name);
      move(aside, folder, seal);
      writeRecord(folder, record);
    } catch (error) {
      throw unwritable(folder, error);
    } finally {
      rmSync(aside, { recursive: true, force: true });
    }
  });
}

/** A folder that is not there yet appears whole. */
function makeWhole(folder: string, files: Files, record: FolderRecord): void {
  if (lstatSync(folder, { throwIfNoEntry: false })) throw problems.fileUnwritable(folder, 'EEXIST');
  const above = path.dirname(folder);
  makeFolder(above);
  const aside = placeAside(above);
  try {
    makeFolder(aside, folder);
    fill(aside, files);
    writeRecord(aside, record);
    renameSync(aside, folder);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    throw unwritable(folder, error);
  }
}

function fill(folder: string, files: Files): void {
  for (const [name, content] of files) {
    const file = path.join(folder, name);
    makeFolder(path.dirname(file));
    writeContent(file, content);
  }
}

function move(from: string, to: string, name: string): void {
  makeFolder(path.dirname(path.join(to, name)));
  renameSync(path.join(from, name), path.join(to, name));
}

/** With the folders that are empty then. */
function remove(folder: string, names: readonly string[]): void {
  for (const name of names) {
    rmSync(path.join(folder, name), { force: true });
    for (let above = path.dirname(name); above !== '.'; above = path.dirname(above)) {
      try {
        rmdirSync(path.join(folder, above));
      } catch {
        // Something else lies there.
        break;
      }
    }
  }
}

function unwritable(folder: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined ? error : problems.fileUnwritable(folder, `${code}`);
}

type Kind = 'absent' | 'own' | 'edited' | 'foreign';

/** Whether files may be laid into a folder. @throws file/foreign, file/edited, file/of-product */
function checkGuests(folder: string, names: readonly string[], record: FolderRecord): void {
  const { product, files, guests = [] } = record;
  const own = names.find((name) => Object.hasOwn(files, name) && !guests.includes(name));
  if (product !== undefined && own !== undefined) {
    throw problems.fileOfProduct(path.join(folder, own), product);
  }
  checkNames(folder, names, record);
}

/** @throws file/foreign, file/edited */
function checkNames(folder: string, names: readonly string[], record: FolderRecord): void {
  const edited: string[] = [];
  for (const name of names) {
    const stranger = linkedFolder(folder, name);
    const kind = stranger === undefined ? kindOf(folder, name, record) : 'foreign';
    if (kind === 'foreign') throw problems.fileForeign(path.join(folder, stranger ?? name));
    if (kind === 'edited') edited.push(path.join(folder, name));
  }
  if (edited.length > 0) throw problems.fileEdited(edited);
}

/** What is no folder on the way to a file, if anything; we make no links. */
function linkedFolder(folder: string, name: string): string | undefined {
  const parts = name.split('/').slice(0, -1);
  const ways = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  return ways.find((way) => {
    const stats = lstatSync(path.join(folder, way), { throwIfNoEntry: false });
    return stats !== undefined && !stats.isDirectory();
  });
}

function kindOf(folder: string, name: string, { files, pending = {} }: FolderRecord): Kind {
  const file = path.join(folder, name);
  // Through something that is no folder there is no file.
  const stats = linkedFolder(folder, name) === undefined && lstatSync(file, { throwIfNoEntry: false });
  if (!stats) return 'absent';
  const hashes = [files, pending].filter((list) => Object.hasOwn(list, name)).map((list) => list[name]);
  if (!stats.isFile() || hashes.length === 0) return 'foreign';
  return hashes.includes(hashOfFile(file)) ? 'own' : 'edited';
}

/** All but folders and what we keep there ourselves; links are not followed. */
function filesIn(folder: string, below = ''): string[] {
  return readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    if (below === '' && isHousekeeping(entry.name)) return [];
    return entry.isDirectory() ? filesIn(folder, name) : [name];
  });
}

const isHousekeeping = (name: string) => name === OWNER_FILE || /^\.espalier[.-]/.test(name);

/** A path that stays in the folder. */
const NAME = z
  .string()
  .refine((name) => name !== '' && name === path.posix.normalize(name) && !/^(\/|\.\.(\/|$))/.test(name));
const HASHES = z.record(NAME, z.hash('sha256'));
const RECORD = z.strictObject({
  schema: z.literal('espalier/written'),
  version: z.literal(1),
  product: z.string().optional(),
  files: HASHES,
  guests: z.array(NAME).optional(),
  pending: HASHES.optional(),
});

const NOTHING: FolderRecord = { schema: 'espalier/written', version: 1, files: {} };

/** What was written into a folder; nothing where there is no record or none of ours. */
function readRecord(folder: string): FolderRecord {
  const file = path.join(folder, OWNER_FILE);
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return NOTHING;
  if (!stats.isFile()) throw problems.fileForeign(file);
  try {
    return RECORD.parse(parseJson(readText(file))) as FolderRecord;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) throw problems.fileForeign(file);
    throw error;
  }
}

/**
 * The record without what a killed process had still to do: a file that it put into place is written down as it is now.
 * Were only its hash before kept, one more kill would leave a file that no hash knows.
 */
function settled(folder: string, record: FolderRecord): FolderRecord {
  const { pending, ...rest } = record;
  if (pending === undefined) return record;
  const files = { ...pending, ...record.files };
  for (const [name, hash] of Object.entries(pending)) {
    if (kindOf(folder, name, { ...rest, files: { [name]: hash } }) === 'own') files[name] = hash;
  }
  return { ...rest, files };
}

function writeRecord(folder: string, record: FolderRecord): void {
  const { schema, version, product, files, guests, pending } = record;
  const sorted = (list: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(list).sort(([a], [b]) => (a < b ? -1 : 1)));
  const written = {
    schema,
    version,
    ...present({ product }),
    files: sorted(files),
    ...present({ guests }),
    ...(pending === undefined ? {} : { pending: sorted(pending) }),
  };
  writeFileAtomic(path.join(folder, OWNER_FILE), `${JSON.stringify(written, null, 2)}\n`);
}

const hashesOf = (files: Files): Record<string, string> =>
  Object.fromEntries([...files].map(([name, content]) => [name, hashOfContent(content)]));

const PATIENCE_MS = 10_000;
const PAUSE_MS = 20;

/** Keeps others from writing into the folder meanwhile; they take milliseconds. @throws file/busy */
function alone(folder: string, work: () => void): void {
  let claimed = claim(folder, LOCK);
  for (let waited = 0; 'holder' in claimed; waited += PAUSE_MS) {
    if (waited >= PATIENCE_MS) throw problems.folderBusy(folder, claimed.holder);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    claimed = claim(folder, LOCK);
  }
  try {
    work();
  } finally {
    claimed.release();
  }
}
