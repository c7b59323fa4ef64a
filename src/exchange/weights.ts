import { statSync } from 'node:fs';
import path from 'node:path';
import { problems as coreProblems } from '../core/problems.js';
import type { ChainActivation, ChainLayer, DenseChain } from '../float/chain.js';
import type { FloatConv2d } from '../float/layers/conv2d.js';
import { denseOf, type FloatDense } from '../float/layers/dense.js';
import { layerNames } from '../float/model.js';
import { rowsOf } from '../float/tensor.js';
import type { FloatLayer, FloatNetwork } from '../float/types.js';
import { problems } from './problems.js';
import { printWeightCsv, type WeightMatrix } from './weight-csv.js';
import { readWeightFile, type TensorPlace } from './weight-file.js';
import { otherFilesOf, weightFilesOf } from './weight-folder.js';
import { orderFiles, type Role, type WeightFile } from './weight-names.js';
import { checkLayers, scaled, transposed, type WeightOptions } from './weight-options.js';

export interface ReadWeightsOptions extends WeightOptions {
  /** The network's name. */
  readonly name: string;
  /** Of several sets in one folder the files whose name ends so: `base` for `w1_base.csv`, `b1_base.csv`. */
  readonly set?: string;
  /** What the logits say; by default `binary` for one and `argmax` for several. */
  readonly head?: DenseChain['head'];
}

/**
 * Reads a trained network from weight CSVs, `.npy` files or memory images: per layer a kernel (inputs × units) and a bias (units, as a column or
 * a row). All layers but the last are ReLU, unless an activation is given.
 *
 * @param sources one folder, or the files
 * @throws exchange/* and file/unreadable
 */
export function readWeights(sources: readonly string[], options: ReadWeightsOptions): DenseChain {
  const files = findFiles(sources, options.set);
  const numbers = files.map(({ layer }) => layer);
  const first = Math.min(...numbers);
  const count = Math.max(...numbers) - first + 1;
  const names = layerNames(count);
  checkLayers(options, names);
  const layers: ChainLayer[] = [];
  for (let index = 0; index < count; index++) {
    const kernel = some(files, 'weights', first + index);
    const hasBias = options.bias !== false || filesOf(files, 'bias', first + index).length > 0;
    const bias = hasBias ? some(files, 'bias', first + index) : [];
    const usual = index === count - 1 ? 'linear' : (options.activations?.all ?? 'relu');
    layers.push(readDense(names[index], usual, { kernel, bias }, layers[index - 1], options));
  }
  const outputs = layers[count - 1].bias.length;
  const head = options.head ?? (outputs === 1 ? 'binary' : 'argmax');
  if (head === 'binary' && outputs !== 1) {
    throw problems.weightShape(
      some(files, 'weights', first + count - 1)[0].file,
      `${outputs} outputs`,
      '1 output',
    );
  }
  return { name: options.name, input: { shape: [layers[0].kernel.shape[0]] }, layers, head };
}

function readDense(
  name: string,
  usual: ChainActivation,
  files: { readonly kernel: readonly WeightFile[]; readonly bias: readonly WeightFile[] },
  previous: ChainLayer | undefined,
  options: ReadWeightsOptions,
): ChainLayer {
  const given =
    files.bias.length === 0 ? undefined : readUnits(files.bias, { layer: name, tensor: 'bias' }, options);
  const read = readUnits(files.kernel, { layer: name, tensor: 'weights' }, options);
  const kernel = kernelOf(read, files.kernel[0], given?.values.flat().length, options);
  const rows = kernel.values.length;
  const columns = kernel.values[0].length;
  if (previous !== undefined && rows !== previous.bias.length) {
    const wanted = `${previous.bias.length} rows, one per unit of layer ${previous.name}`;
    const hint = shapeHint(kernel, previous.bias.length, options);
    throw problems.weightShape(kernel.file, `${rows} x ${columns} numbers`, wanted, hint);
  }
  const bias = given === undefined ? Array<number>(columns).fill(0) : biasOf(given, kernel, options);
  return denseOf(
    name,
    scaled(kernel.values, options, name, 'weights'),
    scaled([bias], options, name, 'bias')[0],
    options.activations?.[name] ?? usual,
  );
}

/**
 * The numbers of a layer's files: those of one, or of one for each unit, which are the columns.
 *
 * @throws exchange/memory-shape where units are missing or have not as many numbers
 */
function readUnits(
  files: readonly WeightFile[],
  place: TensorPlace,
  options: ReadWeightsOptions,
): WeightMatrix {
  const [first] = files;
  if (first.unit === undefined) return readWeightFile(first.file, place, options);
  const sorted = [...files].sort((a, b) => (a.unit ?? 0) - (b.unit ?? 0));
  const columns = sorted.map(({ file }) => readWeightFile(file, place, options).values.flat());
  const at = sorted.findIndex(
    ({ unit }, index) => unit !== index || columns[index].length !== columns[0].length,
  );
  if (at >= 0) {
    const { file, unit } = sorted[at];
    const got = unit === at ? `${columns[at].length} words` : `unit ${unit ?? 0}`;
    const wanted = unit === at ? `${columns[0].length}, as of unit 0` : `unit ${at}: every unit has a file`;
    throw problems.memoryShape(file, got, wanted, 'units are counted from 0');
  }
  return { file: first.file, values: transposed(columns) };
}

/** A kernel as inputs × units. Of one that by its name may lie the other way round the bias tells which way it lies. */
function kernelOf(
  read: WeightMatrix,
  { isUnitsFirst }: WeightFile,
  units: number | undefined,
  { transpose }: ReadWeightsOptions,
): WeightMatrix {
  const { file, values } = read.isFlat ? inRows(read, units, transpose === true) : read;
  const isTransposed = transpose || (isUnitsFirst && values.length === units);
  return isTransposed ? { file, values: transposed(values) } : { file, values };
}

/** Words of a kernel, one row after the other. @throws exchange/memory-shape */
function inRows(
  { file, values }: WeightMatrix,
  units: number | undefined,
  isTransposed: boolean,
): WeightMatrix {
  const words = values.flat();
  if (units === undefined || words.length % units > 0) {
    const got = units === undefined ? 'a kernel without a bias' : `${words.length} words`;
    const wanted =
      units === undefined
        ? 'a bias, whose words say how many units there are'
        : `a multiple of ${units}, the words of the bias`;
    throw problems.memoryShape(file, got, wanted, 'or a file for each unit: w_1_0.mif, w_1_1.mif, …');
  }
  const columns = isTransposed ? words.length / units : units;
  const rows = Array.from({ length: words.length / columns }, (_, row) =>
    words.slice(row * columns, (row + 1) * columns),
  );
  return { file, values: rows };
}

/** Two slips that are made often. @param inputs as many as the kernel should have */
function shapeHint(
  { values }: WeightMatrix,
  inputs: number,
  options: ReadWeightsOptions,
): string | undefined {
  const isCounting = values[0].every((value, column) => value === column);
  if (isCounting && values.length === inputs + 1) return COUNTING;
  return values[0].length === inputs ? transposedHint(options) : undefined;
}

const COUNTING =
  'the first row counts 0, 1, …: a header without its index column? write it with header=False';
const transposedHint = ({ transpose }: ReadWeightsOptions) =>
  transpose
    ? 'kernels are units x inputs with --transpose: is this one inputs x units?'
    : 'kernels are inputs x units, as in Keras: is this one transposed, as in PyTorch? --transpose reads it';

function biasOf(bias: WeightMatrix, kernel: WeightMatrix, options: ReadWeightsOptions): number[] {
  const rows = bias.values.length;
  const columns = bias.values[0].length;
  const units = kernel.values[0].length;
  const flat = bias.values.flat();
  if ((rows === 1 || columns === 1) && flat.length === units) return flat;
  const side = options.transpose ? 'row' : 'column';
  const wanted = `${units} numbers in one column or row, one per ${side} of ${path.basename(kernel.file)}`;
  const hint = biasHint(flat, rows, kernel, options);
  throw problems.weightShape(bias.file, `${rows} x ${columns} numbers`, wanted, hint);
}

function biasHint(
  flat: readonly number[],
  rows: number,
  { file, values }: WeightMatrix,
  options: ReadWeightsOptions,
): string | undefined {
  if (flat.length === values[0].length + 1 && rows === flat.length && flat[0] === 0) return COUNTING;
  if (flat.length !== values.length) return undefined;
  const side = options.transpose ? 'columns' : 'rows';
  return `${path.basename(file)} has as many ${side}: ${transposedHint(options)}`;
}

function findFiles(sources: readonly string[], set: string | undefined): WeightFile[] {
  const folders = sources.filter(isFolder);
  const files = sources.flatMap((source) =>
    folders.includes(source) ? weightFilesOf(source, set) : [source],
  );
  const ordered = orderFiles(files, folders.length === 0);
  if (!ordered.some(({ role }) => role === 'weights')) {
    throw problems.weightNone(sources.join(', '), set, folders.flatMap(otherFilesOf));
  }
  return ordered;
}

/** Every weight file that {@link readWeights} reads. */
export const weightSources = (sources: readonly string[], set: string | undefined): string[] =>
  findFiles(sources, set).map(({ file }) => file);

function isFolder(source: string): boolean {
  try {
    return statSync(source).isDirectory();
  } catch (error) {
    throw coreProblems.fileUnreadable(source, (error as NodeJS.ErrnoException).code ?? String(error));
  }
}

const filesOf = (files: readonly WeightFile[], role: Role, layer: number): WeightFile[] =>
  files.filter((named) => named.role === role && named.layer === layer);

/** One file, or one for each unit. */
function some(files: readonly WeightFile[], role: Role, layer: number): WeightFile[] {
  const found = filesOf(files, role, layer);
  if (found.length > 0) return found;
  const other = files.find((named) => named.layer === layer);
  throw problems.weightMissing(other?.file ?? path.dirname(files[0].file), role, layer);
}

const hasKernel = (layer: FloatLayer): layer is FloatDense | FloatConv2d => 'kernel' in layer;

/** Where weights go: file names with `{n}` for the layer's number, counted from 1. */
export interface WeightFileNames {
  readonly weights: string;
  readonly bias: string;
}

/**
 * The CSVs of a network's layers with a kernel: file name → text. A convolution's has a row for each place of the window
 * and channel read, in raster order.
 */
export function weightFiles(
  network: FloatNetwork,
  names: WeightFileNames,
  style: 'pandas' | 'bare',
): Map<string, string> {
  const files = new Map<string, string>();
  network.layers.filter(hasKernel).forEach((layer, index) => {
    const numbered = (name: string) => name.replaceAll('{n}', String(index + 1));
    files.set(numbered(names.weights), printWeightCsv(rowsOf(layer.kernel), style));
    const column = Array.from(layer.bias, (value) => [value]);
    files.set(numbered(names.bias), printWeightCsv(column, style));
  });
  return files;
}
