import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { withScratchFolder } from '../core/early-exit.js';
import { firstLines, runProcess } from '../core/process.js';
import { atATime, inParallel } from '../core/threads.js';
import { busBytes } from '../emit/bus.js';
import { makeStimulus } from '../network/stimulus.js';
import { type Beats, sliceBeats } from './beats.js';
import { type LoadedDesign, loadDesign, writeRoms } from './design.js';
import { type BuildOptions, type EngineName, paceOf } from './engine.js';
import { findEngine } from './engines/index.js';
import { buildBare, verilator } from './engines/verilator.js';
import { expectedBeats, stalledJob } from './prepare.js';
import { problems } from './problems.js';
import { DEFAULT_CACHE } from './simulate.js';
import { blockTasks } from './tasks.js';

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
  /** Inferences per second, process start and files included: all by one process, and as `simulate` runs them. */
  readonly harness: number;
  readonly blocks: number;
  readonly bare: number;
  /** Medians over the rounds of harness ÷ bare and blocks ÷ bare, each timed one after the other. */
  readonly ratio: number;
  readonly blocksRatio: number;
}

/**
 * Speed of the harness beside a bare C++ main round the same Verilated model, without stalls, in one run.
 *
 * @throws emit/*, cosim/*
 */
export async function measureSpeed(folder: string, options: SpeedOptions = {}): Promise<SpeedRecord> {
  const { random = 100_000, rounds = 5, cacheFolder = DEFAULT_CACHE } = options;
  const design = loadDesign(folder);
  const build = buildOptions(cacheFolder);
  const harness = await verilator.build(design, build);
  const bare = await buildBare(design, build);
  const beats = await randomBeats(design, random);
  const job = stalledJob(design, beats, 'none', 1);
  const blocks = blockTasks(design, beats.samples, 'none', 1).map(({ first, most, makeJob }) =>
    makeJob(sliceBeats(beats, first, first + most)),
  );
  return withScratchFolder(async (scratch) => {
    const vectors = path.join(scratch, 'vectors.bin');
    writeFileSync(vectors, job.vectors);
    writeRoms(design, scratch);
    const { input, output } = design.manifest.stream;
    const beats = [input, output].flatMap((port) => [port.beats, busBytes(port.width)]);
    const args = [vectors, job.samples, ...beats].map(String);
    const runBare = async () => {
      const result = await runProcess(bare, args, { cwd: scratch });
      if (result.status === 0) return;
      throw problems.cosimSimulatorFailed(design.manifest.name, 'bare main', firstLines(result));
    };
    const times: { one: number; all: number; bare: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const one = await timed(() => harness.run(job));
      const all = await timed(() => inParallel(blocks, atATime(undefined), (block) => harness.run(block)));
      const bare = await timed(runBare);
      times.push({ one: one.seconds, all: all.seconds, bare: bare.seconds });
    }
    return {
      design: design.manifest.name,
      samples: job.samples,
      harness: job.samples / median(times.map(({ one }) => one)),
      blocks: job.samples / median(times.map(({ all }) => all)),
      bare: job.samples / median(times.map(({ bare }) => bare)),
      ratio: median(times.map(({ one, bare }) => bare / one)),
      blocksRatio: median(times.map(({ all, bare }) => bare / all)),
    };
  });
}

/**
 * Seconds per clock cycle of one simulator, its start and the comparison included, the build not; without stalls.
 *
 * @param options.random default: as many vectors as the engine runs in a few seconds
 * @throws emit/*, cosim/*
 */
export async function measureEngine(
  folder: string,
  name: EngineName,
  options: SpeedOptions = {},
): Promise<number> {
  const engine = findEngine(name);
  const design = loadDesign(folder);
  const {
    random = paceOf(engine.pace, design.manifest.timing.interval),
    rounds = 5,
    cacheFolder = DEFAULT_CACHE,
  } = options;
  const built = await engine.build(design, buildOptions(cacheFolder));
  const job = stalledJob(design, await randomBeats(design, random), 'none', 1);
  const perCycle: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const { value, seconds } = await timed(() => built.run(job));
    perCycle.push(seconds / value.cycles);
  }
  return median(perCycle);
}

const buildOptions = (cacheFolder: string): BuildOptions => ({
  traces: false,
  waves: false,
  selfChecks: true,
  cacheFolder,
});

function randomBeats(design: LoadedDesign, random: number): Promise<Beats> {
  return expectedBeats(design, makeStimulus(design.network, { regressions: [], rows: [], random, seed: 1 }));
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const start = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - start) / 1000 };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
