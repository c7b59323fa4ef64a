import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { EspalierError } from '../../core/errors.js';
import { makeFolder, placeAside, readBytes, readPart, readText, writeFileAtomic } from '../../core/files.js';
import { hashOf, sha256 } from '../../core/hash.js';
import { ignoreProgress, type OnProgress } from '../../core/progress.js';
import { type MapShape, sizeOf } from '../../network/tensor.js';
import { problems } from '../problems.js';
import { type DecodeOptions, decodePicture, type Picture } from './decode.js';
import { resizeBilinear } from './resize.js';

/** How pictures become numbers. */
export interface PictureOptions extends DecodeOptions {
  /** [height, width]; without it all pictures must have one size. */
  readonly size?: readonly [number, number];
  readonly antialias: boolean;
  /** What to do with a file that is no whole picture. */
  readonly broken: 'refuse' | 'skip';
}

/** What the reading of pictures did beside reading. */
export interface PictureReport {
  readonly turned: number;
  readonly alphaDropped: number;
  readonly resized: number;
  /** Files left out, with the reason. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/** Parts of a grey level that are kept: a level is off by at most 1/512, which is below 10^-5 of the whole range. */
export const LEVEL_PARTS = 256;
const BYTES = 2;
/** Files that are read and decoded at a time; what is written does not depend on it. */
const AT_A_TIME = 4;

const SCHEMA = 'espalier/pictures/1';

interface Index {
  readonly schema: typeof SCHEMA;
  /** The file of the levels, named after the pictures in it: an index never stands beside the levels of others. */
  readonly levels: string;
  readonly shape: MapShape;
  readonly records: readonly Entry[];
}

/** A picture in the store; `key` says the file's bytes and the options. */
interface Entry {
  readonly file: string;
  readonly key: string;
  readonly turned: boolean;
  readonly alphaDropped: boolean;
  readonly resized: boolean;
}

interface Made extends Entry {
  readonly shape: MapShape;
  /** Levels in parts of {@link LEVEL_PARTS}. */
  readonly levels: Uint16Array;
}

/**
 * Reads pictures, brings them to one size and keeps them in a file, so that as many as a disk holds can be learnt from.
 * What the file has already, by content and options, is not read again.
 *
 * @param folder the pictures' own
 * @param files paths from there
 * @param place the index, `.json`; the levels lie beside it
 * @throws data/image-*, file/*
 */
export async function storePictures(
  folder: string,
  files: readonly string[],
  place: string,
  options: PictureOptions,
  onProgress: OnProgress = ignoreProgress,
): Promise<{
  readonly store: PictureStore;
  readonly kept: readonly number[];
  readonly report: PictureReport;
}> {
  const known = new KnownPictures(place);
  const beside = path.dirname(place);
  makeFolder(beside);
  const aside = placeAside(beside);
  const handle = openSync(aside, 'wx');
  const entries: Entry[] = [];
  const kept: number[] = [];
  const skipped: { file: string; reason: string }[] = [];
  let first: Made | undefined;
  try {
    for (let from = 0; from < files.length; from += AT_A_TIME) {
      const batch = files.slice(from, from + AT_A_TIME);
      const made = await Promise.all(batch.map((file) => makePicture(folder, file, options, known)));
      made.forEach((picture, index) => {
        if (picture instanceof EspalierError) {
          if (options.broken === 'refuse') throw picture;
          skipped.push({ file: batch[index], reason: picture.got });
          return;
        }
        first ??= picture;
        checkSize(picture, first);
        const { levels, shape: _, ...entry } = picture;
        writeSync(handle, new Uint8Array(levels.buffer, levels.byteOffset, levels.byteLength));
        entries.push(entry);
        kept.push(from + index);
      });
      onProgress({
        task: 'reading pictures',
        done: Math.min(from + AT_A_TIME, files.length),
        total: files.length,
      });
    }
    if (first === undefined) throw problems.imageFolder(folder, 'no picture that can be read', 'pictures');
  } catch (error) {
    rmSync(aside, { force: true });
    throw error;
  } finally {
    closeSync(handle);
    known.close();
  }
  const levels = `${path.basename(place, '.json')}-${hashOf(entries.map(({ key }) => key)).slice(0, 16)}.bin`;
  renameSync(aside, path.join(beside, levels));
  const index: Index = { schema: SCHEMA, levels, shape: first.shape, records: entries };
  writeFileAtomic(place, JSON.stringify(index));
  known.removeUnless(levels);
  const count = (member: 'turned' | 'alphaDropped' | 'resized') =>
    entries.filter((entry) => entry[member]).length;
  const report = {
    turned: count('turned'),
    alphaDropped: count('alphaDropped'),
    resized: count('resized'),
    skipped,
  };
  return { store: new PictureStore(path.join(beside, levels), first.shape, entries.length), kept, report };
}

function checkSize(picture: Made, first: Made): void {
  const sizes = [picture, first].map(({ shape: [height, width] }) => `${height} x ${width} pixels`);
  if (sizes[0] === sizes[1]) return;
  throw problems.imageSizes(picture.file, sizes[0], first.file, sizes[1]);
}

/** An error stands for a picture that cannot be read. */
async function makePicture(
  folder: string,
  file: string,
  options: PictureOptions,
  known: KnownPictures,
): Promise<Made | EspalierError> {
  const place = path.join(folder, file);
  const bytes = readBytes(place);
  const { broken: _, ...meaning } = options;
  const key = sha256(
    `${sha256(bytes)} ${JSON.stringify([meaning.size, meaning.color, meaning.orientation, meaning.antialias])}`,
  );
  const before = known.find(key);
  if (before !== undefined) return { ...before, file };
  try {
    return { file, key, ...fitted(await decodePicture(bytes, place, options), options) };
  } catch (error) {
    if (error instanceof EspalierError && error.code === 'data/image-broken') return error;
    throw error;
  }
}

function fitted(picture: Picture, { size, antialias }: PictureOptions): Omit<Made, 'file' | 'key'> {
  const { turned, alphaDropped, channels } = picture;
  const [height, width] = size ?? [picture.height, picture.width];
  const resized = height !== picture.height || width !== picture.width;
  const values = resized
    ? resizeBilinear(picture.levels, picture, { height, width }, antialias)
    : picture.levels;
  const levels = Uint16Array.from(values, (value) =>
    Math.round(Math.min(Math.max(value, 0), 255) * LEVEL_PARTS),
  );
  return { shape: [height, width, channels], levels, turned, alphaDropped, resized };
}

/** The pictures of an earlier store by their keys; of one that cannot be read there are none. */
class KnownPictures {
  private readonly index?: Index;
  private readonly store?: PictureStore;
  private readonly rows = new Map<string, number>();

  constructor(private readonly place: string) {
    try {
      const index: Index = JSON.parse(readText(place));
      if (index.schema !== SCHEMA || path.basename(index.levels) !== index.levels) return;
      this.store = new PictureStore(this.fileOf(index), index.shape, index.records.length);
      this.index = index;
      index.records.forEach(({ key }, row) => {
        this.rows.set(key, row);
      });
    } catch {
      // What cannot be read is made again.
    }
  }

  find(key: string): Made | undefined {
    const row = this.rows.get(key);
    if (row === undefined || this.index === undefined || this.store === undefined) return undefined;
    return { ...this.index.records[row], shape: this.index.shape, levels: this.store.levels(row) };
  }

  close(): void {
    this.store?.close();
  }

  /** Removes the levels, unless they are those that were written now. */
  removeUnless(levels: string): void {
    if (this.index !== undefined && this.index.levels !== levels)
      rmSync(this.fileOf(this.index), { force: true });
  }

  private fileOf({ levels }: Index): string {
    return path.join(path.dirname(this.place), levels);
  }
}

/** A picture's levels as {@link PictureStore.levels} gives them, of a store that may be closed by now. @throws file/* */
export function levelsIn({ file, shape }: Pick<PictureStore, 'file' | 'shape'>, row: number): Uint16Array {
  const size = sizeOf({ shape }) * BYTES;
  return new Uint16Array(readPart(file, row * size, size).buffer);
}

/** Pictures on disk, all of one shape. Memory holds those that are asked for. */
export class PictureStore {
  private readonly handle: number;
  private readonly size: number;

  /** @throws data/image-store where the file is not as long as it must be */
  constructor(
    readonly file: string,
    readonly shape: MapShape,
    readonly count: number,
  ) {
    this.size = shape[0] * shape[1] * shape[2];
    this.handle = openSync(file, 'r');
    const { size } = fstatSync(this.handle);
    const wanted = count * this.size * BYTES;
    if (size === wanted) return;
    closeSync(this.handle);
    throw problems.imageStore(file, `${size} bytes where ${wanted} were written`);
  }

  /** A picture's levels in parts of {@link LEVEL_PARTS}, [height][width][channels]. */
  levels(row: number): Uint16Array {
    const levels = new Uint16Array(this.size);
    readSync(this.handle, levels, 0, levels.byteLength, row * levels.byteLength);
    return levels;
  }

  close(): void {
    closeSync(this.handle);
  }
}
