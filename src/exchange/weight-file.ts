import path from 'node:path';
import { readBytes } from '../core/files.js';
import { readNpy } from '../data/arrays/npy.js';
import { parseFormat } from '../fixed/format.js';
import { problems } from './problems.js';
import { readWeightCsv, type WeightMatrix } from './weight-csv.js';
import { readMemoryImage } from './weight-memory.js';
import { codesOf, type Tensor, type WeightOptions } from './weight-options.js';

/** Which numbers a file holds. */
export interface TensorPlace {
  readonly layer: string;
  readonly tensor: Tensor;
}

/** How a file of weights is read, known by the end of its name; all others are CSV. */
const FORMS: Readonly<
  Record<string, (file: string, place: TensorPlace, options: WeightOptions) => WeightMatrix>
> = {
  '.npy': readArray,
  '.mif': readMemory,
  '.mem': readMemory,
};

/** The ends of names of files that weights are read from. */
export const WEIGHT_ENDS: readonly string[] = ['.csv', ...Object.keys(FORMS)];

/** The numbers of a weight file. @throws file/*, exchange/csv-*, exchange/memory-*, data/array-format */
export function readWeightFile(file: string, place: TensorPlace, options: WeightOptions): WeightMatrix {
  const end = path.extname(file).toLowerCase();
  return Object.hasOwn(FORMS, end) ? FORMS[end](file, place, options) : readWeightCsv(file);
}

/** Lists are columns. */
function readArray(file: string): WeightMatrix {
  const { shape, values } = readNpy(readBytes(file), file);
  const [rows = 1, columns = 1] = shape;
  if (shape.length > 2 || values.length === 0) {
    throw problems.weightShape(
      file,
      `an array of ${shape.join(' x ') || 'one number'}`,
      'a matrix or a list',
    );
  }
  const numbers = Array.from(values, (value) => value + 0);
  const odd = numbers.find((value) => !Number.isFinite(value));
  if (odd !== undefined) throw problems.weightShape(file, String(odd), 'finite numbers');
  return {
    file,
    values: Array.from({ length: rows }, (_, row) => numbers.slice(row * columns, (row + 1) * columns)),
  };
}

/** Words have no rows: all are one column. */
function readMemory(file: string, { layer, tensor }: TensorPlace, options: WeightOptions): WeightMatrix {
  const stated = codesOf(options, layer, tensor);
  if (stated === undefined) throw problems.memoryCodes(file, tensor);
  const words = readMemoryImage(file, parseFormat(stated, '--codes'));
  return { file, values: words.map((word) => [word]), isFlat: true };
}
