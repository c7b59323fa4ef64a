import { present } from '../../core/objects.js';
import { printFormat } from '../../fixed/format.js';
import { isSigned } from '../../hardware/parallel/circuit.js';
import { busWidth, type Slots } from '../../hardware/slots.js';
import { type CellChannel, unitIn } from '../../hardware/window/cells.js';
import type { AffineLayer } from '../../network/affine.js';
import type { Extent } from '../../network/window.js';
import { handedOn } from '../architecture.js';
import { codeFields } from '../code-fields.js';
import type { Field, LayerTrace, MapBus, WindowBus } from '../manifest-buses.js';
import { cellsOf, type NamedStage } from './stages.js';

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
    ...(beats === 1 ? {} : { beats, columns: stage.positions[1] }),
    ...windowOf(named, instance),
    ...(named.queue === 0 ? {} : { queue: { path: [instance], ...queueNames(stem) } }),
    // Also those that are constants, or that nobody reads: they are there.
    fields: stage.y.channels.map((channel, slot): Field => {
      const { value, ...moves } = cellUnits(channel);
      const place = { lsb: slot * width, width, signed: isSigned(stage.y.codes[slot]) };
      return {
        ...{ kind: 'value', unit: value.unit, ...handedOn(stage.name, value) },
        ...(beats === 1 ? {} : moves),
        ...place,
        format: printFormat(stage.formats[slot]),
      };
    }),
  };
}

type WindowField = WindowBus['fields'][number];

const queueNames = (stem: string) => ({
  signal: `${stem}_cells`,
  valid: `${stem}_cells_valid`,
  ready: `${stem}_cells_ready`,
});

/** Where the map that a group gives passes whole; where maps are marked, before those that are spoilt are dropped. */
export const wholeBus = (layer: AffineLayer, slots: Slots, instance: string, isMarked: boolean): MapBus => ({
  path: [instance],
  signal: 'y_o',
  ...(isMarked ? { valid: 'whole_valid', ready: 'whole_ready' } : { valid: 'y_valid_o', ready: 'y_ready_i' }),
  width: busWidth(slots),
  fields: codeFields(layer, slots),
});

/** The code in the first cell, and how units go on from cell to cell. */
function cellUnits(channel: CellChannel): Pick<WindowField, 'value' | 'steps' | 'repeats'> {
  const { value, steps, down, across } = channel;
  const first = { layer: value.layer, unit: unitIn(channel, 0, 0) };
  const [times, strides]: [Extent, Extent] = [
    [down.times, across.times],
    [down.stride, across.stride],
  ];
  if (times[0] * times[1] === 1)
    return { value: first, steps: [steps[0] * strides[0], steps[1] * strides[1]] };
  const begins: Extent = [down.first % times[0], across.first % times[1]];
  return { value: first, steps, repeats: { begins, strides, times } };
}

/** What is read of a window, by taps and channels. */
function windowOf({ stage, stem }: NamedStage, instance: string): { readonly window?: WindowBus } {
  const { read, x } = stage.body;
  if (read.length === 0) return {};
  const { count: slots, width, signed } = x;
  const { channels, shape } = stage.x;
  const fields = read.map((input, at) => {
    const slot = input % channels.length;
    return {
      tap: Math.floor(input / channels.length),
      ...cellUnits(channels[slot]),
      ...present({ zone: channels[slot].zone }),
      ...{ lsb: at * width, width, signed },
      outside: stage.padding[slot],
    };
  });
  const names = { signal: `${stem}_read`, valid: `${stem}_taps_valid`, ready: `${stem}_taps_ready` };
  const zones = present({ zones: stage.zones });
  return {
    window: { path: [instance], ...names, width: slots * width, shape, ...stage.window, ...zones, fields },
  };
}
