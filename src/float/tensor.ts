import { z } from 'zod';
import { sizeOf } from '../network/tensor.js';

/** Real numbers in raster order, the last axis running fastest. */
export interface FloatTensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** Rows one after the other. */
export const matrixOf = (rows: readonly (readonly number[])[]): FloatTensor => ({
  shape: [rows.length, rows[0].length],
  values: Float64Array.from(rows.flat()),
});

/** The rows along the last axis. */
export function rowsOf({ shape, values }: FloatTensor): number[][] {
  const length = shape[shape.length - 1];
  return Array.from({ length: values.length / length }, (_, row) =>
    Array.from(values.subarray(row * length, (row + 1) * length)),
  );
}

/** A tensor of another one's shape. */
export const mapped = (
  { shape, values }: FloatTensor,
  of: (value: number, at: number) => number,
): FloatTensor => ({
  shape,
  values: values.map(of),
});

/** Numbers that are not zero. */
export function nonZerosOf(values: Float64Array): number {
  let count = 0;
  for (const value of values) if (value !== 0) count += 1;
  return count;
}

/** Lists of JSON as typed arrays. */
export const VALUES = z.array(z.number()).transform((numbers) => Float64Array.from(numbers));

export const TENSOR = z
  .strictObject({ shape: z.array(z.int().min(1)).min(1), values: VALUES })
  .refine(({ shape, values }) => sizeOf({ shape }) === values.length, 'as many values as the shape says');
