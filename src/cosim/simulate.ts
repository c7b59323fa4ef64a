import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { problems } from '../core/errors.js';
import { writeFileAtomic } from '../core/files.js';
import { ignoreProgress, type OnProgress } from '../core/progress.js';
import { type LoadedDesign, loadDesign } from './design.js';
import { type Difference, diagnose, WAVE_FILE } from './diagnose.js';
import type { BuiltDesign, Engine, EngineName, Job, RunFailure, RunResult } from './engine.js';
import { chooseEngine } from './engines/index.js';
import { type Beats, expectedBeats, firstBeats, measuringJob, stalledJob } from './prepare.js';
import { asPredicted, describeDifference, junitXml, type SimulationRecord } from './record.js';
import { addRegression, fittingRecords, type RegressionRecord, readRegressions } from './regressions.js';
import { STALL_PATTERNS, type StallPattern } from './stalls.js';
import { makeStimulus, type Stimulus } from './stimulus.js';
import { installHint } from './tools.js';

export interface SimulateOptions {
  /** Default Verilator where it is installed, otherwise the embedded simulator. */
  readonly engine?: EngineName;
  /** Input codes of the data's rows, one code per input. */
  readonly rows?: readonly (readonly number[])[];
  /** How many random vectors; default 100,000 with Verilator, 500 with Icarus. */
  readonly random?: number;
  /** Of the random vectors, the stalls and the registers' first values; default 1. */
  readonly seed?: number;
  /** Default `mixed`. */
  readonly stalls?: StallPattern;
  /** Compares the activations of every layer too. */
  readonly traceLayers?: boolean;
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
  const { design, engine, stimulus, traceLayers, onProgress } = run;
  const version = await engineVersion(engine);
  const clock = stopwatch();
  // The compiler works while the reference model computes.
  const building = timed(engine.build(design, { ...run.build, traces: traceLayers, waves: false }));
  building.catch(() => undefined);
  const beats = await expectedBeats(design, stimulus, traceLayers, onProgress);
  const referenceSeconds = clock();
  const { value: built, seconds: buildSeconds } = await building;

  const simulation = stopwatch();
  const measured = await runTask(run, built, measureTask(run), beats);
  const runs = [await runTask(run, built, mainTask(run), beats)];
  for (const task of replayTasks(run)) runs.push(await runTask(run, built, task, beats));
  const simulationSeconds = simulation();

  const failed = [...runs, measured].find(({ result }) => result.failure !== null);
  if (run.outputFolder !== undefined) rmSync(path.join(run.outputFolder, WAVE_FILE), { force: true });
  const difference = failed === undefined ? null : await lookInto(run, failed);
  const record = {
    ...describeRun(run, runs[0].result, measured.result, difference),
    engine: { name: engine.name, version },
    timing: { buildSeconds, buildCached: built.cached, referenceSeconds, simulationSeconds },
  };
  keep(run, record, failed);
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
  readonly build: { readonly selfChecks: boolean; readonly cacheFolder: string };
  readonly regressions: string | undefined;
  readonly outputFolder: string | undefined;
  readonly onProgress: OnProgress;
}

async function openRun(folder: string, options: SimulateOptions): Promise<Run> {
  const engine = await chooseEngine(options.engine);
  const { seed = 1, random = engine.defaultRandom, stalls = 'mixed', rows = [] } = options;
  checkCount('random', random);
  checkCount('seed', seed);
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
    build: { selfChecks: true, cacheFolder: options.cacheFolder ?? DEFAULT_CACHE },
    regressions: options.regressions,
    outputFolder: options.outputFolder,
    onProgress: options.onProgress ?? ignoreProgress,
  };
}

function checkCount(option: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw problems.cosimOption(option, String(value), 'a whole number of at least 0');
}

async function engineVersion(engine: Engine): Promise<string> {
  const version = await engine.version();
  if (version === undefined) throw problems.cosimToolMissing(engine.program, installHint(engine.program));
  return version;
}

/** One pass over the stimulus. */
interface Task {
  readonly name: string;
  readonly stalls: StallPattern;
  readonly seed: number;
  readonly makeJob: (beats: Beats) => Job;
}

interface TaskResult {
  readonly task: Task;
  readonly result: RunResult;
}

const REPLAYED_SAMPLES = 5_000;

function measureTask({ design, seed }: Run): Task {
  return {
    name: 'interval and latency',
    stalls: 'none',
    seed,
    makeJob: (beats) => measuringJob(design, beats, seed),
  };
}

function mainTask({ design, stalls, seed }: Run): Task {
  return { name: 'all vectors', stalls, seed, makeJob: (beats) => stalledJob(design, beats, stalls, seed) };
}

/** The stalls that a recorded failure was found under, over the first samples: it may need its history to show. */
function replayTasks({ design, records, stalls: now, seed: current }: Run): Task[] {
  const pairs = new Map(records.map(({ stalls, seed }) => [`${stalls} ${seed}`, { stalls, seed }]));
  pairs.delete(`${now} ${current}`);
  return [...pairs].map(([name, { stalls, seed }]) => ({
    name: `recorded stalls ${name}`,
    stalls,
    seed,
    makeJob: (beats) => stalledJob(design, firstBeats(beats, REPLAYED_SAMPLES), stalls, seed),
  }));
}

async function runTask(run: Run, built: BuiltDesign, task: Task, beats: Beats): Promise<TaskResult> {
  const job = task.makeJob(beats);
  run.onProgress({ task: `${run.engine.name}: ${task.name}`, done: 0, total: job.samples });
  const result = await built.run(job);
  run.onProgress({ task: `${run.engine.name}: ${task.name}`, done: job.samples, total: job.samples });
  return { task, result };
}

function lookInto(run: Run, { task, result }: TaskResult): Promise<Difference> {
  run.onProgress({ task: 'looking into the first difference', done: 0, total: 1 });
  if (run.outputFolder !== undefined) mkdirSync(run.outputFolder, { recursive: true });
  return diagnose({ ...run, makeJob: task.makeJob, failure: result.failure as RunFailure });
}

function describeRun(
  run: Run,
  result: RunResult,
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
    samples: result.samples,
    segments: run.stimulus.segments,
    differing: result.differing,
    cycles: result.cycles,
    layersCompared: run.traceLayers ? manifest.traces.map(({ layer }) => layer) : [],
    interval,
    latency,
    unfitRegressions: run.unfitRegressions,
    difference,
  };
}

function keep(run: Run, record: SimulationRecord, failed: TaskResult | undefined): void {
  const { outputFolder, regressions } = run;
  if (outputFolder !== undefined) {
    writeFileAtomic(path.join(outputFolder, RECORD_FILE), `${JSON.stringify(record, null, 2)}\n`);
    writeFileAtomic(path.join(outputFolder, JUNIT_FILE), junitXml(record));
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
