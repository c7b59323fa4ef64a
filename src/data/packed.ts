import type { Pieces } from '../core/content.js';
import { fileSize, readPart } from '../core/files.js';
import { lazyList } from '../core/lazy-list.js';

/** Rows of numbers of one length as bytes, in the smallest type that holds each of them exactly. */
export interface PackedNumbers {
  readonly type: keyof typeof TYPES;
  readonly columns: number;
  readonly content: Pieces;
}

/** Numbers of all samples together that memory holds; of more, only those that are asked for. */
export const MOST_HELD = 2 ** 22;

/** Rows as they are made: held where they are few, else made again whenever one is asked for. */
export const rowsOf = (
  count: number,
  columns: number,
  row: (index: number) => readonly number[],
): readonly (readonly number[])[] =>
  count * columns <= MOST_HELD
    ? Array.from({ length: count }, (_, index) => row(index))
    : lazyList(count, row);

/**
 * Smallest first: what an array holds is the numbers times `parts`. Bytes lie in the order of this machine's kind,
 * little-endian as every one that Node runs on.
 */
const TYPES = {
  uint8: { array: Uint8Array, parts: 1 },
  // Grey levels of a picture that was brought to another size.
  uint16: { array: Uint16Array, parts: 256 },
  float32: { array: Float32Array, parts: 1 },
  float64: { array: Float64Array, parts: 1 },
} as const;

type Type = keyof typeof TYPES;

/** Bytes that are made at a time. */
const PIECE = 2 ** 20;

/** @param rows gone through once now, and once whenever the bytes are asked for */
export function packNumbers(rows: readonly (readonly number[])[]): PackedNumbers {
  const columns = rows[0]?.length ?? 0;
  const type = typeOf(rows);
  const size = columns * TYPES[type].array.BYTES_PER_ELEMENT;
  const perPiece = Math.max(1, Math.floor(PIECE / Math.max(1, size)));
  const content = {
    *pieces() {
      for (let from = 0; from < rows.length; from += perPiece)
        yield new Uint8Array(packed(type, rows.slice(from, from + perPiece)).buffer);
    },
  };
  return { type, columns, content };
}

function typeOf(rows: readonly (readonly number[])[]): Type {
  const types = Object.keys(TYPES) as Type[];
  let least = 0;
  for (const row of rows) {
    while (least < types.length - 1 && !holds(types[least], row)) least += 1;
  }
  return types[least];
}

const holds = (type: Type, row: readonly number[]): boolean => {
  const values = packed(type, [row]);
  return row.every((value, at) => Object.is(values[at] / TYPES[type].parts, value));
};

function packed(type: Type, rows: readonly (readonly number[])[]) {
  const { array, parts } = TYPES[type];
  const columns = rows[0].length;
  const values = new array(rows.length * columns);
  rows.forEach((row, index) => {
    for (let at = 0; at < columns; at++) values[index * columns + at] = row[at] * parts;
  });
  return values;
}

/** Rows that {@link packNumbers} packed, in a file of their bytes. @throws file/* */
export function unpackNumbers(
  { type, columns }: Omit<PackedNumbers, 'content'>,
  file: string,
): readonly (readonly number[])[] {
  const { array, parts } = TYPES[type];
  const size = columns * array.BYTES_PER_ELEMENT;
  const count = size === 0 ? 0 : fileSize(file) / size;
  return rowsOf(count, columns, (row) =>
    Array.from(new array(readPart(file, row * size, size).buffer), (value) => value / parts),
  );
}
