import type { TopLevelSpec } from 'vega-lite';
import type { Evaluation } from '../../learn/metrics.js';
import { COLOURS } from '../draw.js';

/** Counts of samples by true and predicted class; the shade is the share of the true class. */
export function confusionChart(title: string, { confusion, classes }: Evaluation): TopLevelSpec {
  const names = classes.map(({ name }) => name);
  const values = confusion.flatMap((row, truth) => {
    const support = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, predicted) => ({
      truth: names[truth],
      predicted: names[predicted],
      count,
      share: support === 0 ? 0 : count / support,
      right: truth === predicted,
    }));
  });
  const side = Math.min(76, 260 / names.length);
  return {
    title,
    width: side * names.length,
    height: side * names.length,
    data: { values },
    encoding: {
      x: {
        field: 'predicted',
        type: 'nominal',
        sort: names,
        title: 'predicted',
        axis: { labelAngle: 0, orient: 'top' },
      },
      y: { field: 'truth', type: 'nominal', sort: names, title: 'true' },
    },
    layer: [
      {
        mark: { type: 'rect', cornerRadius: 4, stroke: 'currentColor', strokeOpacity: 0.15 },
        encoding: {
          color: {
            field: 'right',
            type: 'nominal',
            legend: null,
            scale: { domain: [true, false], range: [COLOURS.green, COLOURS.red] },
          },
          fillOpacity: {
            field: 'share',
            type: 'quantitative',
            legend: null,
            scale: { domain: [0, 1], range: [0.03, 0.55] },
          },
        },
      },
      {
        mark: { type: 'text', fontSize: 16, fontWeight: 600, color: 'currentColor' },
        encoding: { text: { field: 'count', type: 'quantitative' } },
      },
    ],
  };
}
