import type { LoadedDesign } from './design.js';

/** What one run of a simulator does: samples in, and what must come out. Buses are little-endian bytes. */
export interface Job {
  readonly samples: number;
  /** Of a sample. */
  readonly beats: { readonly input: number; readonly output: number; readonly traces: readonly number[] };
  /** The input stream's beats, one after the other. */
  readonly vectors: Uint8Array;
  /** The output stream's beats. */
  readonly expected: Uint8Array;
  /** Per trace of the manifest, what it must carry; empty where layers are not compared. */
  readonly traces: readonly Uint8Array[];
  /**
   * One byte per clock cycle, used round and round. Bit 0 lets the input be offered, bit 1 makes the output ready,
   * with bit 3 only after it was seen valid; bit 4 changes the input's data while none are offered. Bit 2 holds the
   * design in reset, unless every sample has gone in: `tvalid` and `tready` then are bits 0 and 1, and samples in
   * flight are dropped. Bit 5, where a sample would begin, sends one of a wrong length instead.
   */
  readonly stalls: Uint8Array;
  /** Beats of samples of a wrong length, in the order in which they are sent, round and round. */
  readonly wrongLengths: readonly number[];
  /** Cycles of reset in the beginning. */
  readonly resetCycles: number;
  /** So many samples first go through an empty pipeline, one at a time: their latency is measured. */
  readonly isolated: number;
  /** Intervals between results are measured after so many streamed samples; 0 for not at all. */
  readonly warmUp: number;
  /** Without a handshake for so many cycles the design hangs. */
  readonly watchDog: number;
  /** Cycles to wait at the end for an output that nobody asked for. */
  readonly drain: number;
  /** Whether to end at the first wrong value; otherwise the samples that differ are counted. */
  readonly stopAtFirst: boolean;
  /** Seconds after which the simulator itself is taken to hang. */
  readonly timeLimit: number;
  /** Of the values that registers without a reset start with, where the engine has no unknowns. */
  readonly seed: number;
  /** Writes a waveform of cycles [from, to). */
  readonly wave?: { readonly file: string; readonly from: number; readonly to: number };
}

export interface RunResult {
  /** Samples that came out. */
  readonly samples: number;
  readonly cycles: number;
  /** Resets in mid-run, and samples that were in flight then. */
  readonly resets: number;
  readonly dropped: number;
  /** Samples of a wrong length that were sent, each of which had to be dropped and said. */
  readonly wrongLengths: number;
  /** Samples whose output differs. */
  readonly differing: number;
  /** In cycles; null when not measured. */
  readonly latency: Range | null;
  readonly interval: Range | null;
  /** The first thing that went wrong; null when all was right. */
  readonly failure: RunFailure | null;
}

export interface Range {
  readonly least: number;
  readonly greatest: number;
}

/**
 * `output`, `layer`: a value differs. The others are broken rules, and end the run: `validInReset`, after its first cycle; `validDropped`
 * and `dataChanged` while the output waits; `last`, m_axis_tlast with another beat than a result's last; `frameError`, which is
 * not 1 exactly when a sample of a wrong length shows; `surplus` outputs, or samples of a layer; samples of a layer
 * `missing` at the end; `unknown` (x) on the output handshake; `finish` called by the design; `timeout`, the watch dog.
 */
export type FailureKind =
  | 'output'
  | 'layer'
  | 'validInReset'
  | 'validDropped'
  | 'dataChanged'
  | 'last'
  | 'frameError'
  | 'surplus'
  | 'missing'
  | 'unknown'
  | 'finish'
  | 'timeout';

export interface RunFailure {
  readonly kind: FailureKind;
  /** Number of the sample in the job. */
  readonly sample: number;
  readonly cycle: number;
  /** The cycle in which the sample's first beat went in. */
  readonly sentAt: number;
  /** Number of the trace; −1 for the output stream. */
  readonly trace: number;
  /** The bus as little-endian bytes in hexadecimal, `x` for unknown digits; empty for broken rules. */
  readonly got: string;
}

export interface BuildOptions {
  /** Whether the layers' buses can be read. */
  readonly traces: boolean;
  /** Whether waveforms can be written. */
  readonly waves: boolean;
  /** Whether the design's own checks of its ROMs run; without them the comparison has to notice. */
  readonly selfChecks: boolean;
  /** Where builds are kept, by the hash of what they are made from. */
  readonly cacheFolder: string;
}

export interface BuiltDesign {
  /** Of all that was compiled. */
  readonly key: string;
  /** Whether nothing had to be compiled. */
  readonly cached: boolean;
  /** @throws cosim/simulator-failed */
  run(job: Job): Promise<RunResult>;
}

/** How many random vectors are run where no number is asked for: it follows from the design alone. */
export interface VectorBudget {
  readonly most: number;
  /** Though they take longer, up to {@link PATIENCE} times the cycles. */
  readonly least: number;
  /** Clock cycles that take about a minute at the most, where a sample takes many. */
  readonly cycles: number;
}

const PATIENCE = 4;

/** Random vectors for a design: as many as the cycles are for, two digits of it. */
export function paceOf({ most, least, cycles }: VectorBudget, interval: number): number {
  const fitting = fittingIn(cycles, interval);
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, fitting))) - 1);
  const demanded = Math.min(least, Math.max(1, fittingIn(PATIENCE * cycles, interval)));
  return Math.min(most, Math.max(demanded, fitting - (fitting % unit)));
}

/** Inputs to be tried alone at an end, beside so many random vectors: there are two such samples for each. */
export function aloneOf({ cycles }: VectorBudget, interval: number, vectors: number): number {
  const least = Math.max(2, Math.min(8, fittingIn(PATIENCE * cycles, interval) / 2));
  return Math.floor(Math.max(least, Math.min(vectors, fittingIn(cycles, interval)) / 4));
}

/** Samples that take so many cycles. */
const fittingIn = (cycles: number, interval: number): number => Math.floor(cycles / interval);

export type EngineName = 'verilator' | 'embedded' | 'icarus';

/** A simulator: takes the same jobs and gives the same results as its siblings. */
export interface Engine {
  readonly name: EngineName;
  /** The program that it needs. */
  readonly program: string;
  /** Those of `espalier doctor` without which it is not there. */
  readonly tools: readonly string[];
  /** What this machine has, such as `Verilator 5.006`; undefined when it cannot run the engine. */
  version(): Promise<string | undefined>;
  readonly pace: VectorBudget;
  /** @throws cosim/tool-missing, cosim/build-failed */
  build(design: LoadedDesign, options: BuildOptions): Promise<BuiltDesign>;
}
