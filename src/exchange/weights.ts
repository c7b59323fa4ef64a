import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { problems as coreProblems } from '../core/problems.js';
import { type FloatDense, type FloatNetwork, layerNames } from '../learn/float-network.js';
import { problems } from './problems.js';
import { printWeightCsv, readWeightCsv, type WeightMatrix } from './weight-csv.js';

export interface ReadWeightsOptions {
  /** The network's name. */
  readonly name: string;
  /** Of several sets in one folder the files whose name ends so: `base` for `w1_base.csv`, `b1_base.csv`. */
  readonly set?: string;
  /** What the logits say; by default `binary` for one and `argmax` for several. */
  readonly head?: FloatNetwork['head'];
}

type Role = 'weights' | 'bias';

interface NamedFile {
  readonly file: string;
  readonly role: Role;
  readonly layer: number;
}

/** `w1_base`, `b2`, `kernel_1`, `layer1_weights`, `dense_2_bias`: a role and a layer number, in either order. */
const SHORT = /^([wb])_?(\d+)(?!\d)/i;
const LONG = /(?:^|[^a-z])(weights?|kernel|bias(?:es)?)(?![a-z])/i;

/**
 * Reads a trained network from weight CSVs: per layer a kernel (inputs × units) and a bias (units, as a column or
 * a row). All layers but the last are ReLU.
 *
 * @param sources one folder, or the files
 * @throws exchange/* and file/unreadable
 */
export function readWeights(sources: readonly string[], options: ReadWeightsOptions): FloatNetwork {
  const files = findFiles(sources, options.set);
  const count =
    Math.max(...files.map(({ layer }) => layer)) - Math.min(...files.map(({ layer }) => layer)) + 1;
  const first = Math.min(...files.map(({ layer }) => layer));
  const names = layerNames(count);
  const layers: FloatDense[] = [];
  for (let index = 0; index < count; index++) {
    const kernel = only(files, 'weights', first + index);
    const bias = only(files, 'bias', first + index);
    const previous = layers[index - 1];
    layers.push(readDense(names[index], kernel, bias, previous, index === count - 1));
  }
  const outputs = layers[count - 1].bias.length;
  const head = options.head ?? (outputs === 1 ? 'binary' : 'argmax');
  if (head === 'binary' && outputs !== 1) {
    throw problems.weightShape(only(files, 'weights', first + count - 1), `${outputs} outputs`, '1 output');
  }
  return { name: options.name, inputs: layers[0].kernel.length, layers, head };
}

function readDense(
  name: string,
  kernelFile: string,
  biasFile: string,
  previous: FloatDense | undefined,
  isLast: boolean,
): FloatDense {
  const kernel = readWeightCsv(kernelFile);
  const rows = kernel.values.length;
  const columns = kernel.values[0].length;
  if (previous !== undefined && rows !== previous.bias.length) {
    const wanted = `${previous.bias.length} rows, one per unit of layer ${previous.name}`;
    throw problems.weightShape(
      kernelFile,
      `${rows} x ${columns} numbers`,
      wanted,
      shapeHint(kernel, previous),
    );
  }
  const bias = readBias(readWeightCsv(biasFile), columns, kernelFile);
  return { kind: 'dense', name, kernel: kernel.values, bias, activation: isLast ? 'linear' : 'relu' };
}

/** Two slips that are made often. */
function shapeHint(kernel: WeightMatrix, previous: FloatDense): string | undefined {
  const rows = kernel.values.length;
  const columns = kernel.values[0].length;
  const isCounting = kernel.values[0].every((value, column) => value === column);
  if (isCounting && rows === previous.bias.length + 1) {
    return 'the first row counts 0, 1, …: a header without its index column? write it with header=False';
  }
  if (columns === previous.bias.length)
    return 'kernels are inputs x units, as in Keras: is this one transposed?';
  return undefined;
}

function readBias(bias: WeightMatrix, units: number, kernelFile: string): number[] {
  const rows = bias.values.length;
  const columns = bias.values[0].length;
  const flat = bias.values.flat();
  if ((rows !== 1 && columns !== 1) || flat.length !== units) {
    const wanted = `${units} numbers in one column or row, one per column of ${path.basename(kernelFile)}`;
    throw problems.weightShape(bias.file, `${rows} x ${columns} numbers`, wanted);
  }
  return flat;
}

function findFiles(sources: readonly string[], set: string | undefined): NamedFile[] {
  const files = sources.flatMap((source) => (isFolder(source) ? csvFilesOf(source, set) : [source]));
  const named = files.map(nameFile);
  const seen = new Map<string, string>();
  for (const { file, role, layer } of named) {
    const key = `${role} ${layer}`;
    const other = seen.get(key);
    if (other !== undefined) throw problems.weightDuplicate(file, role, layer, other);
    seen.set(key, file);
  }
  if (!named.some(({ role }) => role === 'weights')) {
    throw problems.weightNone(sources.join(', '), set);
  }
  return named;
}

function isFolder(source: string): boolean {
  try {
    return statSync(source).isDirectory();
  } catch (error) {
    throw coreProblems.fileUnreadable(source, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}

/** The folder's weight files; other CSVs in it (data, history) are nobody's business here. */
function csvFilesOf(folder: string, set: string | undefined): string[] {
  return readdirSync(folder)
    .filter((name) => name.toLowerCase().endsWith('.csv') && roleOf(name) !== undefined)
    .filter((name) => set === undefined || path.parse(name).name.endsWith(set))
    .sort()
    .map((name) => path.join(folder, name));
}

function nameFile(file: string): NamedFile {
  const found = roleOf(path.basename(file));
  if (found === undefined) throw problems.weightFileName(file);
  return { file, ...found };
}

function roleOf(name: string): { role: Role; layer: number } | undefined {
  const stem = path.parse(name).name;
  const short = SHORT.exec(stem);
  if (short !== null) {
    return { role: short[1].toLowerCase() === 'w' ? 'weights' : 'bias', layer: Number(short[2]) };
  }
  const long = LONG.exec(stem);
  const number = /\d+/.exec(stem);
  if (long === null || number === null) return undefined;
  return { role: long[1].toLowerCase().startsWith('b') ? 'bias' : 'weights', layer: Number(number[0]) };
}

function only(files: readonly NamedFile[], role: Role, layer: number): string {
  const found = files.find((named) => named.role === role && named.layer === layer);
  if (found !== undefined) return found.file;
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
