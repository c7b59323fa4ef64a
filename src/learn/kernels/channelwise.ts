import type { JobKind } from './job.js';
import type { Address } from './machine.js';
import { ROW_BYTES } from './text.js';
import { tapAt, type Windows, windowCount, writeTable } from './window.js';

const ROWS_AT_A_TIME = 256;

/** Row of a window = what its taps read times weights [tap][channel], every channel by itself. */
export interface DepthwiseRows {
  readonly windows: Windows;
  readonly weights: Address;
}

export const depthwiseRows: JobKind<DepthwiseRows> = {
  tiles: ({ windows }) => Math.ceil(windowCount(windows) / ROWS_AT_A_TIME),
  scratch: () => ROWS_AT_A_TIME * (ROW_BYTES / 4),
  work: ({ windows }) => 4 * windowCount(windows) * windows.tapCount * windows.channels,
  run(workspace, { windows, weights }, tile, table) {
    const { height, width, channels, taps, tapCount, zeros } = windows;
    const first = tile * ROWS_AT_A_TIME;
    const count = Math.min(windowCount(windows) - first, ROWS_AT_A_TIME);
    writeTable(workspace, windows, first, count, table);
    const shape = [height, width, channels, zeros] as const;
    workspace.machine.depthwise_rows(table, count, taps, tapCount, ...shape, weights);
  },
};

/** Sum over all windows of what a tap reads times the window's row, channel by channel: [tap][channel]. */
export interface DepthwiseColumn {
  readonly windows: Windows;
  readonly to: Address;
}

export const depthwiseColumn: JobKind<DepthwiseColumn> = {
  tiles: ({ windows }) => windows.tapCount,
  scratch: ({ windows }) => ROWS_AT_A_TIME * (ROW_BYTES / 4) + windows.channels,
  work: ({ windows }) => 4 * windowCount(windows) * windows.tapCount * windows.channels,
  run(workspace, { windows, to }, tap, table) {
    const { height, width, channels, zeros } = windows;
    const { y, x } = tapAt(workspace, windows, tap);
    const part = table + ROWS_AT_A_TIME * ROW_BYTES;
    const parts = workspace.slice(part, channels);
    const sums = workspace.slice(to + tap * channels * 4, channels).fill(0);
    for (let first = 0; first < windowCount(windows); first += ROWS_AT_A_TIME) {
      const count = Math.min(windowCount(windows) - first, ROWS_AT_A_TIME);
      writeTable(workspace, windows, first, count, table);
      parts.fill(0);
      workspace.machine.depthwise_column(table, count, y, x, height, width, channels, zeros, part);
      for (let at = 0; at < channels; at++) sums[at] += parts[at];
    }
  },
};

/** What a pool's windows got goes back to where they read. One image after the other: windows share pixels. */
export interface PoolGradient {
  readonly windows: Windows;
  /** From a pixel to its gradient, in bytes. */
  readonly offset: number;
  readonly pool: 'max_pool_gradient' | 'average_pool_gradient';
}

export const poolGradient: JobKind<PoolGradient> = {
  tiles: ({ windows }) => windows.images,
  scratch: () => ROWS_AT_A_TIME * (ROW_BYTES / 4),
  work: ({ windows }) => 8 * windowCount(windows) * windows.tapCount * windows.channels,
  run(workspace, { windows, offset, pool }, image, table) {
    const { height, width, channels, taps, tapCount, source, grid } = windows;
    const each = grid.height * grid.width;
    const size = height * width * channels;
    workspace.slice(source + offset + image * size * 4, size).fill(0);
    for (let done = 0; done < each; done += ROWS_AT_A_TIME) {
      const count = Math.min(each - done, ROWS_AT_A_TIME);
      writeTable(workspace, windows, image * each + done, count, table);
      // Taps outside of the image lie at address 0, and are passed over.
      workspace.machine[pool](table, count, taps, tapCount, height, width, channels, 0, offset);
    }
  },
};
