import type { TopLevelSpec } from 'vega-lite';
import { COLOURS } from '../draw.js';
import type { StudyVariant } from '../study.js';

const WEIGHTS = ['base', 'pruned', 'distilled', 'scratch'];

/** Accuracy with its interval against a cost; up and to the left is better. */
export function tradeoffChart(
  title: string,
  unit: string,
  variants: readonly StudyVariant[],
  costOf: (variant: StudyVariant) => number,
): TopLevelSpec {
  const values = variants.map((variant) => {
    const { mean, low, high } = variant.accuracy;
    return { ...variant, cost: costOf(variant), mean, low, high: Math.min(high, 1) };
  });
  const y = { type: 'quantitative', title: null } as const;
  return {
    title,
    width: 330,
    height: 230,
    data: {
      values: values.map(({ weights, numbers, cost, mean, low, high }) => ({
        weights,
        numbers,
        cost,
        mean,
        low,
        high,
      })),
    },
    encoding: {
      x: {
        field: 'cost',
        type: 'quantitative',
        title: unit,
        scale: { zero: true, nice: true },
        axis: { tickCount: 6, format: ',d' },
      },
      color: {
        field: 'weights',
        type: 'nominal',
        scale: { domain: WEIGHTS, range: [COLOURS.blue, COLOURS.orange, COLOURS.green, COLOURS.grey] },
      },
    },
    layer: [
      {
        mark: { type: 'rule', strokeOpacity: 0.45, strokeWidth: 1.5 },
        encoding: {
          y: { ...y, field: 'low', scale: { zero: false }, axis: { format: '.0%', tickCount: 6 } },
          y2: { field: 'high' },
        },
      },
      {
        mark: { type: 'point', filled: true, size: 80, opacity: 1 },
        encoding: {
          y: { ...y, field: 'mean' },
          shape: {
            field: 'numbers',
            type: 'nominal',
            scale: { domain: ['ptq', 'qat'], range: ['circle', 'triangle-up'] },
            legend: { symbolFillColor: 'currentColor', symbolStrokeColor: 'currentColor' },
          },
        },
      },
    ],
  };
}
