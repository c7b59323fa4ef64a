import path from 'node:path';
import { readBytes } from '../../core/files.js';
import { problems } from '../problems.js';

/**
 * A file beside the model or below it: a model of anybody's names no other.
 *
 * @param model its file
 * @param location as the model has it
 * @throws exchange/import-file
 */
export function fileBeside(model: string, location: string, where: string): string {
  const isName = location !== '' && !location.includes('\0') && !path.isAbsolute(location);
  if (isName && !location.split(/[\\/]/).includes('..')) return path.join(path.dirname(model), location);
  throw problems.importFile(where, JSON.stringify(location), "the name of a file in the model's folder");
}

const POINTER = 'version https://git-lfs.github.com/spec/';

/** Of a model, or of what lies beside it. @throws file/unreadable, exchange/import-pointer */
export function modelBytes(file: string): Uint8Array {
  const bytes = readBytes(file);
  if (Buffer.from(bytes.subarray(0, POINTER.length)).toString('latin1') !== POINTER) return bytes;
  throw problems.importPointer(file);
}
