import type { TopLevelSpec } from 'vega-lite';
import { COLOURS } from '../draw.js';

const LARGEST_LABELLED = 64;

/** A kernel as a map: a cell per weight, coloured by sign and size; what is zero stays empty. */
export function kernelChart(
  title: string,
  kernel: readonly (readonly number[])[],
  inputNames: readonly string[],
): TopLevelSpec {
  const units = kernel[0].length;
  const largest = Math.max(...kernel.flat().map(Math.abs));
  const values = kernel.flatMap((row, input) =>
    row.map((weight, unit) => ({ input: inputNames[input] ?? `input ${input}`, unit, weight })),
  );
  const names = kernel.map((_, input) => inputNames[input] ?? `input ${input}`);
  const isLabelled = kernel.length <= LARGEST_LABELLED;
  return {
    title,
    width: Math.max(40, Math.min(208, units * 13)),
    height: Math.max(40, Math.min(420, kernel.length * 13)),
    data: { values },
    encoding: {
      x: {
        field: 'unit',
        type: 'ordinal',
        title: 'unit',
        axis: { labelAngle: 0, labelOverlap: true, ticks: false, domain: false },
      },
      y: {
        field: 'input',
        type: 'nominal',
        sort: names,
        title: null,
        axis: isLabelled ? { ticks: false, domain: false, labelLimit: 130, labelFontSize: 9 } : null,
      },
    },
    layer: [
      { mark: { type: 'rect', fill: 'currentColor', fillOpacity: 0.05 } },
      {
        transform: [{ filter: 'datum.weight != 0' }],
        mark: { type: 'rect' },
        encoding: {
          color: {
            field: 'weight',
            type: 'quantitative',
            title: 'weight',
            scale: {
              domain: [-largest, 0, largest],
              range: [COLOURS.orange, COLOURS.grey, COLOURS.blue],
              interpolate: 'rgb',
            },
            legend: { orient: 'bottom', direction: 'horizontal', gradientLength: 160, tickCount: 3 },
          },
          opacity: {
            condition: { test: `abs(datum.weight) < ${largest / 8}`, value: 0.75 },
            value: 1,
          },
        },
      },
    ],
  };
}
