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
  private readonly sentAt: number[] = [];
  private readonly traceSeen: number[];
  /** Samples that came out or were dropped. */
  private received = 0;
  private dropped = 0;
  private resets = 0;
  private differing = 0;
  private latency: MutableRange | null = null;
  private interval: MutableRange | null = null;
  private failure: RunFailure | null = null;
  private isBroken = false;

  constructor(private readonly job: Job) {
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

  /** The input took a sample. */
  sent(cycle: number): void {
    const number = this.sentAt.length;
    const { isolated, warmUp } = this.job;
    if (warmUp > 0 && number > isolated + warmUp) {
      this.interval = widen(this.interval, cycle - this.sentAt[number - 1]);
    }
    this.sentAt.push(cycle);
  }

  /** A reset began: the samples in flight are dropped. */
  reset(): void {
    const sent = this.sentAt.length;
    this.resets += 1;
    this.dropped += sent - this.received;
    this.received = sent;
    this.traceSeen.fill(sent);
  }

  /** The output gave a sample. */
  output(cycle: number, got: string): void {
    if (this.received >= this.sentAt.length) {
      this.broken('surplus', cycle);
      return;
    }
    const sample = this.received;
    this.received += 1;
    if (sample < this.job.isolated) this.latency = widen(this.latency, cycle - this.sentAt[sample]);
    if (got === beatOf(this.job.expected, this.job.samples, sample)) return;
    this.differing += 1;
    this.note({ kind: 'output', sample, cycle, trace: -1, got });
  }

  /** A layer's bus gave a sample. */
  layer(trace: number, cycle: number, got: string): void {
    const sample = this.traceSeen[trace];
    this.traceSeen[trace] += 1;
    if (sample >= this.job.samples) this.broken('surplus', cycle, trace, sample);
    else if (got !== beatOf(this.job.traces[trace], this.job.samples, sample)) {
      this.note({ kind: 'layer', sample, cycle, trace, got });
    }
  }

  /** A rule is broken; nothing that follows means anything. */
  broken(kind: RunFailure['kind'], cycle: number, trace = -1, sample = this.received): void {
    this.isBroken = true;
    this.note({ kind, sample, cycle, trace, got: '' });
  }

  result(cycles: number): RunResult {
    const missing = this.traceSeen.findIndex((seen) => seen !== this.job.samples);
    if (this.failure === null && missing >= 0) {
      this.broken('missing', cycles, missing, this.traceSeen[missing]);
    }
    const { received, dropped, resets, differing, latency, interval, failure } = this;
    return { samples: received - dropped, cycles, resets, dropped, differing, latency, interval, failure };
  }

  private note(failure: Omit<RunFailure, 'sentAt'>): void {
    this.failure ??= { ...failure, sentAt: this.sentAt[failure.sample] ?? failure.cycle };
  }
}

function widen(range: MutableRange | null, value: number): MutableRange {
  if (range === null) return { least: value, greatest: value };
  return { least: Math.min(range.least, value), greatest: Math.max(range.greatest, value) };
}

function beatOf(bytes: Uint8Array, samples: number, sample: number): string {
  const size = bytes.length / samples;
  return Buffer.from(bytes.buffer, bytes.byteOffset + sample * size, size).toString('hex');
}
