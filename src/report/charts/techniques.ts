import type { TopLevelSpec } from 'vega-lite';
import { COLOURS } from '../draw.js';
import type { Effect, TechniqueVerdict } from '../verdict.js';

const INK: Readonly<Record<Effect, string>> = {
  better: COLOURS.green,
  kept: COLOURS.blue,
  unclear: COLOURS.grey,
  worse: COLOURS.red,
};

/** What each technique does to accuracy, with its interval, beside nothing and beside what it may cost. */
export function techniquesChart(verdicts: readonly TechniqueVerdict[], margin: number): TopLevelSpec {
  const values = verdicts.map(({ technique: { name, accuracy }, effect }) => {
    const { mean, low, high } = accuracy.difference;
    return { name, effect, mean: 100 * mean, low: 100 * low, high: 100 * high };
  });
  const x = { type: 'quantitative', title: 'change of accuracy in points, 95 % interval' } as const;
  const y = { field: 'name', type: 'nominal', sort: null, title: null } as const;
  const color = {
    field: 'effect',
    type: 'nominal',
    scale: { domain: Object.keys(INK), range: Object.values(INK) },
    legend: { values: [...new Set(values.map(({ effect }) => effect))] },
  } as const;
  return {
    width: 380,
    height: { step: 26 },
    data: { values },
    layer: [
      {
        data: { values: [{ at: 0 }] },
        mark: { type: 'rule', color: 'currentColor', strokeOpacity: 0.6 },
        encoding: { x: { field: 'at', type: 'quantitative' } },
      },
      {
        data: { values: [{ at: -100 * margin }] },
        mark: { type: 'rule', color: COLOURS.red, strokeDash: [4, 3] },
        encoding: { x: { field: 'at', type: 'quantitative' } },
      },
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: {
          y: { ...y, axis: { ticks: false, domain: false, labelLimit: 320 } },
          x: { ...x, field: 'low' },
          x2: { field: 'high' },
          color,
        },
      },
      {
        mark: { type: 'point', filled: true, size: 70, opacity: 1 },
        encoding: { y, x: { ...x, field: 'mean' }, color },
      },
    ],
  };
}
