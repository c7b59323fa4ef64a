import { existsSync, readdirSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { writeFolderAtomic } from '../core/files.js';
import { MANIFEST_FILE } from '../emit/read-design.js';
import { problems } from './problems.js';

/**
 * Writes a design into a folder that is new, empty or an older design's: nobody's own files are replaced.
 *
 * @throws pipeline/output-folder
 */
export function writeDesign(folder: string, files: ReadonlyMap<string, string>): void {
  writeOwnFolder(folder, files, MANIFEST_FILE);
}

/**
 * Writes files into a folder that is new, empty or has been written by us.
 *
 * @param marker a file that only we write
 * @throws pipeline/output-folder
 */
export function writeOwnFolder(
  folder: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  marker: string,
): void {
  if (existsSync(folder)) {
    const isEmpty = readdirSync(folder).length === 0;
    if (!isEmpty && !existsSync(path.join(folder, marker))) throw problems.outputFolder(folder);
    if (isEmpty) rmdirSync(folder);
  }
  writeFolderAtomic(folder, files);
}
