import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { IMPORTERS, importFile } from '../../src/exchange/importers/index.js';
import { newFolder } from '../support/cli.js';
import { importSeeds } from '../support/import-seeds.js';

const folder = newFolder('importers');
afterAll(() => rmSync(folder, { recursive: true }));

it('there is a good file of every format, which a test spoils', async () => {
  const seeds = await importSeeds(folder);
  const known = IMPORTERS.map(({ format }) => format).sort();
  expect([...new Set(seeds.map(({ format }) => format))].sort()).toEqual(known);
  for (const { file, options, format } of seeds) expect(importFile(file, options).format).toBe(format);
  const tests = path.join(import.meta.dirname, 'fuzz');
  const named = readdirSync(tests).flatMap((name) => {
    const [, list = ''] = /^fuzzed\(\[(.*)\]\);$/m.exec(readFileSync(path.join(tests, name), 'utf8')) ?? [];
    return list.split(', ').filter((word) => word.startsWith("'"));
  });
  expect(named.map((word) => word.slice(1, -1)).sort()).toEqual(known);
});
