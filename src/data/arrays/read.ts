import { existsSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { readBytes } from '../../core/files.js';
import { nearest } from '../../core/nearest.js';
import { isZip } from '../../core/zip.js';
import { problems } from '../problems.js';
import { isIdx, readIdx } from './idx.js';
import { isNpy, readNpy } from './npy.js';
import { readNpz } from './npz.js';
import type { NumberArray, PlacedArray } from './number-array.js';

/** Of an array by its place, and the names of all that a file holds. */
export type ArrayReader = ((place: string) => PlacedArray) & {
  readonly names: (file: string) => readonly string[];
};

/** FILE.npz:NAME, or a file alone. */
const splitPlace = (place: string) => {
  const [, file, name] = /^(.*\.npz):([^:]+)$/i.exec(place) ?? [];
  return file === undefined ? { file: place } : { file, name };
};

/** The file that an array at a place is read from, relative to the folder. */
export const arrayFile = (folder: string, place: string): string => fileThere(folder, splitPlace(place).file);

/** The file, or its gzipped form where only that is there. */
function fileThere(folder: string, file: string): string {
  const isThere = (name: string) => existsSync(path.join(folder, name));
  return !isThere(file) && isThere(`${file}.gz`) ? `${file}.gz` : file;
}

/**
 * Reads arrays of finite numbers below a folder: IDX, `.npy` or `.npz`, gzipped or not; a file that holds several is read once.
 *
 * @throws file/*, data/array-format, data/array-name
 */
export function arrayReader(folder: string): ArrayReader {
  const known = new Map<string, ReadonlyMap<string, NumberArray>>();
  const arraysIn = (file: string): ReadonlyMap<string, NumberArray> => {
    const place = path.join(folder, fileThere(folder, file));
    const before = known.get(file);
    if (before !== undefined) return before;
    const arrays = readArrays(unzipped(readBytes(place), place), place);
    known.set(file, arrays);
    return arrays;
  };
  const read = (given: string): PlacedArray => {
    const { file, name } = splitPlace(given);
    const place = path.join(folder, given);
    const arrays = arraysIn(file);
    const [only] = arrays.keys();
    const array = arrays.get(name ?? only);
    if (array === undefined || (name === undefined && arrays.size > 1)) {
      throw problems.arrayName(place, name, [...arrays.keys()], nearest(name ?? '', [...arrays.keys()]));
    }
    checkNumbers(array, place);
    return { place, array };
  };
  return Object.assign(read, { names: (file: string) => [...arraysIn(file).keys()] });
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** Bytes that a file may have when unpacked. */
const MOST_BYTES = 2 ** 31;

function unzipped(bytes: Uint8Array, file: string): Uint8Array {
  if (!isGzip(bytes)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  } catch (error) {
    throw problems.arrayFormat(file, `a gzip file: ${(error as Error).message}`, 'a whole one');
  }
}

function readArrays(bytes: Uint8Array, file: string): ReadonlyMap<string, NumberArray> {
  if (isZip(bytes)) return readNpz(bytes, file);
  if (isNpy(bytes)) return new Map([['', readNpy(bytes, file)]]);
  if (isIdx(bytes)) return new Map([['', readIdx(bytes, file)]]);
  const begin = Buffer.from(bytes.subarray(0, 8)).toString('hex');
  throw problems.arrayFormat(file, `bytes that begin with ${begin}`, 'IDX, .npy or .npz, gzipped or not');
}

function checkNumbers({ values }: NumberArray, place: string): void {
  const odd = values instanceof Uint8Array ? -1 : values.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) throw problems.arrayFormat(place, `${values[odd]} as value ${odd}`, 'finite numbers');
}
