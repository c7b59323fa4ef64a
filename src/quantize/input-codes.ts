import { isDeepStrictEqual } from 'node:util';
import { scaleRow, unscaleRow } from '../data/scaler.js';
import { encode } from '../fixed/requantize.js';
import type { QuantizedNetwork } from '../network/types.js';

/** The input codes of one row of scaled features: rounded half up, saturated. */
export function inputCodes(network: QuantizedNetwork, row: readonly number[]): number[] {
  return row.map((value, input) =>
    encode(value, { format: network.input.formats[input], rounding: 'RND', overflow: 'SAT' }),
  );
}

/**
 * The input codes of a design for a row that was scaled for the network that it was made from: a design that quantizes for
 * itself takes the features as they were.
 */
export function codesInto(
  design: QuantizedNetwork,
  network: QuantizedNetwork,
  row: readonly number[],
): number[] {
  const { encoder: of } = network.input;
  const { encoder: to } = design.input;
  if (of === undefined || to === undefined || isDeepStrictEqual(of, to)) return inputCodes(design, row);
  return inputCodes(design, scaleRow(to, unscaleRow(of, row)));
}
