import { list } from '../../core/errors.js';
import { isZip, ZipError, zipNames } from '../../core/zip.js';
import { checkFloatNetwork } from '../../float/check.js';
import { floatKindOf } from '../../float/layers/index.js';
import type { FloatNetwork } from '../../float/types.js';
import { checkNetwork } from '../../network/check.js';
import { problems } from '../problems.js';
import { modelBytes } from './beside.js';
import type { Imported, ImportedIntegers, Importer, ImportOptions, ImportSource } from './importer.js';
import { kerasArchive, kerasHdf5, kerasJson } from './keras/index.js';
import { numpy } from './numpy.js';
import { onnx } from './onnx/index.js';
import { safetensors } from './safetensors.js';
import { tfjs } from './tfjs/index.js';
import { tflite } from './tflite/index.js';
import { torch } from './torch/index.js';

/** Every format, one line each; the first that recognises a file reads it. */
export const IMPORTERS: readonly Importer[] = [
  tfjs,
  kerasArchive,
  kerasHdf5,
  kerasJson,
  onnx,
  tflite,
  torch,
  safetensors,
  numpy,
];

/**
 * Reads a trained network from a file of anybody's: of values, or of whole numbers.
 *
 * @throws file/unreadable, exchange/import-*, float/*, network/*
 */
export function importFile(
  file: string,
  options: ImportOptions = {},
): (Imported | ImportedIntegers) & { readonly format: string } {
  const source: ImportSource = { file, bytes: modelBytes(file) };
  if (source.bytes.length === 0) throw problems.importEmpty(file);
  const importer = IMPORTERS.find((one) => one.recognises(source));
  if (importer === undefined) {
    throw problems.importFormat(
      file,
      formOf(source.bytes),
      IMPORTERS.map(({ title }) => title),
    );
  }
  checkOptions(importer, options, file);
  const imported = importer.read(source, options);
  if ('integers' in imported) checkNetwork(imported.integers, file);
  else {
    checkFinite(imported.network, file);
    checkFloatNetwork(imported.network, file);
  }
  return { ...imported, format: importer.format };
}

/**
 * The same where it is to be a network of values.
 *
 * @throws exchange/import-integers
 */
export function importNetwork(
  file: string,
  options: ImportOptions = {},
): Imported & { readonly format: string } {
  const imported = importFile(file, options);
  if (!('integers' in imported)) return imported;
  throw problems.importIntegers(file);
}

/** Before anything else is said of weights that training has lost. */
function checkFinite({ layers }: FloatNetwork, file: string): void {
  for (const layer of layers) {
    for (const { member, values } of floatKindOf(layer).parameters(layer)) {
      const odd = values.find((value) => !Number.isFinite(value));
      if (odd !== undefined) throw problems.importNotFinite(`${file}, layer ${layer.name}, ${member}`, odd);
    }
  }
}

/** What can be said of a file that nobody knows. */
function formOf(bytes: Uint8Array): string {
  if (!isZip(bytes)) return 'a file of no format that is known';
  try {
    return `a zip file of no format that is known, with ${list(zipNames(bytes))}`;
  } catch (error) {
    if (error instanceof ZipError) return error.got;
    throw error;
  }
}

/** How a command line states each of the options. */
const OPTION_NAMES: Readonly<Record<keyof ImportOptions, string>> = {
  shape: '--shape',
  activations: '--activation',
  layers: '--layers',
  transpose: '--transpose',
  kernels: '--kernels',
  input: '--input',
};

/** What a file says itself cannot be said otherwise. */
function checkOptions({ options: open = [], title }: Importer, given: ImportOptions, file: string): void {
  const names = Object.keys(given) as (keyof ImportOptions)[];
  // An input's format is for quantization too, which comes later.
  const other = names.find((name) => name !== 'input' && !open.includes(name));
  if (other === undefined) return;
  throw problems.importOption(
    file,
    OPTION_NAMES[other],
    `a file of the format ${title}`,
    open.map((name) => OPTION_NAMES[name]),
  );
}

/** A pointer that stands for a file elsewhere. */
