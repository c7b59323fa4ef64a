import { fieldsOf, inRuns, lengthOf } from './field-runs.js';
import type { Manifest, ManifestText } from './manifest.js';
import type { FieldRun } from './manifest-buses.js';

/** Of all buses together: more than any design that could be simulated. */
export const MAX_FIELDS = 2 ** 21;

/** `manifest.json` of a design. Fields that differ in unit and place alone are one entry: a picture has a hundred thousand. */
export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify(inFields(manifest, inRuns), null, 2)}\n`;
}

/** Every field on its own. {@link countFields} says how many there will be. */
export const spreadFields = (text: ManifestText): Manifest =>
  inFields(text, (runs) => runs.flatMap(fieldsOf)) as Manifest;

/** How many fields buses have together. */
export function countFields(text: Partial<Manifest> | ManifestText): number {
  let total = 0;
  inFields(text, (fields) => {
    for (const run of fields) total += lengthOf(run);
    return fields;
  });
  return total;
}

type ChangeFields = (fields: readonly FieldRun[]) => readonly FieldRun[];

/** Plain data in which each bus has other fields. A window's taps, which have no unit, are no such fields. */
function inFields(value: unknown, change: ChangeFields): unknown {
  if (Array.isArray(value)) return value.map((item) => inFields(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [
      member,
      member === 'fields' && isFields(inner) ? change(inner) : inFields(inner, change),
    ]),
  );
}

const isFields = (value: unknown): value is readonly FieldRun[] =>
  Array.isArray(value) && value.every((item) => typeof item.unit === 'number');
