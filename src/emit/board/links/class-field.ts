import type { Manifest } from '../../manifest.js';
import type { Field } from '../../manifest-buses.js';

/** Where the class stands in a result, if it lies in one beat and in so many bits of it. */
export function classField({ stream }: Manifest, mostBits: number): Field | undefined {
  const { width: beat, fields } = stream.output;
  return fields.find(
    ({ kind, lsb, width }) => kind === 'class' && width <= mostBits && (lsb % beat) + width <= beat,
  );
}
