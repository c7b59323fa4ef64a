import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';
import { isLazy } from '../core/lazy-list.js';
import { turns } from '../core/turns.js';
import { sizeOf } from '../network/tensor.js';
import type { BatchForward } from './forward.js';
import type { Tf } from './tensorflow.js';

/** Rows of numbers, for 32-bit floats. */
export interface Matrix {
  readonly count: number;
  /** Of a row. */
  readonly shape: readonly number[];
  row(index: number): ArrayLike<number>;
}

/** Numbers of the rows that go through a network at a time, so that its activations stay within some tens of megabytes. */
const NUMBERS_AT_A_TIME = 2 ** 18;

/** Rows that are held are laid down as 32-bit floats; others are asked for batch by batch. */
export function matrixOf(rows: readonly (readonly number[])[], shape: readonly number[]): Matrix {
  if (isLazy(rows)) return { count: rows.length, shape, row: (index) => rows[index] };
  const columns = sizeOf({ shape });
  const values = new Float32Array(rows.length * columns);
  rows.forEach((row, index) => {
    values.set(row, index * columns);
  });
  return flatMatrix(values, shape);
}

/** Rows one after the other. */
export function flatMatrix(values: Float32Array, shape: readonly number[]): Matrix {
  const columns = sizeOf({ shape });
  const row = (index: number) => values.subarray(index * columns, (index + 1) * columns);
  return { count: values.length / columns, shape, row };
}

/** Some rows, as one tensor [row, …shape]. @param change them before, in place */
export function gather(
  tf: Tf,
  { shape, row: rowAt }: Matrix,
  rows: readonly number[],
  change?: (values: Float32Array) => void,
): Tensor {
  const columns = sizeOf({ shape });
  const gathered = new Float32Array(rows.length * columns);
  rows.forEach((row, index) => {
    gathered.set(rowAt(row), index * columns);
  });
  change?.(gathered);
  return tf.tensor(gathered, [rows.length, ...shape]);
}

/** The logits of all rows [row][unit], a part of them at a time. */
export async function logitsOfAll(
  tf: Tf,
  forward: BatchForward,
  parameters: Tensor1D,
  features: Matrix,
): Promise<number[][]> {
  const { count } = features;
  const rows = Math.max(1, Math.floor(NUMBERS_AT_A_TIME / sizeOf(features)));
  const logits: number[][] = [];
  const turn = turns();
  for (let begin = 0; begin < count; begin += rows) {
    const batch = Array.from({ length: Math.min(rows, count - begin) }, (_, row) => begin + row);
    const flat = tf.tidy(() => forward(parameters, gather(tf, features, batch)).dataSync<'float32'>());
    const columns = flat.length / batch.length;
    for (let at = 0; at < flat.length; at += columns)
      logits.push(Array.from(flat.subarray(at, at + columns)));
    await turn();
  }
  return logits;
}
