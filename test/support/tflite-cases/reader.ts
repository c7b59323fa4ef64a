import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Imported, ImportedIntegers, ImportOptions } from '../../../src/exchange/importers/importer.js';
import { importFile } from '../../../src/exchange/importers/index.js';

/** Reads bytes as `net.tflite` of a folder: as whatever it is, or as what a test says it is. */
export function tfliteReader(folder: string) {
  const imported = (bytes: Uint8Array, options: ImportOptions = {}) => {
    const file = path.join(folder, 'net.tflite');
    writeFileSync(file, bytes);
    return importFile(file, options);
  };
  const integers = (bytes: Uint8Array, options: ImportOptions = {}) =>
    imported(bytes, options) as unknown as ImportedIntegers;
  const floats = (bytes: Uint8Array, options: ImportOptions = {}) =>
    imported(bytes, options) as unknown as Imported;
  return { imported, integers, floats };
}
