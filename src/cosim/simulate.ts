import { existsSync } from 'node:fs';
import path from 'node:path';
import { withScratchFolder } from '../core/early-exit.js';
import { readBytes } from '../core/files.js';
import { addFiles, checkFiles, removeFile } from '../core/owned-folder.js';
import { ignoreProgress, type OnProgress } from '../core/progress.js';
import { atATime, inParallel } from '../core/threads.js';
import { type Beats, sliceBeats } from './beats.js';
import { type LoadedDesign, loadDesign } from './design.js';
import { type Difference, diagnose, WAVE_FILE } from './diagnose.js';
import type { BuiltDesign, Engine, EngineName, RunFailure, RunResult } from './engine.js';
import { chooseEngine } from './engines/index.js';
import { expectedBeats } from './prepare.js';
import { problems } from './problems.js';
import { asPredicted, describeDifference, junitXml, type SimulationRecord } from './record.js';
import { addRegression, fittingRecords, type RegressionRecord, readRegressions } from './regressions.js';
import { STALL_PATTERNS, type StallPattern } from './stalls.js';
import { makeStimulus, type Stimulus } from './stimulus.js';
import { blockTasks, measuringTask, replayTasks, sumResults, type Task } from './tasks.js';
import { installHint } from './tools.js';

export interface SimulateOptions {
  /** Default Verilator where it is installed, otherwise the embedded simulator. */
  readonly engine?: EngineName;
  /** Input codes of the data's rows, one code per input. */
  readonly rows?: readonly (readonly number[])[];
  /** How many random vectors; default 100,000 with Verilator, 20,000 with the embedded simulator, 500 with Icarus. */
  readonly random?: number;
  /** Of the random vectors, the stalls and the registers' first values; default 1. */
  readonly seed?: number;
  /** Default `mixed`. */
  readonly stalls?: StallPattern;
  /** Compares the activations of every layer too. */
  readonly traceLayers?: boolean;
  /** Simulators, and threads of the reference model, at a time; 0: none beside this one; absent: one for each core. */
  readonly threads?: number;
  /** File of vectors that once failed: they are run first, and new ones are added; see `regressions.ts`. */
  readonly regressions?: string;
  /** Where `simulation.json`, `simulation.xml` (JUnit) and, after a failure, `difference.vcd` are written. */
  readonly outputFolder?: string;
  /** Default `build/.cache/cosim`. */
  readonly cacheFolder?: string;
  readonly onProgress?: OnProgress;
}

export const DEFAULT_CACHE = path.join('build', '.cache', 'cosim');
export const RECORD_FILE = 'simulation.json';
export const JUNIT_FILE = 'simulation.xml';

/**
 * Co-simulates an emitted design with its network's reference model, every output bit, and measures its timing.
 *
 * @param folder holds `manifest.json`
 * @returns the record; `passed` says whether all was equal. Differences are no exceptions.
 * @throws emit/*, cosim/*, network/*
 */
export async function simulate(folder: string, options: SimulateOptions = {}): Promise<SimulationRecord> {
  const run = await openRun(folder, options);
  const { design, engine, stimulus, traceLayers, threads, onProgress } = run;
  const version = await engineVersion(engine);
  const clock = stopwatch();
  // The compiler works while the reference model computes.
  const building = timed(engine.build(design, { ...run.build, traces: traceLayers, waves: false }));
  building.catch(() => undefined);
  const beats = await expectedBeats(design, stimulus, { traceLayers, threads, onProgress });
  const referenceSeconds = clock();
  const { value: built, seconds: buildSeconds } = await building;

  const simulation = stopwatch();
  const { measured, blocks, all } = await runTasks(run, built, beats);
  const simulationSeconds = simulation();

  const failed = all.find(({ result }) => result.failure !== null);
  const { difference, wave } = failed === undefined ? { difference: null } : await lookInto(run, failed);
  const record = {
    ...describeRun(run, sumResults(blocks), measured, difference),
    engine: { name: engine.name, version },
    timing: { buildSeconds, buildCached: built.cached, referenceSeconds, simulationSeconds },
  };
  keep(run, record, failed, wave);
  return record;
}

/** The options with their defaults, and what they lead to. */
interface Run {
  readonly design: LoadedDesign;
  readonly engine: Engine;
  readonly stimulus: Stimulus;
  readonly records: readonly RegressionRecord[];
  readonly unfitRegressions: number;
  readonly seed: number;
  readonly stalls: StallPattern;
  readonly traceLayers: boolean;
  readonly threads: number | undefined;
  readonly build: { readonly selfChecks: boolean; readonly cacheFolder: string };
  readonly regressions: string | undefined;
  readonly outputFolder: string | undefined;
  readonly onProgress: OnProgress;
}

async function openRun(folder: string, options: SimulateOptions): Promise<Run> {
  const { outputFolder } = options;
  if (outputFolder !== undefined) checkFiles(outputFolder, [RECORD_FILE, JUNIT_FILE, WAVE_FILE]);
  const engine = await chooseEngine(options.engine);
  const { seed = 1, random = engine.defaultRandom, stalls = 'mixed', rows = [] } = options;
  checkCount('random', random);
  checkCount('seed', seed);
  if (options.threads !== undefined) checkCount('threads', options.threads);
  if (!STALL_PATTERNS.includes(stalls)) {
    throw problems.cosimOption('stalls', JSON.stringify(stalls), STALL_PATTERNS.join(', '));
  }
  const design = loadDesign(folder);
  const recorded = options.regressions === undefined ? [] : readRegressions(options.regressions);
  const records = fittingRecords(design.network, recorded);
  const regressions = records.map(({ codes }) => codes);
  return {
    design,
    engine,
    stimulus: makeStimulus(design.network, { regressions, rows, random, seed }),
    records,
    unfitRegressions: recorded.length - records.length,
    seed,
    stalls,
    traceLayers: options.traceLayers ?? false,
    threads: options.threads,
    build: { selfChecks: true, cacheFolder: options.cacheFolder ?? DEFAULT_CACHE },
    regressions: options.regressions,
    outputFolder,
    onProgress: options.onProgress ?? ignoreProgress,
  };
}

/** @throws cosim/option */
export function checkCount(option: string, value: number, least = 0): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw problems.cosimOption(option, String(value), `a whole number of at least ${least}`);
}

async function engineVersion(engine: Engine): Promise<string> {
  const version = await engine.version();
  if (version === undefined) throw problems.cosimToolMissing(engine.program, installHint(engine.program));
  return version;
}

interface TaskResult {
  readonly task: Task;
  readonly result: RunResult;
}

interface Results {
  readonly measured: RunResult;
  /** Of the blocks, in order. */
  readonly blocks: readonly RunResult[];
  /** The blocks first. */
  readonly all: readonly TaskResult[];
}

async function runTasks(run: Run, built: BuiltDesign, beats: Beats): Promise<Results> {
  const { design, stalls, seed, records } = run;
  const blocks = blockTasks(design, beats.samples, stalls, seed);
  const measuring = measuringTask(design, seed);
  const tasks = [...blocks, ...replayTasks(design, records, { stalls, seed }), measuring];
  const total = beats.samples;
  let done = 0;
  run.onProgress({ task: run.engine.name, done, total });
  const results = await inParallel(tasks, atATime(run.threads), async (task) => {
    const part = sliceBeats(beats, task.first, task.first + task.most);
    const result = await built.run(task.makeJob(part));
    if (blocks.includes(task)) done += part.samples;
    run.onProgress({ task: `${run.engine.name}: ${task.name}`, done, total });
    return result;
  });
  return {
    measured: results[tasks.indexOf(measuring)],
    blocks: results.slice(0, blocks.length),
    all: tasks.map((task, index) => ({ task, result: results[index] })),
  };
}

/** What a failure is, and its waveform. */
interface Finding {
  readonly difference: Difference | null;
  readonly wave?: Uint8Array;
}

async function lookInto(run: Run, { task, result }: TaskResult): Promise<Finding> {
  run.onProgress({ task: 'looking into the first difference', done: 0, total: 1 });
  const { first, makeJob } = task;
  return withScratchFolder(async (scratch) => {
    const outputFolder = run.outputFolder === undefined ? undefined : scratch;
    const failure = result.failure as RunFailure;
    const difference = await diagnose({ ...run, first, makeJob, failure, outputFolder });
    const file = path.join(scratch, WAVE_FILE);
    return { difference, ...(existsSync(file) ? { wave: readBytes(file) } : {}) };
  });
}

function describeRun(
  run: Run,
  { samples, differing, cycles }: ReturnType<typeof sumResults>,
  measured: RunResult,
  difference: Difference | null,
): Omit<SimulationRecord, 'timing' | 'engine'> {
  const { manifest, editedSources } = run.design;
  const interval = { predicted: manifest.timing.interval, measured: measured.interval };
  const latency = { predicted: manifest.timing.latency, measured: measured.latency };
  return {
    schema: 'espalier/simulation',
    version: 1,
    design: manifest.name,
    architecture: manifest.architecture,
    network: manifest.network.sha256,
    editedSources,
    seed: run.seed,
    stalls: run.stalls,
    passed: difference === null && asPredicted(interval) && asPredicted(latency),
    samples,
    segments: run.stimulus.segments,
    differing,
    cycles,
    layersCompared: run.traceLayers ? manifest.traces.map(({ layer }) => layer) : [],
    interval,
    latency,
    unfitRegressions: run.unfitRegressions,
    difference,
  };
}

function keep(
  run: Run,
  record: SimulationRecord,
  failed: TaskResult | undefined,
  wave: Uint8Array | undefined,
): void {
  const { outputFolder, regressions } = run;
  if (outputFolder !== undefined) {
    const { timing: _, ...product } = record;
    const files = new Map<string, string | Uint8Array>([
      [RECORD_FILE, `${JSON.stringify(product, null, 2)}\n`],
      [JUNIT_FILE, junitXml(record)],
      ...(wave === undefined ? [] : [[WAVE_FILE, wave] as const]),
    ]);
    addFiles(outputFolder, files);
    // That of an earlier failure.
    if (wave === undefined) removeFile(outputFolder, WAVE_FILE);
  }
  const { difference } = record;
  if (regressions === undefined || difference === null || failed === undefined) return;
  const { stalls, seed } = failed.task;
  addRegression(regressions, {
    codes: difference.input,
    stalls,
    seed,
    found: describeDifference(difference),
  });
}

function stopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}

async function timed<T>(work: Promise<T>): Promise<{ value: T; seconds: number }> {
  const clock = stopwatch();
  return { value: await work, seconds: clock() };
}
