import { parse } from 'csv-parse/sync';
import { readText } from '../core/files.js';
import { problems } from './problems.js';

/** The numbers of one file. */
export interface WeightMatrix {
  readonly file: string;
  /** [row][column], all rows equally long, all numbers finite; −0 is read as 0. */
  readonly values: readonly (readonly number[])[];
  /** Whether the file has no rows, and all its numbers stand in one column. */
  readonly isFlat?: true;
}

/** No writer begins a number with 00 or 01: such are the digits behind a decimal comma. */
const NUMBER = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
/** A column's name: begins with a letter, and is no way to write a number that is not finite. */
const NAME = /^(?!(?:nan|inf|infinity)$)[\p{L}_]/iu;
/** The semicolon first: beside it a comma is a decimal comma, which is refused as no number. */
const DELIMITERS = [';', ',', '\t', ' '];

interface Line {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * Reads a weight CSV in the shapes found in the wild: what pandas' `DataFrame.to_csv` writes (a header row whose
 * first cell is empty, and an index column; or, without an index, a row of names) or bare numbers, also as
 * `numpy.savetxt` writes them (spaces between, as many as align the columns; `#` before comments).
 *
 * @throws file/unreadable, exchange/csv-*
 */
export function readWeightCsv(file: string): WeightMatrix {
  return parseWeightCsv(readText(file), file);
}

/** As {@link readWeightCsv}, from the text. */
export function parseWeightCsv(text: string, file: string): WeightMatrix {
  const delimiter = delimiterOf(text);
  const lines = splitLines(text, delimiter, file);
  if (lines.length === 0) throw problems.csvEmpty(file);
  const isPandas = lines[0].cells[0] === '' && lines[0].cells.length > 1;
  const hasHeader = isPandas || lines[0].cells.every((cell) => NAME.test(cell));
  const body = hasHeader ? lines.slice(1) : lines;
  if (body.length === 0) throw problems.csvEmpty(file);
  const columns = lines[0].cells.length;
  if (!hasHeader) checkHeader(lines, file);
  if (delimiter === ',') checkDecimals(body, file);
  const values = body.map(({ line, cells }, row) => {
    if (cells.length !== columns) throw problems.csvRagged(file, line, cells.length, columns);
    if (isPandas) checkIndex(file, line, cells[0], row);
    const first = isPandas ? 1 : 0;
    return cells.slice(first).map((cell, at) => readNumber(cell, file, line, at + first + 1));
  });
  return { file, values };
}

function splitLines(text: string, delimiter: string, file: string): Line[] {
  // Several spaces are one: columns may be aligned by them.
  const plain = delimiter === ' ' ? text.replace(/^ +| +$/gm, '').replace(/ +/g, ' ') : text;
  try {
    const records = parse(plain, {
      bom: true,
      comment: '#',
      comment_no_infix: true,
      delimiter,
      info: true,
      relaxColumnCount: true,
      skipEmptyLines: true,
      trim: true,
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    throw problems.csvSyntax(file, (error as Error).message);
  }
}

function delimiterOf(text: string): string {
  const first = text.split(/[\r\n]+/).find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
  return DELIMITERS.find((delimiter) => first.trim().includes(delimiter)) ?? ',';
}

const isWhole = (cell: string) => /^[+-]?\d+$/.test(cell);

/** A first row that counts the columns is a header, as pandas writes it without an index, and no weights. */
function checkHeader([{ line, cells }, ...others]: readonly Line[], file: string): void {
  const counts = cells.length >= 2 && cells.every((cell, column) => cell === String(column));
  const hasFractions = others.some((row) => !row.cells.every(isWhole));
  if (counts && others.length > 0 && (hasFractions || cells.length >= 4))
    throw problems.csvHeader(file, line);
}

/** Two columns of whole numbers of which only the first has signs are one column, cut at its decimal commas. */
function checkDecimals(lines: readonly Line[], file: string): void {
  const isCut = ({ cells }: Line) => cells.length === 2 && cells.every(isWhole) && /^\d/.test(cells[1]);
  const isTelling = ({ cells }: Line) => cells[0].startsWith('-') || /^0\d/.test(cells[1]);
  const telling = lines.every(isCut) ? lines.find(isTelling) : undefined;
  if (telling !== undefined) throw problems.csvDecimalComma(file, telling.line, telling.cells.join(','));
}

/** A numbered index must count up from 0: anything else says that rows were dropped or reordered. */
function checkIndex(file: string, line: number, cell: string, row: number): void {
  if (NUMBER.test(cell) && Number(cell) !== row) throw problems.csvIndex(file, line, cell, row);
}

function readNumber(cell: string, file: string, line: number, column: number): number {
  const value = NUMBER.test(cell) ? Number(cell) : Number.NaN;
  if (!Number.isFinite(value)) throw problems.csvNotANumber(file, line, column, cell);
  return value + 0;
}

/** Prints a matrix in pandas' shape or as bare numbers; every number reads back as the same double. */
export function printWeightCsv(values: readonly (readonly number[])[], style: 'pandas' | 'bare'): string {
  const bare = values.map((row) => row.map((value) => String(value)).join(','));
  if (style === 'bare') return `${bare.join('\n')}\n`;
  const header = ['', ...values[0].map((_, column) => column)].join(',');
  return `${[header, ...bare.map((row, index) => `${index},${row}`)].join('\n')}\n`;
}
