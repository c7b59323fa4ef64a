import type { TopLevelSpec } from 'vega-lite';
import type { EpochRecord } from '../../learn/training.js';
import { COLOURS } from '../draw.js';

/** A training that a curve is drawn for. */
export interface TrainingCurve {
  readonly name: string;
  readonly history: readonly EpochRecord[];
  /** Epochs that the network had been trained before; absent: it goes on where the curve before ended. */
  readonly start?: number;
}

export interface CurvePoint {
  readonly epoch: number;
  readonly value: number;
  readonly series: string;
}

/** Series take them in turn. */
const PALETTE = [
  COLOURS.blue,
  COLOURS.orange,
  COLOURS.green,
  COLOURS.red,
  COLOURS.violet,
  COLOURS.grey,
  COLOURS.teal,
  COLOURS.yellow,
];

type Measure = 'loss' | 'accuracy' | 'nonZeros';

const TITLES: Readonly<Record<Measure, string>> = {
  loss: 'Loss (cross-entropy)',
  accuracy: 'Accuracy',
  nonZeros: 'Parameters that are not zero',
};

/** The points of the curves of one measure; epochs are counted through. */
export function curvePoints(curves: readonly TrainingCurve[], measure: Measure): CurvePoint[] {
  let before = 0;
  return curves.flatMap(({ name, history, start = before }) => {
    before = start + history.length;
    return history.flatMap((record): CurvePoint[] => {
      const epoch = start + record.epoch;
      const own = { epoch, value: record[measure], series: name };
      if (measure === 'nonZeros' || record.validation === undefined) return [own];
      return [own, { epoch, value: record.validation[measure], series: `${name}, held out` }];
    });
  });
}

/** One measure over the epochs of all trainings. */
export function trainingChart(curves: readonly TrainingCurve[], measure: Measure): TopLevelSpec {
  const values = curvePoints(curves, measure);
  // A series keeps its colour in all measures, also where some have fewer.
  const domain = [...new Set(curvePoints(curves, 'loss').map((point) => point.series))];
  const series = domain.filter((name) => values.some((point) => point.series === name));
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
        scale: { domain, range: domain.map((_, index) => PALETTE[index % PALETTE.length]) },
        legend: { values: series, columns: 3 },
      },
    },
  };
}
