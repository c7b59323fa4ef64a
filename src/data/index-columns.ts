import type { Problem } from '../core/errors.js';
import { isNumber, type TableShape } from './forms.js';
import { problems } from './problems.js';
import type { Table } from './table.js';

/** Names that numbers of rows go by. */
const NUMBERED = /^(?:id|index|unnamed: \d+)$/i;

/**
 * The columns that number the rows and measure nothing: the index that pandas and R write before the first column,
 * without a name; a column `id` or `index` of different whole numbers; in a table without names a first column that
 * counts. In a table that is sorted by class a network learns the class from them.
 */
export function indexColumns(table: Table, shape: TableShape): string[] {
  return table.columns.filter((name, column) => {
    const cells = table.rows.map((row) => row.cells[column]);
    if (shape.columns[column] === '') return column === 0 && (areWhole(cells) || areDifferent(cells));
    if (shape.headRecords === 0) return column === 0 && doCount(cells);
    return NUMBERED.test(name) && areWhole(cells) && areDifferent(cells);
  });
}

const areWhole = (cells: readonly string[]) => cells.every((cell) => /^\d+$/.test(cell));
const areDifferent = (cells: readonly string[]) => new Set(cells).size === cells.length;

/** From 0 or 1 up, for so long that it is no accident. */
function doCount(cells: readonly string[]): boolean {
  const first = Number(cells[0]);
  return (
    cells.length >= 4 &&
    (first === 0 || first === 1) &&
    cells.every((cell, row) => isNumber(cell) && Number(cell) === first + row)
  );
}

/**
 * A warning for every column that was left out as an index, and for a header that was told by its counting.
 *
 * @param isConfigured whether an `espalier.yaml` can say it otherwise
 */
export function shapeWarnings(
  shape: TableShape,
  index: readonly string[],
  file: string,
  isConfigured: boolean,
): Problem[] {
  const otherwise = (words: string) => (isConfigured ? `; ${words}` : '');
  const asSample = otherwise('data.header: false reads it as a sample');
  const ignored = otherwise('named in data.ignore, it is without this word');
  return [
    ...(shape.countedHeader ? [problems.dataCountedHeader(file, asSample)] : []),
    ...index.map((name) => problems.dataIndexColumn(file, name, ignored)),
  ].map((warning) => warning.toJSON());
}
