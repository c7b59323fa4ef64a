import { fileSize, readPart } from '../core/files.js';
import { lazyList } from '../core/lazy-list.js';

/** Rows of numbers of one length as bytes, in the smallest type that holds each of them exactly. */
export interface PackedNumbers {
  readonly type: keyof typeof TYPES;
  readonly columns: number;
  readonly bytes: Uint8Array;
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

/** Smallest first; bytes lie in the order of this machine's kind, little-endian as every one that Node runs on. */
const TYPES = {
  uint8: { array: Uint8Array, holds: (value: number) => value === (value & 255) && !Object.is(value, -0) },
  float32: { array: Float32Array, holds: (value: number) => Math.fround(value) === value },
  float64: { array: Float64Array, holds: () => true },
} as const;

export function packNumbers(rows: readonly (readonly number[])[]): PackedNumbers {
  const type = (Object.keys(TYPES) as (keyof typeof TYPES)[]).find((name) =>
    rows.every((row) => row.every(TYPES[name].holds)),
  ) as keyof typeof TYPES;
  const columns = rows[0]?.length ?? 0;
  const values = new TYPES[type].array(rows.length * columns);
  rows.forEach((row, index) => {
    values.set(row, index * columns);
  });
  return { type, columns, bytes: new Uint8Array(values.buffer) };
}

/** Rows that {@link packNumbers} packed, in a file of their bytes. @throws file/* */
export function unpackNumbers(
  { type, columns }: Omit<PackedNumbers, 'bytes'>,
  file: string,
): readonly (readonly number[])[] {
  const { array } = TYPES[type];
  const size = columns * array.BYTES_PER_ELEMENT;
  const count = size === 0 ? 0 : fileSize(file) / size;
  return rowsOf(count, columns, (row) => Array.from(new array(readPart(file, row * size, size).buffer)));
}
