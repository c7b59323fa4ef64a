import { present } from '../core/objects.js';
import type { Field, LayerTrace, WindowBus } from './manifest-buses.js';

/** The fields of a whole sample on a layer's bus: where a beat is a position of a map, those of one stand for all. */
export function traceFields({ width, beats = 1, columns, fields }: LayerTrace): readonly Field[] {
  if (columns === undefined) return fields;
  return Array.from({ length: beats }, (_, beat) =>
    fields.map((field) => fieldIn(field, beat * width, Math.floor(beat / columns), beat % columns)),
  ).flat();
}

/** Units from the code in the first cell of a map to the one in another cell. */
export function unitsTo({ steps, repeats }: CellSteps, row: number, column: number): number {
  const along = (axis: 0 | 1, cell: number) =>
    repeats === undefined
      ? cell
      : Math.floor((repeats.begins[axis] + cell * repeats.strides[axis]) / repeats.times[axis]);
  return along(0, row) * steps[0] + along(1, column) * steps[1];
}

type CellSteps = Pick<WindowBus['fields'][number], 'steps' | 'repeats'>;

function fieldIn(
  { steps = [0, 0], repeats, ...field }: Field,
  lsb: number,
  row: number,
  column: number,
): Field {
  const moved = unitsTo({ steps, ...present({ repeats }) }, row, column);
  const { unit, handedOn } = field;
  return {
    ...field,
    unit: unit + moved,
    ...(handedOn === undefined ? {} : { handedOn: { ...handedOn, unit: handedOn.unit + moved } }),
    lsb: lsb + field.lsb,
  };
}
