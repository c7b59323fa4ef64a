import { assertNever } from '../../core/assert.js';
import type { BodyControl, MapGroup, MapStage } from './plan.js';

/** A group's timing when nothing outside makes it wait: from taking a map to giving its result, and from map to map. */
export interface GroupTiming {
  readonly interval: number;
  readonly latency: number;
  /** Cycles from a stage's last cell to the next one's: they add up to the latency. */
  readonly stageLatencies: readonly number[];
}

/** Maps that are run through: from the second on they come at one interval. */
const MAPS = 4;

/**
 * The exact timing of a group, by stepping its handshakes cycle by cycle: a map is spread over cells, these go through a
 * window and what works on a position for each stage, and what comes is collected.
 */
export function groupTiming({ stages }: Pick<MapGroup, 'stages'>): GroupTiming {
  const chain = stages.map((stage) => new StageControl(stage));
  const [rows, columns] = stages[0].shape;
  const cells = rows * columns;
  const taken: number[] = [];
  const given: number[][] = stages.map(() => []);
  let next = 0;
  for (let cycle = 0; given[given.length - 1].length < MAPS; cycle++) {
    const isOffered = taken.length < MAPS || next > 0;
    const valid: boolean[] = [isOffered];
    for (const stage of chain) valid.push(stage.offers(valid[valid.length - 1]));
    // Whoever comes last takes everything; backwards from there.
    const ready: boolean[] = [true];
    for (const stage of chain.toReversed()) ready.unshift(stage.takes(ready[0]));
    if (valid[0] && ready[0]) {
      if (next === 0) taken.push(cycle);
      next = (next + 1) % cells;
    }
    chain.forEach((stage, index) => {
      if (stage.step(valid[index], ready[index + 1])) given[index].push(cycle);
    });
  }
  const ends = given.map((maps) => maps[0]);
  return {
    interval: taken[MAPS - 1] - taken[MAPS - 2],
    latency: ends[ends.length - 1] - taken[0],
    stageLatencies: ends.map((end, index) => end - (index === 0 ? taken[0] : ends[index - 1])),
  };
}

/** `rtl/espalier_window.v`, and what works on a position behind it. */
class StageControl {
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

  /** The clock's edge; whether the last cell of a map leaves. */
  step(isOffered: boolean, isTaken: boolean): boolean {
    const isGiven = this.window.offers(isOffered);
    const leaves = this.body.offers(isGiven) && isTaken;
    const isTakenBehind = this.body.takes(isTaken);
    this.body.step(isGiven, isTaken);
    this.window.step(isOffered, isTakenBehind);
    if (!leaves) return false;
    this.out = (this.out + 1) % this.positions;
    return this.out === 0;
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
