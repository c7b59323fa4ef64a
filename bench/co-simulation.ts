import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeFolderAtomic } from '../src/core/files.js';
import { measureSpeed } from '../src/cosim/speed.js';
import { emitDesign, type HardwareConfig } from '../src/emit/design.js';
import type { Bench } from './support/bench.js';
import { denseNetwork } from './support/networks.js';

interface Workload {
  readonly title: string;
  readonly shape: readonly number[];
  readonly kept: number;
  readonly hardware: HardwareConfig;
  readonly samples: number;
}

const WORKLOADS: readonly Workload[] = [
  {
    title: '30-16-1, 60 % pruned, serial, 1 lane',
    shape: [30, 16, 1],
    kept: 0.4,
    hardware: { architecture: 'serial' },
    samples: 30_000,
  },
  {
    title: '16-64-32-32-5, 90 % pruned, serial, 8 lanes',
    shape: [16, 64, 32, 32, 5],
    kept: 0.1,
    hardware: { architecture: 'serial', lanes: 8 },
    samples: 30_000,
  },
];

/** The harness, which compares everything, beside a bare main round the same Verilated model, which does nothing. */
const bench: Bench = {
  title: 'Co-simulation',
  async run(onProgress) {
    const scratch = mkdtempSync(path.join(tmpdir(), 'espalier-bench-'));
    const perSecond = (rate: number) => `${Math.round(rate / 1_000)} k/s`;
    try {
      const ratios = [];
      for (const [done, { title, shape, kept, hardware, samples }] of WORKLOADS.entries()) {
        onProgress({ task: title, done, total: WORKLOADS.length });
        const folder = path.join(scratch, String(done));
        const generator = { version: '0', command: 'npm run bench' };
        writeFolderAtomic(folder, emitDesign(denseNetwork(shape, kept), hardware, generator));
        const speed = await measureSpeed(folder, {
          random: samples,
          cacheFolder: path.join(scratch, 'cache'),
        });
        ratios.push({
          workload: title,
          measure: 'inferences per second: harness / bare C++ main',
          ours: perSecond(speed.harness),
          other: perSecond(speed.bare),
          ratio: speed.ratio,
          goal: { atLeast: 0.8 },
        });
      }
      return ratios;
    } finally {
      rmSync(scratch, { recursive: true });
    }
  },
};

export default bench;
