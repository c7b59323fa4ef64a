import { rangeOf } from '../fixed/format.js';
import type { CodeTable } from '../network/finish.js';

/** The table's codes, one for each pattern of the index's bits. A pattern of no index gets the nearest index's code. */
export function codesByWord({ lowest, codes }: CodeTable, signed: boolean, width: number): number[] {
  const { high } = rangeOf({ signed, width, integer: width });
  return Array.from({ length: 2 ** width }, (_, word) => {
    const index = word > high ? word - 2 ** width : word;
    return codes[Math.min(Math.max(index - lowest, 0), codes.length - 1)];
  });
}
