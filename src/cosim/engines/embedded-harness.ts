import { turns } from '../../core/turns.js';
import { busBytes } from '../../emit/bus.js';
import type { CompiledNetlist } from '../../netlist/compile.js';
import { type Machine, unknownName } from '../../netlist/machine.js';
import type { VcdWriter } from '../../netlist/vcd.js';
import { Comparator } from '../comparator.js';
import type { LoadedDesign } from '../design.js';
import type { FailureKind, Job, RunResult } from '../engine.js';

/** Names of the buses that the harness watches, beside the ports. */
export const watchedName = (trace: number, role: 'signal' | 'valid' | 'ready'): string =>
  `trace ${trace} ${role}`;

/** The ports of a compiled design, as bytes that are read and written in place. */
interface Ports {
  readonly netlist: CompiledNetlist;
  readonly resetn: Uint8Array;
  readonly inputData: Uint8Array;
  readonly inputValid: Uint8Array;
  readonly inputReady: Uint8Array;
  readonly inputLast: Uint8Array;
  readonly outputData: Uint8Array;
  readonly outputValid: Uint8Array;
  readonly outputReady: Uint8Array;
  readonly outputLast: Uint8Array;
  readonly frameError: Uint8Array;
}

function portsOf(netlist: CompiledNetlist): Ports {
  return {
    netlist,
    resetn: netlist.bytes('aresetn'),
    inputData: netlist.bytes('s_axis_tdata'),
    inputValid: netlist.bytes('s_axis_tvalid'),
    inputReady: netlist.bytes('s_axis_tready'),
    inputLast: netlist.bytes('s_axis_tlast'),
    outputData: netlist.bytes('m_axis_tdata'),
    outputValid: netlist.bytes('m_axis_tvalid'),
    outputReady: netlist.bytes('m_axis_tready'),
    outputLast: netlist.bytes('m_axis_tlast'),
    frameError: netlist.bytes('frame_error'),
  };
}

interface Trace {
  readonly signal: Uint8Array;
  /** The bits of `signal` that are `x`, while the exact netlist runs. */
  readonly unknown: Uint8Array;
  readonly valid: Uint8Array;
  readonly ready: Uint8Array;
}

/** The ports of the netlist that knows which bits are `x`, and these bits. */
interface ExactPorts extends Ports {
  readonly unknownData: Uint8Array;
  readonly unknownValid: Uint8Array;
  readonly unknownReady: Uint8Array;
  readonly unknownLast: Uint8Array;
  readonly unknownError: Uint8Array;
}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

/** With `x` for every digit that has an unknown bit. */
function hexWithUnknown(bytes: Uint8Array, unknown: Uint8Array): string {
  const open = hex(unknown);
  return [...hex(bytes)].map((digit, index) => (open[index] === '0' ? digit : 'x')).join('');
}

/** A clock is looked at so seldom: cycles are short. */
const CYCLES_BETWEEN_TURNS = 1024;

/** Drives a compiled design and compares, cycle by cycle as the C++ harness does for Verilator. */
export class EmbeddedHarness {
  private readonly ports: Ports;
  private readonly exact: ExactPorts;
  /** Whether the exact netlist runs too: from an `x` on until no register holds one any more. */
  private runsExact = true;
  private readonly comparator: Comparator;
  private readonly traces: readonly Trace[];
  private readonly junk: Uint8Array;
  private readonly inputBytes: number;
  private offering = false;
  private isJunk = false;
  private inReset = false;
  /** What the output shows while it waits. */
  private held: string | undefined;
  private stopped = false;
  /** Samples that went in and came out whole, those that were dropped among them. */
  private sent = 0;
  private received = 0;
  /** Beats of the sample that goes in, of those that it has, and of the result that comes out. */
  private beatIn = 0;
  private length = 0;
  private isWrong = false;
  private beatOut = 0;
  private wrongBegun = 0;
  private cycle = 0;
  private idleUntil = 0;

  constructor(
    design: LoadedDesign,
    private readonly machine: Machine,
    private readonly job: Job,
    private readonly wave: VcdWriter | undefined,
  ) {
    const { fast, exact } = machine;
    this.ports = portsOf(fast);
    this.exact = {
      ...portsOf(exact),
      unknownData: exact.bytes(unknownName('m_axis_tdata')),
      unknownValid: exact.bytes(unknownName('m_axis_tvalid')),
      unknownReady: exact.bytes(unknownName('s_axis_tready')),
      unknownLast: exact.bytes(unknownName('m_axis_tlast')),
      unknownError: exact.bytes(unknownName('frame_error')),
    };
    this.comparator = new Comparator(job);
    this.traces = job.traces.map((_, trace) => ({
      signal: fast.bytes(watchedName(trace, 'signal')),
      unknown: exact.bytes(unknownName(watchedName(trace, 'signal'))),
      valid: fast.bytes(watchedName(trace, 'valid')),
      ready: fast.bytes(watchedName(trace, 'ready')),
    }));
    this.inputBytes = busBytes(design.manifest.stream.input.width);
    this.junk = new Uint8Array(this.inputBytes);
  }

  async run(): Promise<RunResult> {
    const turn = turns();
    this.reset();
    const { stalls, samples, watchDog, drain } = this.job;
    let lastProgress = this.cycle;
    let end = Number.POSITIVE_INFINITY;
    for (let at = 0; this.cycle < end && !this.stopped; at = at + 1 === stalls.length ? 0 : at + 1) {
      const stall = stalls[at];
      if (this.cycle % CYCLES_BETWEEN_TURNS === 0) await turn();
      if ((stall & 4) !== 0 && this.sent < samples) this.resetStep(stall);
      else if (this.step(stall)) lastProgress = this.cycle;
      if (end !== Number.POSITIVE_INFINITY) continue;
      if (this.received === samples) end = this.cycle + drain;
      else if (this.cycle - lastProgress > watchDog) this.fail('timeout');
    }
    return this.comparator.result(this.cycle);
  }

  private reset(): void {
    const { ports, exact } = this;
    for (const { resetn, inputValid, outputReady } of [ports, exact]) {
      resetn[0] = 0;
      inputValid[0] = 0;
      outputReady[0] = 0;
    }
    const { resetCycles } = this.job;
    for (let count = 0; count < resetCycles; count++) {
      this.settle();
      if (count > 0 && count === resetCycles - 1) this.checkValidInReset();
      this.clock();
    }
    this.setReset(1);
  }

  private setReset(level: 0 | 1): void {
    this.ports.resetn[0] = level;
    this.exact.resetn[0] = level;
  }

  private checkValidInReset(): void {
    const { ports, exact } = this;
    if (ports.outputValid[0] !== 0 || (this.runsExact && exact.unknownValid[0] !== 0)) {
      this.fail('validInReset');
    }
  }

  /** One clock cycle of a reset in mid-run, the streams at any level; what was in flight is dropped. */
  private resetStep(stall: number): void {
    const { ports } = this;
    const begins = !this.inReset;
    if (begins) {
      this.comparator.reset();
      this.received = this.sent;
      this.offering = false;
      this.held = undefined;
      this.beatIn = 0;
      this.beatOut = 0;
      this.inReset = true;
      this.setReset(0);
    }
    this.driveJunk();
    ports.inputValid[0] = stall & 1;
    ports.outputReady[0] = (stall >> 1) & 1;
    this.settle();
    if (!begins) this.checkValidInReset();
    this.clock();
  }

  private endReset(): void {
    this.inReset = false;
    this.setReset(1);
    this.ports.inputValid[0] = 0;
  }

  /** One clock cycle; whether a handshake happened on either stream. */
  private step(stall: number): boolean {
    const { ports, job } = this;
    if (this.inReset) this.endReset();
    if (!this.offering) {
      if ((stall & 1) !== 0 && this.sent < job.samples && this.cycle >= this.idleUntil) this.offer(stall);
      else if (!this.isJunk || (stall & 16) !== 0) this.driveJunk();
    }
    const ready = (stall & 2) !== 0 && ((stall & 8) === 0 || this.held !== undefined);
    ports.outputReady[0] = ready ? 1 : 0;
    this.settle();
    const sends = this.offering && ports.inputReady[0] !== 0;
    const valid = ports.outputValid[0] !== 0;
    if (this.held !== undefined) this.checkHeld(this.held);
    if (this.isWrong || ports.frameError[0] !== 0) this.checkFrameError(sends);
    if (sends) this.noteSent();
    // The layers before the output: the first difference is where it arises.
    for (let trace = 0; trace < this.traces.length; trace++) this.checkTrace(trace);
    if (valid && ready) this.receive();
    this.held = valid && !ready ? this.waiting() : undefined;
    this.clock();
    if (sends) {
      this.offering = false;
      ports.inputValid[0] = 0;
    }
    return sends || (valid && ready);
  }

  private offer(stall: number): void {
    const { ports, job } = this;
    if (this.beatIn === 0) {
      const { input } = job.beats;
      const lengths = job.wrongLengths;
      this.isWrong = (stall & 32) !== 0 && lengths.length > 0;
      this.length = this.isWrong ? lengths[this.wrongBegun % lengths.length] : input;
      this.wrongBegun += this.isWrong ? 1 : 0;
    }
    if (this.isWrong) this.driveJunk();
    else {
      const start = (this.sent * job.beats.input + this.beatIn) * this.inputBytes;
      ports.inputData.set(job.vectors.subarray(start, start + this.inputBytes));
      this.isJunk = false;
    }
    ports.inputLast[0] = this.beatIn + 1 === this.length ? 1 : 0;
    ports.inputValid[0] = 1;
    this.offering = true;
  }

  /** A sample of a wrong length is said with the beat that shows it. */
  private checkFrameError(sends: boolean): void {
    const shown = Math.min(this.length, this.job.beats.input);
    const wanted = sends && this.isWrong && this.beatIn + 1 === shown ? 1 : 0;
    if (this.ports.frameError[0] !== wanted) this.fail('frameError');
  }

  private noteSent(): void {
    if (!this.isWrong) this.comparator.input(this.cycle);
    this.beatIn += 1;
    if (this.beatIn < this.length) return;
    this.beatIn = 0;
    if (this.isWrong) {
      this.comparator.wrongLength();
      return;
    }
    this.sent += 1;
    if (this.sent <= this.job.isolated) this.idleUntil = Number.POSITIVE_INFINITY;
  }

  /** While none is offered the bus carries something else than the last beat, which a design must not read. */
  private driveJunk(): void {
    const { samples, beats, vectors } = this.job;
    const next = Math.min(this.sent * beats.input + this.beatIn, samples * beats.input);
    const start = Math.max(next - 1, 0) * this.inputBytes;
    for (let i = 0; i < this.inputBytes; i++) this.junk[i] = ~vectors[start + i] ^ this.cycle;
    this.ports.inputData.set(this.junk);
    this.ports.inputLast[0] = this.junk[0] & 1;
    this.isJunk = true;
  }

  private receive(): void {
    const surplus = this.received >= this.sent;
    this.comparator.output(this.cycle, this.shown(), this.ports.outputLast[0] !== 0);
    this.stopIfWanted();
    if (surplus) return;
    this.beatOut += 1;
    if (this.beatOut < this.job.beats.output) return;
    this.beatOut = 0;
    if (this.received < this.job.isolated) this.idleUntil = this.cycle + 1 + this.job.drain;
    this.received += 1;
  }

  private checkHeld(held: string): void {
    if (this.ports.outputValid[0] === 0) this.fail('validDropped');
    else if (this.waiting() !== held) this.fail('dataChanged');
  }

  private checkTrace(trace: number): void {
    const { signal, unknown, valid, ready } = this.traces[trace];
    if (valid[0] === 0 || ready[0] === 0) return;
    this.comparator.layer(trace, this.cycle, this.read(signal, unknown));
    this.stopIfWanted();
  }

  private waiting(): string {
    return `${this.shown()} ${this.ports.outputLast[0]}`;
  }

  private shown(): string {
    return this.read(this.ports.outputData, this.exact.unknownData);
  }

  private read(bytes: Uint8Array, unknown: Uint8Array): string {
    return this.runsExact && !isZero(unknown) ? hexWithUnknown(bytes, unknown) : hex(bytes);
  }

  private stopIfWanted(): void {
    if (this.comparator.ended || (this.job.stopAtFirst && this.comparator.failed)) this.stopped = true;
  }

  private fail(kind: FailureKind): void {
    this.comparator.broken(kind, this.cycle);
    this.stopped = true;
  }

  private settle(): void {
    const { ports, exact, machine } = this;
    machine.fast.settle();
    if (!this.runsExact) {
      if (machine.alarm[0] === 0) return;
      this.runsExact = true;
      machine.catchUp();
    }
    exact.inputData.set(ports.inputData);
    exact.inputValid[0] = ports.inputValid[0];
    exact.inputLast[0] = ports.inputLast[0];
    exact.outputReady[0] = ports.outputReady[0];
    machine.exact.settle();
    // In reset nothing is said.
    if (ports.resetn[0] !== 0 && this.isUnknown()) this.fail('unknown');
  }

  private isUnknown(): boolean {
    const { unknownValid, unknownReady, unknownLast, unknownError, outputValid } = this.exact;
    const isLastUnknown = outputValid[0] !== 0 && unknownLast[0] !== 0;
    return unknownValid[0] !== 0 || unknownReady[0] !== 0 || unknownError[0] !== 0 || isLastUnknown;
  }

  private clock(): void {
    const { wave } = this.job;
    const drawn = wave !== undefined && this.cycle >= wave.from && this.cycle < wave.to;
    if (drawn) this.wave?.sample(this.cycle * 10, 0);
    this.ports.netlist.clock();
    if (this.runsExact) {
      this.exact.netlist.clock();
      this.runsExact = this.machine.holdsUnknown();
    }
    if (drawn) {
      this.ports.netlist.settle();
      this.wave?.sample(this.cycle * 10 + 5, 1);
    }
    this.cycle += 1;
  }
}
