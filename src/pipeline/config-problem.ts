import { z } from 'zod';
import type { EspalierError } from '../core/errors.js';
import { nearest } from '../core/nearest.js';
import { JSON_WORDING, optionsOf, showValue, valueAt, type Wording, wantedBy } from '../core/shape.js';
import { problems } from './problems.js';

type Issue = z.core.$ZodIssue;
type Key = PropertyKey;

/** Where the value at `keys`, or the last one of the keys itself, stands: file, line and column. */
export type Locate = (keys: readonly Key[], ofKey: boolean) => string;

/** What a schema refused, as an error with its place, what was got and wanted, and the likely word. */
export function issueProblem(outer: Issue, json: unknown, schema: z.ZodType, locate: Locate): EspalierError {
  const issue = nearestBranch(outer);
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    const place = where(locate([...issue.path, key], true), issue.path);
    const allowed = keysAt(schema, issue.path, json);
    return problems.configKey(place, key, allowed, nearest(key, allowed));
  }
  if (issue.code === 'custom' && issue.params?.key !== undefined) {
    const { key, allowed, hint } = issue.params as { key: string; allowed: string[]; hint?: string };
    const place = where(locate(issue.path, true), issue.path.slice(0, -1));
    return problems.configKey(place, key, allowed, nearest(key, allowed), hint);
  }
  const value = valueAt(json, issue.path);
  return problems.configValue(
    where(locate(issue.path, false), issue.path),
    showValue(value),
    wantedBy(issue, YAML_WORDING),
    likelyValue(issue, value) ??
      (issue.path.length === outer.path.length ? likelyWord(outer, value) : undefined),
  );
}

const likelyValue = (issue: Issue, value: unknown): string | undefined =>
  issue.code === 'custom' ? issue.params?.likely : likelyWord(issue, value);

const likelyWord = (issue: Issue, value: unknown): string | undefined =>
  typeof value === 'string' ? nearest(value, optionsOf(issue)) : undefined;

/** Of a union's refusals the one of the only branch that is of the value's type, however deep. */
function nearestBranch(issue: Issue): Issue {
  if (issue.code !== 'invalid_union') return issue;
  const fitting = issue.errors.filter(([first]) => first.path.length > 0 || !isOfAnotherType(first));
  if (fitting.length !== 1) return issue;
  const [first] = fitting[0];
  return nearestBranch({ ...first, path: [...issue.path, ...first.path] } as Issue);
}

/** A single word such as `auto` stands for itself, and for no type that the value could be meant to have. */
const isOfAnotherType = (issue: z.core.$ZodIssue): boolean =>
  issue.code === 'invalid_type' || (issue.code === 'invalid_value' && issue.values.length === 1);

const where = (place: string, keys: readonly Key[]) =>
  keys.length === 0 ? place : `${place}, ${printPath(keys)}`;

const printPath = (keys: readonly Key[]) =>
  keys.reduce<string>(
    (text, key) =>
      typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`,
    '',
  );

const YAML_WORDING: Wording = {
  types: { ...JSON_WORDING.types, object: 'a section with keys', record: 'a section with keys' },
  literal: String,
};

/** The keys that a section may have. */
function keysAt(schema: z.ZodType, keys: readonly Key[], json: unknown): string[] {
  let current: z.core.$ZodType = schema;
  let value = json;
  for (const key of keys) {
    const inner = unwrap(current, value)._zod.def as {
      shape?: Record<string, z.core.$ZodType>;
      element?: z.core.$ZodType;
      valueType?: z.core.$ZodType;
    };
    current = (inner.shape?.[String(key)] ?? inner.element ?? inner.valueType) as z.core.$ZodType;
    value = (value as Record<Key, unknown>)?.[key];
  }
  const { shape } = unwrap(current, value)._zod.def as { shape?: object };
  return Object.keys(shape ?? {});
}

/** Through defaults, optionals and unions, to the section that the value was meant for. */
function unwrap(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  const def = schema._zod.def as {
    innerType?: z.core.$ZodType;
    options?: z.core.$ZodType[];
    discriminator?: string;
  };
  if (def.innerType !== undefined) return unwrap(def.innerType, value);
  if (def.options === undefined) return schema;
  const sections = def.options.filter((option) => 'shape' in option._zod.def);
  const { discriminator } = def;
  if (discriminator === undefined) return sections[0] ?? schema;
  const tag = (value as Record<string, unknown>)?.[discriminator];
  const isMeant = (option: z.core.$ZodType) =>
    z.core.safeParse((option as z.core.$ZodObject)._zod.def.shape[discriminator], tag).success;
  return sections.find(isMeant) ?? schema;
}
