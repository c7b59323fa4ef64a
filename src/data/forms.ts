import type { CsvRow } from './csv.js';
import { WDBC_FEATURES } from './wdbc.js';

/** What a recognised file says of its own columns and labels. */
export interface TableShape {
  readonly form: string;
  /** Names of all columns, the label's included. */
  readonly columns: readonly string[];
  /** How many records at the top are no samples. */
  readonly headRecords: number;
  /** Name of the label's column; absent when the file doesn't tell. */
  readonly label?: string;
  /** Columns that are no features. */
  readonly ignore: readonly string[];
  /** Whether the first row was taken for names because it counts: it might be a sample. */
  readonly countedHeader?: boolean;
  /** In the order of the class numbers: what stands in the cells, and the class's name. Absent: made from the cells. */
  readonly classes?: readonly { readonly cell: string; readonly name: string }[];
}

/** A kind of file that is told from its first records; undefined when it is another kind. */
interface Form {
  recognise(records: readonly CsvRow[]): TableShape | undefined;
}

const DIAGNOSES = [
  { cell: 'B', name: 'B' },
  { cell: 'M', name: 'M' },
];

const isWholeNumber = (cell: string | undefined) => cell !== undefined && /^\d+$/.test(cell);
const isDiagnosis = (cell: string | undefined) => cell === 'B' || cell === 'M';
export const isNumber = (cell: string) =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell) && Number.isFinite(Number(cell));

/** Kaggle's `data.csv`: a header with the features' names, `diagnosis` B or M, mostly an `id`. */
const kaggle: Form = {
  recognise([first, second]) {
    const columns = first.cells;
    if (!['diagnosis', ...WDBC_FEATURES].every((name) => columns.includes(name))) return undefined;
    if (!isDiagnosis(second?.cells[columns.indexOf('diagnosis')])) return undefined;
    return {
      form: 'Kaggle data.csv',
      columns,
      headRecords: 1,
      label: 'diagnosis',
      ignore: columns.filter((name) => name === 'id'),
      classes: DIAGNOSES,
    };
  },
};

/** UCI's `wdbc.data`: no header; patient number, diagnosis, thirty numbers. */
const uci: Form = {
  recognise([{ cells }]) {
    if (cells.length !== WDBC_FEATURES.length + 2) return undefined;
    if (!isWholeNumber(cells[0]) || !isDiagnosis(cells[1])) return undefined;
    return {
      form: 'UCI wdbc.data',
      columns: ['id', 'diagnosis', ...WDBC_FEATURES],
      headRecords: 0,
      label: 'diagnosis',
      ignore: ['id'],
      classes: DIAGNOSES,
    };
  },
};

/** scikit-learn's bundled tables: samples, features, class names; then rows that end in a class number. */
const sklearn: Form = {
  recognise([first, second]) {
    const [samples, features, ...names] = first.cells;
    if (!isWholeNumber(samples) || !isWholeNumber(features) || names.length < 2) return undefined;
    const count = Number(features);
    if (names.some(isNumber) || second?.cells.length !== count + 1) return undefined;
    const isWdbc = count === WDBC_FEATURES.length && names.join() === 'malignant,benign';
    const featureNames = isWdbc
      ? WDBC_FEATURES
      : Array.from({ length: count }, (_, index) => `feature_${index + 1}`);
    return {
      form: 'scikit-learn table',
      columns: [...featureNames, 'target'],
      headRecords: 1,
      label: 'target',
      ignore: [],
      classes: isWdbc
        ? [
            { cell: '1', name: 'B' },
            { cell: '0', name: 'M' },
          ]
        : names.map((name, index) => ({ cell: String(index), name })),
    };
  },
};

/** The forms that are known by their content, the most particular first. */
const FORMS: readonly Form[] = [kaggle, uci, sklearn];

/** Any other table: the first record names the columns, or nothing does. */
function genericShape(records: readonly CsvRow[], header: boolean | undefined): TableShape {
  const { cells } = records[0];
  const countedHeader = header === undefined && counts(cells);
  const named = header ?? (countedHeader || isHeader(records));
  const columns = named ? cells : cells.map((_, index) => `column_${index + 1}`);
  return { form: 'CSV', columns, headRecords: named ? 1 : 0, ignore: [], countedHeader };
}

/** The first record holds no number, or a word over a column that holds nothing but numbers. */
function isHeader([{ cells }, ...samples]: readonly CsvRow[]): boolean {
  if (!cells.some(isNumber)) return true;
  const isNumeric = (column: number) => samples.every((row) => isNumber(row.cells[column] ?? ''));
  return samples.length > 0 && cells.some((cell, column) => WORD.test(cell) && isNumeric(column));
}

const WORD = /^[\p{L}_]/u;

/** Two numbers at least, and they count the columns from 0, as pandas names those that have no names. */
function counts(cells: readonly string[]): boolean {
  const names = cells[0] === '' ? cells.slice(1) : cells;
  const numbers = names.flatMap((cell, index) => (isNumber(cell) ? [{ cell, index }] : []));
  return numbers.length >= 2 && numbers.every(({ cell, index }) => cell === String(index));
}

/**
 * Tells a file's form from its content.
 *
 * @param header whether the first record of a form unknown to us names the columns; absent: it does where it holds no
 *   number, a word over numbers, or numbers that count the columns
 */
export function recognise(records: readonly CsvRow[], header?: boolean): TableShape {
  for (const form of FORMS) {
    const shape = form.recognise(records);
    if (shape !== undefined) return shape;
  }
  return genericShape(records, header);
}
