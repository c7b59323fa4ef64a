import type { Problem } from '../core/errors.js';
import { readText } from '../core/files.js';
import type { PictureSteps } from '../network/types.js';
import { parseCsv } from './csv.js';
import { isNumber, recognise, type TableShape } from './forms.js';
import { indexColumns, shapeWarnings } from './index-columns.js';
import { cellsOf, readLabels } from './labels.js';
import { problems } from './problems.js';
import { missingPerColumn, type Table, tableOf, withoutColumns, withoutMissing } from './table.js';

/** How to read a table; what is left out is told from the file's content. */
export interface DatasetOptions {
  /** Name of the label's column. */
  readonly label?: string;
  /** Of two labels the one that becomes class 1. */
  readonly positive?: string;
  /** Columns that are no features. */
  readonly ignore?: readonly string[];
  /** Whether the first row names the columns. */
  readonly header?: boolean;
  /** What to do with rows that lack a value; default `refuse`. */
  readonly missing?: 'refuse' | 'drop';
}

/** Samples for a classifier, as plain data. */
export interface Dataset {
  /** Empty where nobody named them, as the places of a picture. */
  readonly featureNames: readonly string[];
  /** Raw values [row][feature]. */
  readonly features: readonly (readonly number[])[];
  /** Class number of each row. */
  readonly labels: readonly number[];
  /** Class names by number. */
  readonly classes: readonly string[];
  /** Of a sample, where it is more than a list of features: `[height, width, channels]`. */
  readonly shape?: readonly number[];
  /** Between what the features lie whatever they are, such as grey levels. */
  readonly range?: { readonly low: number; readonly high: number };
  /** How pictures became the features, where that is what they are. */
  readonly picture?: PictureSteps;
  /** Rows that whoever made the data set has set aside for training and for tests. */
  readonly parts?: { readonly train: readonly number[]; readonly test: readonly number[] };
  readonly report: DataReport;
}

/** What a look at the file shows before anything is computed from it. */
export interface DataReport {
  /** The recognised form, such as `Kaggle data.csv`. */
  readonly form: string;
  /** Samples and columns of the file as it is. */
  readonly rows: number;
  readonly columns: readonly string[];
  /** The first five rows, every column. */
  readonly firstRows: readonly (readonly string[])[];
  /** Columns without a single value. */
  readonly droppedColumns: readonly string[];
  readonly ignoredColumns: readonly string[];
  /** Missing values of every column. */
  readonly missing: Readonly<Record<string, number>>;
  /** Rows left out for a missing value. */
  readonly droppedRows: number;
  /** Class name → samples, in the order of the class numbers. */
  readonly classCounts: Readonly<Record<string, number>>;
  /** What was done beside reading, in words. */
  readonly notes?: readonly string[];
  /** What was told from the content alone and might be meant otherwise. */
  readonly warnings: readonly Problem[];
}

/** Reads a table of samples from a file. @throws file/unreadable, data/* */
export function loadDataset(file: string, options: DatasetOptions = {}): Dataset {
  return parseDataset(readText(file), file, options);
}

/**
 * Reads a table of samples from a text in CSV: Kaggle's, UCI's and scikit-learn's breast cancer files are recognised
 * by their content, and so is every table that scikit-learn bundles; any other needs `options.label`.
 *
 * @param file for errors
 * @throws data/*
 */
export function parseDataset(text: string, file: string, options: DatasetOptions = {}): Dataset {
  const records = parseCsv(text, file);
  const shape = recognise(records, options.header);
  const table = tableOf(records, shape, file);
  const label = labelColumn(table, shape, options, file);
  const index = indexColumns(table, shape).filter((name) => name !== label && !shape.ignore.includes(name));
  const ignoredColumns = [...new Set([...shape.ignore, ...index, ...(options.ignore ?? [])])];
  for (const name of ignoredColumns) requireColumn(table, name, `${file}, data.ignore`);
  const missing = missingPerColumn(table);
  const droppedColumns = table.columns.filter((name) => missing[name] === table.rows.length);
  const used = withoutColumns(table, [...droppedColumns, ...ignoredColumns.filter((name) => name !== label)]);
  const whole = withoutMissing(used, options.missing ?? 'refuse', file);
  const features = withoutColumns(whole, [label]);
  if (features.columns.length === 0) throw problems.dataNoFeatures(file);
  const known = label === shape.label ? shape.classes : undefined;
  const { labels, classes, warnings } = readLabels(whole, label, known, options.positive, file);
  return {
    featureNames: features.columns,
    features: readFeatures(features, file),
    labels,
    classes,
    report: {
      form: shape.form,
      rows: table.rows.length,
      columns: table.columns,
      firstRows: table.rows.slice(0, 5).map((row) => row.cells),
      droppedColumns,
      ignoredColumns,
      missing,
      droppedRows: table.rows.length - whole.rows.length,
      classCounts: countClasses(labels, classes),
      warnings: [...shapeWarnings(shape, unasked(index, options), file, true), ...warnings],
    },
  };
}

/** What the user ignores needs no word. */
const unasked = (names: readonly string[], { ignore = [] }: DatasetOptions) =>
  names.filter((name) => !ignore.includes(name));

function requireColumn(table: Table, name: string, where: string): void {
  if (!table.columns.includes(name)) throw problems.dataUnknownColumn(where, name, table.columns);
}

function labelColumn(table: Table, shape: TableShape, options: DatasetOptions, file: string): string {
  const label = options.label ?? shape.label;
  if (label === undefined) throw problems.dataNoLabelColumn(file, table.columns);
  requireColumn(table, label, `${file}, data.label`);
  return label;
}

/**
 * The numbers of all columns, row by row; columns of `True` and `False` alone are read as 1 and 0.
 *
 * @throws data/not-a-number
 */
export function readFeatures(table: Table, file: string): number[][] {
  const areTruths = table.columns.map((name) => cellsOf(table, name).every((cell) => TRUTH.test(cell)));
  return table.rows.map(({ line, cells }) =>
    cells.map((cell, index) => {
      if (areTruths[index]) return /^t/i.test(cell) ? 1 : 0;
      if (!isNumber(cell)) throw problems.dataNotANumber(file, line, table.columns[index], cell);
      return Number(cell);
    }),
  );
}

const TRUTH = /^(?:true|false)$/i;

function countClasses(labels: readonly number[], classes: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    classes.map((name, number) => [name, labels.filter((label) => label === number).length]),
  );
}
