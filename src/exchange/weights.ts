import { statSync } from 'node:fs';
import path from 'node:path';
import { problems as coreProblems } from '../core/problems.js';
import { type FloatDense, type FloatNetwork, layerNames } from '../learn/float-network.js';
import { problems } from './problems.js';
import { printWeightCsv, readWeightCsv, type WeightMatrix } from './weight-csv.js';
import { weightFilesOf } from './weight-folder.js';
import { orderFiles, type Role, type WeightFile } from './weight-names.js';

export interface ReadWeightsOptions {
  /** The network's name. */
  readonly name: string;
  /** Of several sets in one folder the files whose name ends so: `base` for `w1_base.csv`, `b1_base.csv`. */
  readonly set?: string;
  /** What the logits say; by default `binary` for one and `argmax` for several. */
  readonly head?: FloatNetwork['head'];
}

/**
 * Reads a trained network from weight CSVs: per layer a kernel (inputs × units) and a bias (units, as a column or
 * a row). All layers but the last are ReLU.
 *
 * @param sources one folder, or the files
 * @throws exchange/* and file/unreadable
 */
export function readWeights(sources: readonly string[], options: ReadWeightsOptions): FloatNetwork {
  const files = findFiles(sources, options.set);
  const numbers = files.map(({ layer }) => layer);
  const first = Math.min(...numbers);
  const count = Math.max(...numbers) - first + 1;
  const names = layerNames(count);
  const layers: FloatDense[] = [];
  for (let index = 0; index < count; index++) {
    const kernel = only(files, 'weights', first + index);
    const bias = only(files, 'bias', first + index);
    layers.push(readDense(names[index], kernel, bias, layers[index - 1], index === count - 1));
  }
  const outputs = layers[count - 1].bias.length;
  const head = options.head ?? (outputs === 1 ? 'binary' : 'argmax');
  if (head === 'binary' && outputs !== 1) {
    throw problems.weightShape(
      only(files, 'weights', first + count - 1).file,
      `${outputs} outputs`,
      '1 output',
    );
  }
  return { name: options.name, inputs: layers[0].kernel.length, layers, head };
}

function readDense(
  name: string,
  kernelFile: WeightFile,
  biasFile: WeightFile,
  previous: FloatDense | undefined,
  isLast: boolean,
): FloatDense {
  const bias = readWeightCsv(biasFile.file);
  const kernel = readKernel(kernelFile, bias.values.flat().length);
  const rows = kernel.values.length;
  const columns = kernel.values[0].length;
  if (previous !== undefined && rows !== previous.bias.length) {
    const wanted = `${previous.bias.length} rows, one per unit of layer ${previous.name}`;
    const hint = shapeHint(kernel, previous.bias.length);
    throw problems.weightShape(kernel.file, `${rows} x ${columns} numbers`, wanted, hint);
  }
  const activation = isLast ? 'linear' : 'relu';
  return { kind: 'dense', name, kernel: kernel.values, bias: biasOf(bias, kernel), activation };
}

/** A kernel as inputs × units. Of one that by its name may lie the other way round the bias tells which way it lies. */
function readKernel({ file, isUnitsFirst }: WeightFile, units: number): WeightMatrix {
  const kernel = readWeightCsv(file);
  if (!isUnitsFirst || kernel.values.length !== units) return kernel;
  return { file, values: kernel.values[0].map((_, column) => kernel.values.map((row) => row[column])) };
}

/** Two slips that are made often. @param inputs as many as the kernel should have */
function shapeHint({ values }: WeightMatrix, inputs: number): string | undefined {
  const isCounting = values[0].every((value, column) => value === column);
  if (isCounting && values.length === inputs + 1) return COUNTING;
  return values[0].length === inputs ? TRANSPOSED : undefined;
}

const COUNTING =
  'the first row counts 0, 1, …: a header without its index column? write it with header=False';
const TRANSPOSED = 'kernels are inputs x units, as in Keras: is this one transposed?';

function biasOf(bias: WeightMatrix, kernel: WeightMatrix): number[] {
  const rows = bias.values.length;
  const columns = bias.values[0].length;
  const units = kernel.values[0].length;
  const flat = bias.values.flat();
  if ((rows === 1 || columns === 1) && flat.length === units) return flat;
  const wanted = `${units} numbers in one column or row, one per column of ${path.basename(kernel.file)}`;
  throw problems.weightShape(bias.file, `${rows} x ${columns} numbers`, wanted, biasHint(flat, rows, kernel));
}

function biasHint(flat: readonly number[], rows: number, kernel: WeightMatrix): string | undefined {
  if (flat.length === kernel.values[0].length + 1 && rows === flat.length && flat[0] === 0) return COUNTING;
  return flat.length === kernel.values.length
    ? `${path.basename(kernel.file)} has as many rows: ${TRANSPOSED}`
    : undefined;
}

function findFiles(sources: readonly string[], set: string | undefined): WeightFile[] {
  const folders = sources.filter(isFolder);
  const files = sources.flatMap((source) =>
    folders.includes(source) ? weightFilesOf(source, set) : [source],
  );
  const ordered = orderFiles(files, folders.length === 0);
  if (!ordered.some(({ role }) => role === 'weights')) throw problems.weightNone(sources.join(', '), set);
  return ordered;
}

function isFolder(source: string): boolean {
  try {
    return statSync(source).isDirectory();
  } catch (error) {
    throw coreProblems.fileUnreadable(source, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}

function only(files: readonly WeightFile[], role: Role, layer: number): WeightFile {
  const found = files.find((named) => named.role === role && named.layer === layer);
  if (found !== undefined) return found;
  const other = files.find((named) => named.layer === layer);
  throw problems.weightMissing(other?.file ?? path.dirname(files[0].file), role, layer);
}

/** Where weights go: file names with `{n}` for the layer's number, counted from 1. */
export interface WeightFileNames {
  readonly weights: string;
  readonly bias: string;
}

/** The CSVs of a network: file name → text. */
export function weightFiles(
  network: FloatNetwork,
  names: WeightFileNames,
  style: 'pandas' | 'bare',
): Map<string, string> {
  const files = new Map<string, string>();
  network.layers.forEach((layer, index) => {
    const numbered = (name: string) => name.replaceAll('{n}', String(index + 1));
    files.set(numbered(names.weights), printWeightCsv(layer.kernel, style));
    const column = layer.bias.map((value) => [value]);
    files.set(numbered(names.bias), printWeightCsv(column, style));
  });
  return files;
}
