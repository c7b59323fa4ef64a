import path from 'node:path';
import { expect, it } from 'vitest';
import { denseNetwork, fewBitNetwork } from '../../bench/support/networks.js';
import { simulate } from '../../src/cosim/simulate.js';
import { emitDesign } from '../../src/emit/design.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import { writeFolder } from '../support/write-folder.js';
import { CACHE, newFolder } from './fixture.js';

const serial = (lanes: number): HardwareConfig => ({ architecture: 'serial', lanes });
const parallel = (adderLevelsPerStage: number): HardwareConfig => ({
  architecture: 'parallel',
  adderLevelsPerStage,
});

it.each([
  { shape: [30, 16, 1], kept: 0.4, hardware: serial(1), random: 20_000 },
  { shape: [16, 64, 32, 32, 5], kept: 1, hardware: serial(8), random: 300 },
  { shape: [16, 64, 32, 32, 5], kept: 0.1, hardware: serial(2), random: 2_000 },
  { shape: [784, 30, 10], kept: 0.5, hardware: serial(30), random: 100 },
  { shape: [30, 16, 1], kept: 0.4, hardware: parallel(1), random: 2_000 },
  { shape: [30, 16, 1], kept: 0.4, hardware: parallel(3), random: 2_000 },
])('$shape, $kept of the weights, $hardware: no difference, the predicted cycles', async (workload) => {
  const { shape, kept, hardware, random } = workload;
  const folder = path.join(newFolder(), 'design');
  writeFolder(folder, emitDesign(denseNetwork(shape, kept), hardware, { version: '0', command: 'test' }));
  const record = await simulate(folder, { random, traceLayers: true, cacheFolder: CACHE });
  expect(record).toMatchObject({ passed: true, differing: 0, difference: null });
  expect(record.layersCompared).toHaveLength(shape.length - 1);
  expect(record.samples).toBe(random + 3 + 2 * Math.min(shape[0], 128));
});

it('a network of few bits, mostly tables: no difference, the predicted cycles', async () => {
  const shape = [16, 24, 12, 5];
  const network = fewBitNetwork({ shape, bits: 2, fanIn: [3, 5], weightBits: 6 });
  const files = emitDesign(network, parallel(2), { version: '0', command: 'test' });
  expect([...files.keys()]).toContain('rtl/espalier_table.v');
  const folder = path.join(newFolder(), 'design');
  writeFolder(folder, files);
  const record = await simulate(folder, { random: 5_000, traceLayers: true, cacheFolder: CACHE });
  expect(record).toMatchObject({ passed: true, differing: 0, difference: null });
  expect(record.layersCompared).toHaveLength(shape.length - 1);
});

it.each([
  { engine: 'icarus', name: 'bench' },
  { engine: 'icarus', name: 'espalier_bench' },
  { engine: 'verilator', name: 'espalier_drive' },
] as const)('$engine simulates a design called $name', async ({ engine, name }) => {
  const folder = path.join(newFolder(), 'design');
  const network = { ...denseNetwork([3, 2, 1], 1), name };
  writeFolder(folder, emitDesign(network, parallel(1), { version: '0', command: 'test' }));
  const record = await simulate(folder, { engine, random: 20, cacheFolder: CACHE });
  expect(record).toMatchObject({ passed: true, samples: 20 + 3 + 2 * 3 });
});
