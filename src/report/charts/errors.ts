import type { TopLevelSpec } from 'vega-lite';
import type { LayerError } from '../../quantize/error.js';
import { COLOURS } from '../draw.js';

const KINDS = ['mean', 'largest', 'bound'];

/** Each layer's errors on a logarithmic axis: what was seen lies left of what can be. */
export function errorsChart(errors: readonly LayerError[]): TopLevelSpec {
  const values = errors.flatMap(({ layer, mean, largest, bound }) =>
    Object.entries({ mean, largest, bound })
      .filter(([, error]) => error > 0)
      .map(([kind, error]) => ({ layer, kind, error })),
  );
  const y = { field: 'layer', type: 'nominal', sort: null, title: null } as const;
  const x = {
    field: 'error',
    type: 'quantitative',
    title: '|fixed point − float|',
    scale: { type: 'log', nice: false, padding: 16 },
  } as const;
  return {
    title: 'Quantization error by layer',
    width: 420,
    height: { step: 28 },
    data: { values },
    layer: [
      {
        transform: [
          {
            aggregate: [
              { op: 'min', field: 'error', as: 'low' },
              { op: 'max', field: 'error', as: 'high' },
            ],
            groupby: ['layer'],
          },
        ],
        mark: { type: 'rule', strokeOpacity: 0.25, color: 'currentColor' },
        encoding: { y, x: { ...x, field: 'low' }, x2: { field: 'high' } },
      },
      {
        mark: { type: 'point', filled: true, size: 75, opacity: 1 },
        encoding: {
          y: { ...y, axis: { ticks: false, domain: false } },
          x: { ...x, axis: { tickCount: 5, format: '.1~e' } },
          color: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: KINDS, range: [COLOURS.grey, COLOURS.blue, COLOURS.red] },
          },
          shape: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: KINDS, range: ['circle', 'circle', 'diamond'] },
          },
        },
      },
    ],
  };
}
