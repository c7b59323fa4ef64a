import { unzipSync } from 'fflate';

export const isZip = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 && bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;

/** Bytes that deflate makes of one at the most: a member that is said to be larger lies, and gets no room. */
const MOST_OF_ONE = 1032;
const MOST_MEMBERS = 65_535;

/** Why a zip file is not unpacked; each reader says it in an error of its own. */
export class ZipError extends Error {
  constructor(
    readonly got: string,
    readonly wanted: string,
    /** Where it is about one. */
    readonly member?: string,
    /** Whether it is no zip file to its end. */
    readonly isBroken = false,
  ) {
    super(got);
  }
}

/** The names of all members. @throws ZipError */
export function zipNames(bytes: Uint8Array): string[] {
  const names: string[] = [];
  unzipped(bytes, ({ name }) => {
    names.push(name);
    return false;
  });
  return names;
}

/** By which a file tells what it is: all names, or the first one of a zip file that is cut off; none of another file. */
export function tellingNames(bytes: Uint8Array): readonly string[] {
  if (!isZip(bytes)) return [];
  try {
    return zipNames(bytes);
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    const length = bytes[26] + 256 * bytes[27];
    return [Buffer.from(bytes.subarray(30, 30 + length)).toString('latin1')];
  }
}

/**
 * The wanted members of a zip file by their names; no others are unpacked.
 *
 * @param most bytes that they may come to together
 * @throws ZipError before anything is made room for
 */
export function unzip(
  bytes: Uint8Array,
  isWanted: (name: string) => boolean,
  most: number,
): Map<string, Uint8Array> {
  let total = 0;
  const members = unzipped(bytes, ({ name, size, originalSize }) => {
    if (!isWanted(name)) return false;
    if (originalSize > size * MOST_OF_ONE) {
      const wanted = 'the size of the member';
      throw new ZipError('a size that no file so small unpacks to', wanted, name);
    }
    total += originalSize;
    if (total > most) throw new ZipError(`${total} bytes when unpacked`, `at most ${most}`);
    return true;
  });
  return new Map(Object.entries(members));
}

interface Entry {
  readonly name: string;
  /** Packed. */
  readonly size: number;
  readonly originalSize: number;
}

function unzipped(bytes: Uint8Array, isWanted: (entry: Entry) => boolean): Record<string, Uint8Array> {
  const names = new Set<string>();
  const filter = (entry: Entry) => {
    if (names.has(entry.name)) throw new ZipError(`two members ${entry.name}`, 'one of each name');
    if (names.size === MOST_MEMBERS) throw new ZipError(`more than ${MOST_MEMBERS} members`, 'fewer');
    names.add(entry.name);
    if (entry.size > bytes.length) throw BROKEN();
    return isWanted(entry);
  };
  try {
    return unzipSync(bytes, { filter });
  } catch (error) {
    // fflate throws errors of several kinds at what is no zip file.
    throw error instanceof ZipError ? error : BROKEN();
  }
}

const BROKEN = () =>
  new ZipError('a zip file that is cut off or broken', 'a whole zip file', undefined, true);
