import type { TopLevelSpec } from 'vega-lite';
import { COLOURS } from '../draw.js';
import type { DistillationSweep } from '../study-data.js';

/** Accuracy of the distilled student by temperature, a line for each alpha, beside the student from scratch. */
export function sweepChart({ points, scratch }: DistillationSweep): TopLevelSpec {
  const values = points.map(({ temperature, alpha, accuracy: { mean, low, high } }) => {
    return { temperature, series: `alpha ${alpha}`, mean, low, high: Math.min(high, 1) };
  });
  const domain = [...new Set(values.map(({ series }) => series))];
  const ticks: number[] = [...new Set(points.map(({ temperature }) => temperature))];
  const x = {
    field: 'temperature',
    type: 'quantitative' as const,
    scale: { type: 'log' as const, nice: false },
    axis: { values: ticks, format: '~g' },
  };
  const y = { type: 'quantitative', title: null, scale: { zero: false }, axis: { format: '.1%' } } as const;
  const color = {
    field: 'series',
    type: 'nominal',
    scale: { domain, range: [COLOURS.blue, COLOURS.orange, COLOURS.green, COLOURS.violet, COLOURS.teal] },
  } as const;
  return {
    title: 'Accuracy by temperature, 95 % intervals',
    width: 330,
    height: 200,
    layer: [
      {
        data: { values: [{ at: scratch.mean }] },
        mark: { type: 'rule', color: COLOURS.grey, strokeDash: [4, 3], strokeWidth: 1.5 },
        encoding: { y: { ...y, field: 'at' } },
      },
      {
        data: { values },
        mark: { type: 'rule', strokeOpacity: 0.4, strokeWidth: 1.5 },
        encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color },
      },
      {
        data: { values },
        mark: { type: 'line', point: true, strokeWidth: 1.6 },
        encoding: { x, y: { ...y, field: 'mean' }, color },
      },
    ],
  };
}
