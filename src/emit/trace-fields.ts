import type { Field, LayerTrace } from './manifest.js';

/** The fields of a whole sample on a layer's bus: where a beat is a position of a map, those of one stand for all. */
export function traceFields({ width, beats = 1, columns, fields }: LayerTrace): readonly Field[] {
  if (columns === undefined) return fields;
  return Array.from({ length: beats }, (_, beat) =>
    fields.map((field) => fieldIn(field, beat * width, Math.floor(beat / columns), beat % columns)),
  ).flat();
}

function fieldIn({ steps = [0, 0], ...field }: Field, lsb: number, row: number, column: number): Field {
  const moved = row * steps[0] + column * steps[1];
  const { unit, handedOn } = field;
  return {
    ...field,
    unit: unit + moved,
    ...(handedOn === undefined ? {} : { handedOn: { ...handedOn, unit: handedOn.unit + moved } }),
    lsb: lsb + field.lsb,
  };
}
