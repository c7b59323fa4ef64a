import type { CodeMeaning } from '../exchange/importers/importer.js';
import { isPowerOfTwo } from '../exchange/importers/integer/codes.js';
import { printMeaning } from '../exchange/importers/integer/network.js';
import { printTable } from './table.js';

/** A line for every tensor of a file: the layer that gives its codes, what they mean, and what says their scale. */
export function meaningLines(meanings: readonly CodeMeaning[]): string[] {
  const rows = meanings.map((meaning) => [
    meaning.tensor.split(';')[0],
    meaning.layer,
    printMeaning(meaning),
    isPowerOfTwo(meaning.scale) ? 'format' : 'multiplier and shift',
  ]);
  return [printTable(['in the file', 'layer', 'codes', 'scale by'], rows)];
}
