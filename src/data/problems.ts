import { counted, didYouMean, list, raise } from '../core/errors.js';

/** A number with a decimal comma, whole or cut at that comma: `0,3`, `05`, and `3;0` of `0,3;0,5`. */
const DECIMAL_COMMA = /^[+-]?\d*,\d+(?:e[+-]?\d+)?$|^\d+(?:e[+-]?\d+)?[;\t ]+[+-]?\d+$|^0\d+$/i;

export const decimalComma = (cell: string) =>
  DECIMAL_COMMA.test(cell)
    ? { hint: 'if decimals are written with a comma here: write them with a point' }
    : {};

/** The constructors of this room's errors and warnings: `throw problems.…(…)`. */
export const problems = {
  dataEmpty: (file: string) =>
    raise({ code: 'data/empty', where: file, got: 'no rows of data', wanted: 'a table of samples' }),
  dataNotATable: (where: string, got: string) =>
    raise({
      code: 'data/not-a-table',
      where,
      got,
      wanted: 'a table of cells separated by commas, semicolons or tabs',
    }),
  dataRaggedRow: (file: string, line: number, got: number, wanted: number) =>
    raise({
      code: 'data/ragged-row',
      where: `${file}:${line}`,
      got: counted(got, 'cell'),
      wanted: `${counted(wanted, 'cell')}, as many as the table has columns`,
    }),
  dataNoLabelColumn: (file: string, columns: readonly string[]) =>
    raise({
      code: 'data/no-label-column',
      where: file,
      got: `a table with the columns ${list(columns)} and nothing that says which of them is the class`,
      wanted: "the name of the label's column",
      hint: 'state it as data.label',
    }),
  dataUnknownColumn: (where: string, name: string, columns: readonly string[]) =>
    raise({
      code: 'data/unknown-column',
      where,
      got: JSON.stringify(name),
      wanted: `one of the columns ${list(columns)}`,
    }),
  dataDuplicateColumn: (where: string, name: string) =>
    raise({
      code: 'data/duplicate-column',
      where,
      got: `two columns named ${JSON.stringify(name)}`,
      wanted: 'a name for every column that no other column has',
    }),
  dataNoFeatures: (file: string) =>
    raise({
      code: 'data/no-features',
      where: file,
      got: 'no column beside the label and the ignored and empty ones',
      wanted: 'at least one column of numbers',
    }),
  dataNotANumber: (file: string, line: number, column: string, cell: string) =>
    raise({
      code: 'data/not-a-number',
      where: `${file}:${line}, column ${JSON.stringify(column)}`,
      got: JSON.stringify(cell),
      wanted: 'a finite number',
      hint: 'a column that is no feature can be named in data.ignore',
      ...decimalComma(cell),
    }),
  dataMissingValue: (file: string, line: number, column: string, count: number) =>
    raise({
      code: 'data/missing-value',
      where: `${file}:${line}, column ${JSON.stringify(column)}`,
      got: count === 1 ? 'a missing value' : `a missing value, the first of ${count}`,
      wanted: 'a value in every cell',
      hint: 'data.missing: drop leaves such rows out',
    }),
  dataUnknownLabel: (where: string, label: string, labels: readonly string[]) =>
    raise({
      code: 'data/unknown-label',
      where,
      got: JSON.stringify(label),
      wanted: `one of the labels ${list(labels)}`,
    }),
  dataPositiveOfMany: (where: string, label: string, labels: readonly string[]) =>
    raise({
      code: 'data/positive-of-many',
      where,
      got: `${JSON.stringify(label)} as the positive one of ${labels.length} labels`,
      wanted: 'a positive label only where there are two labels',
    }),
  dataSingleClass: (where: string, label: string) =>
    raise({
      code: 'data/single-class',
      where,
      got: `the one label ${JSON.stringify(label)} in every row`,
      wanted: 'at least two classes',
    }),
  dataMeasuredLabel: (where: string, values: number, rows: number) =>
    raise({
      code: 'data/measured-label',
      where,
      got: `${values} different numbers in ${rows} rows`,
      wanted: 'the class of every row',
      hint: 'a regression is not trained here: give weights trained elsewhere to `espalier compile --head values`',
    }),
  /** A warning. */
  dataIndexColumn: (where: string, name: string, otherwise: string) =>
    raise({
      code: 'data/index-column',
      where,
      got: `the column ${JSON.stringify(name)}, which numbers the rows`,
      wanted: 'columns that say something of each sample',
      hint: `it was left out${otherwise}`,
    }),
  /** A warning. */
  dataCountedHeader: (where: string, otherwise: string) =>
    raise({
      code: 'data/counted-header',
      where,
      got: 'a first row that counts 0, 1, …',
      wanted: 'names of columns, or a sample',
      hint: `it was read as names, as pandas writes them${otherwise}`,
    }),
  /** A warning. */
  dataSimilarLabels: (where: string, first: string, second: string) =>
    raise({
      code: 'data/similar-labels',
      where,
      got: `the labels ${JSON.stringify(first)} and ${JSON.stringify(second)}`,
      wanted: 'one spelling for each class',
      hint: 'they were read as two classes',
    }),
  dataMissingColumns: (where: string, missing: readonly string[], columns: readonly string[]) =>
    raise({
      code: 'data/missing-columns',
      where,
      got: `a table with the columns ${list(columns)}`,
      wanted: `every input of the network: ${list(missing)} ${missing.length === 1 ? 'is' : 'are'} missing`,
    }),
  dataColumnCount: (where: string, columns: readonly string[], wanted: number, mayHoldLabel: boolean) =>
    raise({
      code: 'data/column-count',
      where,
      got: `${counted(columns.length, 'column')} of features: ${list(columns)}`,
      wanted: `${wanted}, one for each input of the network`,
      ...(mayHoldLabel && columns.length > wanted
        ? { hint: '--label names the column of the classes, which is no feature' }
        : {}),
    }),
  dataSpan: (feature: string, low: number, high: number) =>
    raise({
      code: 'data/span',
      where: `feature ${feature}`,
      got: `values from ${low} to ${high}`,
      wanted: 'values whose difference is a finite number',
      hint: 'divide the column by a power of ten, or leave outliers out (data.clip)',
    }),
  dataScaled: (feature: string, value: number, low: number, high: number) =>
    raise({
      code: 'data/scaled',
      where: `feature ${feature}`,
      got: String(value),
      wanted: `a value that is still finite when ${low} to ${high}, the range of the training rows, is scaled to 0 to 1`,
      hint: 'data.clip moves what lies beyond that range to its ends',
    }),
  dataShape: (where: string, got: string, wanted: string) =>
    raise({ code: 'data/shape', where, got, wanted }),
  dataTooMuch: (where: string, samples: number, shape: readonly number[], most: number) =>
    raise({
      code: 'data/too-much',
      where,
      got: `${counted(samples, 'sample')} of ${shape.join(' x ')} values`,
      wanted: `at most ${most}, which is what is held in memory at a time`,
      hint: '`first` takes only so many; pictures in folders are read from the disk',
    }),
  dataClassTooSmall: (className: string, count: number, wanted: number, purpose: string) =>
    raise({
      code: 'data/class-too-small',
      where: `class ${className}`,
      got: counted(count, 'sample'),
      wanted: `at least ${wanted} (${purpose})`,
    }),
  dataSplit: (where: string, got: string, wanted: string) =>
    raise({ code: 'data/split', where, got, wanted }),
  dataFeatureCount: (where: string, got: number, wanted: number) =>
    raise({
      code: 'data/feature-count',
      where,
      got: counted(got, 'feature'),
      wanted: counted(wanted, 'feature'),
    }),
  dataAbsent: (where: string, origin: string) =>
    raise({
      code: 'data/absent',
      where,
      got: 'no such file or folder',
      wanted: 'the data of this model, which do not come with it',
      hint: origin,
    }),
  imageBroken: (file: string, got: string) =>
    raise({
      code: 'data/image-broken',
      where: file,
      got,
      wanted: 'a whole JPEG, PNG, WebP or BMP picture',
      hint: '`broken: skip` leaves such pictures out, and counts them',
    }),
  imageTooLarge: (file: string, width: number, height: number, most: number) =>
    raise({
      code: 'data/image-too-large',
      where: file,
      got: `a picture of ${width} x ${height} pixels`,
      wanted: `at most ${most.toLocaleString('en')} pixels`,
    }),
  imageReader: () =>
    raise({
      code: 'data/image-reader',
      where: 'pictures in JPEG, PNG and WebP',
      got: 'no package `sharp`, which reads them',
      wanted: '`npm install sharp`, or pictures in BMP',
    }),
  imageFolder: (folder: string, got: string, wanted: string, hint?: string) =>
    raise({ code: 'data/image-folder', where: folder, got, wanted, ...(hint === undefined ? {} : { hint }) }),
  imageClass: (folder: string, got: string, wanted: string) =>
    raise({ code: 'data/image-class', where: folder, got, wanted }),
  imageSizes: (file: string, got: string, first: string, wanted: string) =>
    raise({
      code: 'data/image-sizes',
      where: file,
      got: `a picture of ${got}`,
      wanted: `${wanted}, as ${first} has`,
      hint: '`size: [height, width]` brings all pictures to one size',
    }),
  imageStore: (file: string, got: string) =>
    raise({
      code: 'data/image-store',
      where: file,
      got,
      wanted: 'the pictures as they were kept',
      hint: 'remove the file: the pictures are read again',
    }),
  arrayName: (
    where: string,
    name: string | undefined,
    names: readonly string[],
    likely: string | undefined,
  ) =>
    raise({
      code: 'data/array-name',
      where,
      got: name === undefined ? `${counted(names.length, 'array')} and no name` : `no array ${name}`,
      wanted: `FILE.npz:NAME with one of ${list(names)}`,
      ...didYouMean(likely),
    }),
  arrayUsual: (file: string, names: readonly string[]) =>
    raise({
      code: 'data/array-names',
      where: file,
      got: `the arrays ${list(names)}`,
      wanted: 'x_train and y_train, x_test and y_test; or x and y',
      hint: 'data.arrays: { samples: FILE.npz:NAME, labels: FILE.npz:NAME } says which is which',
    }),
  arrayRows: (where: string, rows: number, samples: string, wanted: number) =>
    raise({
      code: 'data/array-rows',
      where,
      got: counted(rows, 'label'),
      wanted: `${wanted}, one for each sample of ${samples}`,
    }),
  arrayLabels: (where: string, got: string, wanted: string) =>
    raise({ code: 'data/array-labels', where, got, wanted }),
  arrayFormat: (file: string, got: string, wanted: string) =>
    raise({ code: 'data/array-format', where: file, got, wanted }),
};
