import type { OnProgress } from '../core/progress.js';
import { atATime, inParallel } from '../core/threads.js';
import { AS_EMITTED, bodyOf } from '../emit/bodies.js';
import type { Stimulus } from '../network/stimulus.js';
import { type Beats, sliceBeats } from './beats.js';
import type { LoadedDesign } from './design.js';
import type { BuildOptions, BuiltDesign, Engine, RunResult } from './engine.js';
import { KeptResults } from './kept.js';
import { expectedBeats } from './prepare.js';
import { problems } from './problems.js';
import { asPredicted, type Measured } from './record.js';
import type { RegressionRecord } from './regressions.js';
import type { StallPattern } from './stalls.js';
import { blockTasks, measuringTask, replayTasks, stressTasks, sumResults, type Task } from './tasks.js';
import { installHint } from './tools.js';

/** One simulator on one body of the design, with vectors of its own. */
export interface SimulationPass {
  readonly engine: Engine;
  readonly design: LoadedDesign;
  readonly stimulus: Stimulus;
}

/** What all passes have in common. */
export interface PassOptions {
  readonly records: readonly RegressionRecord[];
  readonly seed: number;
  readonly stalls: StallPattern;
  readonly traceLayers: boolean;
  readonly threads: number | undefined;
  readonly build: Omit<BuildOptions, 'traces' | 'waves'>;
  readonly onProgress: OnProgress;
}

export interface TaskResult {
  readonly task: Task;
  readonly result: RunResult;
}

export interface PassResult {
  readonly version: string;
  /** Of the blocks: every vector once. */
  readonly sum: ReturnType<typeof sumResults>;
  /** Of resets in mid-run and of an output that waits for valid. */
  readonly stress: ReturnType<typeof sumResults>;
  readonly measured: RunResult;
  /** The first task that failed; the blocks come first. */
  readonly failed: TaskResult | undefined;
  /** Tasks that an interrupted run had finished. */
  readonly finishedBefore: number;
  /** Lets go of what was kept for a run that is interrupted. */
  readonly forget: () => void;
  readonly timing: {
    readonly buildSeconds: number;
    readonly buildCached: boolean;
    readonly referenceSeconds: number;
    readonly simulationSeconds: number;
  };
}

/** @throws cosim/tool-missing, cosim/build-failed, cosim/simulator-failed, network/code-out-of-range, netlist/* */
export async function runPass(pass: SimulationPass, options: PassOptions): Promise<PassResult> {
  const { engine, design, stimulus } = pass;
  const { traceLayers, threads, onProgress } = options;
  const version = await engineVersion(engine);
  const clock = stopwatch();
  // The compiler works while the reference model computes.
  const building = timed(engine.build(design, { ...options.build, traces: traceLayers, waves: false }));
  building.catch(() => undefined);
  const beats = await expectedBeats(design, stimulus, { traceLayers, threads, onProgress });
  const referenceSeconds = clock();
  onProgress({ task: `${titleOf(pass)}: building`, done: 0, total: 1 });
  const { value: built, seconds: buildSeconds } = await building;
  const simulation = stopwatch();
  const results = await runTasks(pass, options, built, beats);
  const timing = {
    buildSeconds,
    buildCached: built.cached,
    referenceSeconds,
    simulationSeconds: simulation(),
  };
  return { version, ...results, timing };
}

/** The measured timing beside the manifest's. */
export function timingOf({ manifest: { timing } }: LoadedDesign, { interval, latency }: RunResult) {
  const beside = (predicted: number, measured: Measured['measured']): Measured => ({ predicted, measured });
  return { interval: beside(timing.interval, interval), latency: beside(timing.latency, latency) };
}

/** Whether nothing differed, and the timing is the predicted one. */
export function hasPassed({ design }: SimulationPass, { failed, measured }: PassResult): boolean {
  return failed === undefined && Object.values(timingOf(design, measured)).every(asPredicted);
}

/** Such as `verilator` or `icarus, body XILINX=1`. */
export const titleOf = ({ engine, design }: SimulationPass): string =>
  bodyOf(design) === AS_EMITTED ? engine.name : `${engine.name}, body ${bodyOf(design).name}`;

async function engineVersion(engine: Engine): Promise<string> {
  const version = await engine.version();
  if (version === undefined) throw problems.cosimToolMissing(engine.program, installHint(engine.program));
  return version;
}

async function runTasks(
  pass: SimulationPass,
  { records, seed, stalls, threads, build, onProgress }: PassOptions,
  built: BuiltDesign,
  beats: Beats,
): Promise<Omit<PassResult, 'version' | 'timing'>> {
  const { design } = pass;
  const blocks = blockTasks(design, beats.samples, stalls, seed);
  const stress = stressTasks(design, beats.samples, { stalls, seed });
  const measuring = measuringTask(design, seed);
  const tasks = [...blocks, ...stress, ...replayTasks(design, records, { stalls, seed }), measuring];
  const total = beats.samples;
  const kept = new KeptResults(design, built, build.cacheFolder);
  let done = 0;
  const report = () => onProgress({ task: `${titleOf(pass)}: samples compared`, done, total });
  report();
  const results = await inParallel(tasks, atATime(threads), async (task) => {
    const part = sliceBeats(beats, task.first, task.first + task.most);
    const result = await kept.run(task.makeJob(part));
    if (blocks.includes(task)) done += part.samples;
    report();
    return result;
  });
  const of = (some: readonly Task[]) => sumResults(some.map((task) => results[tasks.indexOf(task)]));
  return {
    sum: of(blocks),
    stress: of(stress),
    measured: results[tasks.indexOf(measuring)],
    failed: tasks
      .map((task, index) => ({ task, result: results[index] }))
      .find(({ result }) => result.failure !== null),
    finishedBefore: kept.finishedBefore,
    forget: () => kept.forget(),
  };
}

function stopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}

async function timed<T>(work: Promise<T>): Promise<{ value: T; seconds: number }> {
  const clock = stopwatch();
  return { value: await work, seconds: clock() };
}
