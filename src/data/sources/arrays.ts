import { printShape, sizeOf } from '../../network/tensor.js';
import type { NumberArray, PlacedArray } from '../arrays/number-array.js';
import { type ArrayReader, arrayFile, arrayReader } from '../arrays/read.js';
import type { Dataset } from '../dataset.js';
import { rowsOf } from '../packed.js';
import { problems } from '../problems.js';
import { checkAmount, countClasses, firstOf } from './amount.js';
import type { ArrayPlaces, SourceKind, SourceOptions } from './kind.js';
import { labelsOf } from './label-array.js';
import { shaped } from './shape.js';

/** What arrays of one `.npz` file are called: as Keras keeps its data sets, or plainly. */
const USUAL_NAMES: readonly ArrayPlaces[] = [
  { samples: 'x_train', labels: 'y_train', testSamples: 'x_test', testLabels: 'y_test' },
  { samples: 'X_train', labels: 'y_train', testSamples: 'X_test', testLabels: 'y_test' },
  { samples: 'x', labels: 'y' },
  { samples: 'X', labels: 'y' },
  { samples: 'data', labels: 'target' },
];

/** Files with an array of samples and one of their classes: IDX as MNIST's, `.npy`, `.npz`, each gzipped or not. */
export const arrays: SourceKind = {
  member: 'arrays',
  places: filesOf,
  files: filesOf,
  load: async (options, folder) => {
    const read = arrayReader(folder);
    const { samples, labels, test } = whole(options, read);
    const parts = test && {
      train: [...Array(samples.array.shape[0]).keys()],
      test: [...Array(test.samples.array.shape[0]).keys()].map((row) => samples.array.shape[0] + row),
    };
    const shape = shapeOf(options, samples, test?.samples);
    const known = labelsOf([labels, ...(test === undefined ? [] : [test.labels])], options.classes);
    const chosen = firstOf(known.labels, parts, options.first);
    checkAmount(samples.place, chosen.rows.length, shape);
    const rows = [samples, ...(test === undefined ? [] : [test.samples])].flatMap(({ array }) =>
      rowsIn(array),
    );
    const picked = chosen.rows.map((row) => known.labels[row]);
    return {
      featureNames: [],
      features: rowsOf(chosen.rows.length, sizeOf({ shape }), (at) => rows[chosen.rows[at]]()),
      labels: picked,
      classes: known.classes,
      shape,
      ...(samples.array.values instanceof Uint8Array && { range: { low: 0, high: 255 } }),
      ...(chosen.parts && { parts: chosen.parts }),
      report: reportOf(samples, shape, picked, known.classes),
    };
  },
};

function filesOf({ arrays: places }: SourceOptions, folder: string): string[] {
  const all =
    typeof places === 'string'
      ? [places]
      : Object.values(places as ArrayPlaces).filter((place) => place !== undefined);
  return [...new Set(all.map((place) => arrayFile(folder, place)))];
}

interface Read {
  readonly samples: PlacedArray;
  readonly labels: PlacedArray;
  readonly test?: { readonly samples: PlacedArray; readonly labels: PlacedArray };
}

function whole({ arrays: given }: SourceOptions, read: ArrayReader): Read {
  const places = typeof given === 'string' ? usualPlaces(given, read.names(given)) : (given as ArrayPlaces);
  const { testSamples, testLabels } = places;
  const pair = (samples: string, labels: string) => {
    const both = { samples: read(samples), labels: read(labels) };
    const [rows, wanted] = [both.labels, both.samples].map(({ array }) => array.shape[0] ?? 0);
    if (rows !== wanted) throw problems.arrayRows(both.labels.place, rows, both.samples.place, wanted);
    return both;
  };
  const train = pair(places.samples, places.labels);
  if (testSamples === undefined || testLabels === undefined) return train;
  return { ...train, test: pair(testSamples, testLabels) };
}

function usualPlaces(file: string, names: readonly string[]): ArrayPlaces {
  const found = USUAL_NAMES.find((usual) => Object.values(usual).every((name) => names.includes(name)));
  if (found === undefined) throw problems.arrayUsual(file, names);
  const named = Object.entries(found).map(([role, name]) => [role, `${file}:${name}`]);
  return Object.fromEntries(named) as unknown as ArrayPlaces;
}

function shapeOf({ shape }: SourceOptions, samples: PlacedArray, test?: PlacedArray): readonly number[] {
  const own = ({ place, array }: PlacedArray) => {
    if (array.shape[0] === 0 || array.shape.length < 2) {
      throw problems.arrayFormat(place, `an array of ${printShape(array.shape)}`, 'samples x values of each');
    }
    return shaped(array.shape.slice(1), shape, place);
  };
  const wanted = own(samples);
  if (test === undefined || printShape(own(test)) === printShape(wanted)) return wanted;
  throw problems.dataShape(
    test.place,
    `samples of ${printShape(own(test))}`,
    `${printShape(wanted)}, as ${samples.place} has`,
  );
}

/** A sample each, made when it is asked for. */
function rowsIn({ shape, values }: NumberArray): (() => number[])[] {
  const size = sizeOf({ shape: shape.slice(1) });
  return Array.from(
    { length: shape[0] },
    (_, row) => () => Array.from(values.subarray(row * size, (row + 1) * size)),
  );
}

function reportOf(
  { array }: PlacedArray,
  shape: readonly number[],
  labels: readonly number[],
  classes: readonly string[],
): Dataset['report'] {
  const kind = array.values instanceof Uint8Array ? 'bytes' : 'numbers';
  return {
    form: `arrays of ${printShape(shape)} ${kind}`,
    rows: labels.length,
    columns: [],
    firstRows: [],
    droppedColumns: [],
    ignoredColumns: [],
    missing: {},
    droppedRows: 0,
    classCounts: countClasses(labels, classes),
    warnings: [],
  };
}
