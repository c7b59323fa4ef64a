import { type Format, sameFormat } from '../../fixed/format.js';
import { allFormats, sizeOf, type Tensor } from '../tensor.js';

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
  const formats: Format[] = [];
  for (let at = 0; at < wires.length; at++) {
    const format = given[wires[at]];
    const channel = at % channels;
    formats[channel] ??= format;
    if (!sameFormat(formats[channel], format)) return undefined;
  }
  return { shape, formats };
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
    const tensor = starts.findLastIndex((first) => first <= wire);
    return { tensor, at: wire - starts[tensor] };
  });
  return (codes) => places.map(({ tensor, at }) => codes[tensor][at]);
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
