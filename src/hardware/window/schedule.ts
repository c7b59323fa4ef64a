import { assertNever } from '../../core/assert.js';
import type { BodyControl, MapGroup, MapStage } from './plan.js';

/** A group's timing when nothing outside makes it wait, and what follows from it. */
export interface GroupTiming {
  /** From the first beat of a map to the first one of the next. */
  readonly interval: number;
  /** From taking a map, or from when its last beat could be taken, to giving its result. */
  readonly latency: number;
  /** Cycles from a stage's last cell to the next one's: they add up to the latency. */
  readonly stageLatencies: readonly number[];
  /** Maps at a time of which it is known whether they are whole while their result is not there yet. */
  readonly marks: number;
}

/** Maps after which they come at one interval, where that has not shown before. */
const MOST_MAPS = 40;

/**
 * The exact timing of a group, by stepping its handshakes cycle by cycle: a map comes in beats or at once, its cells go
 * through a window and what works on a position for each stage, and what comes is collected.
 */
export function groupTiming(group: Pick<MapGroup, 'stages' | 'port' | 'fifos'>): GroupTiming {
  const { stages, port } = group;
  const run = new GroupRun(group);
  while (!run.isSteady || run.left.length === 0) run.step();
  const { taken, given, marks } = run;
  // Its beats come one after the other, if nothing holds them.
  const begin = taken[0] + (port === undefined ? 0 : port.beats - 1);
  // What a layer behind leaves unread may still come when the group's result is there.
  const end = run.left[0];
  const ends: number[] = [];
  for (const [cycle] of given.slice(0, stages.length - 1)) ends.push(clamp(cycle, ends.at(-1) ?? begin, end));
  ends.push(end);
  return {
    interval: taken[taken.length - 1] - taken[taken.length - 2],
    latency: end - begin,
    stageLatencies: ends.map((cycle, index) => cycle - (ends[index - 1] ?? begin)),
    marks,
  };
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** All modules of a group, cycle by cycle. */
class GroupRun {
  /** Cycles in which maps begin to come in. */
  readonly taken: number[] = [];
  /** Of each stage the cycles in which a map's last cell leaves, and those in which maps leave the group. */
  readonly given: readonly number[][];
  readonly left: number[] = [];
  marks = 0;
  /** Whether maps come at one interval from now on: the state is one in which a map began before. */
  isSteady = false;
  private readonly controls: readonly Control[];
  private readonly chain: readonly StageControl[];
  private readonly seen = new Set<string>();
  private readonly beats: number;
  private readonly isMarked: boolean;
  private cycle = 0;
  private beat = 0;
  private waitingMarks = 0;

  constructor({ stages, port, fifos }: Pick<MapGroup, 'stages' | 'port' | 'fifos'>) {
    const cells = stages[0].shape[0] * stages[0].shape[1];
    const last = stages[stages.length - 1];
    this.chain = stages.map((stage) => new StageControl(stage));
    this.given = stages.map(() => []);
    const given = last.positions[0] * last.positions[1];
    this.controls = [
      new CollectControl(port?.beatsPerWord ?? 1),
      new SpreadControl(port?.cellsPerWord ?? cells),
      ...this.chain.flatMap((stage, index) => {
        const depth = fifos?.[index] ?? 0;
        return depth === 0 ? [stage] : [new FifoControl(depth), stage];
      }),
      port === undefined ? new CollectControl(given) : new HeldCollectControl(given),
    ];
    this.beats = port?.beats ?? 1;
    this.isMarked = port !== undefined;
  }

  step(): void {
    const { controls } = this;
    const valid: boolean[] = [true];
    for (const control of controls) valid.push(control.offers(valid[valid.length - 1]));
    // A mark shows in the cycle after it was made.
    const leaves = !this.isMarked || this.waitingMarks > 0;
    const ready: boolean[] = [leaves];
    for (const control of controls.toReversed()) ready.unshift(control.takes(ready[0]));
    if (ready[0]) this.noteBeat();
    if (valid[valid.length - 1] && leaves) {
      this.left.push(this.cycle);
      if (this.isMarked) this.waitingMarks -= 1;
    }
    controls.forEach((control, index) => {
      control.step(valid[index], ready[index + 1]);
    });
    this.chain.forEach(({ hasEnded }, index) => {
      if (hasEnded) this.given[index].push(this.cycle);
    });
    this.cycle += 1;
  }

  private noteMap(): void {
    this.taken.push(this.cycle);
    const key = [this.waitingMarks, ...this.controls.map((control) => control.key)].join(';');
    this.isSteady ||= this.seen.has(key) || this.taken.length > MOST_MAPS;
    this.seen.add(key);
  }

  private noteBeat(): void {
    if (this.beat === 0) this.noteMap();
    this.beat = (this.beat + 1) % this.beats;
    if (!this.isMarked || this.beat > 0) return;
    this.waitingMarks += 1;
    this.marks = Math.max(this.marks, this.waitingMarks);
  }
}

/** `rtl/espalier_window.v`, and what works on a position behind it. */
class StageControl implements Control {
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
}

/** A module between two handshakes. */
interface Control {
  /** Whether it gives something, if it is offered something or not. */
  offers(isOffered: boolean): boolean;
  /** Whether it takes something, if what it gives is taken or not. */
  takes(isTaken: boolean): boolean;
  /** The clock's edge. */
  step(isOffered: boolean, isTaken: boolean): void;
  /** Equal for equal states. */
  readonly key: string;
}

/** `rtl/espalier_collect.v`. */
class CollectControl implements Control {
  private at = 0;

  constructor(private readonly beats: number) {}

  get key(): string {
    return `${this.at}`;
  }

  offers(isOffered: boolean): boolean {
    return isOffered && this.at === this.beats - 1;
  }

  takes(isTaken: boolean): boolean {
    return isTaken || this.at < this.beats - 1;
  }

  step(isOffered: boolean, isTaken: boolean): void {
    if (isOffered && this.takes(isTaken)) this.at = (this.at + 1) % this.beats;
  }
}

/** The same that keeps the last cell too. */
class HeldCollectControl implements Control {
  private at = 0;
  private isFull = false;

  constructor(private readonly beats: number) {}

  get key(): string {
    return `${this.at} ${this.isFull}`;
  }

  offers(): boolean {
    return this.isFull;
  }

  takes(isTaken: boolean): boolean {
    return !this.isFull || isTaken;
  }

  step(isOffered: boolean, isTaken: boolean): void {
    const takes = isOffered && this.takes(isTaken);
    this.isFull = (takes && this.at === this.beats - 1) || (this.isFull && !isTaken);
    if (takes) this.at = (this.at + 1) % this.beats;
  }
}

/** `rtl/espalier_spread.v`. */
class SpreadControl implements Control {
  private at = 0;

  constructor(private readonly beats: number) {}

  get key(): string {
    return `${this.at}`;
  }

  offers(isOffered: boolean): boolean {
    return this.at > 0 || isOffered;
  }

  takes(isTaken: boolean): boolean {
    return this.at === 0 && isTaken;
  }

  step(isOffered: boolean, isTaken: boolean): void {
    if (this.offers(isOffered) && isTaken) this.at = (this.at + 1) % this.beats;
  }
}

/** `rtl/espalier_fifo.v`. */
class FifoControl implements Control {
  private held = 0;

  constructor(private readonly depth: number) {}

  get key(): string {
    return `${this.held}`;
  }

  offers(): boolean {
    return this.held > 0;
  }

  takes(): boolean {
    return this.held < this.depth;
  }

  step(isOffered: boolean, isTaken: boolean): void {
    const put = isOffered && this.takes() ? 1 : 0;
    this.held += put - (this.held > 0 && isTaken ? 1 : 0);
  }
}

class WindowControl implements Control {
  private readonly cells: number;
  /** The numbers of the cells with which the windows come; those past the map come when no cell enters. */
  private readonly comesWith: readonly number[];
  private cell = 0;
  private window = 0;

  constructor({ window, shape, positions }: MapStage) {
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

  step(isOffered: boolean, isTaken: boolean): void {
    const { gives } = this;
    if (!(isOffered || !this.enters) || !(isTaken || !gives)) return;
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
  private readonly inFlight: boolean[];

  constructor(latency: number) {
    this.inFlight = Array<boolean>(latency).fill(false);
  }

  get key(): string {
    return this.inFlight.map(Number).join('');
  }

  offers(isOffered: boolean): boolean {
    return this.inFlight.at(-1) ?? isOffered;
  }

  takes(isTaken: boolean): boolean {
    return isTaken || this.inFlight.at(-1) === false;
  }

  step(isOffered: boolean, isTaken: boolean): void {
    if (this.inFlight.length === 0 || !this.takes(isTaken)) return;
    this.inFlight.pop();
    this.inFlight.unshift(isOffered);
  }
}

/** `rtl/espalier_sequencer.v`. */
class LanesControl implements Control {
  private stepNumber = 0;
  private isWaiting = false;
  private readonly firsts: boolean[];
  private readonly lasts: boolean[];

  constructor(private readonly lanes: Extract<BodyControl, { kind: 'lanes' }>) {
    this.firsts = Array<boolean>(lanes.pipeline).fill(false);
    this.lasts = Array<boolean>(lanes.pipeline).fill(false);
  }

  get key(): string {
    const bits = [this.isWaiting, ...this.firsts, ...this.lasts].map(Number);
    return `${this.stepNumber} ${bits.join('')}`;
  }

  private standsStill(isTaken: boolean): boolean {
    const looksAhead = this.lanes.firstResult === 0;
    return this.isWaiting && (this.firsts.at(-1) ?? false) && !(looksAhead && isTaken);
  }

  offers(): boolean {
    return this.isWaiting;
  }

  takes(isTaken: boolean): boolean {
    return this.stepNumber === 0 && !this.standsStill(isTaken);
  }

  step(isOffered: boolean, isTaken: boolean): void {
    const { steps, firstResult } = this.lanes;
    if (this.standsStill(isTaken)) {
      if (isTaken) this.isWaiting = false;
      return;
    }
    this.firsts.pop();
    this.isWaiting = this.lasts.pop() === true || (this.isWaiting && !isTaken);
    const isIssued = this.stepNumber > 0 || isOffered;
    this.firsts.unshift(isIssued && this.stepNumber === firstResult);
    this.lasts.unshift(isIssued && this.stepNumber === steps - 1);
    if (isIssued) this.stepNumber = (this.stepNumber + 1) % steps;
  }
}
