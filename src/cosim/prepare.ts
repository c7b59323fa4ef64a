import { ignoreProgress, type OnProgress } from '../core/progress.js';
import { atATime, inThreads } from '../core/threads.js';
import type { Manifest } from '../emit/manifest.js';
import type { Stimulus } from '../network/stimulus.js';
import { type Beats, type BeatsOrder, beatsFiller, emptyBeats, selectBeats } from './beats.js';
import type { BeatsTask } from './beats-worker.js';
import type { LoadedDesign } from './design.js';
import type { Job } from './engine.js';
import {
  hasResets,
  hasWrongLengths,
  type StallPattern,
  stallSequence,
  watchDogOf,
  wrongLengths,
} from './stalls.js';

export interface BeatsOptions {
  /** Whether the layers' buses are wanted too. */
  readonly traceLayers?: boolean;
  /** The sample to begin with; default the stimulus's first. */
  readonly first?: number;
  /** At most so many samples. */
  readonly most?: number;
  /** Worker threads; 0: in this thread; absent: one for each core. */
  readonly threads?: number | undefined;
  readonly onProgress?: OnProgress;
}

/** Samples at a time, between which other work goes on. */
const CHUNK = 2_000;
/** Fewer samples are done before threads have started. */
const MANY = 50_000;
const TIME_LIMIT = 3_600;
const RESET_CYCLES = 8;

/** Runs the reference model over the stimulus. @throws network/code-out-of-range */
export async function expectedBeats(
  design: LoadedDesign,
  stimulus: Stimulus,
  options: BeatsOptions = {},
): Promise<Beats> {
  const { traceLayers = false, first = 0, most = stimulus.count, onProgress = ignoreProgress } = options;
  const { stream, traces: all } = design.manifest;
  const traces = traceLayers ? all : [];
  const beats = emptyBeats(Math.min(most, stimulus.count - first), { stream, traces });
  const order = { network: design.network, stimulus: stimulus.options, stream, traces, first, beats };
  let done = 0;
  const finish = ({ from, to }: BeatsTask) => {
    done += to - from;
    onProgress({ task: 'reference model', done, total: beats.samples });
  };
  const threads = beats.samples < MANY ? 0 : atATime(options.threads);
  if (threads === 0) await fillHere(order, finish);
  else await fillInThreads(order, threads, finish);
  return beats;
}

type OnFilled = (task: BeatsTask) => void;

async function fillHere(order: BeatsOrder, onFilled: OnFilled): Promise<void> {
  const fill = beatsFiller(order);
  for (const task of tasksOf(order)) {
    fill(task.from, task.to);
    onFilled(task);
    await new Promise(setImmediate);
  }
}

async function fillInThreads(order: BeatsOrder, threads: number, onFilled: OnFilled): Promise<void> {
  await inThreads<BeatsTask, void>('cosim/beats-worker', tasksOf(order), threads, {
    workerData: order,
    onResult: (_, task) => onFilled(task),
  });
}

function tasksOf({ beats: { samples } }: BeatsOrder): BeatsTask[] {
  return Array.from({ length: Math.ceil(samples / CHUNK) }, (_, index) => ({
    from: index * CHUNK,
    to: Math.min((index + 1) * CHUNK, samples),
  }));
}

/** The job of sending the samples with a stall pattern. */
export function stalledJob(design: LoadedDesign, samples: Beats, pattern: StallPattern, seed: number): Job {
  const { timing, stream } = design.manifest;
  const traces = design.manifest.traces.map(({ beats: ofTrace = 1 }) => ofTrace);
  const beats = { input: stream.input.beats, output: stream.output.beats, traces };
  const stalls = stallSequence(pattern, timing, seed);
  // Where beats go on before it is known whether all of a sample comes, layers work on those of a wrong length too.
  const areCompared = design.manifest.frames === undefined || !hasWrongLengths(stalls);
  return {
    ...samples,
    traces: areCompared ? samples.traces : [],
    beats,
    stalls,
    wrongLengths: wrongLengths(beats.input, seed),
    resetCycles: hasResets(stalls) ? 1 : RESET_CYCLES,
    isolated: 0,
    warmUp: 0,
    watchDog: watchDogOf(timing, stalls),
    drain: 2 * (timing.latency + timing.interval),
    stopAtFirst: false,
    timeLimit: TIME_LIMIT,
    seed,
  };
}

const ISOLATED = 4;
/** Intervals that are measured: fewer where a sample takes very many cycles. */
const STEADY = 32;
const STEADY_CYCLES = 10_000_000;
const LEAST_STEADY = 8;

/** Samples that {@link measuringJob} sends. */
export function measuringSamples({ manifest }: LoadedDesign): number {
  return ISOLATED + warmUpOf(manifest) + steadyOf(manifest);
}

const steadyOf = ({ timing: { interval } }: Manifest): number =>
  Math.max(LEAST_STEADY, Math.min(STEADY, Math.floor(STEADY_CYCLES / interval)));

/** Until what is slowest is never waited for: from then on it gives a result every interval, however the input comes in. */
const warmUpOf = ({ timing: { latency, interval, layers } }: Manifest): number =>
  Math.ceil(latency / interval) + 4 * (layers.length + 1);

/**
 * The job of measuring latency and interval: a few samples alone, then a stream without stalls. Its sample s is
 * the beats' sample s modulo their number.
 */
export function measuringJob(design: LoadedDesign, beats: Beats, seed: number): Job {
  const order = Array.from({ length: measuringSamples(design) }, (_, index) => index % beats.samples);
  const job = stalledJob(design, selectBeats(beats, order), 'none', seed);
  return { ...job, isolated: ISOLATED, warmUp: warmUpOf(design.manifest) };
}
