import { readText } from '../core/files.js';
import { type CsvRow, parseCsv } from './csv.js';
import { isNumber, recognise, type TableShape } from './forms.js';
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
  readonly featureNames: readonly string[];
  /** Raw values [row][feature]. */
  readonly features: readonly (readonly number[])[];
  /** Class number of each row. */
  readonly labels: readonly number[];
  /** Class names by number. */
  readonly classes: readonly string[];
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
  const ignoredColumns = [...new Set([...shape.ignore, ...(options.ignore ?? [])])];
  for (const name of ignoredColumns) requireColumn(table, name, `${file}, data.ignore`);
  const missing = missingPerColumn(table);
  const droppedColumns = table.columns.filter((name) => missing[name] === table.rows.length);
  const used = withoutColumns(table, [...droppedColumns, ...ignoredColumns.filter((name) => name !== label)]);
  const whole = withoutMissing(used, options.missing ?? 'refuse', file);
  const features = withoutColumns(whole, [label]);
  if (features.columns.length === 0) throw problems.dataNoFeatures(file);
  const { labels, classes } = readLabels(whole, label, shape, options.positive, file);
  return {
    featureNames: features.columns,
    features: features.rows.map((row) => readNumbers(row, features.columns, file)),
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
    },
  };
}

function requireColumn(table: Table, name: string, where: string): void {
  if (!table.columns.includes(name)) throw problems.dataUnknownColumn(where, name, table.columns);
}

function labelColumn(table: Table, shape: TableShape, options: DatasetOptions, file: string): string {
  const label = options.label ?? shape.label;
  if (label === undefined) throw problems.dataNoLabelColumn(file, table.columns);
  requireColumn(table, label, `${file}, data.label`);
  return label;
}

function readNumbers(row: CsvRow, columns: readonly string[], file: string): number[] {
  return row.cells.map((cell, index) => {
    if (!isNumber(cell)) throw problems.dataNotANumber(file, row.line, columns[index], cell);
    return Number(cell);
  });
}

/** Fractions that hardly repeat are measurements and name no class. */
function isMeasured(cells: readonly string[], present: readonly string[]): boolean {
  const isFraction = (cell: string) => !Number.isInteger(Number(cell));
  return 2 * present.length > cells.length && present.every(isNumber) && present.some(isFraction);
}

function readLabels(
  table: Table,
  label: string,
  shape: TableShape,
  positive: string | undefined,
  file: string,
): Pick<Dataset, 'labels' | 'classes'> {
  const column = table.columns.indexOf(label);
  const cells = table.rows.map((row) => row.cells[column]);
  const where = `${file}, column ${JSON.stringify(label)}`;
  const present = [...new Set(cells)];
  if (present.length < 2) throw problems.dataSingleClass(where, present[0]);
  if (isMeasured(cells, present)) throw problems.dataMeasuredLabel(where, present.length, cells.length);
  const known = label === shape.label ? shape.classes : undefined;
  const classes = positiveLast(known ?? sortedClasses(present), positive, where);
  const numbers = new Map(classes.map(({ cell }, index) => [cell, index]));
  const labels = table.rows.map((row) => {
    const number = numbers.get(row.cells[column]);
    if (number !== undefined) return number;
    const allowed = classes.map(({ cell }) => cell);
    const place = `${file}:${row.line}, column ${JSON.stringify(label)}`;
    throw problems.dataUnknownLabel(place, row.cells[column], allowed);
  });
  return { labels, classes: classes.map(({ name }) => name) };
}

type NamedClass = NonNullable<TableShape['classes']>[number];

/** Numbers by their value, other texts by their characters. */
function sortedClasses(cells: readonly string[]): NamedClass[] {
  const sorted = cells.every(isNumber)
    ? cells.toSorted((a, b) => Number(a) - Number(b))
    : cells.toSorted((a, b) => (a < b ? -1 : 1));
  return sorted.map((cell) => ({ cell, name: cell }));
}

function positiveLast(
  classes: readonly NamedClass[],
  positive: string | undefined,
  where: string,
): readonly NamedClass[] {
  if (positive === undefined) return classes;
  const names = classes.map(({ name }) => name);
  if (!names.includes(positive)) throw problems.dataUnknownLabel(`${where}, data.positive`, positive, names);
  if (names.length !== 2) throw problems.dataPositiveOfMany(`${where}, data.positive`, positive, names);
  return names[1] === positive ? classes : classes.toReversed();
}

function countClasses(labels: readonly number[], classes: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    classes.map((name, number) => [name, labels.filter((label) => label === number).length]),
  );
}
