import { existsSync } from 'node:fs';
import path from 'node:path';
import { withScratchFolder } from '../core/early-exit.js';
import { EspalierError } from '../core/errors.js';
import { readBytes } from '../core/files.js';
import { addFiles, checkFiles, removeFile } from '../core/owned-folder.js';
import { ignoreProgress, type OnProgress } from '../core/progress.js';
import { bodyOf } from '../emit/bodies.js';
import { MANIFEST_FILE } from '../emit/read-design.js';
import { type LoadedDesign, loadDesign } from './design.js';
import { type Difference, diagnose, WAVE_FILE } from './diagnose.js';
import type { RunFailure } from './engine.js';
import {
  hasPassed,
  type PassOptions,
  type PassResult,
  runPass,
  type SimulationPass,
  type TaskResult,
  timingOf,
  titleOf,
} from './pass.js';
import { type EngineChoice, type OtherPass, type Plan, planPasses } from './plan.js';
import { problems } from './problems.js';
import { describeDifference, junitXml, type OtherRecord, type SimulationRecord } from './record.js';
import { addRegression, fittingRecords, readRegressions } from './regressions.js';
import { STALL_PATTERNS, type StallPattern } from './stalls.js';

export interface SimulateOptions {
  /**
   * Default Verilator where it is installed, with the embedded simulator on a few vectors beside it; otherwise the
   * embedded simulator. `all`: every simulator that is there, each with as many vectors as it has time for.
   */
  readonly engine?: EngineChoice;
  /** Input codes of the data's rows, one code per input. */
  readonly rows?: readonly (readonly number[])[];
  /** How many random vectors; default as {@link paceOf} has it: as many as take about a minute, 1,000 to 100,000. */
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
 * Co-simulates an emitted design with its network's reference model, every output bit, and measures its timing: as
 * emitted, and with the bodies of vendor primitives that its manifest names.
 *
 * @param folder holds `manifest.json`
 * @returns the record; `passed` says whether all was equal. Differences are no exceptions.
 * @throws emit/*, cosim/*, network/*, netlist/*
 */
export async function simulate(folder: string, options: SimulateOptions = {}): Promise<SimulationRecord> {
  const run = await openRun(folder, options);
  const { main, others, notCovered } = run.plan;
  const result = await runPass(main, run);
  const ran: { pass: OtherPass; result: PassResult }[] = [];
  const left = [...notCovered];
  for (const pass of others) {
    try {
      ran.push({ pass, result: await runPass(pass, run) });
    } catch (error) {
      if (!(pass.optional && error instanceof EspalierError && error.code.startsWith('netlist/')))
        throw error;
      left.push(`${titleOf(pass)}: ${error.message}`);
    }
  }
  const all = [{ pass: main, result }, ...ran];
  const wrong = all.find((one) => one.result.failed !== undefined);
  const { difference, wave } =
    wrong === undefined
      ? { difference: null }
      : await lookInto(run, wrong.pass, wrong.result.failed as TaskResult);
  const record: SimulationRecord = {
    ...describeRun(run, result),
    passed: difference === null && all.every((one) => hasPassed(one.pass, one.result)),
    others: ran.map((one) => describeOther(one.pass, one.result)),
    notCovered: left,
    difference,
    differenceIn: wrong === undefined ? null : titleOf(wrong.pass),
    timing: {
      ...result.timing,
      othersSeconds: ran.reduce((sum, one) => sum + secondsOf(one.result), 0),
      finishedBefore: all.reduce((sum, one) => sum + one.result.finishedBefore, 0),
    },
  };
  keep(run, record, wrong?.result.failed, wave);
  for (const one of all) one.result.forget();
  return record;
}

const secondsOf = ({ timing }: PassResult): number =>
  timing.buildSeconds + timing.referenceSeconds + timing.simulationSeconds;

/** The options with their defaults, and what they lead to. */
interface Run extends PassOptions {
  readonly design: LoadedDesign;
  readonly plan: Plan;
  readonly unfitRegressions: number;
  readonly regressions: string | undefined;
  readonly outputFolder: string | undefined;
}

async function openRun(folder: string, options: SimulateOptions): Promise<Run> {
  const { outputFolder } = options;
  if (outputFolder !== undefined) checkFiles(outputFolder, [RECORD_FILE, JUNIT_FILE, WAVE_FILE]);
  const { seed = 1, stalls = 'mixed', rows = [], random } = options;
  if (random !== undefined) checkCount('random', random);
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
    plan: await planPasses(design, { engine: options.engine, rows, random, regressions, seed }),
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

/** What a failure is, and its waveform. */
interface Finding {
  readonly difference: Difference | null;
  readonly wave?: Uint8Array;
}

async function lookInto(run: Run, pass: SimulationPass, { task, result }: TaskResult): Promise<Finding> {
  run.onProgress({ task: 'looking into the first difference', done: 0, total: 1 });
  const { first, makeJob } = task;
  return withScratchFolder(async (scratch) => {
    const outputFolder = run.outputFolder === undefined ? undefined : scratch;
    const failure = result.failure as RunFailure;
    const difference = await diagnose({ ...run, ...pass, first, makeJob, failure, outputFolder });
    const file = path.join(scratch, WAVE_FILE);
    return { difference, ...(existsSync(file) ? { wave: readBytes(file) } : {}) };
  });
}

function describeRun(run: Run, { version, sum, stress, measured }: PassResult) {
  const { manifest, hashes, editedSources } = run.design;
  const { main } = run.plan;
  return {
    schema: 'espalier/simulation',
    version: 1,
    design: manifest.name,
    architecture: manifest.architecture,
    engine: { name: main.engine.name, version },
    manifest: hashes.get(MANIFEST_FILE) as string,
    network: manifest.network.sha256,
    editedSources,
    seed: run.seed,
    stalls: run.stalls,
    samples: sum.samples,
    segments: main.stimulus.segments,
    differing: sum.differing,
    cycles: sum.cycles,
    resets: sum.resets,
    dropped: sum.dropped,
    stress,
    layersCompared: run.traceLayers ? manifest.traces.map(({ layer }) => layer) : [],
    ...timingOf(run.design, measured),
    unfitRegressions: run.unfitRegressions,
  } as const;
}

function describeOther(pass: SimulationPass, result: PassResult): OtherRecord {
  const { engine, design } = pass;
  const { version, sum, stress } = result;
  return {
    engine: { name: engine.name, version },
    body: bodyOf(design).name,
    samples: sum.samples,
    differing: sum.differing,
    cycles: sum.cycles,
    stress,
    passed: hasPassed(pass, result),
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
