import { encode } from '../fixed/requantize.js';
import type { QuantizedNetwork } from '../network/types.js';

/** The input codes of one row of scaled features: rounded half up, saturated. */
export function inputCodes(network: QuantizedNetwork, row: readonly number[]): number[] {
  return row.map((value, input) =>
    encode(value, { format: network.input.formats[input], rounding: 'RND', overflow: 'SAT' }),
  );
}
