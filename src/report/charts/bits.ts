import type { TopLevelSpec } from 'vega-lite';
import { COLOURS } from '../draw.js';
import type { BitsPoint } from '../study.js';

const METHODS = { ptq: 'after training', qat: 'in training' };

/** Mean accuracy by width, with a bar of one standard deviation to each side. */
export function bitsChart(points: readonly BitsPoint[]): TopLevelSpec {
  const values = points.map(({ weights, numbers, bits, accuracy: { mean, deviation } }) => {
    const ends = { low: mean - deviation, high: Math.min(1, mean + deviation) };
    return { weights, method: METHODS[numbers], bits, mean, ...ends };
  });
  const widths = [...new Set(values.map(({ bits }) => bits))].sort((a, b) => a - b);
  return {
    title: 'Accuracy against bits',
    width: 420,
    height: 240,
    data: { values },
    encoding: {
      x: {
        field: 'bits',
        type: 'quantitative',
        title: 'bits of inputs, weights and activations',
        scale: { zero: false, nice: false, padding: 12 },
        axis: { values: widths, format: 'd', grid: false },
      },
      color: {
        field: 'weights',
        type: 'nominal',
        scale: { domain: ['base', 'pruned'], range: [COLOURS.blue, COLOURS.orange] },
      },
    },
    layer: [
      {
        mark: { type: 'line', strokeWidth: 1.8, point: { size: 28, filled: true } },
        encoding: {
          y: {
            field: 'mean',
            type: 'quantitative',
            title: null,
            scale: { zero: false },
            axis: { format: '.0%', tickCount: 6 },
          },
          strokeDash: {
            field: 'method',
            type: 'nominal',
            scale: {
              domain: Object.values(METHODS),
              range: [
                [5, 4],
                [1, 0],
              ],
            },
            legend: { symbolType: 'stroke' },
          },
        },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.2, strokeOpacity: 0.7 },
        encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
      },
    ],
  };
}
