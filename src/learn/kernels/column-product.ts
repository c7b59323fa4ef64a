import type { JobKind } from './job.js';
import type { Address } from './machine.js';
import { PANEL_COLUMNS, PANEL_ROWS } from './product-text.js';
import { ROW_BYTES } from './text.js';
import { tapAt, type Windows, windowCount, writeTable } from './window.js';
import type { Workspace } from './workspace.js';

/** Windows whose products are added up before they join the sum so far. */
const WINDOWS_AT_A_TIME = 256;
/** The outputs of a tile, at most. */
const TILE = { rows: 64, columns: 128 } as const;
/** The panels begin at different places of the cache. */
const LEFT_STRIDE = WINDOWS_AT_A_TIME * PANEL_ROWS * 4 + 64;

/**
 * Sum over all windows of what their taps read (a column) times what belongs to them (a row): the gradient of a
 * convolution by its kernel, a product whose left matrix is transposed.
 */
export interface ColumnProduct {
  readonly windows: Windows;
  /** What belongs to a window: a row of `columns` numbers, with any strides in bytes. */
  readonly right: { readonly at: Address; readonly rowStride: number; readonly columnStride: number };
  readonly columns: number;
  /** The result [tap][channel][column]. */
  readonly to: Address;
}

const depthOf = ({ windows }: ColumnProduct): number => windows.tapCount * windows.channels;
const rowTiles = (job: ColumnProduct): number => Math.ceil(depthOf(job) / TILE.rows);

export const columnProduct: JobKind<ColumnProduct> = {
  tiles: (job) => rowTiles(job) * Math.ceil(job.columns / TILE.columns),

  scratch: () =>
    WINDOWS_AT_A_TIME * (ROW_BYTES / 4 + TILE.columns) +
    (LEFT_STRIDE / 4) * (TILE.rows / PANEL_ROWS) +
    TILE.rows * TILE.columns,

  work: (job) => 2 * windowCount(job.windows) * depthOf(job) * job.columns,

  run(workspace, job, tile, table) {
    const { windows, right, columns, to } = job;
    const { machine } = workspace;
    const rows = range(tile % rowTiles(job), TILE.rows, depthOf(job));
    const of = range(Math.floor(tile / rowTiles(job)), TILE.columns, columns);
    const left = table + WINDOWS_AT_A_TIME * ROW_BYTES;
    const packed = left + (TILE.rows / PANEL_ROWS) * LEFT_STRIDE;
    const sums = packed + WINDOWS_AT_A_TIME * TILE.columns * 4;
    const leftPanels = Math.ceil(rows.count / PANEL_ROWS);
    const rightPanels = Math.ceil(of.count / PANEL_COLUMNS);
    workspace.slice(sums, leftPanels * rightPanels * PANEL_ROWS * PANEL_COLUMNS).fill(0);
    const all = windowCount(windows);
    for (let first = 0; first < all; first += WINDOWS_AT_A_TIME) {
      const count = Math.min(all - first, WINDOWS_AT_A_TIME);
      writeTable(workspace, windows, first, count, table);
      gatherColumns(workspace, windows, table, count, rows, left);
      const from = right.at + first * right.rowStride + of.begin * right.columnStride;
      machine.pack_right(from, right.rowStride, right.columnStride, count, of.count, packed);
      const rightStride = count * PANEL_COLUMNS * 4;
      machine.multiply(leftPanels, rightPanels, count, left, LEFT_STRIDE, packed, rightStride, sums);
    }
    for (let row = 0; row < rows.count; row++) {
      workspace.words[table / 4 + row * (ROW_BYTES / 4) + 3] =
        to + ((rows.begin + row) * columns + of.begin) * 4;
    }
    machine.scatter(sums, table, rows.count, rightPanels, of.count);
  },
};

interface Range {
  readonly begin: number;
  readonly count: number;
}

const range = (index: number, size: number, whole: number): Range => ({
  begin: index * size,
  count: Math.min(whole - index * size, size),
});

/** What the taps read, for the channels of all taps that a tile is about. */
function gatherColumns(
  workspace: Workspace,
  windows: Windows,
  table: Address,
  count: number,
  rows: Range,
  left: Address,
): void {
  const { height, width, channels, zeros } = windows;
  const end = rows.begin + rows.count;
  for (let tap = Math.floor(rows.begin / channels); tap * channels < end; tap++) {
    const { y, x } = tapAt(workspace, windows, tap);
    const [from, to] = [Math.max(rows.begin - tap * channels, 0), Math.min(end - tap * channels, channels)];
    const at = tap * channels + from - rows.begin;
    const shape = [height, width, channels, zeros] as const;
    workspace.machine.gather_columns(table, count, y, x, ...shape, from, to, at, left, LEFT_STRIDE);
  }
}
