import { assertNever } from '../../core/assert.js';
import type { Control } from './controls.js';
import type { BodyControl, MapStage } from './types.js';

/** `rtl/espalier_window.v`, and what works on a position behind it. */
export class StageControl implements Control {
  /** Whether the last cell of a map has just left. */
  hasEnded = false;
  private readonly window: WindowControl;
  private readonly body: Control;
  private readonly positions: number;
  private out = 0;

  constructor(stage: MapStage) {
    this.window = new WindowControl(stage);
    this.body = controlOf(stage.body.control);
    this.positions = stage.positions[0] * stage.positions[1];
  }

  /** Whether it gives a cell, if it is offered one or not. */
  offers(isOffered: boolean): boolean {
    return this.body.offers(this.window.offers(isOffered));
  }

  /** Whether it takes a cell, if what it gives is taken or not. */
  takes(isTaken: boolean): boolean {
    return this.window.takes(this.body.takes(isTaken));
  }

  get key(): string {
    return `${this.window.key},${this.body.key}`;
  }

  step(isOffered: boolean, isTaken: boolean): void {
    const isGiven = this.window.offers(isOffered);
    const leaves = this.body.offers(isGiven) && isTaken;
    const isTakenBehind = this.body.takes(isTaken);
    this.body.step(isGiven, isTaken);
    this.window.step(isOffered, isTakenBehind);
    if (leaves) this.out = (this.out + 1) % this.positions;
    this.hasEnded = leaves && this.out === 0;
  }

  quiet(isOffered: boolean, isTaken: boolean): number {
    const { window, body } = this;
    const ofBody = body.quiet(window.offers(isOffered), isTaken);
    return Math.min(ofBody, window.quiet(isOffered, body.takes(isTaken)));
  }

  skip(cycles: number): void {
    this.hasEnded = false;
    this.body.skip(cycles);
  }
}

/** `rtl/espalier_window.v`. */
class WindowControl implements Control {
  private readonly cells: number;
  /** The numbers of the cells with which the windows come; those past the map come when no cell enters. */
  private readonly comesWith: readonly number[];
  private cell = 0;
  private window = 0;

  constructor({ window, x: { shape }, positions }: MapStage) {
    const [rows, columns] = shape;
    const [top, , left] = window.padding;
    this.cells = rows * columns;
    const last = (axis: 0 | 1) => (window.size[axis] - 1) * window.dilation[axis];
    const comes: number[] = [];
    for (let y = 0; y < positions[0]; y++) {
      for (let x = 0; x < positions[1]; x++) {
        const row = y * window.strides[0] + last(0) - top;
        comes.push(row * columns + x * window.strides[1] + last(1) - left);
      }
    }
    this.comesWith = comes;
  }

  get key(): string {
    return `${this.cell} ${this.window}`;
  }

  private get gives(): boolean {
    return this.window < this.comesWith.length && this.comesWith[this.window] === this.cell;
  }

  private get enters(): boolean {
    return this.cell < this.cells;
  }

  offers(isOffered: boolean): boolean {
    return this.gives && (isOffered || !this.enters);
  }

  takes(isTaken: boolean): boolean {
    return this.enters && (isTaken || !this.gives);
  }

  /** Over what padding puts behind the map it moves by itself. */
  private moves(isOffered: boolean, isTaken: boolean): boolean {
    return (isOffered || !this.enters) && (isTaken || !this.gives);
  }

  quiet(isOffered: boolean, isTaken: boolean): number {
    return this.moves(isOffered, isTaken) ? 0 : Number.POSITIVE_INFINITY;
  }

  skip(): void {}

  step(isOffered: boolean, isTaken: boolean): void {
    const { gives } = this;
    if (!this.moves(isOffered, isTaken)) return;
    this.cell += 1;
    if (gives) this.window += 1;
    if (this.cell < this.cells || this.window < this.comesWith.length) return;
    this.cell = 0;
    this.window = 0;
  }
}

function controlOf(control: BodyControl): Control {
  switch (control.kind) {
    case 'pipeline':
      return new PipelineControl(control.latency);
    case 'lanes':
      return new LanesControl(control);
    default:
      return assertNever(control);
  }
}

/** Registers that all stand still while the last one's code is not taken. */
class PipelineControl implements Control {
  private readonly inFlight: Marks;
  private clock = 0;

  constructor(private readonly latency: number) {
    this.inFlight = new Marks(latency);
  }

  get key(): string {
    return this.inFlight.after(this.clock);
  }

  private get isFull(): boolean {
    return this.inFlight.next === this.clock;
  }

  offers(isOffered: boolean): boolean {
    return this.latency === 0 ? isOffered : this.isFull;
  }

  takes(isTaken: boolean): boolean {
    return isTaken || (this.latency > 0 && !this.isFull);
  }

  step(isOffered: boolean, isTaken: boolean): void {
    if (this.latency === 0 || !this.takes(isTaken)) return;
    if (this.isFull) this.inFlight.drop();
    if (isOffered) this.inFlight.add(this.clock + this.latency);
    this.clock += 1;
  }

  quiet(isOffered: boolean, isTaken: boolean): number {
    if (!this.takes(isTaken)) return Number.POSITIVE_INFINITY;
    return isOffered ? 0 : this.inFlight.next - this.clock;
  }

  skip(cycles: number): void {
    if (!this.isFull) this.clock += cycles;
  }
}

/** `rtl/espalier_sequencer.v`. */
class LanesControl implements Control {
  /** Counts the cycles in which it does not stand still. */
  private clock = 0;
  private stepNumber = 0;
  private isWaiting = false;
  /** When the marks of first and last words are in the last register. */
  private readonly firsts: Marks;
  private readonly lasts: Marks;

  constructor(private readonly lanes: Extract<BodyControl, { kind: 'lanes' }>) {
    this.firsts = new Marks(lanes.pipeline);
    this.lasts = new Marks(lanes.pipeline);
  }

  get key(): string {
    const { stepNumber, isWaiting, firsts, lasts, clock } = this;
    return [stepNumber, Number(isWaiting), firsts.after(clock), lasts.after(clock)].join(' ');
  }

  private standsStill(isTaken: boolean): boolean {
    const looksAhead = this.lanes.firstResult === 0;
    return this.isWaiting && this.firsts.next === this.clock && !(looksAhead && isTaken);
  }

  offers(): boolean {
    return this.isWaiting;
  }

  takes(isTaken: boolean): boolean {
    return this.stepNumber === 0 && !this.standsStill(isTaken);
  }

  step(isOffered: boolean, isTaken: boolean): void {
    const { clock, firsts, lasts } = this;
    const { steps, firstResult, pipeline } = this.lanes;
    if (this.standsStill(isTaken)) {
      if (isTaken) this.isWaiting = false;
      return;
    }
    this.isWaiting = lasts.next === clock || (this.isWaiting && !isTaken);
    if (firsts.next === clock) firsts.drop();
    if (lasts.next === clock) lasts.drop();
    this.clock += 1;
    if (this.stepNumber === 0 && !isOffered) return;
    if (this.stepNumber === firstResult) firsts.add(clock + pipeline);
    if (this.stepNumber === steps - 1) lasts.add(clock + pipeline);
    this.stepNumber = (this.stepNumber + 1) % steps;
  }

  quiet(isOffered: boolean, isTaken: boolean): number {
    const { steps, firstResult } = this.lanes;
    if (this.isWaiting && isTaken) return 0;
    if (this.standsStill(isTaken)) return Number.POSITIVE_INFINITY;
    if (this.stepNumber === 0 && isOffered) return 0;
    const marked = this.stepNumber <= firstResult ? firstResult : steps - 1;
    const untilMark = this.stepNumber === 0 ? Number.POSITIVE_INFINITY : marked - this.stepNumber;
    return Math.min(untilMark, this.firsts.next - this.clock, this.lasts.next - this.clock);
  }

  skip(cycles: number): void {
    if (this.firsts.next === this.clock && this.isWaiting) return;
    this.clock += cycles;
    if (this.stepNumber > 0) this.stepNumber += cycles;
  }
}

/** What moves from register to register, by the cycles in which it is in the last one; the oldest leaves first. */
class Marks {
  /** Of the oldest one; without any infinite. */
  next = Number.POSITIVE_INFINITY;
  private readonly ring: Float64Array;
  private oldest = 0;
  private count = 0;

  /** @param registers each holds one at most */
  constructor(registers: number) {
    this.ring = new Float64Array(registers);
  }

  add(cycle: number): void {
    this.ring[(this.oldest + this.count) % this.ring.length] = cycle;
    this.count += 1;
    this.next = this.ring[this.oldest];
  }

  drop(): void {
    this.oldest = (this.oldest + 1) % this.ring.length;
    this.count -= 1;
    this.next = this.count === 0 ? Number.POSITIVE_INFINITY : this.ring[this.oldest];
  }

  /** All of them, counted from a cycle. */
  after(cycle: number): string {
    return Array.from(
      { length: this.count },
      (_, at) => this.ring[(this.oldest + at) % this.ring.length] - cycle,
    ).join(',');
  }
}
