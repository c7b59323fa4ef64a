import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { withScratchFolder } from '../core/early-exit.js';
import { problems } from '../core/errors.js';
import { busBytes } from './bus.js';
import { loadDesign, romFolder } from './design.js';
import type { BuildOptions } from './engine.js';
import { buildBare, verilator } from './engines/verilator.js';
import { expectedBeats, stalledJob } from './prepare.js';
import { firstLines, runProcess } from './process.js';
import { DEFAULT_CACHE } from './simulate.js';
import { makeStimulus } from './stimulus.js';

export interface SpeedOptions {
  /** Random vectors; default 100,000. */
  readonly random?: number;
  /** How often each is timed, by turns; the median counts. Default 5. */
  readonly rounds?: number;
  readonly cacheFolder?: string;
}

export interface SpeedRecord {
  readonly design: string;
  readonly samples: number;
  /** Inferences per second, process start and files included. */
  readonly harness: number;
  readonly bare: number;
  /** Median over the rounds of harness ÷ bare, each pair timed one after the other. */
  readonly ratio: number;
}

/**
 * Speed of the harness beside a bare C++ main round the same Verilated model, without stalls, in one run.
 *
 * @throws emit/*, cosim/*
 */
export async function measureSpeed(folder: string, options: SpeedOptions = {}): Promise<SpeedRecord> {
  const { random = 100_000, rounds = 5, cacheFolder = DEFAULT_CACHE } = options;
  const design = loadDesign(folder);
  const build: BuildOptions = { traces: false, waves: false, selfChecks: true, cacheFolder };
  const harness = await verilator.build(design, build);
  const bare = await buildBare(design, build);
  const stimulus = makeStimulus(design.network, { regressions: [], rows: [], random, seed: 1 });
  const beats = await expectedBeats(design, stimulus, false);
  const job = stalledJob(design, beats, 'none', 1);
  return withScratchFolder(async (scratch) => {
    const vectors = path.join(scratch, 'vectors.bin');
    writeFileSync(vectors, beats.vectors);
    const { input, output } = design.manifest.stream;
    const args = [vectors, beats.samples, busBytes(input.width), busBytes(output.width)].map(String);
    const runBare = async () => {
      const result = await runProcess(bare, args, { cwd: romFolder(design) });
      if (result.status === 0) return;
      throw problems.cosimSimulatorFailed(design.manifest.name, 'bare main', firstLines(result));
    };
    const pairs: { harness: number; bare: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      pairs.push({ harness: await secondsOf(() => harness.run(job)), bare: await secondsOf(runBare) });
    }
    return {
      design: design.manifest.name,
      samples: beats.samples,
      harness: beats.samples / median(pairs.map((pair) => pair.harness)),
      bare: beats.samples / median(pairs.map((pair) => pair.bare)),
      ratio: median(pairs.map((pair) => pair.bare / pair.harness)),
    };
  });
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
