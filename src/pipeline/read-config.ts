import path from 'node:path';
import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { problems } from '../core/errors.js';
import { readText } from '../core/files.js';
import { nearest } from '../core/nearest.js';

type Issue = z.core.$ZodIssue;
type Key = PropertyKey;

/**
 * Reads a YAML file into a schema's shape.
 *
 * @param shown what errors call the file; default: the path as given
 * @throws file/unreadable, pipeline/config-syntax, pipeline/config-key, pipeline/config-value, all with line and column
 */
export function readConfig<T extends z.ZodType>(schema: T, file: string, shown = path.normalize(file)): z.output<T> {
  const lines = new LineCounter();
  const document = parseDocument(readText(file), { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${shown}:${line}:${col}`;
  };
  const [syntax] = document.errors;
  if (syntax !== undefined) throw problems.configSyntax(at(syntax.pos[0]), syntax.message);
  const json = document.toJS() ?? {};
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw issueProblem(result.error.issues[0], json, schema, (keys, ofKey) =>
    at(offsetOf(document.contents, keys, ofKey)),
  );
}

/** Where the value at `keys` begins, or its key; of the nearest one above it where it is missing. */
function offsetOf(root: Node | null, keys: readonly Key[], ofKey: boolean): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  keys.forEach((key, depth) => {
    const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    const items = (node as { items?: unknown[] } | undefined)?.items;
    const next = isPair(pair) ? pair.value : typeof key === 'number' ? items?.[key] : undefined;
    const wantsKey = ofKey && depth === keys.length - 1;
    const place = ((wantsKey ? pair?.key : (next ?? pair?.key)) as Node | undefined)?.range?.[0];
    if (place !== undefined) offset = place;
    node = next;
  });
  return offset;
}

type Locate = (keys: readonly Key[], ofKey: boolean) => string;

function issueProblem(issue: Issue, json: unknown, schema: z.ZodType, locate: Locate) {
  if (issue.code === 'unrecognized_keys') {
    const keys = [...issue.path, issue.keys[0]];
    const allowed = keysAt(schema, issue.path, json);
    return problems.configKey(where(locate(keys, true), issue.path), issue.keys[0], allowed, nearest(issue.keys[0], allowed));
  }
  const value = valueAt(json, issue.path);
  const wanted = wantedBy(issue);
  const likely = typeof value === 'string' ? nearest(value, optionsOf(issue)) : undefined;
  return problems.configValue(where(locate(issue.path, false), issue.path), show(value), wanted, likely);
}

const where = (place: string, keys: readonly Key[]) => (keys.length === 0 ? place : `${place}, ${printPath(keys)}`);

const printPath = (keys: readonly Key[]) =>
  keys.reduce<string>((text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`), '');

const valueAt = (json: unknown, keys: readonly Key[]) =>
  keys.reduce<unknown>((value, key) => (value as Record<Key, unknown> | undefined)?.[key], json);

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** The scalars of our schemas say in words what they want; sections are known by their types. */
function wantedBy(issue: Issue): string {
  if (!/^Invalid|^Too /.test(issue.message)) return issue.message;
  if (issue.code === 'invalid_type') return issue.expected === 'object' || issue.expected === 'record' ? 'a section with keys' : `a ${issue.expected}`;
  return issue.message.replace(/^[^:]*: expected /, '');
}

const optionsOf = (issue: Issue): string[] => {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && 'options' in issue) return (issue.options as unknown[]).map(String);
  return [];
};

/** The keys that a section may have. */
function keysAt(schema: z.ZodType, keys: readonly Key[], json: unknown): string[] {
  let current: z.core.$ZodType = schema;
  let value = json;
  for (const key of keys) {
    const inner = unwrap(current, value)._zod.def as { shape?: Record<string, z.core.$ZodType>; element?: z.core.$ZodType; valueType?: z.core.$ZodType };
    current = (inner.shape?.[String(key)] ?? inner.element ?? inner.valueType) as z.core.$ZodType;
    value = (value as Record<Key, unknown>)?.[key];
  }
  const { shape } = unwrap(current, value)._zod.def as { shape?: object };
  return Object.keys(shape ?? {});
}

/** Through defaults, optionals and unions, to the object that the value was meant for. */
function unwrap(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  const def = schema._zod.def as { innerType?: z.core.$ZodType; options?: z.core.$ZodType[]; discriminator?: string };
  if (def.innerType !== undefined) return unwrap(def.innerType, value);
  if (def.options === undefined) return schema;
  const chosen = def.options.find((option) => {
    const { shape } = option._zod.def as { shape?: Record<string, z.ZodType> };
    const tag = def.discriminator === undefined ? undefined : shape?.[def.discriminator];
    return tag?.safeParse((value as Record<string, unknown>)?.[def.discriminator as string]).success;
  });
  return chosen ?? def.options[0];
}
