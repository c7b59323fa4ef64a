import type { Format } from '../fixed/format.js';

/**
 * What lies between two layers: codes in raster order, the last axis running fastest, so that flattening moves nothing.
 * A shape is `[units]` or, for a map, `[height, width, channels]`.
 */
export interface Tensor {
  readonly shape: readonly number[];
  /** One format per item of the last axis: per unit, or per channel. */
  readonly formats: readonly Format[];
}

export type Shaped = Pick<Tensor, 'shape'>;

/** `[height, width, channels]`; a signal over time is `[1, time, channels]`. */
export type MapShape = readonly [number, number, number];

export const isMap = (shape: readonly number[]): shape is MapShape => shape.length === 3;

/** A list of units. */
export const vector = (formats: readonly Format[]): Tensor => ({ shape: [formats.length], formats });

export const sizeOf = ({ shape }: Shaped): number => shape.reduce((size, length) => size * length, 1);

/** The format of every code, in raster order. */
export function codeFormats(tensor: Tensor): readonly Format[] {
  const { formats } = tensor;
  const size = sizeOf(tensor);
  return size === formats.length
    ? formats
    : Array.from({ length: size }, (_, at) => formats[at % formats.length]);
}

/** The formats of all codes of several tensors, one tensor after the other. */
export const allFormats = (tensors: readonly Tensor[]): readonly Format[] =>
  tensors.length === 1 ? codeFormats(tensors[0]) : tensors.flatMap(codeFormats);

/** Such as `28x28x1`. */
export const printShape = (shape: readonly number[]): string => shape.join('x');
