import type { TopLevelSpec } from 'vega-lite';
import type { CodeHistogram } from '../../quantize/codes.js';
import { COLOURS } from '../draw.js';

/** How often each code occurs, but for 0. */
export function codesChart({ layer, tensor, bins }: CodeHistogram): TopLevelSpec {
  const values = bins.map(({ from, to, count }) => ({ from: from - 0.5, to: to + 0.5, count }));
  return {
    title: tensor === 'input' ? 'input' : `${layer}: ${tensor}`,
    width: 230,
    height: 110,
    data: { values },
    mark: { type: 'bar', color: tensor === 'weights' ? COLOURS.orange : COLOURS.blue },
    encoding: {
      x: {
        field: 'from',
        type: 'quantitative',
        bin: 'binned',
        title: 'code',
        axis: { tickCount: 5, grid: false, format: 'd' },
      },
      x2: { field: 'to' },
      y: { field: 'count', type: 'quantitative', title: null, axis: { tickCount: 3, format: 'd' } },
    },
  };
}
