import { CsvError, parse } from 'csv-parse/sync';
import { problems } from './problems.js';

/** A record of a CSV file and the line it ends on, counted from 1. */
export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

const DELIMITERS = [',', ';', '\t'];

/**
 * The records of a text in CSV: cells trimmed, blank lines left out, any line ends, with or without a byte order mark;
 * `# ` before names in the first row, as numpy.savetxt writes a header, is no part of the first name.
 * The delimiter is whichever of comma, semicolon and tab the first line has most of.
 *
 * @param file for errors
 * @param least columns that a table has
 * @throws data/empty, data/not-a-table
 */
export function parseCsv(text: string, file: string, least = 2): CsvRow[] {
  if (text.includes('\0')) throw problems.dataNotATable(file, 'a binary file');
  const rows = lex(text, file);
  if (rows.length === 0) throw problems.dataEmpty(file);
  if (rows[0].cells.length < least) {
    throw problems.dataNotATable(`${file}:${rows[0].line}`, 'a first line without a delimiter');
  }
  return [
    { ...rows[0], cells: rows[0].cells.map((cell, at) => (at === 0 ? withoutHash(cell) : cell)) },
    ...rows.slice(1),
  ];
}

const withoutHash = (cell: string) => cell.replace(/^#\s+(?=[\p{L}_])/u, '');

interface LexedRecord {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
}

/** Numbers between spaces, as numpy.savetxt writes them; one number a line has no spaces. */
const SPACED = /^\s*[-+.\d][-+.\de]*(?:\s+[-+.\d][-+.\de]*)+\s*$/i;

function lex(given: string, file: string): CsvRow[] {
  const isSpaced = SPACED.test(
    given.split(/[\r\n]/).find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '',
  );
  const text = isSpaced
    ? given
        .replace(/^#.*$/gm, '')
        .replace(/^ +| +$/gm, '')
        .replace(/ +/g, ' ')
    : given;
  const options = {
    bom: true,
    delimiter: isSpaced ? ' ' : delimiterOf(text),
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  };
  try {
    const records = parse(text, options) as unknown as LexedRecord[];
    return records.map(({ info, record }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = Number(error.lines ?? 0);
    throw problems.dataNotATable(line > 0 ? `${file}:${line}` : file, firstSentence(error.message));
  }
}

function delimiterOf(text: string): string {
  const firstLine = text.trimStart().split(/[\r\n]/, 1)[0];
  const counts = DELIMITERS.map((delimiter) => firstLine.split(delimiter).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))];
}

const firstSentence = (message: string) => message.split(/[,:]/, 1)[0];
