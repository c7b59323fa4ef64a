import { unzipSync } from 'fflate';
import { list } from '../../core/errors.js';
import { problems } from '../problems.js';
import { readNpy } from './npy.js';
import type { NumberArray } from './number-array.js';

/** Bytes that all arrays of a file may have. */
const MOST_BYTES = 2 ** 31;
/** Bytes that deflate makes of one at the most; a member that is said to be larger lies, and nothing is made room for. */
const MOST_OF_ONE = 1032;

export const isZip = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;

/**
 * The arrays of a file that `numpy.savez` or `savez_compressed` wrote, by name.
 *
 * @throws data/array-format
 */
export function readNpz(bytes: Uint8Array, file: string): Map<string, NumberArray> {
  const arrays = new Map<string, NumberArray>();
  for (const [name, content] of Object.entries(unpack(bytes, file))) {
    arrays.set(name.slice(0, -'.npy'.length), readNpy(content, `${file}, ${name}`));
  }
  return arrays;
}

/** What is no array is not unpacked, and nothing where the file says that it would be too much. */
function unpack(bytes: Uint8Array, file: string): Record<string, Uint8Array> {
  const names: string[] = [];
  let total = 0;
  const lying: string[] = [];
  let members: Record<string, Uint8Array>;
  try {
    members = unzipSync(bytes, {
      filter: ({ name, size, originalSize }) => {
        names.push(name);
        if (!name.endsWith('.npy')) return false;
        if (originalSize > size * MOST_OF_ONE) lying.push(name);
        total += originalSize;
        return total <= MOST_BYTES && lying.length === 0;
      },
    });
  } catch {
    throw problems.arrayFormat(file, 'a zip file that is cut off or broken', 'a whole .npz file');
  }
  if (lying.length > 0) {
    const wanted = 'the size of the array';
    throw problems.arrayFormat(`${file}, ${lying[0]}`, 'a size that no file so small unpacks to', wanted);
  }
  if (total > MOST_BYTES)
    throw problems.arrayFormat(file, `${total} bytes when unpacked`, `at most ${MOST_BYTES}`);
  if (Object.keys(members).length === 0) {
    throw problems.arrayFormat(file, `a zip file with ${list(names)}`, 'arrays: members .npy');
  }
  return members;
}
