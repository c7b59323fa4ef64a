import type { Problem } from '../core/errors.js';
import { present } from '../core/objects.js';
import { parseCsv } from './csv.js';
import { type DatasetOptions, readFeatures } from './dataset.js';
import { recognise, type TableShape } from './forms.js';
import { indexColumns, shapeWarnings } from './index-columns.js';
import { cellsOf, classNumbers } from './labels.js';
import { problems } from './problems.js';
import { missingPerColumn, type Table, tableOf, withoutColumns, withoutMissing } from './table.js';

/** What a network that is there already wants of a table. */
export interface WantedColumns {
  readonly inputs: number;
  /** The inputs' names in their order; empty where nobody named them. */
  readonly names: readonly string[];
}

export interface RowsOptions extends Pick<DatasetOptions, 'label' | 'header' | 'missing'> {
  /** The label stands in another table, and here where it is there. */
  readonly labelMayMiss?: boolean;
}

/** Samples to run through a network. */
export interface Rows {
  /** Raw values [row][input], in the order of the network's inputs. */
  readonly features: readonly (readonly number[])[];
  /** What the table calls the inputs; empty where nothing names them. */
  readonly names: readonly string[];
  /** The label column, where there is one. */
  readonly label?: LabelColumn;
  /** What of the table was left out, or read in one of two ways. */
  readonly warnings: readonly Problem[];
}

export interface LabelColumn {
  readonly name: string;
  /** What stands in it, row by row. */
  readonly cells: readonly string[];
  /** The class number of each row, for classes of these names. @throws data/unknown-label */
  numbers(classes: readonly string[]): number[];
}

/**
 * Reads the samples of a table for a network that is there already. Columns are matched with the inputs by name,
 * in whatever order they stand, and others are left alone; without names on both sides they are taken as they stand,
 * and must be as many. A label is not needed, nor are two classes.
 *
 * @param text the table
 * @param file for errors
 * @throws data/*
 */
export function parseRows(
  text: string,
  file: string,
  wanted: WantedColumns,
  options: RowsOptions = {},
): Rows {
  const records = parseCsv(text, file, 1);
  const shape = recognise(records, options.header);
  const table = tableOf(records, shape, file);
  const label = labelName(table, shape, options, file);
  const index = isNamed(shape, wanted) ? [] : indexColumns(table, shape).filter((name) => name !== label);
  const names = inputColumns(table, shape, { label, index }, wanted, file);
  const used = [...names, ...(label === undefined ? [] : [label])];
  const whole = withoutMissing(
    withoutColumns(
      table,
      table.columns.filter((name) => !used.includes(name)),
    ),
    options.missing ?? 'refuse',
    file,
  );
  const features = readFeatures(ordered(whole, names), file);
  return present({
    features,
    names: hasNames(shape) ? names : [],
    label: label === undefined ? undefined : labelColumn(whole, label, shape, file),
    warnings: isNamed(shape, wanted) ? [] : shapeWarnings(shape, index, file, false),
  });
}

function labelName(table: Table, shape: TableShape, options: RowsOptions, file: string): string | undefined {
  const { label, labelMayMiss = false } = options;
  if (label === undefined || table.columns.includes(label)) return label ?? shape.label;
  if (labelMayMiss) return shape.label;
  throw problems.dataUnknownColumn(`${file}, --label`, label, table.columns);
}

/** Whether the columns are matched with the inputs by name. */
const isNamed = (shape: TableShape, { names }: WantedColumns) => names.length > 0 && hasNames(shape);

/** The columns of the network's inputs, in their order. */
function inputColumns(
  table: Table,
  shape: TableShape,
  { label, index }: { readonly label: string | undefined; readonly index: readonly string[] },
  wanted: WantedColumns,
  file: string,
): readonly string[] {
  const { inputs, names } = wanted;
  if (isNamed(shape, wanted)) {
    const absent = names.filter((name) => !table.columns.includes(name));
    if (absent.length > 0) throw problems.dataMissingColumns(file, absent, table.columns);
    return names;
  }
  const missing = missingPerColumn(table);
  const others = [...index, ...shape.ignore, ...(label === undefined ? [] : [label])];
  const columns = table.columns.filter((name) => !others.includes(name) && missing[name] < table.rows.length);
  if (columns.length !== inputs) throw problems.dataColumnCount(file, columns, inputs, label === undefined);
  return columns;
}

/** Names of a form of our own are names; those that stand in no file are not. */
const hasNames = (shape: TableShape) => shape.headRecords > 0 || shape.form !== 'CSV';

function ordered(table: Table, names: readonly string[]): Table {
  const places = names.map((name) => table.columns.indexOf(name));
  const rows = table.rows.map(({ line, cells }) => ({ line, cells: places.map((place) => cells[place]) }));
  return { columns: names, rows };
}

function labelColumn(table: Table, label: string, shape: TableShape, file: string): LabelColumn {
  return {
    name: label,
    cells: cellsOf(table, label),
    numbers: (classes) => {
      const known = label === shape.label ? shape.classes : undefined;
      const cellOf = (name: string) => known?.find((one) => one.name === name)?.cell ?? name;
      return classNumbers(
        table,
        label,
        classes.map((name) => ({ cell: cellOf(name), name })),
        file,
      );
    },
  };
}
