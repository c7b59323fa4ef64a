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
  const names = kernel.map((_, input) => inputNames[input] ?? `input ${input}`);
  const values = kernel.flatMap((row, input) =>
    row.map((weight, unit) => ({
      input: names[input],
      unit,
      size: Math.abs(weight),
      sign: weight < 0 ? 'negative' : 'positive',
    })),
  );
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
        scale: { domain: kernel[0].map((_, unit) => unit) },
        title: 'unit',
        axis: { labelAngle: 0, labelOverlap: true, ticks: false, domain: false },
      },
      y: {
        field: 'input',
        type: 'nominal',
        scale: { domain: names },
        title: null,
        axis: isLabelled ? { ticks: false, domain: false, labelLimit: 160, labelFontSize: 9 } : null,
      },
      color: {
        field: 'sign',
        type: 'nominal',
        scale: { domain: ['negative', 'positive'], range: [COLOURS.orange, COLOURS.blue] },
      },
      fillOpacity: {
        field: 'size',
        type: 'quantitative',
        scale: { domain: [0, largest], range: [0.3, 1] },
        legend: null,
      },
    },
    view: { fill: 'currentColor', fillOpacity: 0.05 },
    transform: [{ filter: 'datum.size > 0' }],
    mark: { type: 'rect' },
  };
}
