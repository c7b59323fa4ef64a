import { assertNever } from '../../core/assert.js';
import type { Control } from './controls.js';
import { LanesControl, PagedLanesControl } from './lanes-control.js';
import { Marks } from './marks.js';
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
      return control.operands === undefined
        ? new LanesControl(control)
        : new PagedLanesControl(control, control.operands);
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
