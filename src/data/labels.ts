import type { Problem } from '../core/errors.js';
import { isNumber, type TableShape } from './forms.js';
import { problems } from './problems.js';
import type { Table } from './table.js';

/** A class as the cells name it, and as we do. */
type NamedClass = NonNullable<TableShape['classes']>[number];

export interface Labels {
  /** Class number of each row. */
  readonly labels: readonly number[];
  /** Class names by number. */
  readonly classes: readonly string[];
  readonly warnings: readonly Problem[];
}

/** Of more digits a double does not tell every number from its neighbours. */
const EXACT_DIGITS = 15;

/** What two cells have in common that name one class: `1`, `01` and `1.0` are one number. */
const keyOf = (cell: string): string =>
  isNumber(cell) && cell.replace(/\D/g, '').length <= EXACT_DIGITS ? String(Number(cell) + 0) : cell;

/** @param known the classes, where the file's form or a network says them */
export function readLabels(
  table: Table,
  label: string,
  known: readonly NamedClass[] | undefined,
  positive: string | undefined,
  file: string,
): Labels {
  const cells = cellsOf(table, label);
  const where = `${file}, column ${JSON.stringify(label)}`;
  const present = classesOf(cells);
  if (present.length < 2) throw problems.dataSingleClass(where, present[0].name);
  if (isMeasured(cells, present)) throw problems.dataMeasuredLabel(where, present.length, cells.length);
  const classes = positiveLast(known ?? present, positive, where);
  return {
    labels: classNumbers(table, label, classes, file),
    classes: classes.map(({ name }) => name),
    warnings: similarLabels(
      classes.map(({ name }) => name),
      where,
    ),
  };
}

export const cellsOf = (table: Table, column: string): string[] => {
  const at = table.columns.indexOf(column);
  return table.rows.map((row) => row.cells[at]);
};

/**
 * The class number of each row.
 *
 * @throws data/unknown-label
 */
export function classNumbers(
  table: Table,
  label: string,
  classes: readonly NamedClass[],
  file: string,
): number[] {
  const numbers = new Map(classes.map(({ cell }, number) => [keyOf(cell), number]));
  return cellsOf(table, label).map((cell, row) => {
    const number = numbers.get(keyOf(cell));
    if (number !== undefined) return number;
    const place = `${file}:${table.rows[row].line}, column ${JSON.stringify(label)}`;
    const allowed = classes.map((one) => one.cell);
    throw problems.dataUnknownLabel(place, cell, allowed);
  });
}

/** The classes that cells name: numbers by their value, other texts by their characters. */
function classesOf(cells: readonly string[]): NamedClass[] {
  const spellings = new Map<string, Set<string>>();
  for (const cell of cells) {
    const key = keyOf(cell);
    spellings.set(key, (spellings.get(key) ?? new Set()).add(cell));
  }
  const keys = [...spellings.keys()];
  const sorted = keys.every(isNumber)
    ? keys.sort((a, b) => Number(a) - Number(b))
    : keys.sort((a, b) => (a < b ? -1 : 1));
  return sorted.map((key) => {
    const [first, ...others] = spellings.get(key) as Set<string>;
    const name = others.length === 0 ? first : key;
    return { cell: name, name };
  });
}

/** Fractions that hardly repeat are measurements and name no class. */
function isMeasured(cells: readonly string[], present: readonly NamedClass[]): boolean {
  const isFraction = ({ cell }: NamedClass) => !Number.isInteger(Number(cell));
  const areNumbers = present.every(({ cell }) => isNumber(cell));
  return 2 * present.length > cells.length && areNumbers && present.some(isFraction);
}

function positiveLast(
  classes: readonly NamedClass[],
  positive: string | undefined,
  where: string,
): readonly NamedClass[] {
  if (positive === undefined) return classes;
  const names = classes.map(({ name }) => name);
  const at = names.findIndex((name) => keyOf(name) === keyOf(positive));
  if (at < 0) throw problems.dataUnknownLabel(`${where}, data.positive`, positive, names);
  if (names.length !== 2) throw problems.dataPositiveOfMany(`${where}, data.positive`, positive, names);
  return at === 1 ? classes : classes.toReversed();
}

/** Words that differ in case and blanks alone were most likely meant to be one; single letters name what they like. */
function similarLabels(names: readonly string[], where: string): Problem[] {
  const plain = (name: string) => name.toLowerCase().replace(/\s+/g, ' ');
  return names.flatMap((name, index) => {
    const other = names.slice(0, index).find((one) => plain(one) === plain(name));
    if (other === undefined || name.length < 2) return [];
    return [problems.dataSimilarLabels(where, other, name).toJSON()];
  });
}
