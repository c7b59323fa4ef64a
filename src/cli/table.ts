import { whole } from '../core/number-text.js';
/** Columns of text under a head: numbers to the right, words to the left. */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { numeric = [] as readonly number[] } = {},
): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        numeric.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd();
  const rule = widths
    .map((width) => '─'.repeat(width))
    .join('  ')
    .trimEnd();
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** How often something happens: `cycle`, `93 cycles`. */
export const cycles = (interval: number): string => (interval === 1 ? 'cycle' : `${whole(interval)} cycles`);
