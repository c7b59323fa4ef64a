import { printFormat } from '../fixed/format.js';
import type { Slots } from '../hardware/slots.js';
import type { AffineLayer } from '../network/affine.js';
import { handedOn } from './architecture.js';
import type { Field } from './manifest-buses.js';

/** The codes of a layer, one beside the other. */
export const codeFields = (
  { name, rows }: AffineLayer,
  { width, signed }: Pick<Slots, 'width' | 'signed'>,
): Field[] =>
  rows.map(({ unit, value, format }, slot): Field => {
    const place = { lsb: slot * width, width, signed };
    return { kind: 'value', unit, ...handedOn(name, value), ...place, format: printFormat(format) };
  });
