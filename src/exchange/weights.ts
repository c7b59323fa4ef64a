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
import { printWeightCsv, readWeightCsv, type WeightMatrix } from './weight-csv.js';
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
 * Reads a trained network from weight CSVs: per layer a kernel (inputs × units) and a bias (units, as a column or
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
    const kernel = only(files, 'weights', first + index);
    const hasBias = options.bias !== false || fileOf(files, 'bias', first + index) !== undefined;
    const bias = hasBias ? only(files, 'bias', first + index) : undefined;
    const usual = index === count - 1 ? 'linear' : (options.activations?.all ?? 'relu');
    layers.push(readDense(names[index], usual, { kernel, bias }, layers[index - 1], options));
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
  return { name: options.name, input: { shape: [layers[0].kernel.shape[0]] }, layers, head };
}

function readDense(
  name: string,
  usual: ChainActivation,
  files: { readonly kernel: WeightFile; readonly bias: WeightFile | undefined },
  previous: ChainLayer | undefined,
  options: ReadWeightsOptions,
): ChainLayer {
  const given = files.bias && readWeightCsv(files.bias.file);
  const kernel = readKernel(files.kernel, given?.values.flat().length, options);
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

/** A kernel as inputs × units. Of one that by its name may lie the other way round the bias tells which way it lies. */
function readKernel(
  { file, isUnitsFirst }: WeightFile,
  units: number | undefined,
  { transpose }: ReadWeightsOptions,
): WeightMatrix {
  const kernel = readWeightCsv(file);
  const isTransposed = transpose || (isUnitsFirst && kernel.values.length === units);
  return isTransposed ? { file, values: transposed(kernel.values) } : kernel;
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

const fileOf = (files: readonly WeightFile[], role: Role, layer: number): WeightFile | undefined =>
  files.find((named) => named.role === role && named.layer === layer);

function only(files: readonly WeightFile[], role: Role, layer: number): WeightFile {
  const found = fileOf(files, role, layer);
  if (found !== undefined) return found;
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
