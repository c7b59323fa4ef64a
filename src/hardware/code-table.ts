import { rangeOf } from '../fixed/format.js';
import type { CodeTable } from '../network/finish.js';

/** What a table gives for each word of its index, by the word's bits; words that are no index get what the nearest gives. */
export function codesByWord({ lowest, codes }: CodeTable, signed: boolean, width: number): number[] {
  const { high } = rangeOf({ signed, width, integer: width });
  return Array.from({ length: 2 ** width }, (_, word) => {
    const index = word > high ? word - 2 ** width : word;
    return codes[Math.min(Math.max(index - lowest, 0), codes.length - 1)];
  });
}
