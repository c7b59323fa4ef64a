import type { CsvRow } from './csv.js';
import type { TableShape } from './forms.js';
import { problems } from './problems.js';

/** Named columns over rows of as many cells. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

const MISSING = new Set(['', 'na', 'n/a', '#n/a', '<na>', 'nan', '-nan', 'null', '?']);

export const isMissing = (cell: string) => MISSING.has(cell.toLowerCase());

/**
 * The samples of a file as a table: rows as long as the list of columns, nameless columns named as pandas does
 * (`Unnamed: 32`). Rows may leave out nameless columns at the end.
 *
 * @throws data/empty, data/ragged-row, data/duplicate-column
 */
export function tableOf(records: readonly CsvRow[], shape: TableShape, file: string): Table {
  const samples = records.slice(shape.headRecords);
  if (samples.length === 0) throw problems.dataEmpty(file);
  const columns = shape.columns.map((name, index) => (name === '' ? `Unnamed: ${index}` : name));
  const repeated = columns.find((name, index) => columns.indexOf(name) !== index);
  if (repeated !== undefined) throw problems.dataDuplicateColumn(file, repeated);
  const named = shape.columns.findLastIndex((name) => name !== '') + 1;
  const rows = samples.map(({ line, cells }) => {
    if (cells.length < named || cells.length > columns.length) {
      throw problems.dataRaggedRow(file, line, cells.length, columns.length);
    }
    return { line, cells: columns.map((_, index) => cells[index] ?? '') };
  });
  return { columns, rows };
}

/** How many cells of each column are missing, in the columns' order. */
export function missingPerColumn(table: Table): Record<string, number> {
  return Object.fromEntries(
    table.columns.map((name, index) => [
      name,
      table.rows.filter((row) => isMissing(row.cells[index])).length,
    ]),
  );
}

/** The table without some of its columns. */
export function withoutColumns(table: Table, names: readonly string[]): Table {
  const kept = table.columns.flatMap((name, index) => (names.includes(name) ? [] : [index]));
  return {
    columns: kept.map((index) => table.columns[index]),
    rows: table.rows.map(({ line, cells }) => ({ line, cells: kept.map((index) => cells[index]) })),
  };
}

/**
 * The table with a value in every cell.
 *
 * @throws data/missing-value when rows are not to be dropped, data/empty when none is left
 */
export function withoutMissing(table: Table, missing: 'refuse' | 'drop', file: string): Table {
  const isWhole = (row: CsvRow) => !row.cells.some(isMissing);
  const broken = table.rows.find((row) => !isWhole(row));
  if (broken === undefined) return table;
  if (missing === 'refuse') {
    const column = table.columns[broken.cells.findIndex(isMissing)];
    const count = Object.values(missingPerColumn(table)).reduce((sum, of) => sum + of, 0);
    throw problems.dataMissingValue(file, broken.line, column, count);
  }
  const rows = table.rows.filter(isWhole);
  if (rows.length === 0) throw problems.dataEmpty(file);
  return { columns: table.columns, rows };
}
