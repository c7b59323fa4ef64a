import { printFormat } from '../../fixed/format.js';
import { isSigned } from '../../hardware/parallel/circuit.js';
import { busWidth, type Slots } from '../../hardware/slots.js';
import type { AffineLayer } from '../../network/affine.js';
import type { Field, LayerTrace, MapBus, WindowBus } from '../manifest.js';
import { cellsOf, type NamedStage, placeOf } from './stages.js';

/** Where a stage's codes pass, cell by cell. */
export function traceOf(named: NamedStage, instance: string): LayerTrace {
  const { stage, stem, module } = named;
  const { width } = stage.body.y;
  const beats = cellsOf(stage.positions);
  return {
    layer: stage.name,
    path: [instance, `${stem}_body`],
    module: module.module,
    signal: module.results,
    valid: module.valid,
    ready: 'y_ready_i',
    width: busWidth(stage.body.y),
    ...(beats === 1 ? {} : { beats }),
    ...windowOf(named),
    ...(named.queue === 0 ? {} : { queue: { path: [instance], ...queueNames(stem) } }),
    // Also those that are constants, or that nobody reads: they are there.
    fields: Array.from({ length: beats }, (_, position) =>
      stage.y.channels.map((channel, slot): Field => {
        const unit = position * stage.given + channel;
        const place = { lsb: placeOf(named, unit), width, signed: isSigned(stage.y.codes[slot]) };
        return { kind: 'value', unit, ...place, format: printFormat(stage.formats[slot]) };
      }),
    ).flat(),
  };
}

const queueNames = (stem: string) => ({
  signal: `${stem}_cells`,
  valid: `${stem}_cells_valid`,
  ready: `${stem}_cells_ready`,
});

/** Where the map that a group gives passes whole; where maps are marked, before those that are spoilt are dropped. */
export const wholeBus = (
  { rows }: AffineLayer,
  { count: slots, width, signed }: Slots,
  instance: string,
  isMarked: boolean,
): MapBus => ({
  path: [instance],
  signal: 'y_o',
  ...(isMarked ? { valid: 'whole_valid', ready: 'whole_ready' } : { valid: 'y_valid_o', ready: 'y_ready_i' }),
  width: slots * width,
  fields: rows.map(({ unit, format }, slot): Field => {
    return { kind: 'value', unit, lsb: slot * width, width, signed, format: printFormat(format) };
  }),
});

/** What the circuit reads, by taps and channels. */
function windowOf({ stage }: NamedStage): { readonly window?: WindowBus } {
  const { read, x } = stage.body;
  if (read.length === 0) return {};
  const { count: slots, width, signed } = x;
  const fields = read.map((input, at) => {
    const slot = input % stage.x.channels.length;
    return {
      tap: Math.floor(input / stage.x.channels.length),
      channel: stage.x.channels[slot],
      ...{ lsb: at * width, width, signed },
      outside: stage.padding[slot],
    };
  });
  const names = { signal: 'x_i', valid: 'x_valid_i', ready: 'x_ready_o' };
  return { window: { ...names, width: slots * width, fields } };
}
