import type { Address } from './machine.js';
import { ROW_BYTES } from './text.js';
import type { Workspace } from './workspace.js';

/** Where a window's tap lies beside the pixel that the window stands at; what lies outside of the image is 0. */
export interface Tap {
  readonly y: number;
  readonly x: number;
}

/** Windows that stand on a grid over images, and the row of numbers that belongs to each. */
export interface Windows {
  readonly images: number;
  /** Images [image][y][x][channel]. */
  readonly source: Address;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** The taps as {@link writeTaps} leaves them, and as many zeros as there are channels. */
  readonly taps: Address;
  readonly tapCount: number;
  readonly zeros: Address;
  /** Windows of an image, and the pixels from one to the next. */
  readonly grid: Grid;
  readonly stride: Tap;
  /** The rows [image][y][x][column], of which a window has every `step`th from `first` on. */
  readonly rows: WindowRows;
}

export interface Grid {
  readonly height: number;
  readonly width: number;
}

export interface WindowRows extends Grid {
  readonly at: Address;
  readonly columns: number;
  readonly first: Tap;
  readonly step: Tap;
}

export const windowCount = ({ images, grid }: Windows): number => images * grid.height * grid.width;

/** A place below every image: a window there reads zeros only. */
const NOWHERE = 2 ** 30;

/** Writes the table of some windows, filled up to a multiple of four with windows that read zeros. */
export function writeTable(
  { words }: Workspace,
  windows: Windows,
  first: number,
  count: number,
  table: Address,
): void {
  const { source, height, width, channels, grid, stride, rows } = windows;
  const imageBytes = height * width * channels * 4;
  let image = Math.floor(first / (grid.height * grid.width));
  let y = Math.floor(first / grid.width) % grid.height;
  let x = first % grid.width;
  let at = table / 4;
  for (let left = count; left > 0; left--) {
    const rowY = image * rows.height + rows.first.y + y * rows.step.y;
    const rowX = rows.first.x + x * rows.step.x;
    words[at] = source + image * imageBytes;
    words[at + 1] = y * stride.y;
    words[at + 2] = x * stride.x;
    words[at + 3] = rows.at + (rowY * rows.width + rowX) * rows.columns * 4;
    at += ROW_BYTES / 4;
    x += 1;
    if (x < grid.width) continue;
    x = 0;
    y += 1;
    if (y < grid.height) continue;
    y = 0;
    image += 1;
  }
  for (let rest = count; rest % 4 !== 0; rest++) {
    words[at + 1] = NOWHERE;
    at += ROW_BYTES / 4;
  }
}

/** Writes taps as the module reads them. */
export function writeTaps({ words }: Workspace, taps: readonly Tap[], to: Address): void {
  words.set(
    taps.flatMap(({ y, x }) => [y, x]),
    to / 4,
  );
}

export const tapAt = ({ words }: Workspace, { taps }: Windows, tap: number): Tap => ({
  y: words[taps / 4 + 2 * tap],
  x: words[taps / 4 + 2 * tap + 1],
});
