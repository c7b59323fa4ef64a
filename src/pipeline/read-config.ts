import path from 'node:path';
import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { readText } from '../core/files.js';
import { issueProblem } from './config-problem.js';
import { problems } from './problems.js';

type Key = PropertyKey;

/**
 * Reads a YAML file into a schema's shape.
 *
 * @param shown what errors call the file; default: the path as given
 * @throws file/unreadable, pipeline/config-syntax, pipeline/config-key, pipeline/config-value, all with line and column
 */
export function readConfig<T extends z.ZodType>(
  schema: T,
  file: string,
  shown = path.normalize(file),
): z.output<T> {
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
