import type { TopLevelSpec } from 'vega-lite';
import type { EpochRecord } from '../../learn/loop.js';
import { COLOURS } from '../draw.js';

/** A training that a curve is drawn for; the second one goes on where the first ended. */
export interface Curve {
  readonly name: 'base' | 'pruned';
  readonly history: readonly EpochRecord[];
}

export interface CurvePoint {
  readonly epoch: number;
  readonly value: number;
  readonly series: string;
}

const SERIES = ['base', 'pruned', 'pruned, held out'];

type Measure = 'loss' | 'accuracy' | 'nonZeros';

const TITLES: Readonly<Record<Measure, string>> = {
  loss: 'Loss (cross-entropy)',
  accuracy: 'Accuracy',
  nonZeros: 'Parameters that are not zero',
};

/** The points of the curves of one measure; epochs are counted through. */
export function curvePoints(curves: readonly Curve[], measure: Measure): CurvePoint[] {
  let before = 0;
  return curves.flatMap(({ name, history }) => {
    const start = before;
    before += history.length;
    return history.flatMap((record): CurvePoint[] => {
      const epoch = start + record.epoch;
      const own = { epoch, value: record[measure], series: name };
      if (measure === 'nonZeros' || record.validation === undefined) return [own];
      return [own, { epoch, value: record.validation[measure], series: `${name}, held out` }];
    });
  });
}

/** One measure over the epochs of all trainings. */
export function trainingChart(curves: readonly Curve[], measure: Measure): TopLevelSpec {
  const values = curvePoints(curves, measure);
  const series = SERIES.filter((name) => values.some((point) => point.series === name));
  return {
    title: TITLES[measure],
    width: 250,
    height: 170,
    data: { values },
    mark: { type: 'line', strokeWidth: 1.6, interpolate: measure === 'nonZeros' ? 'step-after' : 'linear' },
    encoding: {
      x: { field: 'epoch', type: 'quantitative', title: 'epoch', axis: { tickCount: 5 } },
      y: {
        field: 'value',
        type: 'quantitative',
        title: null,
        scale: { zero: measure !== 'accuracy' },
        axis: { tickCount: 5, format: measure === 'accuracy' ? '.0%' : measure === 'loss' ? '.2~f' : 'd' },
      },
      color: {
        field: 'series',
        type: 'nominal',
        scale: { domain: SERIES, range: [COLOURS.blue, COLOURS.orange, COLOURS.green] },
        legend: { values: series },
      },
    },
  };
}
