import { assertNever } from '../core/assert.js';
import { Random } from '../core/random.js';
import type { Timing } from '../emit/manifest.js';

/**
 * How the streams hesitate. `none`: never. `random`: each side in every second cycle, by chance. `bursts`: runs of
 * about one initiation interval. `long`: pauses of several latencies, so that all buffers fill and empty. `mixed`:
 * each of the others in turn.
 */
export type StallPattern = 'none' | 'random' | 'bursts' | 'long' | 'mixed';
export const STALL_PATTERNS: readonly StallPattern[] = ['none', 'random', 'bursts', 'long', 'mixed'];

const OFFER = 1;
const READY = 2;

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
  const patterns = STALL_PATTERNS.filter((pattern) => pattern !== 'mixed');
  const wholes = patterns.map((pattern) => stallSequence(pattern, timing, seed));
  const sequence = new Uint8Array(sequenceLength(timing));
  for (let at = 0; at < sequence.length; ) {
    const whole = random.pick(wholes);
    const from = random.integer(0, whole.length - 1);
    const end = Math.min(sequence.length, at + 32 + 4 * timing.interval + 2 * timing.latency);
    for (let cycle = from; at < end; at++, cycle++) sequence[at] = whole[cycle % whole.length];
  }
  return sequence;
}

/** Cycles after which a sequence begins again. */
const sequenceLength = ({ interval, latency }: Timing): number =>
  Math.max(65_521, 64 * (interval + latency) + 1);

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
