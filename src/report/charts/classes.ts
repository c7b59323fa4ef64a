import type { TopLevelSpec } from 'vega-lite';
import { COLOURS } from '../draw.js';

/** Rows of each class. */
export function classesChart(counts: Readonly<Record<string, number>>): TopLevelSpec {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const values = Object.entries(counts).map(([name, count]) => ({
    name,
    count,
    text: `${count} (${((100 * count) / total).toFixed(1)} %)`,
  }));
  return {
    title: 'Class balance',
    width: 300,
    height: { step: 26 },
    data: { values },
    encoding: {
      y: { field: 'name', type: 'nominal', sort: null, title: null, axis: { ticks: false, domain: false } },
      x: { field: 'count', type: 'quantitative', title: 'rows', axis: { tickCount: 4, format: 'd' } },
    },
    layer: [
      { mark: { type: 'bar', cornerRadiusEnd: 2, color: COLOURS.blue } },
      {
        mark: { type: 'text', align: 'left', dx: 5, fontSize: 11, color: 'currentColor' },
        encoding: { text: { field: 'text' } },
      },
    ],
  };
}
