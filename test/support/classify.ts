import { referenceModel } from '../../src/network/reference.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { inputCodes } from '../../src/quantize/input-codes.js';

/** The class of each row of scaled features, by the reference model. */
export function classify(network: QuantizedNetwork, rows: readonly (readonly number[])[]): number[] {
  const run = referenceModel(network);
  return rows.map((row) => run(inputCodes(network, row)).class as number);
}
