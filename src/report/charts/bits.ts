import type { TopLevelSpec } from 'vega-lite';
import { COLOURS } from '../draw.js';
import type { BitsPoint } from '../study.js';

/** By network and method: what is quantized after training is dashed, too. */
const SERIES = [
  { weights: 'base', numbers: 'ptq', name: 'base, after training', colour: COLOURS.teal },
  { weights: 'base', numbers: 'qat', name: 'base, in training', colour: COLOURS.blue },
  { weights: 'pruned', numbers: 'ptq', name: 'pruned, after training', colour: COLOURS.yellow },
  { weights: 'pruned', numbers: 'qat', name: 'pruned, in training', colour: COLOURS.orange },
];

/** Mean accuracy by width, with a bar of one standard deviation to each side. */
export function bitsChart(points: readonly BitsPoint[]): TopLevelSpec {
  const values = points.map(({ weights, numbers, bits, accuracy: { mean, deviation } }) => {
    const ends = { low: mean - deviation, high: Math.min(1, mean + deviation) };
    const series = SERIES.find((one) => one.weights === weights && one.numbers === numbers)?.name;
    return { series, numbers, bits, mean, ...ends };
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
        field: 'series',
        type: 'nominal',
        scale: { domain: SERIES.map(({ name }) => name), range: SERIES.map(({ colour }) => colour) },
        legend: { columns: 2 },
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
            field: 'numbers',
            type: 'nominal',
            legend: null,
            scale: {
              domain: ['ptq', 'qat'],
              range: [
                [5, 4],
                [1, 0],
              ],
            },
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
