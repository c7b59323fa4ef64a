import path from 'node:path';
import { type Document, isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { readText } from '../core/files.js';
import { issueProblem, type Locate } from './config-problem.js';
import { problems } from './problems.js';

type Key = PropertyKey;

/** More than anybody writes by hand. */
const MAX_BYTES = 2 ** 20;
const MAX_DEPTH = 64;
const MAX_VALUES = 100_000;

/**
 * Reads a YAML file into a schema's shape.
 *
 * @param shown what errors call the file; default: the path as given
 * @throws file/*, pipeline/config-syntax, pipeline/config-key, pipeline/config-value, the last three with line and column
 */
export function readConfig<T extends z.ZodType>(
  schema: T,
  file: string,
  shown = path.normalize(file),
): z.output<T> {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${shown}:${line}:${col}`;
  };
  const document = parseYaml(readText(file, MAX_BYTES), lines, shown);
  // A tag that nobody knows is only a warning.
  const [syntax] = [...document.errors, ...document.warnings];
  if (syntax !== undefined) {
    const isTooDeep = /call stack/.test(syntax.message);
    throw problems.configSyntax(at(syntax.pos[0]), isTooDeep ? TOO_DEEP : syntax.message);
  }
  const json = plainValue(document, shown) ?? {};
  const locate = (keys: readonly Key[], ofKey: boolean) => at(offsetOf(document.contents, keys, ofKey));
  checkTree(json, locate);
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw issueProblem(result.error.issues[0], json, schema, locate);
}

function parseYaml(text: string, lineCounter: LineCounter, shown: string): Document.Parsed {
  try {
    return parseDocument(text, { lineCounter, prettyErrors: false });
  } catch (error) {
    // The parser calls itself for every level.
    if (error instanceof RangeError) throw problems.configSyntax(shown, TOO_DEEP);
    throw error;
  }
}

/** The document as plain data; what its aliases stand for is limited. */
function plainValue(document: Document.Parsed, shown: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An alias without its anchor, or aliases of aliases of aliases.
    if (error instanceof ReferenceError) throw problems.configSyntax(shown, error.message);
    if (error instanceof RangeError) throw problems.configSyntax(shown, TOO_DEEP);
    throw error;
  }
}

const TOO_DEEP = `nesting deeper than ${MAX_DEPTH} levels`;

/** An anchor may hold an alias of itself, and a key may be one that code takes for the prototype. */
function checkTree(root: unknown, locate: Locate): void {
  let values = 0;
  const visit = (value: unknown, keys: readonly Key[]): void => {
    values += 1;
    if (values > MAX_VALUES) throw problems.configSyntax(locate([], false), `more than ${MAX_VALUES} values`);
    if (keys.length > MAX_DEPTH) throw problems.configSyntax(locate(keys, false), TOO_DEEP);
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      const inner = [...keys, Array.isArray(value) ? Number(key) : key];
      if (key === '__proto__') throw problems.configSyntax(locate(inner, true), 'a key __proto__');
      visit((value as Record<Key, unknown>)[key], inner);
    }
  };
  visit(root, []);
}

/** Where the value at `keys` begins, or its key; of the nearest one above it where it is missing. */
function offsetOf(root: Node | null, keys: readonly Key[], ofKey: boolean): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  keys.forEach((key, depth) => {
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && item.key.value === key)
      : undefined;
    const items = (node as { items?: unknown[] } | undefined)?.items;
    const next = isPair(pair) ? pair.value : typeof key === 'number' ? items?.[key] : undefined;
    const wantsKey = ofKey && depth === keys.length - 1;
    const place = ((wantsKey ? pair?.key : (next ?? pair?.key)) as Node | undefined)?.range?.[0];
    if (place !== undefined) offset = place;
    node = next;
  });
  return offset;
}
