import { ignoreProgress, type OnProgress } from '../core/progress.js';
import type { Timing } from '../emit/manifest.js';
import { referenceModel } from '../network/reference.js';
import { busBytes, packInput, packOutput, packTrace } from './bus.js';
import type { LoadedDesign } from './design.js';
import type { Job } from './engine.js';
import { longestWait, type StallPattern, stallSequence } from './stalls.js';
import type { Stimulus } from './stimulus.js';

/** The stimulus and what the reference model says of it, as beats of the design's buses. */
export type Beats = Pick<Job, 'samples' | 'vectors' | 'expected' | 'traces'>;

const CHUNK = 2_000;
const TIME_LIMIT = 3_600;

/**
 * Runs the reference model over the stimulus; lets other work go on between chunks.
 *
 * @param limit only so many of its first samples
 */
export async function expectedBeats(
  design: LoadedDesign,
  stimulus: Stimulus,
  traceLayers: boolean,
  onProgress: OnProgress = ignoreProgress,
  limit = stimulus.count,
): Promise<Beats> {
  const { stream, traces } = design.manifest;
  const count = Math.min(limit, stimulus.count);
  const traced = traceLayers ? traces : [];
  const inputBytes = busBytes(stream.input.width);
  const outputBytes = busBytes(stream.output.width);
  const beats = {
    samples: count,
    vectors: new Uint8Array(count * inputBytes),
    expected: new Uint8Array(count * outputBytes),
    traces: traced.map(({ width }) => new Uint8Array(count * busBytes(width))),
  };
  const run = referenceModel(design.network);
  let sample = 0;
  for (const codes of stimulus.vectors()) {
    if (sample === count) break;
    const outcome = run(codes);
    packInput(stream.input, codes, beats.vectors, sample * inputBytes);
    packOutput(stream.output, outcome, beats.expected, sample * outputBytes);
    traced.forEach((trace, index) => {
      packTrace(design.network, trace, outcome, beats.traces[index], sample * busBytes(trace.width));
    });
    sample += 1;
    if (sample % CHUNK === 0) {
      onProgress({ task: 'reference model', done: sample, total: count });
      await new Promise(setImmediate);
    }
  }
  return beats;
}

/** Some of the samples, in the order given. */
export function selectBeats(beats: Beats, samples: readonly number[]): Beats {
  const select = (bytes: Uint8Array) => {
    const size = bytes.length / beats.samples;
    return Buffer.concat(samples.map((sample) => bytes.subarray(sample * size, (sample + 1) * size)));
  };
  return {
    samples: samples.length,
    vectors: select(beats.vectors),
    expected: select(beats.expected),
    traces: beats.traces.map(select),
  };
}

/** The first samples. */
export function firstBeats(beats: Beats, samples: number): Beats {
  const count = Math.min(samples, beats.samples);
  const cut = (bytes: Uint8Array) => bytes.subarray(0, (bytes.length / beats.samples) * count);
  return {
    samples: count,
    vectors: cut(beats.vectors),
    expected: cut(beats.expected),
    traces: beats.traces.map(cut),
  };
}

/** The job of sending the beats with a stall pattern. */
export function stalledJob(design: LoadedDesign, beats: Beats, pattern: StallPattern, seed: number): Job {
  const { timing } = design.manifest;
  const stalls = stallSequence(pattern, timing, seed);
  return {
    ...beats,
    stalls,
    isolated: 0,
    warmUp: 0,
    watchDog: watchDogOf(design, stalls),
    drain: 2 * (timing.latency + timing.interval),
    stopAtFirst: false,
    timeLimit: TIME_LIMIT,
    seed,
  };
}

function watchDogOf({ manifest: { timing } }: LoadedDesign, stalls: Uint8Array): number {
  return 2 * longestWait(stalls) + 8 * (timing.latency + timing.interval) + 1_000;
}

const ISOLATED = 4;
const STEADY = 32;

/** Samples that {@link measuringJob} sends. */
export function measuringSamples({ manifest: { timing } }: LoadedDesign): number {
  return ISOLATED + warmUpOf(timing) + STEADY;
}

/** Until every buffer between the layers has filled, the input is taken faster than the slowest layer works. */
const warmUpOf = ({ latency, interval, layers }: Timing): number =>
  Math.ceil(latency / interval) + 4 * (layers.length + 1);

/**
 * The job of measuring latency and interval: a few samples alone, then a stream without stalls. Its sample s is
 * the beats' sample s modulo their number.
 */
export function measuringJob(design: LoadedDesign, beats: Beats, seed: number): Job {
  const order = Array.from({ length: measuringSamples(design) }, (_, index) => index % beats.samples);
  const job = stalledJob(design, selectBeats(beats, order), 'none', seed);
  return { ...job, isolated: ISOLATED, warmUp: warmUpOf(design.manifest.timing) };
}
