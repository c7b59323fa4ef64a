import { Random } from '../core/random.js';
import type { Beats } from './beats.js';
import type { LoadedDesign } from './design.js';
import type { Job, RunResult } from './engine.js';
import { measuringJob, stalledJob } from './prepare.js';
import type { RegressionRecord } from './regressions.js';
import type { StallPattern } from './stalls.js';

/** One run of the simulator, from reset on, over some samples of the stimulus. */
export interface Task {
  readonly name: string;
  /** The stimulus's number of its first sample. */
  readonly first: number;
  /** At most so many samples. */
  readonly most: number;
  readonly stalls: StallPattern;
  readonly seed: number;
  readonly makeJob: (beats: Beats) => Job;
}

/** Latency and interval. */
export function measuringTask(design: LoadedDesign, seed: number): Task {
  return {
    name: 'interval and latency',
    first: 0,
    most: Number.POSITIVE_INFINITY,
    stalls: 'none',
    seed,
    makeJob: (beats) => measuringJob(design, beats, seed),
  };
}

/** Starting a simulator takes as long as it needs for some ten thousands of samples, or some million cycles. */
const LEAST_BLOCK = 40_000;
const LEAST_BLOCK_CYCLES = 4_000_000;
const MOST_BLOCKS = 16;

/** A power of two, as numbers of cores are; the same on every machine, so that the records are. */
function blockCount({ manifest: { timing } }: LoadedDesign, samples: number): number {
  const least = Math.min(LEAST_BLOCK, LEAST_BLOCK_CYCLES / timing.interval);
  return Math.min(MOST_BLOCKS, 2 ** Math.floor(Math.log2(Math.max(1, samples / least))));
}

/** Every sample, in blocks that can be run at the same time: each has stalls and first register values of its own. */
export function blockTasks(
  design: LoadedDesign,
  samples: number,
  stalls: StallPattern,
  seed: number,
): Task[] {
  const seeds = new Random(seed, 'blocks');
  const size = Math.ceil(samples / blockCount(design, samples));
  return Array.from({ length: Math.ceil(samples / size) }, (_, index) => {
    const own = index === 0 ? seed : seeds.integer(0, 2 ** 31 - 1);
    return {
      name: 'all vectors',
      first: index * size,
      most: size,
      stalls,
      seed: own,
      makeJob: (beats) => stalledJob(design, beats, stalls, own),
    };
  });
}

/** What the streams do beside the stalls that were asked for. */
const STRESSES: readonly StallPattern[] = ['resets', 'patient', 'lengths'];
const MOST_STRESSED = 2_000;
const STRESSED_CYCLES = 2_000_000;
/** Though they take longer, as long as they do not take {@link LONG_CYCLES}. */
const LEAST_STRESSED = 40;
const LONG_CYCLES = 20_000_000;
/** Whatever they take. */
const FEW_STRESSED = 8;

/** Resets in mid-run, an output that waits for valid, wrong lengths: on the last samples, which mostly are random ones. */
export function stressTasks(
  design: LoadedDesign,
  samples: number,
  { stalls, seed }: { readonly stalls: StallPattern; readonly seed: number },
): Task[] {
  const { interval } = design.manifest.timing;
  const within = (cycles: number) => Math.floor(cycles / interval);
  const least = Math.max(FEW_STRESSED, Math.min(LEAST_STRESSED, within(LONG_CYCLES)));
  const wanted = Math.max(least, within(STRESSED_CYCLES));
  const most = Math.min(samples, wanted, MOST_STRESSED);
  return STRESSES.filter((pattern) => pattern !== stalls).map((pattern) => ({
    name: pattern,
    first: samples - most,
    most,
    stalls: pattern,
    seed,
    makeJob: (beats) => stalledJob(design, beats, pattern, seed),
  }));
}

const REPLAYED_SAMPLES = 5_000;

/** The stalls that a recorded failure was found under, over the first samples: it may need its history to show. */
export function replayTasks(
  design: LoadedDesign,
  records: readonly RegressionRecord[],
  current: { readonly stalls: StallPattern; readonly seed: number },
): Task[] {
  const pairs = new Map(records.map(({ stalls, seed }) => [`${stalls} ${seed}`, { stalls, seed }]));
  pairs.delete(`${current.stalls} ${current.seed}`);
  return [...pairs].map(([name, { stalls, seed }]) => ({
    name: `recorded stalls ${name}`,
    first: 0,
    most: REPLAYED_SAMPLES,
    stalls,
    seed,
    makeJob: (beats) => stalledJob(design, beats, stalls, seed),
  }));
}

/** What the blocks have shown together. */
export function sumResults(
  results: readonly RunResult[],
): Pick<RunResult, 'samples' | 'cycles' | 'resets' | 'dropped' | 'wrongLengths' | 'differing'> {
  const sum = (count: (result: RunResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  return {
    samples: sum(({ samples }) => samples),
    cycles: sum(({ cycles }) => cycles),
    resets: sum(({ resets }) => resets),
    dropped: sum(({ dropped }) => dropped),
    wrongLengths: sum(({ wrongLengths }) => wrongLengths),
    differing: sum(({ differing }) => differing),
  };
}
