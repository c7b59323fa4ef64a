import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { IMPORTERS, importFile } from '../../src/exchange/importers/index.js';
import { newFolder } from '../support/cli.js';
import { fuzzImport } from '../support/fuzz-imports.js';
import { type ImportSeed, importSeeds } from '../support/import-seeds.js';

/** Spoilt copies of each good file; `npm run bench importers` reads 10,000 of each format. */
const COPIES = 150;
const SEED = 31;

const folder = newFolder('importers');
let seeds: readonly ImportSeed[];
beforeAll(async () => {
  seeds = await importSeeds(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('there is a good file of every format', () => {
  const formats = new Set(seeds.map(({ format }) => format));
  expect([...formats].sort()).toEqual(IMPORTERS.map(({ format }) => format).sort());
  for (const { file, options, format } of seeds) expect(importFile(file, options).format).toBe(format);
});

it.each(IMPORTERS.map(({ format }) => format))(
  `whatever is done to a file of %s, it is a network or an error (seed ${SEED})`,
  { timeout: 120_000 },
  (format) => {
    for (const seed of seeds.filter((one) => one.format === format)) {
      const { read, refused } = fuzzImport(seed, COPIES, new Random(SEED, seed.name));
      expect(read + refused).toBe(COPIES);
      expect(refused, seed.name).toBeGreaterThan(0);
    }
  },
);
