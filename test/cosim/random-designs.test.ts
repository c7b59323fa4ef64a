import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { describeDifference, describeMeasured } from '../../src/cosim/record.js';
import { type SimulateOptions, simulate } from '../../src/cosim/simulate.js';
import { STALL_PATTERNS } from '../../src/cosim/stalls.js';
import { emitDesign } from '../../src/emit/design.js';
import { RANDOM_ARCHITECTURES, type RandomDesign, randomDesign } from '../support/random-designs.js';
import { writeFolder } from '../support/write-folder.js';
import { CACHE, newFolder } from './fixture.js';

async function check({ network, hardware }: RandomDesign, options: SimulateOptions) {
  const folder = path.join(newFolder(), 'design');
  writeFolder(folder, emitDesign(network, hardware, { version: '0', command: 'test' }));
  const record = await simulate(folder, { traceLayers: true, cacheFolder: CACHE, ...options });
  const { difference, interval, latency } = record;
  expect(difference === null ? 'no difference' : describeDifference(difference)).toBe('no difference');
  expect(record.passed, `${describeMeasured(interval)}; ${describeMeasured(latency)}`).toBe(true);
  expect(record.samples + record.dropped).toBeGreaterThan(options.random as number);
}

const FIRST = Number(process.env.SEED ?? 1);
const ROUNDS = Number(process.env.ROUNDS ?? 25);
const seeds = Array.from({ length: ROUNDS }, (_, index) => FIRST + index);

describe.each(RANDOM_ARCHITECTURES)('%s designs of random networks', (architecture) => {
  it.each(seeds)(
    'equal the reference in every layer, under stalls, as fast as predicted: seed %i',
    async (seed) => {
      const random = new Random(seed, `random ${architecture} designs`);
      const design = randomDesign(random, architecture, { anyFinishes: seed % 2 === 0 });
      const stalls = random.pick(STALL_PATTERNS);
      await check(design, { engine: 'icarus', random: 60, seed, stalls });
    },
  );

  it.each([1, 2, 3])('with Verilator, wider streams: seed %i', async (seed) => {
    const random = new Random(seed, `wide ${architecture} designs`);
    const design = randomDesign(random, architecture, {
      maxInputs: 24,
      maxUnits: 12,
      maxLayers: 4,
      anyFinishes: seed === 2,
    });
    await check(design, { random: 2_000, seed });
  });
});
