import {
  CollectControl,
  type Control,
  FifoControl,
  HeldCollectControl,
  SpreadControl,
  StageControl,
} from './controls.js';
import type { MapGroup } from './types.js';

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
    const cells = stages[0].x.shape[0] * stages[0].x.shape[1];
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
    const quiet = Math.min(...controls.map((control, at) => control.quiet(valid[at], ready[at + 1])));
    if (quiet > 1 && quiet < Number.POSITIVE_INFINITY) {
      for (const control of controls) control.skip(quiet);
      this.cycle += quiet;
      return;
    }
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
