import { unzip, ZipError } from '../../core/zip.js';
import { problems } from '../problems.js';
import type { ImportSource } from './importer.js';

/**
 * The wanted members of a model that is a zip file.
 *
 * @param most bytes that they may come to together
 * @throws exchange/import-truncated, exchange/import-file
 */
export function unpacked(
  { file, bytes }: ImportSource,
  isWanted: (name: string) => boolean,
  most: number,
): Map<string, Uint8Array> {
  try {
    return unzip(bytes, isWanted, most);
  } catch (error) {
    if (!(error instanceof ZipError)) throw error;
    const { got, wanted, member, isBroken } = error;
    const where = member === undefined ? file : `${file}, ${member}`;
    throw isBroken ? problems.importTruncated(where, got, wanted) : problems.importFile(where, got, wanted);
  }
}
