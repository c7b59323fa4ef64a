import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { addFiles } from '../src/core/owned-folder.js';
import { firstLines, runProcess } from '../src/core/process.js';
import type { OnProgress } from '../src/core/progress.js';
import { type LoadedDesign, loadDesign } from '../src/cosim/design.js';
import { verilator } from '../src/cosim/engines/verilator.js';
import { measureEngine, measureSpeed } from '../src/cosim/speed.js';
import { emitDesign } from '../src/emit/design.js';
import type { HardwareConfig } from '../src/emit/hardware-config.js';
import type { QuantizedNetwork } from '../src/network/types.js';
import { type Bench, medianSeconds, type Ratio } from './support/bench.js';
import { denseNetwork } from './support/networks.js';
import { WORKLOADS, workloadNetwork } from './support/workloads.js';

interface Case {
  readonly title: string;
  readonly network: QuantizedNetwork;
  readonly hardware: HardwareConfig;
  readonly samples: number;
}

const SERIAL: readonly Case[] = [
  {
    title: '30-16-1, 60 % pruned, serial, 1 lane',
    network: denseNetwork([30, 16, 1], 0.4),
    hardware: { architecture: 'serial' },
    samples: 30_000,
  },
  {
    title: '16-64-32-32-5, 90 % pruned, serial, 8 lanes',
    network: denseNetwork([16, 64, 32, 32, 5], 0.1),
    hardware: { architecture: 'serial', lanes: 8 },
    samples: 30_000,
  },
];

const PARALLEL = WORKLOADS.map((workload): Case => {
  const [inputs] = workload.shape;
  return {
    title: `${workload.title}, parallel`,
    network: workloadNetwork(workload),
    hardware: { architecture: 'parallel' },
    samples: inputs < 30 ? 100_000 : 300_000,
  };
});

/** Of every build; a middle one counts. */
const BUILD_ROUNDS = 3;

const perSecond = (rate: number) => `${Math.round(rate / 1_000)} k/s`;

/** Emits the case's design; its folder. */
function emit(scratch: string, { title, network, hardware }: Case): string {
  const folder = path.join(scratch, title.replace(/\W+/g, '-'));
  addFiles(folder, emitDesign(network, hardware, { version: '0', command: 'npm run bench' }));
  return folder;
}

/**
 * The harness, which compares everything, beside a bare main round the same Verilated model, which does nothing: in one
 * process, and in one for each core.
 */
async function harnessRatios(scratch: string, item: Case): Promise<Ratio[]> {
  const speed = await measureSpeed(emit(scratch, item), {
    random: item.samples,
    cacheFolder: path.join(scratch, 'cache'),
  });
  const common = { workload: item.title, other: perSecond(speed.bare) };
  return [
    {
      ...common,
      measure: 'inferences per second: harness / bare C++ main',
      ours: perSecond(speed.harness),
      ratio: speed.ratio,
      goal: { atLeast: 0.8 },
    },
    {
      ...common,
      measure: `inferences per second: harness, ${availableParallelism()} at a time / bare C++ main`,
      ours: perSecond(speed.blocks),
      ratio: speed.blocksRatio,
      goal: { atLeast: 1 },
    },
  ];
}

/** From Verilog to a program, by turns; nothing lies ready. */
async function buildRatio(scratch: string, item: Case): Promise<Ratio> {
  const design = loadDesign(emit(scratch, item));
  const pairs: { ours: number; stock: number }[] = [];
  for (let round = 0; round < BUILD_ROUNDS; round++) {
    const cacheFolder = path.join(scratch, `build${round}`);
    const options = { traces: false, waves: false, selfChecks: true, cacheFolder };
    const ours = await medianSeconds(1, () => verilator.build(design, options));
    const stock = await medianSeconds(1, () => stockBuild(design, path.join(scratch, 'stock')));
    rmSync(cacheFolder, { recursive: true });
    pairs.push({ ours, stock });
  }
  const sorted = pairs.toSorted((a, b) => a.ours / a.stock - b.ours / b.stock);
  const { ours, stock } = sorted[Math.floor(BUILD_ROUNDS / 2)];
  return {
    workload: item.title,
    measure: 'seconds to build: ours / the makefile that Verilator writes',
    ours: `${ours.toFixed(1)} s`,
    other: `${stock.toFixed(1)} s`,
    ratio: ours / stock,
    goal: { atMost: 1 },
  };
}

/** The design and a main by `verilator --build`, two compilers at a time, nothing else chosen. */
async function stockBuild({ folder, manifest }: LoadedDesign, scratch: string): Promise<void> {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch);
  copyFileSync(path.join(import.meta.dirname, '../sim/bare.cpp'), path.join(scratch, 'bare.cpp'));
  const sources = manifest.sources.map(({ file }) => path.join(folder, file));
  const flags = ['--cc', '--exe', '--build', '-j', '2', '-Wno-fatal', '-Wno-lint', '-Wno-style'];
  const names = ['--prefix', 'Vdesign', '--top-module', manifest.top];
  const result = await runProcess('verilator', [...flags, ...names, ...sources, 'bare.cpp'], {
    cwd: scratch,
  });
  if (result.status !== 0) throw new Error(firstLines(result));
}

/** The simulators beside each other, on a design whose cycles are as short as they get. */
async function engineRatios(scratch: string): Promise<Ratio[]> {
  const [item] = SERIAL;
  const folder = emit(scratch, item);
  const cacheFolder = path.join(scratch, 'cache');
  const seconds = {
    embedded: await measureEngine(folder, 'embedded', { cacheFolder }),
    icarus: await measureEngine(folder, 'icarus', { cacheFolder }),
    verilator: await measureEngine(folder, 'verilator', { cacheFolder }),
  };
  const nanoseconds = (value: number) => `${Math.round(value * 1e9)} ns`;
  const beside = (other: 'icarus' | 'verilator', name: string): Ratio => ({
    workload: item.title,
    measure: `time per clock cycle: embedded simulator / ${name}`,
    ours: nanoseconds(seconds.embedded),
    other: nanoseconds(seconds[other]),
    ratio: seconds.embedded / seconds[other],
    ...(other === 'icarus' ? { goal: { atMost: 1 } } : {}),
  });
  return [beside('icarus', 'Icarus'), beside('verilator', 'Verilator')];
}

const bench: Bench = {
  title: 'Co-simulation',
  async run(onProgress: OnProgress) {
    // Builds are timed: nothing may lie ready.
    process.env.OBJCACHE = '';
    const scratch = mkdtempSync(path.join(tmpdir(), 'espalier-bench-'));
    const cases = [...SERIAL, ...PARALLEL];
    try {
      const ratios: Ratio[] = [];
      for (const [done, item] of cases.entries()) {
        onProgress({ task: item.title, done, total: cases.length + 1 });
        ratios.push(...(await harnessRatios(scratch, item)));
        if (PARALLEL.includes(item)) ratios.push(await buildRatio(scratch, item));
      }
      onProgress({ task: 'simulators', done: cases.length, total: cases.length + 1 });
      return [...ratios, ...(await engineRatios(scratch))];
    } finally {
      rmSync(scratch, { recursive: true });
    }
  },
};

export default bench;
