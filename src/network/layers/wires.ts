import { type Format, sameFormat } from '../../fixed/format.js';
import { allFormats, sizeOf, type Tensor } from '../tensor.js';

/** Stands for the code 0 of padding where the number of a code read is wanted. */
export const ZERO = -1;

/**
 * The tensor that codes of others make when they come to lie in a new order.
 *
 * @param wires for each code given the number of the code read
 * @returns undefined where codes of several formats would come to lie in one channel
 */
export function wiredTensor(
  shape: readonly number[],
  wires: readonly number[],
  inputs: readonly Tensor[],
): Tensor | undefined {
  const given = allFormats(inputs);
  const channels = shape[shape.length - 1];
  const formats: (Format | undefined)[] = Array(channels).fill(undefined);
  for (let at = 0; at < wires.length; at++) {
    if (wires[at] === ZERO) continue;
    const format = given[wires[at]];
    const channel = at % channels;
    const known = formats[channel] ?? format;
    if (!sameFormat(known, format)) return undefined;
    formats[channel] = known;
  }
  // A channel of zeros alone may have any.
  return { shape, formats: formats.map((format) => format ?? given[0]) };
}

/** Codes put in order: `wires` count the codes of all tensors on, one tensor after the other. */
export function wireEvaluator(
  wires: readonly number[],
  inputs: readonly Tensor[],
): (codes: readonly (readonly number[])[]) => number[] {
  const starts: number[] = [];
  let start = 0;
  for (const tensor of inputs) {
    starts.push(start);
    start += sizeOf(tensor);
  }
  const places = wires.map((wire) => {
    if (wire === ZERO) return { tensor: ZERO, at: 0 };
    const tensor = starts.findLastIndex((first) => first <= wire);
    return { tensor, at: wire - starts[tensor] };
  });
  return (codes) => places.map(({ tensor, at }) => (tensor === ZERO ? 0 : codes[tensor][at]));
}

/** The codes of a box [begin, end) of a shape, in raster order. */
export function boxOf(shape: readonly number[], begin: readonly number[], end: readonly number[]): number[] {
  return shape.reduce<number[]>(
    (starts, length, axis) =>
      starts.flatMap((start) => {
        const indices = Array.from({ length: end[axis] - begin[axis] }, (_, at) => begin[axis] + at);
        return indices.map((index) => start * length + index);
      }),
    [0],
  );
}
