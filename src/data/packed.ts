/** Rows of numbers of one length as bytes, in the smallest type that holds each of them exactly. */
export interface PackedNumbers {
  readonly type: keyof typeof TYPES;
  readonly columns: number;
  readonly bytes: Uint8Array;
}

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

export function unpackNumbers({ type, columns, bytes }: PackedNumbers): number[][] {
  // A copy: a buffer may be a part of another, and numbers of several bytes must begin at a multiple of them.
  const values = new TYPES[type].array(new Uint8Array(bytes).buffer);
  return Array.from({ length: values.length / columns }, (_, row) =>
    Array.from(values.subarray(row * columns, (row + 1) * columns)),
  );
}
