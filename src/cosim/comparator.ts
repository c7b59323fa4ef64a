import type { Job, RunFailure, RunResult } from './engine.js';

interface MutableRange {
  least: number;
  greatest: number;
}

/**
 * The comparison of a job's run, for engines that report what happens on the streams: the same that the C++ harness
 * does for Verilator. Cycles must be reported in order; buses as hexadecimal little-endian bytes, `x` for unknown.
 */
export class Comparator {
  /** When each sample's first beat went in. */
  private readonly sentAt: number[] = [];
  /** Samples that went in whole. */
  private sent = 0;
  /** Beats of the sample that goes in. */
  private beatIn = 0;
  /** What has come out of a result, and its beats. */
  private given = '';
  private beatOut = 0;
  /** Beats. */
  private readonly traceSeen: number[];
  /** Samples that came out or were dropped. */
  private received = 0;
  private receivedAt = 0;
  private dropped = 0;
  private wrongLengths = 0;
  private resets = 0;
  private differing = 0;
  private latency: MutableRange | null = null;
  private interval: MutableRange | null = null;
  private failure: RunFailure | null = null;
  private isBroken = false;

  /** What must come, in hexadecimal, made once: one sample behind the other. */
  private readonly expected: string;
  private readonly traces: readonly string[];

  constructor(private readonly job: Job) {
    this.expected = hex(job.expected);
    this.traces = job.traces.map(hex);
    this.traceSeen = job.traces.map(() => 0);
  }

  /** Whether anything was wrong so far. */
  get failed(): boolean {
    return this.failure !== null;
  }

  /** Whether a rule is broken, so that the run should end. */
  get ended(): boolean {
    return this.isBroken;
  }

  /** The input took a beat of a sample; those of a wrong length count for themselves. */
  input(cycle: number): void {
    if (this.beatIn === 0) this.sentAt[this.sent] = cycle;
    this.beatIn += 1;
    if (this.beatIn < this.job.beats.input) return;
    this.beatIn = 0;
    this.sent += 1;
  }

  /** The input took all of a sample of a wrong length. */
  wrongLength(): void {
    this.wrongLengths += 1;
  }

  /** A reset began: the samples in flight are dropped. */
  reset(): void {
    this.resets += 1;
    this.dropped += this.sent - this.received;
    this.received = this.sent;
    this.beatIn = 0;
    this.given = '';
    this.beatOut = 0;
    this.traceSeen.forEach((_, trace) => {
      this.traceSeen[trace] = this.sent * this.job.beats.traces[trace];
    });
  }

  /** The output gave a beat. */
  output(cycle: number, got: string, last: boolean): void {
    if (this.received >= this.sent) {
      this.broken('surplus', cycle);
      return;
    }
    this.given += got;
    this.beatOut += 1;
    const isWhole = this.beatOut === this.job.beats.output;
    if (last !== isWhole) this.broken('last', cycle);
    else if (isWhole) this.receive(cycle);
  }

  private receive(cycle: number): void {
    const sample = this.received;
    const got = this.given;
    this.received += 1;
    this.given = '';
    this.beatOut = 0;
    const { isolated, warmUp } = this.job;
    if (warmUp > 0 && sample > isolated + warmUp)
      this.interval = widen(this.interval, cycle - this.receivedAt);
    this.receivedAt = cycle;
    if (sample < isolated) this.latency = widen(this.latency, cycle - this.sentAt[sample]);
    if (got === sampleOf(this.expected, this.job.samples, sample)) return;
    this.differing += 1;
    this.note({ kind: 'output', sample, cycle, trace: -1, got });
  }

  /** A layer's bus gave a beat. */
  layer(trace: number, cycle: number, beat: string): void {
    if (trace >= this.traces.length) return;
    const beats = this.job.beats.traces[trace];
    const seen = this.traceSeen[trace];
    const sample = Math.floor(seen / beats);
    this.traceSeen[trace] += 1;
    if (sample >= this.job.samples) {
      this.broken('surplus', cycle, trace, sample);
      return;
    }
    const expected = this.traces[trace];
    if (beat === sampleOf(expected, this.job.samples * beats, seen)) return;
    // The others are as they should be, or not yet there.
    const at = (seen % beats) * beat.length;
    const whole = sampleOf(expected, this.job.samples, sample);
    const got = whole.slice(0, at) + beat + whole.slice(at + beat.length);
    this.note({ kind: 'layer', sample, cycle, trace, got });
  }

  /** A rule is broken; nothing that follows means anything. */
  broken(kind: RunFailure['kind'], cycle: number, trace = -1, sample = this.received): void {
    this.isBroken = true;
    this.note({ kind, sample, cycle, trace, got: '' });
  }

  result(cycles: number): RunResult {
    const { traces } = this.job.beats;
    const missing = this.traceSeen.findIndex((seen, trace) => seen !== this.job.samples * traces[trace]);
    if (this.failure === null && missing >= 0) {
      this.broken('missing', cycles, missing, Math.floor(this.traceSeen[missing] / traces[missing]));
    }
    const { received, dropped, resets, wrongLengths, differing, latency, interval, failure } = this;
    const samples = received - dropped;
    return { samples, cycles, resets, dropped, wrongLengths, differing, latency, interval, failure };
  }

  private note(failure: Omit<RunFailure, 'sentAt'>): void {
    this.failure ??= { ...failure, sentAt: this.sentAt[failure.sample] ?? failure.cycle };
  }
}

function widen(range: MutableRange | null, value: number): MutableRange {
  if (range === null) return { least: value, greatest: value };
  return { least: Math.min(range.least, value), greatest: Math.max(range.greatest, value) };
}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

function sampleOf(digits: string, samples: number, sample: number): string {
  const size = digits.length / samples;
  return digits.slice(sample * size, (sample + 1) * size);
}
