import {
  CollectControl,
  type Control,
  CutControl,
  FifoControl,
  HeldCollectControl,
  PagesControl,
  RepeatControl,
  SpreadControl,
} from './controls.js';
import { StageControl } from './stage-control.js';
import type { MapGroup, MapStage } from './types.js';

/** A group's timing when nothing outside makes it wait, and what follows from it. */
export interface GroupTiming {
  /** From the first beat of a map to the first one of the next, on the average. */
  readonly interval: number;
  /** From when a map, or its last beat, could be taken to giving its result. */
  readonly latency: number;
  /** Cycles from a stage's last cell to the next one's: they add up to the latency. */
  readonly stageLatencies: readonly number[];
  /** Maps at a time of which it is known whether they are whole while their result is not there yet. */
  readonly marks: number;
  /** Where cells leave one by one: cycles between a map's last one and the first one of the next, at least. */
  readonly pause: number;
}

type ScheduledGroup = Pick<MapGroup, 'stages' | 'port' | 'fifos' | 'cellWords'>;

/** Maps after which they come at one interval, where that has not shown before. */
const MOST_MAPS = 40;
/**
 * Maps one after the other that are held up longer each, at a pace that is too fast. Maps that only begin so are at their
 * pace from the third one on; taken for too fast, they would get a place more than they need.
 */
const MOST_LATER = 4;

/**
 * The exact timing of a group, by stepping its handshakes cycle by cycle: a map comes in beats or at once, its cells go
 * through a window and what works on a position for each stage, and what comes is collected.
 */
export function groupTiming(group: ScheduledGroup): GroupTiming {
  const timing = timingWith(group);
  const [{ body }] = group.stages;
  const readsWords = body.control.kind === 'lanes' && (body.control.operands?.words ?? 1) > 1;
  if (group.port === undefined || !readsWords) return timing;
  // A map's last beat is not handed on before its mark has a place, and the words of its cell take longer than the beat.
  let { marks } = timing;
  while (timingWith(group, marks).interval > timing.interval) marks += 1;
  return { ...timing, marks };
}

/** @param places for marks; there may be as many as come */
function timingWith(group: ScheduledGroup, places = Number.POSITIVE_INFINITY): GroupTiming {
  const { stages, port } = group;
  const run = new GroupRun(group, { pace: 0, places });
  // Between two maps there is a pause.
  const fewest = group.cellWords === undefined ? 1 : 2;
  while (!run.isSteady || run.left.length < fewest) run.step();
  const { taken, given, marks, begun, ended } = run;
  // Its beats come one after the other, if nothing holds them. What comes at once is there from the first cycle on,
  // though a stage that reads cells in words takes it with the last word of its first cell.
  const begin = port === undefined ? 0 : taken[0] + port.beats - 1;
  // What a layer behind leaves unread may still come when the group's result is there.
  const end = run.left[0];
  const ends: number[] = [];
  for (const [cycle] of given.slice(0, stages.length - 1)) ends.push(clamp(cycle, ends.at(-1) ?? begin, end));
  ends.push(end);
  return {
    // Maps may come in by turns sooner and later, though they leave at one interval; and faster, while FIFOs still fill.
    interval: Math.ceil(run.repeats ?? Math.max(lastGap(taken), lastGap(run.left))),
    latency: end - begin,
    stageLatencies: ends.map((cycle, index) => cycle - (ends[index - 1] ?? begin)),
    marks,
    pause: leastPause(begun, ended),
  };
}

/** What repeats the cells that a stage takes. */
const repeatBefore = ({ enters, times }: MapStage): Control[] =>
  times === undefined ? [] : [new RepeatControl(enters.shape[1], times)];

/** Between the last two cycles; 0 where there are no two. */
const lastGap = (cycles: readonly number[]): number =>
  cycles.length < 2 ? 0 : cycles[cycles.length - 1] - cycles[cycles.length - 2];

/** From the end of a map to the beginning of the next; 0 where there are no two. */
function leastPause(begun: readonly number[], ended: readonly number[]): number {
  const pauses = begun.slice(1).map((cycle, map) => cycle - ended[map]);
  return pauses.length === 0 ? 0 : Math.min(...pauses);
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/**
 * Whether maps that come once in so many cycles are held up no longer from map to map, and then for good: what holds them
 * up can only grow, until a map meets what the one before it met.
 *
 * @returns cells that wait before each stage, at most; undefined where maps come too fast
 */
export function placesAtPace(group: ScheduledGroup, pace: number): number[] | undefined {
  const run = new GroupRun(group, { pace, places: Number.POSITIVE_INFINITY });
  while (!run.isSteady && run.later < MOST_LATER) run.step();
  return run.repeats !== undefined && run.repeats <= pace ? run.mostWaiting : undefined;
}

interface RunLimits {
  /** Cycles from one map to the next, at least. */
  readonly pace: number;
  /** For marks. */
  readonly places: number;
}

/** All modules of a group, cycle by cycle. */
class GroupRun {
  /** Cycles in which maps begin to come in. */
  readonly taken: number[] = [];
  /** Of each stage the cycles in which a map's last cell leaves, and those in which maps leave the group. */
  readonly given: readonly number[][];
  readonly left: number[] = [];
  /** Cycles in which the first and the last words of maps go into memories. */
  readonly begun: number[] = [];
  readonly ended: number[] = [];
  marks = 0;
  /** Whether maps come at one interval from now on: the state is one in which a map began before. */
  isSteady = false;
  /** Cycles from map to map, on the average of those from the one that met the same state. */
  repeats: number | undefined;
  private readonly controls: readonly Control[];
  private readonly chain: readonly StageControl[];
  private readonly pages: PagesControl | undefined;
  private readonly fifos: readonly (FifoControl | undefined)[];
  /** What is offered and taken before each module, and behind the last one. */
  private readonly seen = new Map<string, number>();
  private readonly valid: boolean[] = [];
  private readonly ready: boolean[] = [];
  private readonly beats: number;
  private readonly isMarked: boolean;
  private cycle = 0;
  private beat = 0;
  private waitingMarks = 0;

  constructor(
    { stages, port, fifos, cellWords }: ScheduledGroup,
    private readonly limits: RunLimits,
  ) {
    const [rows, columns] = stages[0].enters.shape;
    const last = stages[stages.length - 1];
    this.chain = stages.map((stage) => new StageControl(stage));
    this.fifos = stages.map((_, index) => {
      const depth = fifos?.[index] ?? 0;
      return depth === 0 ? undefined : new FifoControl(depth);
    });
    this.given = stages.map(() => []);
    const given = last.positions[0] * last.positions[1];
    this.pages = cellWords === undefined ? undefined : new PagesControl(given * cellWords);
    const whole = port === undefined ? new CollectControl(given) : new HeldCollectControl(given);
    this.controls = [
      new CollectControl(port?.beatsPerWord ?? 1),
      new SpreadControl(port?.cellsPerWord ?? rows * columns),
      ...this.chain.flatMap((stage, index) =>
        [this.fifos[index] ?? [], repeatBefore(stages[index]), stage].flat(),
      ),
      ...(cellWords === undefined || cellWords === 1 ? [] : [new CutControl(cellWords)]),
      this.pages ?? whole,
    ];
    this.beats = port?.beats ?? 1;
    this.isMarked = port !== undefined;
  }

  /** Of the last maps those that came out later than at the pace of the first one, each later than the one before. */
  get later(): number {
    const ends = this.given[this.given.length - 1];
    let maps = ends.length - 1;
    while (maps > 0 && ends[maps] - ends[maps - 1] > this.limits.pace) maps -= 1;
    return Math.max(0, ends.length - 1 - maps);
  }

  /** Cells that waited before each stage at a time, at most. */
  get mostWaiting(): number[] {
    return this.fifos.map((fifo) => fifo?.most ?? 0);
  }

  step(): void {
    const { controls, valid, ready } = this;
    const early = this.beat > 0 ? 0 : this.taken.length * this.limits.pace - this.cycle;
    const isKept = this.beat === this.beats - 1 && this.waitingMarks >= this.limits.places;
    valid[0] = early <= 0 && !isKept;
    // A mark shows in the cycle after it was made.
    const leaves = !this.isMarked || this.waitingMarks > 0;
    this.settle(leaves);
    const quiet = this.quietCycles(early > 0 ? early : Number.POSITIVE_INFINITY);
    if (quiet > 1 && quiet < Number.POSITIVE_INFINITY) {
      for (const control of controls) control.skip(quiet);
      this.cycle += quiet;
      return;
    }
    if (valid[0] && ready[0]) this.noteBeat();
    if (valid[controls.length] && leaves) {
      this.left.push(this.cycle);
      if (this.isMarked) this.waitingMarks -= 1;
    }
    for (let at = 0; at < controls.length; at++) controls[at].step(valid[at], ready[at + 1]);
    for (let at = 0; at < this.chain.length; at++) {
      if (this.chain[at].hasEnded) this.given[at].push(this.cycle);
    }
    if (this.pages?.hasBegun === true) this.begun.push(this.cycle);
    if (this.pages?.hasEnded === true) this.ended.push(this.cycle);
    this.cycle += 1;
  }

  private settle(leaves: boolean): void {
    const { controls, valid, ready } = this;
    for (let at = 0; at < controls.length; at++) valid[at + 1] = controls[at].offers(valid[at]);
    ready[controls.length] = leaves;
    for (let at = controls.length - 1; at >= 0; at--) ready[at] = controls[at].takes(ready[at + 1]);
  }

  /** @param most cycles that may be left out */
  private quietCycles(most: number): number {
    const { controls, valid, ready } = this;
    let least = most;
    for (let at = 0; at < controls.length && least > 1; at++) {
      least = Math.min(least, controls[at].quiet(valid[at], ready[at + 1]));
    }
    return least;
  }

  private noteMap(): void {
    this.taken.push(this.cycle);
    const key = [this.waitingMarks, ...this.controls.map((control) => control.key)].join(';');
    const map = this.taken.length - 1;
    const same = this.seen.get(key);
    if (same !== undefined) this.repeats = (this.cycle - this.taken[same]) / (map - same);
    this.isSteady ||= same !== undefined || map >= MOST_MAPS;
    this.seen.set(key, map);
  }

  private noteBeat(): void {
    if (this.beat === 0) this.noteMap();
    this.beat = (this.beat + 1) % this.beats;
    if (!this.isMarked || this.beat > 0) return;
    this.waitingMarks += 1;
    this.marks = Math.max(this.marks, this.waitingMarks);
  }
}
