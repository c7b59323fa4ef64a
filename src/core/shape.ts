import type { z } from 'zod';
import { type EspalierError, shown } from './errors.js';

type Issue = z.core.$ZodIssue;

/** How a document's values are spoken of. */
export interface Wording {
  readonly types: Readonly<Record<string, string>>;
  readonly literal: (value: unknown) => string;
}

export const JSON_WORDING: Wording = {
  types: {
    object: 'an object',
    record: 'an object',
    array: 'a list',
    string: 'a text',
    int: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  },
  literal: shown,
};

/**
 * A value from outside in the shape that is wanted, or the first thing that is wrong with it.
 *
 * @param place leads to the value, for the error, such as `network.json`
 * @param problem makes the error
 */
export function fitShape<T>(
  shape: z.ZodType<T>,
  value: unknown,
  place: string,
  problem: (where: string, got: string, wanted: string) => EspalierError,
): T {
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = `${place}${printPath(issue.path)}`;
  if (issue.code === 'unrecognized_keys') {
    throw problem(`${where}.${issue.keys[0]}`, 'a member that is not known', 'only members of this version');
  }
  throw problem(where, showValue(valueAt(value, issue.path)), wantedBy(issue));
}

const printPath = (keys: readonly PropertyKey[]): string =>
  keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');

export const valueAt = (value: unknown, keys: readonly PropertyKey[]): unknown =>
  keys.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);

/** A value as JSON, the beginning of a long one. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = shown(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** In words: the schema's own where it has some, else made from the kind of the refusal. */
export function wantedBy(issue: Issue, wording = JSON_WORDING): string {
  if (!/^(Invalid|Too |Unrecognized)/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return wording.types[issue.expected] ?? `a ${issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? wording.literal(issue.values[0])
        : `one of ${issue.values.map(wording.literal).join(', ')}`;
    case 'too_small':
      return `at least ${issue.minimum}${sizeWord(issue.origin)}`;
    case 'too_big':
      return `at most ${issue.maximum}${sizeWord(issue.origin)}`;
    case 'invalid_union': {
      const wanted = issue.errors.map(([first]) => wantedBy(first as Issue, wording));
      return wanted.length === 0 ? `one of ${optionsOf(issue).join(', ')}` : wanted.join(', or ');
    }
    default:
      return issue.message;
  }
}

const sizeWord = (origin: string): string => ({ array: ' items', string: ' characters' })[origin] ?? '';

/** The values that a refusal names as the ones that may stand there. */
export const optionsOf = (issue: Issue): string[] => {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code !== 'invalid_union') return [];
  if ('options' in issue) return (issue.options as unknown[]).map(String);
  return issue.errors.flatMap(([first]) => (first.path.length === 0 ? optionsOf(first as Issue) : []));
};
