import path from 'node:path';
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
