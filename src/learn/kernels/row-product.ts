import type { JobKind } from './job.js';
import type { Address } from './machine.js';
import { PANEL_COLUMNS, PANEL_ROWS } from './product-text.js';
import { ROW_BYTES } from './text.js';
import { type Windows, windowCount, writeTable } from './window.js';
import type { Workspace } from './workspace.js';

/** How many products are added up before they join the sum so far: it bounds the error, and a panel fits the cache. */
const DEPTH = 128;

const ROWS_PER_TILE = 128;
/** What of the windows lies unfolded at a time, at most, in numbers: 1 MB. */
const UNFOLDED = 2 ** 18;

const panelsOf = (count: number, size: number): number => Math.ceil(count / size);

/** Row of a window = what its taps read · right: a convolution, its gradient by the input, a product of matrices. */
export interface RowProduct {
  readonly windows: Windows;
  /** The right factor [taps × channels][column] in panels, see `pack_right`. */
  readonly right: Address;
}

const depthOf = ({ tapCount, channels }: Windows): number => tapCount * channels;

function rowsPerTile({ windows }: RowProduct): number {
  const fitting = Math.floor(UNFOLDED / depthOf(windows) / PANEL_ROWS) * PANEL_ROWS;
  return Math.min(Math.max(fitting, PANEL_ROWS), ROWS_PER_TILE);
}

export const rowProduct: JobKind<RowProduct> = {
  tiles: (job) => Math.ceil(windowCount(job.windows) / rowsPerTile(job)),

  scratch: (job) => {
    const rows = rowsPerTile(job);
    const columns = panelsOf(job.windows.rows.columns, PANEL_COLUMNS) * PANEL_COLUMNS;
    return rows * (ROW_BYTES / 4 + depthOf(job.windows) + columns);
  },

  work: ({ windows }) => 2 * windowCount(windows) * depthOf(windows) * windows.rows.columns,

  run(workspace, job, tile, table) {
    const { windows, right } = job;
    const { machine } = workspace;
    const { height, width, channels, taps, tapCount, zeros, rows } = windows;
    const most = rowsPerTile(job);
    const first = tile * most;
    const count = Math.min(windowCount(windows) - first, most);
    const [left, depth] = [table + most * ROW_BYTES, depthOf(windows)];
    const sums = left + most * depth * 4;
    const panels = panelsOf(count, PANEL_ROWS);
    const rightPanels = panelsOf(rows.columns, PANEL_COLUMNS);
    writeTable(workspace, windows, first, count, table);
    machine.gather_rows(table, panels, taps, tapCount, height, width, channels, zeros, left);
    multiplyByDepth(workspace, {
      left,
      leftPanels: panels,
      leftStride: depth * PANEL_ROWS * 4,
      right,
      rightPanels,
      rightStride: depth * PANEL_COLUMNS * 4,
      depth,
      sums,
    });
    machine.scatter(sums, table, count, rightPanels, rows.columns);
  },
};

interface Panels {
  readonly left: Address;
  readonly leftPanels: number;
  readonly leftStride: number;
  readonly right: Address;
  readonly rightPanels: number;
  readonly rightStride: number;
  readonly depth: number;
  readonly sums: Address;
}

/** sums = left · right. */
function multiplyByDepth(workspace: Workspace, panels: Panels): void {
  const { left, leftPanels, leftStride, right, rightPanels, rightStride, depth, sums } = panels;
  workspace.slice(sums, leftPanels * rightPanels * PANEL_ROWS * PANEL_COLUMNS).fill(0);
  for (let at = 0; at < depth; at += DEPTH) {
    const steps = Math.min(depth - at, DEPTH);
    const [a, b] = [left + at * PANEL_ROWS * 4, right + at * PANEL_COLUMNS * 4];
    workspace.machine.multiply(leftPanels, rightPanels, steps, a, leftStride, b, rightStride, sums);
  }
}
