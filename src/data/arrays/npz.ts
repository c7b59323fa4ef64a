import { list } from '../../core/errors.js';
import { unzip, ZipError } from '../../core/zip.js';
import { problems } from '../problems.js';
import { readNpy } from './npy.js';
import type { NumberArray } from './number-array.js';

/** Bytes that all arrays of a data set may have. */
const MOST_BYTES = 2 ** 31;

/**
 * The arrays of a file that `numpy.savez` or `savez_compressed` wrote, by name.
 *
 * @param most bytes that they may come to together
 * @throws data/array-format
 */
export function readNpz(bytes: Uint8Array, file: string, most = MOST_BYTES): Map<string, NumberArray> {
  const arrays = new Map<string, NumberArray>();
  for (const [name, content] of unpack(bytes, file, most)) {
    arrays.set(name.slice(0, -'.npy'.length), readNpy(content, `${file}, ${name}`));
  }
  return arrays;
}

/** What is no array is not unpacked, and nothing where the file says that it would be too much. */
function unpack(bytes: Uint8Array, file: string, most: number): Map<string, Uint8Array> {
  const names: string[] = [];
  const isArray = (name: string) => {
    names.push(name);
    return name.endsWith('.npy');
  };
  const members = unpacked(bytes, isArray, most, file);
  if (members.size > 0) return members;
  throw problems.arrayFormat(file, `a zip file with ${list(names)}`, 'arrays: members .npy');
}

function unpacked(
  bytes: Uint8Array,
  isArray: (name: string) => boolean,
  most: number,
  file: string,
): Map<string, Uint8Array> {
  try {
    return unzip(bytes, isArray, most);
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    const { got, wanted, member } = error;
    throw problems.arrayFormat(member === undefined ? file : `${file}, ${member}`, got, wanted);
  }
}
