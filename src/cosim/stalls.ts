import { assertNever } from '../core/assert.js';
import { Random } from '../core/random.js';
import type { Timing } from '../emit/manifest.js';

/**
 * How the streams hesitate. `none`: never. `random`: each side in every second cycle, by chance. `bursts`: runs of
 * about one initiation interval. `long`: pauses of several latencies, so that all buffers fill and empty. `mixed`:
 * each of these in turn. `patient`: as mixed, and the output is never ready before it was seen valid. `resets`: as
 * mixed, with resets in mid-run, from one cycle on, in which the streams stand at any level. In these two the input's
 * data change in every cycle in which none are offered. `lengths`: as mixed, and where a sample would begin, mostly one
 * of a wrong length is sent before it, too short or too long, which must be dropped and said; so do `resets`.
 */
export type StallPattern = 'none' | 'random' | 'bursts' | 'long' | 'mixed' | 'patient' | 'resets' | 'lengths';
export const STALL_PATTERNS: readonly StallPattern[] = [
  'none',
  'random',
  'bursts',
  'long',
  'mixed',
  'patient',
  'resets',
  'lengths',
];

/** What a byte of {@link Job.stalls} says of its cycle. */
const OFFER = 1;
const READY = 2;
const RESET = 4;
const PATIENT = 8;
const CHANGE = 16;
const WRONG = 32;
/** Those of `mixed`. */
const MIXED: readonly StallPattern[] = ['none', 'random', 'bursts', 'long'];

/** Lengths, in cycles, of the times in which a side goes on and in which it waits: uniform, ends included. */
interface Runs {
  readonly go: readonly [number, number];
  readonly wait: readonly [number, number];
}

/**
 * One byte per clock cycle, as {@link Job.stalls} has it. The two sides hesitate independently of each other; both
 * go on in at least one cycle of any sequence.
 */
export function stallSequence(pattern: StallPattern, timing: Timing, seed: number): Uint8Array {
  const random = new Random(seed, `stalls ${pattern}`);
  switch (pattern) {
    case 'none':
      return Uint8Array.of(OFFER | READY);
    case 'random':
      return Uint8Array.from({ length: sequenceLength(timing) }, () => random.integer(0, OFFER | READY));
    case 'bursts':
    case 'long':
      return runSequence(burstRuns(pattern, timing), timing, random);
    case 'mixed':
      return mixedSequence(timing, seed);
    case 'patient':
      return mixedSequence(timing, seed).map((byte) => byte | PATIENT | CHANGE);
    case 'resets':
      return withWrongLengths(resetSequence(timing, seed), seed);
    case 'lengths':
      return withWrongLengths(mixedSequence(timing, seed), seed);
    default:
      return assertNever(pattern);
  }
}

function burstRuns(pattern: 'bursts' | 'long', { interval, latency }: Timing): Runs {
  return pattern === 'bursts'
    ? { go: [1, 2 * interval + 2], wait: [1, interval + 2] }
    : { go: [interval, 4 * latency], wait: [latency, 3 * latency] };
}

function runSequence(runs: Runs, timing: Timing, random: Random): Uint8Array {
  const sequence = new Uint8Array(sequenceLength(timing));
  for (const side of [OFFER, READY]) {
    let at = 0;
    while (at < sequence.length) {
      const end = at + random.integer(...runs.go);
      for (; at < Math.min(end, sequence.length); at++) sequence[at] |= side;
      at = end + random.integer(...runs.wait);
    }
  }
  return sequence;
}

/** Slices of a few intervals, each of one of the other patterns. */
function mixedSequence(timing: Timing, seed: number): Uint8Array {
  const random = new Random(seed, 'stalls mixed');
  const wholes = MIXED.map((pattern) => stallSequence(pattern, timing, seed));
  const sequence = new Uint8Array(sequenceLength(timing));
  for (let at = 0; at < sequence.length; ) {
    const whole = random.pick(wholes);
    const from = random.integer(0, whole.length - 1);
    const end = Math.min(sequence.length, at + 32 + 4 * timing.interval + 2 * timing.latency);
    for (let cycle = from; at < end; at++, cycle++) sequence[at] = whole[cycle % whole.length];
  }
  return sequence;
}

const RESETS = 64;
/** One reset in so many is followed by time enough for the watch dog to find a design that stands still. */
const LONG_PAUSE = 16;

/** Half of the resets take one cycle; they come in the cycle after another, while samples are in flight, or later. */
function resetSequence(timing: Timing, seed: number): Uint8Array {
  const random = new Random(seed, 'stalls resets');
  const mixed = mixedSequence(timing, seed);
  const flight = timing.latency + timing.interval;
  const pause = watchDogOf(timing, mixed) + flight;
  const resets = Math.max(LONG_PAUSE, Math.min(RESETS, LONG_PAUSE * Math.floor(MOST_CYCLES / (2 * pause))));
  const times = Array.from({ length: resets }, (_, reset) => {
    const patience = reset % LONG_PAUSE === LONG_PAUSE - 1 ? pause : 0;
    const before = patience + random.pick([1, random.integer(1, flight), random.integer(1, 4 * flight)]);
    return { before, held: random.pick([1, random.integer(2, 12)]) };
  });
  const sequence = new Uint8Array(times.reduce((sum, { before, held }) => sum + before + held, 0));
  let at = 0;
  const append = (cycles: number, bits: number) => {
    for (const end = at + cycles; at < end; at++) sequence[at] = mixed[at % mixed.length] | bits | CHANGE;
  };
  for (const { before, held } of times) {
    append(before, 0);
    append(held, RESET);
  }
  return sequence;
}

function withWrongLengths(sequence: Uint8Array, seed: number): Uint8Array {
  const random = new Random(seed, 'stalls lengths');
  return sequence.map((byte) => (random.integer(0, 2) === 0 ? byte : byte | WRONG));
}

const WRONG_LENGTHS = 61;

/** Beats of samples of a wrong length, where a sample has so many: each too short one, some that are too long. */
export function wrongLengths(beats: number, seed: number): number[] {
  const random = new Random(seed, 'wrong lengths');
  return Array.from({ length: WRONG_LENGTHS }, () => {
    const long = beats + random.pick([1, random.integer(1, beats), beats, random.integer(1, 3 * beats)]);
    return beats > 1 && random.integer(0, 1) === 0 ? random.integer(1, beats - 1) : long;
  });
}

/** Cycles without a handshake after which a design counts as hanging. */
export const watchDogOf = ({ latency, interval }: Timing, sequence: Uint8Array): number =>
  2 * longestWait(sequence) + 8 * (latency + interval) + 1_000;

/** Whether a sequence holds the design in reset now and then. */
export const hasResets = (sequence: Uint8Array): boolean => sequence.some((byte) => (byte & RESET) !== 0);

/** Whether a sequence sends samples of a wrong length now and then. */
export const hasWrongLengths = (sequence: Uint8Array): boolean =>
  sequence.some((byte) => (byte & WRONG) !== 0);

/** Of a sequence, a byte each. */
const MOST_CYCLES = 2 ** 25;

/** Cycles after which a sequence begins again. */
const sequenceLength = ({ interval, latency }: Timing): number =>
  Math.min(MOST_CYCLES + 1, Math.max(65_521, 64 * (interval + latency) + 1));

/** The longest time, in cycles, in which one side waits. */
export function longestWait(sequence: Uint8Array): number {
  let longest = 0;
  for (const side of [OFFER, READY]) {
    let waited = 0;
    // Twice round, for a wait that goes over the end.
    for (let at = 0; at < 2 * sequence.length; at++) {
      waited = sequence[at % sequence.length] & side ? 0 : waited + 1;
      longest = Math.max(longest, waited);
    }
  }
  return longest;
}
