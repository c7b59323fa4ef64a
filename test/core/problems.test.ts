import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = path.resolve('src');
const CODE = /\bcode: '([^']*\/[^']*)'/g;

/** Every code that a message is made with, and the file that makes it. */
const codes = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) =>
    [...readFileSync(path.join(SRC, file), 'utf8').matchAll(CODE)].map(([, code]) => ({ file, code })),
  );

describe('codes of errors and warnings', () => {
  it('stand in the problems.ts of a room', () => {
    expect(codes.length).toBeGreaterThan(80);
    expect(codes.filter(({ file }) => path.basename(file) !== 'problems.ts')).toEqual([]);
  });

  it('are unique', () => {
    const seen = new Map<string, number>();
    for (const { code } of codes) seen.set(code, (seen.get(code) ?? 0) + 1);
    expect([...seen].filter(([, count]) => count > 1)).toEqual([]);
  });

  it('are room/problem in small letters', () => {
    expect(codes.filter(({ code }) => !/^[a-z]+\/[a-z0-9-]+$/.test(code))).toEqual([]);
  });

  it('every room that has messages keeps them in one file', () => {
    const rooms = JSON.parse(readFileSync('scripts/rooms.json', 'utf8')) as string[];
    const files = new Set(codes.map(({ file }) => file));
    expect([...files].every((file) => rooms.includes(path.dirname(file)))).toBe(true);
    expect(existsSync(path.join(SRC, 'core', 'problems.ts'))).toBe(true);
  });

  it('stand in docs/errors.md as `npm run errors` writes them', async () => {
    const { errorsText } = (await import('../../scripts/write-errors.mjs' as string)) as {
      errorsText(): string;
    };
    expect(readFileSync('docs/errors.md', 'utf8')).toBe(errorsText());
  });
});
