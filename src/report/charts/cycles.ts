import type { TopLevelSpec } from 'vega-lite';
import type { LaneTiming } from '../../emit/manifest.js';
import { COLOURS } from '../draw.js';

/** A layer's cycles per sample beside those of an engine that walks the zeros too; the longest bar sets the pace. */
export function cyclesChart(
  layers: readonly Pick<LaneTiming, 'layer' | 'interval' | 'denseInterval'>[],
): TopLevelSpec {
  const values = layers.flatMap(({ layer, interval, denseInterval }) => [
    { layer, engine: 'sparse', cycles: interval },
    { layer, engine: 'dense', cycles: denseInterval },
  ]);
  const bar = { field: 'cycles', type: 'quantitative' } as const;
  return {
    title: 'Cycles per sample',
    width: 420,
    height: { step: 16 },
    data: { values },
    encoding: {
      y: { field: 'layer', type: 'nominal', sort: null, title: null, axis: { ticks: false, domain: false } },
      yOffset: { field: 'engine', type: 'nominal', sort: ['sparse', 'dense'] },
      x: { ...bar, title: null, axis: { tickCount: 5 } },
    },
    layer: [
      {
        mark: { type: 'bar', cornerRadiusEnd: 2 },
        encoding: {
          color: {
            field: 'engine',
            type: 'nominal',
            scale: { domain: ['sparse', 'dense'], range: [COLOURS.blue, COLOURS.grey] },
          },
        },
      },
      {
        mark: { type: 'text', align: 'left', dx: 5, fontSize: 11, color: 'currentColor' },
        encoding: { text: { ...bar, format: ',' } },
      },
    ],
  };
}
