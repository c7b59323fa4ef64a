import type { Format } from '../../fixed/format.js';
import type { MapShape, Tensor } from '../tensor.js';
import { cellsUnder, OUTSIDE, tapsOf, type Window } from '../window.js';
import { type AffineRow, type AffineTerm, lazyRow } from './kind.js';

/** The formats of the codes under a window: those of its first tap's channels, then the next one's. */
export const windowFormats = (window: Window, { formats }: Tensor): Format[] =>
  Array.from({ length: tapsOf(window) }, () => formats).flat();

/**
 * The same rows at every position of a window, as rows over the codes of a map. What lies in the padding is 0.
 *
 * @param bodyOf the rows where so many taps lie inside the map; terms count the codes under the window
 */
export function spreadRows(
  window: Window,
  { shape }: Tensor,
  bodyOf: (inside: number) => readonly AffineRow[],
): AffineRow[] {
  const [, , channels] = shape as MapShape;
  const cells = cellsUnder(window, shape as MapShape);
  const taps = tapsOf(window);
  const rows: AffineRow[] = [];
  for (let first = 0; first < cells.length; first += taps) {
    const under = cells.subarray(first, first + taps);
    for (const row of bodyOf(under.filter((cell) => cell !== OUTSIDE).length)) {
      rows.push(lazyRow(row, () => placeTerms(row.terms, under, channels)));
    }
  }
  return rows;
}

/** Terms over codes under a window, over those of the map. Later taps lie behind earlier ones, so their order stays. */
function placeTerms(terms: readonly AffineTerm[], under: Int32Array, channels: number): AffineTerm[] {
  const placed: AffineTerm[] = [];
  for (const { input, weight } of terms) {
    const channel = input % channels;
    const cell = under[(input - channel) / channels];
    if (cell !== OUTSIDE) placed.push({ input: cell * channels + channel, weight });
  }
  return placed;
}
