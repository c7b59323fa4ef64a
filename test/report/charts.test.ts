import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../src/learn/metrics.js';
import { confusionChart } from '../../src/report/charts/confusion.js';
import { cyclesChart } from '../../src/report/charts/cycles.js';
import { kernelChart } from '../../src/report/charts/kernel.js';
import { busyTimes } from '../../src/report/charts/lanes.js';
import { curvePoints, type TrainingCurve, trainingChart } from '../../src/report/charts/training.js';
import { drawSvg } from '../../src/report/draw.js';

const CURVES: TrainingCurve[] = [
  {
    name: 'base',
    history: [
      { epoch: 1, loss: 0.7, accuracy: 0.5, nonZeros: 9 },
      { epoch: 2, loss: 0.6, accuracy: 0.75, nonZeros: 9 },
    ],
  },
  {
    name: 'pruned',
    history: [
      { epoch: 1, loss: 0.65, accuracy: 0.7, nonZeros: 4, validation: { loss: 0.66, accuracy: 0.6 } },
    ],
  },
];

/** The texts that a chart shows. */
const textsOf = (svg: string) => [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);

describe('training curves', () => {
  it('count the epochs through, and keep the rows held out apart', () => {
    expect(curvePoints(CURVES, 'loss')).toEqual([
      { epoch: 1, value: 0.7, series: 'base' },
      { epoch: 2, value: 0.6, series: 'base' },
      { epoch: 3, value: 0.65, series: 'pruned' },
      { epoch: 3, value: 0.66, series: 'pruned, held out' },
    ]);
    expect(curvePoints(CURVES, 'nonZeros').map(({ value }) => value)).toEqual([9, 9, 4]);
  });

  it('are drawn with the series that there are', async () => {
    const base = textsOf(await drawSvg(trainingChart(CURVES.slice(0, 1), 'loss'), 'loss'));
    expect(base).toContain('base');
    expect(base).not.toContain('pruned');
    const both = textsOf(await drawSvg(trainingChart(CURVES, 'loss'), 'loss'));
    expect(both).toEqual(expect.arrayContaining(['base', 'pruned', 'pruned, held out', 'epoch']));
  });
});

describe('the lanes’ schedule', () => {
  const layer = { lanes: 1, terms: 0, denseTerms: 0, denseInterval: 0 };
  const timing = {
    interval: 5,
    latency: 20,
    layers: [
      {
        ...layer,
        layer: 'hidden',
        interval: 5,
        latency: 9,
        schedule: [
          [
            { unit: 2, cycles: 3 },
            { unit: 0, cycles: 2 },
          ],
          [{ unit: 1, cycles: 4 }],
        ],
      },
      { ...layer, layer: 'output', interval: 3, latency: 8, schedule: [[{ unit: 0, cycles: 3 }]] },
    ],
  };

  it('begins a sample every interval, and a layer when the one before has its result', () => {
    const bars = busyTimes(timing).map(
      ({ lane, sample, unit, start, end }) => `${lane} ${sample} ${unit} ${start}-${end}`,
    );
    expect(bars).toEqual([
      'hidden, lane 0 0 2 0-3',
      'hidden, lane 0 0 0 3-5',
      'hidden, lane 0 1 2 5-8',
      'hidden, lane 0 1 0 8-10',
      'hidden, lane 0 2 2 10-13',
      'hidden, lane 0 2 0 13-15',
      'hidden, lane 1 0 1 0-4',
      'hidden, lane 1 1 1 5-9',
      'hidden, lane 1 2 1 10-14',
      'output 0 0 9-12',
      'output 1 0 14-17',
      'output 2 0 19-22',
    ]);
  });
});

describe('charts', () => {
  it('show a confusion matrix by its counts', async () => {
    const classes = ['no', 'yes'].map((name) => ({ name })) as unknown as Evaluation['classes'];
    const confusion = [
      [11, 2],
      [3, 14],
    ];
    const test = { confusion, classes } as unknown as Evaluation;
    const texts = textsOf(await drawSvg(confusionChart('Pruned', test), 'confusion'));
    expect(texts).toEqual(expect.arrayContaining(['Pruned', 'no', 'yes', '11', '2', '3', '14']));
  });

  it('leave the cells of a kernel empty that are zero', async () => {
    const kernel = [
      [1, 0, -2],
      [0, 0, 0.5],
    ];
    const svg = await drawSvg(kernelChart('w', kernel, ['a', 'b']), 'weights');
    const [cells] = /<g class="mark-rect role-mark[^"]*".*?<\/g>/.exec(svg) as RegExpExecArray;
    expect(cells.match(/<path /g)).toHaveLength(3);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(['a', 'b', 'negative', 'positive']));
  });

  it('show each layer’s cycles, sparse and dense', async () => {
    const layer = { latency: 9, lanes: 1, terms: 7, denseTerms: 1200 };
    const layers = [{ ...layer, layer: 'hidden', interval: 7, denseInterval: 1200 }];
    const texts = textsOf(await drawSvg(cyclesChart(layers), 'cycles'));
    expect(texts).toEqual(expect.arrayContaining(['hidden', '7', '1,200', 'sparse', 'dense']));
  });

  it('name their clip paths by themselves, whatever was drawn before', async () => {
    const draw = (interval: number) => {
      const layer = { layer: 'hidden', latency: 9, lanes: 1, terms: 7, denseTerms: 12 };
      return drawSvg(cyclesChart([{ ...layer, interval, denseInterval: 12 }]), 'cycles');
    };
    const names = (svg: string) => [...svg.matchAll(/ id="([^"]+)"/g)].map(([, name]) => name);
    const first = await draw(5);
    expect(names(first)).not.toEqual([]);
    for (const name of names(first)) expect(first).toContain(`url(#${name})`);
    expect(names(await draw(7))).not.toEqual(names(first));
    expect(await draw(5)).toBe(first);
  });

  it('take the page’s text colour and width, and are the same every time', async () => {
    const draw = () => drawSvg(trainingChart(CURVES, 'accuracy'), 'Accuracy & "loss"');
    const svg = await draw();
    expect(svg).toMatch(
      /^<svg xmlns="[^"]+" role="img" aria-label="Accuracy &amp; &quot;loss&quot;" viewBox="0 0 \d+ \d+" style="width:\d+px;max-width:100%;min-width:\d+px;height:auto">/,
    );
    expect(svg).toContain('fill="currentColor"');
    expect(svg).not.toMatch(/fill="#(000|fff)|"black"|<script|<image/);
    expect(await draw()).toBe(svg);
  });
});
