import type { MapGroup, MapStage } from './plan.js';

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
 * window and a circuit for each stage, and what comes is collected. The circuits' registers stand still where the next
 * window takes nothing.
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

/** `rtl/espalier_window.v` and the registers of the circuit behind it. */
class StageControl {
  private readonly cells: number;
  /** The numbers of the cells with which the windows come; those past the map come when no cell enters. */
  private readonly comesWith: readonly number[];
  private cell = 0;
  private window = 0;
  private readonly inFlight: boolean[];
  private out = 0;

  constructor(stage: MapStage) {
    const { window, shape, positions } = stage;
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
    this.inFlight = Array<boolean>(stage.circuit.layers[0].latency).fill(false);
  }

  private get gives(): boolean {
    return this.window < this.comesWith.length && this.comesWith[this.window] === this.cell;
  }

  private get enters(): boolean {
    return this.cell < this.cells;
  }

  /** Whether the circuit behind the window gives a cell, if the window is offered one or not. */
  offers(isOffered: boolean): boolean {
    if (this.inFlight.length > 0) return this.inFlight[this.inFlight.length - 1];
    return this.gives && (isOffered || !this.enters);
  }

  private moves(isTaken: boolean): boolean {
    return this.inFlight.length === 0 ? isTaken : isTaken || !this.inFlight[this.inFlight.length - 1];
  }

  /** Whether the window takes a cell, if what it gives is taken or not. */
  takes(isTaken: boolean): boolean {
    return this.enters && (this.moves(isTaken) || !this.gives);
  }

  /** The clock's edge; whether the last cell of a map leaves. */
  step(isOffered: boolean, isTaken: boolean): boolean {
    const moves = this.moves(isTaken);
    const leaves = this.offers(isOffered) && isTaken;
    const { gives, enters } = this;
    const isThere = gives && (isOffered || !enters);
    if (moves && this.inFlight.length > 0) {
      this.inFlight.pop();
      this.inFlight.unshift(isThere);
    }
    if ((isOffered || !enters) && (moves || !gives)) this.advance(gives);
    if (!leaves) return false;
    this.out = (this.out + 1) % this.comesWith.length;
    return this.out === 0;
  }

  private advance(gives: boolean): void {
    this.cell += 1;
    if (gives) this.window += 1;
    if (this.cell < this.cells || this.window < this.comesWith.length) return;
    this.cell = 0;
    this.window = 0;
  }
}
