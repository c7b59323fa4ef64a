import { readBytes } from '../../core/files.js';
import { checkFloatNetwork } from '../../float/check.js';
import { problems } from '../problems.js';
import type { Imported, Importer, ImportOptions, ImportSource } from './importer.js';
import { onnx } from './onnx/index.js';
import { tfjs } from './tfjs/index.js';

/** Every format, one line each; the first that recognises a file reads it. */
export const IMPORTERS: readonly Importer[] = [tfjs, onnx];

/**
 * Reads a trained network from a file of anybody's.
 *
 * @throws file/unreadable, exchange/import-*, float/*, network/*
 */
export function importNetwork(
  file: string,
  options: ImportOptions = {},
): Imported & { readonly format: string } {
  const source: ImportSource = { file, bytes: readBytes(file) };
  checkWhole(source);
  const importer = IMPORTERS.find((one) => one.recognises(source));
  if (importer === undefined) {
    throw problems.importFormat(
      file,
      IMPORTERS.map(({ title }) => title),
    );
  }
  const imported = importer.read(source, options);
  checkFloatNetwork(imported.network, file);
  return { ...imported, format: importer.format };
}

/** A pointer that stands for a file elsewhere. */
const POINTER = 'version https://git-lfs.github.com/spec/';

function checkWhole({ file, bytes }: ImportSource): void {
  if (bytes.length === 0) throw problems.importEmpty(file);
  if (Buffer.from(bytes.subarray(0, POINTER.length)).toString('latin1') === POINTER) {
    throw problems.importPointer(file);
  }
}
