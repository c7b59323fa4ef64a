import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeFolderAtomic } from '../../src/core/files.js';
import { Random } from '../../src/core/random.js';
import { describeDifference, describeMeasured } from '../../src/cosim/record.js';
import { type SimulateOptions, simulate } from '../../src/cosim/simulate.js';
import { STALL_PATTERNS } from '../../src/cosim/stalls.js';
import { emitDesign, type HardwareConfig } from '../../src/emit/design.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { randomNetwork } from '../support/networks.js';
import { CACHE, newFolder } from './fixture.js';

/** Random options of every micro-architecture, one line each. */
const HARDWARE: Record<string, (random: Random) => HardwareConfig> = {
  serial: (random) => ({ architecture: 'serial', lanes: random.integer(1, 4) }),
  parallel: (random) => ({ architecture: 'parallel', adderLevelsPerStage: random.integer(1, 4) }),
};

async function check(network: QuantizedNetwork, hardware: HardwareConfig, options: SimulateOptions) {
  const folder = path.join(newFolder(), 'design');
  writeFolderAtomic(folder, emitDesign(network, hardware, { version: '0', command: 'test' }));
  const record = await simulate(folder, { traceLayers: true, cacheFolder: CACHE, ...options });
  const { difference, interval, latency } = record;
  expect(difference === null ? 'no difference' : describeDifference(difference)).toBe('no difference');
  expect(record.passed, `${describeMeasured(interval)}; ${describeMeasured(latency)}`).toBe(true);
  expect(record.samples).toBeGreaterThan(options.random as number);
}

const FIRST = Number(process.env.SEED ?? 1);
const ROUNDS = Number(process.env.ROUNDS ?? 25);
const seeds = Array.from({ length: ROUNDS }, (_, index) => FIRST + index);

describe.each(Object.keys(HARDWARE))('%s designs of random networks', (architecture) => {
  it.each(seeds)(
    'equal the reference in every layer, under stalls, as fast as predicted: seed %i',
    async (seed) => {
      const random = new Random(seed, `random ${architecture} designs`);
      const network = randomNetwork(random);
      const stalls = random.pick(STALL_PATTERNS);
      await check(network, HARDWARE[architecture](random), { engine: 'icarus', random: 60, seed, stalls });
    },
  );

  it.each([1, 2, 3])('with Verilator, wider streams: seed %i', async (seed) => {
    const random = new Random(seed, `wide ${architecture} designs`);
    const network = randomNetwork(random, { maxInputs: 24, maxUnits: 12, maxLayers: 4 });
    await check(network, HARDWARE[architecture](random), { random: 2_000, seed });
  });
});
