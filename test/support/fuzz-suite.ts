import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { newFolder } from './cli.js';
import { type FuzzSeed, fuzz, fuzzSeeds } from './fuzz-imports.js';
import { importSeeds, memorySeeds } from './import-seeds.js';

/** Spoilt copies of each file of a format. */
const COPIES = 10_000;
const SEED = 31;
/** The process with all that tests need of it. */
const MOST_MEGABYTES = 512;

/** Whose files `--weights` reads, and no importer. */
export const MEMORY = 'memory images';

/** Whatever is done to a file of these formats is an error of ours, or a network that computes; in a process of its own. */
export function fuzzed(formats: readonly string[]): void {
  const folder = newFolder('fuzz');
  const seeds = new Map<string, readonly FuzzSeed[]>([[MEMORY, memorySeeds(folder)]]);
  beforeAll(async () => {
    for (const seed of await importSeeds(folder)) {
      if (formats.includes(seed.format))
        seeds.set(seed.format, [...(seeds.get(seed.format) ?? []), ...fuzzSeeds(seed)]);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(formats)(
    `%s: ${COPIES} spoilt copies of each file (seed ${SEED})`,
    { timeout: 1_200_000 },
    async (format) => {
      for (const seed of seeds.get(format) ?? []) {
        const { read, refused } = await fuzz(seed, COPIES, new Random(SEED, seed.name));
        // Otherwise all would be refused for one and the same reason, or nothing be looked at.
        expect(read, seed.name).toBeGreaterThan(COPIES / 200);
        expect(refused, seed.name).toBeGreaterThan(COPIES / 200);
      }
      expect(process.resourceUsage().maxRSS / 1024).toBeLessThan(MOST_MEGABYTES);
    },
  );
}
