import type { TopLevelSpec } from 'vega-lite';
import type { Timing } from '../../emit/manifest.js';
import { COLOURS } from '../draw.js';

const SAMPLES = 3;
const LABELLED_FROM = 14;
const WIDTH = 680;

export interface Busy {
  readonly lane: string;
  readonly sample: number;
  readonly unit: number;
  /** Cycles: the first, and the one after the last. */
  readonly start: number;
  readonly end: number;
}

/** When each lane works on which unit of which sample; cycle 0 is the first layer's first for the first sample. */
export function busyTimes({ interval, layers }: Timing): Busy[] {
  let ready = 0;
  return layers.flatMap(({ layer, schedule = [], latency }) => {
    const begin = ready;
    ready += latency;
    return schedule.flatMap((units, lane) =>
      Array.from({ length: SAMPLES }, (_, sample) => {
        let cycle = begin + sample * interval;
        return units.map(({ unit, cycles }): Busy => {
          const start = cycle;
          cycle += cycles;
          return { lane: laneName(layer, lane, schedule.length), sample, unit, start, end: cycle };
        });
      }).flat(),
    );
  });
}

const laneName = (layer: string, lane: number, count: number) =>
  count === 1 ? layer : `${layer}, lane ${lane}`;

/** A Gantt chart of the lanes: samples in turn, a bar per unit, white where a lane waits. */
export function lanesChart(timing: Timing): TopLevelSpec {
  const busy = busyTimes(timing);
  const end = Math.max(...busy.map((bar) => bar.end));
  const values = busy.map((bar) => ({
    ...bar,
    sample: `sample ${bar.sample + 1}`,
    middle: (bar.start + bar.end) / 2,
    label: ((bar.end - bar.start) / end) * WIDTH >= LABELLED_FROM ? String(bar.unit) : '',
  }));
  const names = Array.from({ length: SAMPLES }, (_, sample) => `sample ${sample + 1}`);
  const y = { field: 'lane', type: 'nominal', sort: null, title: null } as const;
  return {
    title: 'What each lane works on, cycle by cycle',
    width: WIDTH,
    height: { step: 24 },
    data: { values },
    layer: [
      {
        mark: { type: 'bar', height: 18, stroke: 'white', strokeWidth: 0.6, opacity: 0.9 },
        encoding: {
          y: { ...y, axis: { ticks: false, domain: false } },
          x: {
            field: 'start',
            type: 'quantitative',
            title: 'clock cycle',
            scale: { domain: [0, end], nice: false },
            axis: { tickCount: 12, format: 'd' },
          },
          x2: { field: 'end' },
          color: {
            field: 'sample',
            type: 'nominal',
            scale: { domain: names, range: [COLOURS.blue, COLOURS.orange, COLOURS.green] },
          },
        },
      },
      {
        mark: { type: 'text', fontSize: 9, color: 'white' },
        encoding: { y, x: { field: 'middle', type: 'quantitative' }, text: { field: 'label' } },
      },
    ],
  };
}
