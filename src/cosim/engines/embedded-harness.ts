import type { CompiledNetlist } from '../../netlist/compile.js';
import { sameRegisters, type Twins } from '../../netlist/machine.js';
import type { Netlist } from '../../netlist/types.js';
import type { VcdWriter } from '../../netlist/vcd.js';
import { busBytes } from '../bus.js';
import { Comparator } from '../comparator.js';
import type { LoadedDesign } from '../design.js';
import type { Job, RunResult } from '../engine.js';

const RESET_CYCLES = 8;
/** Twins run at least so long, then until nothing tells them apart. */
const TWIN_CYCLES = 4096;

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
  readonly outputData: Uint8Array;
  readonly outputValid: Uint8Array;
  readonly outputReady: Uint8Array;
}

function portsOf(netlist: CompiledNetlist): Ports {
  return {
    netlist,
    resetn: netlist.bytes('aresetn'),
    inputData: netlist.bytes('s_axis_tdata'),
    inputValid: netlist.bytes('s_axis_tvalid'),
    inputReady: netlist.bytes('s_axis_tready'),
    outputData: netlist.bytes('m_axis_tdata'),
    outputValid: netlist.bytes('m_axis_tvalid'),
    outputReady: netlist.bytes('m_axis_tready'),
  };
}

interface Trace {
  readonly signal: Uint8Array;
  readonly valid: Uint8Array;
  readonly ready: Uint8Array;
}

const hex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

/** Drives a compiled design and compares, cycle by cycle as the C++ harness does for Verilator. */
export class EmbeddedHarness {
  private readonly ports: Ports;
  private twins: readonly Ports[];
  private readonly comparator: Comparator;
  private readonly traces: readonly Trace[];
  private readonly junk: Uint8Array;
  private readonly held: Uint8Array;
  private readonly inputBytes: number;
  private offering = false;
  private isJunk = false;
  private holding = false;
  private stopped = false;
  private sent = 0;
  private received = 0;
  private cycle = 0;
  private idleUntil = 0;

  constructor(
    design: LoadedDesign,
    private readonly netlist: Netlist,
    { first, others }: Twins,
    private readonly job: Job,
    private readonly wave: VcdWriter | undefined,
  ) {
    this.ports = portsOf(first);
    this.twins = others.map(portsOf);
    this.comparator = new Comparator(job);
    this.traces = job.traces.map((_, trace) => ({
      signal: first.bytes(watchedName(trace, 'signal')),
      valid: first.bytes(watchedName(trace, 'valid')),
      ready: first.bytes(watchedName(trace, 'ready')),
    }));
    this.inputBytes = busBytes(design.manifest.stream.input.width);
    this.junk = new Uint8Array(this.inputBytes);
    this.held = new Uint8Array(this.ports.outputData.length);
  }

  run(): RunResult {
    this.reset();
    const { stalls, samples, watchDog, drain } = this.job;
    let lastProgress = this.cycle;
    let end = Number.POSITIVE_INFINITY;
    for (let beat = 0; this.cycle < end && !this.stopped; beat = beat + 1 === stalls.length ? 0 : beat + 1) {
      if (this.step((stalls[beat] & 1) !== 0, (stalls[beat] & 2) !== 0)) lastProgress = this.cycle;
      if (end !== Number.POSITIVE_INFINITY) continue;
      if (this.received === samples) end = this.cycle + drain;
      else if (this.cycle - lastProgress > watchDog) this.fail('timeout');
    }
    return this.comparator.result(this.cycle);
  }

  private reset(): void {
    for (const ports of [this.ports, ...this.twins]) {
      ports.resetn[0] = 0;
      ports.inputValid[0] = 0;
      ports.outputReady[0] = 0;
    }
    for (let count = 0; count < RESET_CYCLES; count++) {
      this.settle();
      const valid = [this.ports, ...this.twins].some(({ outputValid }) => outputValid[0] !== 0);
      if (count === RESET_CYCLES - 1 && valid) this.fail('validInReset');
      this.clock();
    }
    for (const { resetn } of [this.ports, ...this.twins]) resetn[0] = 1;
  }

  /** One clock cycle; whether a handshake happened on either stream. */
  private step(mayOffer: boolean, ready: boolean): boolean {
    const { ports, job } = this;
    if (!this.offering) {
      if (mayOffer && this.sent < job.samples && this.cycle >= this.idleUntil) this.offer();
      else if (!this.isJunk) this.driveJunk();
    }
    ports.outputReady[0] = ready ? 1 : 0;
    this.settle();
    const sends = this.offering && ports.inputReady[0] !== 0;
    const valid = ports.outputValid[0] !== 0;
    if (this.holding) this.checkHeld();
    if (sends) this.noteSent();
    // The layers before the output: the first difference is where it arises.
    for (let trace = 0; trace < this.traces.length; trace++) this.checkTrace(trace);
    if (valid && ready) this.receive();
    this.holding = valid && !ready;
    if (this.holding) this.held.set(ports.outputData);
    this.clock();
    if (sends) {
      this.offering = false;
      ports.inputValid[0] = 0;
    }
    return sends || (valid && ready);
  }

  private offer(): void {
    const start = this.sent * this.inputBytes;
    this.ports.inputData.set(this.job.vectors.subarray(start, start + this.inputBytes));
    this.ports.inputValid[0] = 1;
    this.offering = true;
    this.isJunk = false;
  }

  private noteSent(): void {
    this.comparator.sent(this.cycle);
    this.sent += 1;
    if (this.sent <= this.job.isolated) this.idleUntil = Number.POSITIVE_INFINITY;
  }

  /** While no sample is offered the bus carries the last one's complement, which a design must not read. */
  private driveJunk(): void {
    const start = Math.max(this.sent - 1, 0) * this.inputBytes;
    for (let i = 0; i < this.inputBytes; i++) this.junk[i] = ~this.job.vectors[start + i];
    this.ports.inputData.set(this.junk);
    this.isJunk = true;
  }

  private receive(): void {
    const surplus = this.received >= this.sent;
    this.comparator.output(this.cycle, hex(this.ports.outputData));
    if (surplus) {
      this.stopped = true;
      return;
    }
    if (this.received < this.job.isolated) this.idleUntil = this.cycle + 1 + this.job.drain;
    this.received += 1;
    this.stopIfWanted();
  }

  private checkHeld(): void {
    if (this.ports.outputValid[0] === 0) this.fail('validDropped');
    else if (hex(this.ports.outputData) !== hex(this.held)) this.fail('dataChanged');
  }

  private checkTrace(trace: number): void {
    const { signal, valid, ready } = this.traces[trace];
    if (valid[0] === 0 || ready[0] === 0) return;
    this.comparator.layer(trace, this.cycle, hex(signal));
    this.stopIfWanted();
  }

  private stopIfWanted(): void {
    if (this.comparator.ended || (this.job.stopAtFirst && this.comparator.failed)) this.stopped = true;
  }

  private fail(kind: 'validInReset' | 'validDropped' | 'dataChanged' | 'timeout' | 'unknown'): void {
    this.comparator.broken(kind, this.cycle);
    this.stopped = true;
  }

  private settle(): void {
    this.ports.netlist.settle();
    for (const twin of this.twins) {
      twin.inputData.set(this.ports.inputData);
      twin.inputValid[0] = this.ports.inputValid[0];
      twin.outputReady[0] = this.ports.outputReady[0];
      twin.netlist.settle();
      if (differ(this.ports, twin)) this.fail('unknown');
    }
  }

  private clock(): void {
    const { wave } = this.job;
    const drawn = wave !== undefined && this.cycle >= wave.from && this.cycle < wave.to;
    if (drawn) this.wave?.sample(this.cycle * 10, 0);
    this.ports.netlist.clock();
    for (const twin of this.twins) twin.netlist.clock();
    if (drawn) {
      this.ports.netlist.settle();
      this.wave?.sample(this.cycle * 10 + 5, 1);
    }
    this.cycle += 1;
    if (this.twins.length > 0 && this.cycle % TWIN_CYCLES === 0) this.releaseTwins();
  }

  /** Twins that have come to the same state stay the same for ever, as far as registers go. */
  private releaseTwins(): void {
    this.twins = this.twins.filter(
      ({ netlist }) => !sameRegisters(this.ports.netlist, netlist, this.netlist.registers),
    );
  }
}

/** Whether an `x` has reached the streams: the handshakes always, the data while they are valid. In reset nothing is. */
function differ(a: Ports, b: Ports): boolean {
  if (a.resetn[0] === 0) return false;
  if (a.outputValid[0] !== b.outputValid[0] || a.inputReady[0] !== b.inputReady[0]) return true;
  return a.outputValid[0] !== 0 && hex(a.outputData) !== hex(b.outputData);
}
