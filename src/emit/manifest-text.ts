import { isDeepStrictEqual } from 'node:util';
import type { Manifest, ManifestText } from './manifest.js';
import type { Field, FieldRun } from './manifest-buses.js';

/** Of all buses together: more than any design that could be simulated. */
export const MAX_FIELDS = 2 ** 21;

/** `manifest.json` of a design. Fields that differ in unit and place alone are one entry: a picture has a hundred thousand. */
export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify(inFields(manifest, packed), null, 2)}\n`;
}

/** Every field on its own. {@link countFields} says how many there will be. */
export const spreadFields = (text: ManifestText): Manifest => inFields(text, spread) as Manifest;

/** How many fields a manifest's text stands for. */
export function countFields(text: ManifestText): number {
  let total = 0;
  inFields(text, (fields) => {
    for (const { count = 1, groups = 1 } of fields) total += count * groups;
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

function spread(runs: readonly FieldRun[]): readonly Field[] {
  return runs.flatMap(({ count = 1, groups = 1, pitch = 0, ...field }) =>
    Array.from({ length: groups * count }, (_, index) => ({
      ...field,
      unit: field.unit + index,
      lsb: field.lsb + Math.floor(index / count) * pitch + (index % count) * field.width,
    })),
  );
}

function packed(fields: readonly FieldRun[]): readonly FieldRun[] {
  return joined(joined(fields, sideBySide), nextGroup);
}

/** One run for two that follow each other, or undefined where they stay two. */
type Join = (run: FieldRun, next: FieldRun) => FieldRun | undefined;

function joined(runs: readonly FieldRun[], join: Join): FieldRun[] {
  const out: FieldRun[] = [];
  for (const next of runs) {
    const last = out.at(-1);
    const both = last !== undefined && areAlike(last, next) ? join(last, next) : undefined;
    if (both === undefined) out.push(next);
    else out[out.length - 1] = both;
  }
  return out;
}

const sideBySide: Join = (run, next) => {
  const { count = 1 } = run;
  const follows = next.unit === run.unit + count && next.lsb === run.lsb + count * run.width;
  return follows ? { ...run, count: count + 1 } : undefined;
};

const nextGroup: Join = (run, next) => {
  const { count = 1, groups = 1 } = run;
  const { pitch = next.lsb - run.lsb } = run;
  const follows =
    next.count === run.count &&
    next.unit === run.unit + groups * count &&
    next.lsb === run.lsb + groups * pitch;
  return follows && pitch > 0 ? { ...run, groups: groups + 1, pitch } : undefined;
};

/** Whether all that is not counted on is the same: what has a name of its own stands alone. */
function areAlike(one: FieldRun, other: FieldRun): boolean {
  return isDeepStrictEqual(constant(one), constant(other));
}

const constant = ({ unit: _, lsb: __, count: ___, groups: ____, pitch: _____, ...rest }: FieldRun) => rest;
