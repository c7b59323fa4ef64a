import path from 'node:path';
import type { Manifest } from '../emit/manifest.js';

/** Where a design lies, and what comes next. */
export const designLines = (folder: string, { board }: Pick<Manifest, 'board'>): string[] => [
  `design    ${folder}`,
  `check it  espalier simulate ${folder}`,
  ...(board === undefined ? [] : [`build it  as ${path.join(folder, 'README.md')} says`]),
];
