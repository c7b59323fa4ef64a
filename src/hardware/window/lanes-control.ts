import type { OperandMemory } from '../serial/operand-memory.js';
import type { Control } from './controls.js';
import { Marks } from './marks.js';
import type { LanesBodyControl } from './types.js';

type LaneTimes = Pick<LanesBodyControl, 'steps' | 'firstResult' | 'pipeline'>;

/** `rtl/espalier_sequencer.v`. */
export class LanesControl implements Control {
  /** Counts the cycles in which it does not stand still. */
  private clock = 0;
  private stepNumber = 0;
  private isWaiting = false;
  /** Whether the operand of a sample's last step is being read. */
  private readsLast = false;
  /** When the marks of first and last words are in the last register. */
  private readonly firsts: Marks;
  private readonly lasts: Marks;

  constructor(private readonly lanes: LaneTimes) {
    this.firsts = new Marks(lanes.pipeline);
    this.lasts = new Marks(lanes.pipeline);
  }

  get key(): string {
    const { stepNumber, isWaiting, readsLast, firsts, lasts, clock } = this;
    const flags = Number(isWaiting) + 2 * Number(readsLast);
    return [stepNumber, flags, firsts.after(clock), lasts.after(clock)].join(' ');
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

  /** With HELD, whether it is done with the sample that it works on. */
  releases(isTaken: boolean): boolean {
    return this.readsLast && !this.standsStill(isTaken);
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
    const issues = this.stepNumber > 0 || isOffered;
    this.readsLast = issues && this.stepNumber === steps - 1;
    if (!issues) return;
    if (this.stepNumber === firstResult) firsts.add(clock + pipeline);
    if (this.stepNumber === steps - 1) lasts.add(clock + pipeline);
    this.stepNumber = (this.stepNumber + 1) % steps;
  }

  quiet(isOffered: boolean, isTaken: boolean): number {
    const { steps, firstResult } = this.lanes;
    if (this.isWaiting && isTaken) return 0;
    if (this.standsStill(isTaken)) return Number.POSITIVE_INFINITY;
    if (this.readsLast || (this.stepNumber === 0 && isOffered)) return 0;
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

/** The same with HELD, behind `rtl/espalier_pages.v` and, for several words, `rtl/espalier_cut.v`. */
export class PagedLanesControl implements Control {
  private readonly lanes: LanesControl;
  /** Pages with a whole sample. */
  private full = 0;
  private word = 0;
  /** Whether words come in while nothing else does. */
  private isFilling = false;

  constructor(
    times: LaneTimes,
    private readonly memory: Pick<OperandMemory, 'pages' | 'words'>,
  ) {
    this.lanes = new LanesControl(times);
  }

  get key(): string {
    return `${this.full} ${this.word} ${this.lanes.key}`;
  }

  private get hasRoom(): boolean {
    return this.full < this.memory.pages;
  }

  offers(): boolean {
    return this.lanes.offers();
  }

  takes(): boolean {
    return this.hasRoom && this.word === this.memory.words - 1;
  }

  step(isOffered: boolean, isTaken: boolean): void {
    const { lanes, memory } = this;
    const isWritten = isOffered && this.hasRoom;
    const ends = isWritten && this.word === memory.words - 1;
    const full = this.full + (ends ? 1 : 0) - (lanes.releases(isTaken) ? 1 : 0);
    lanes.step(full > 0, isTaken);
    this.full = full;
    if (isWritten) this.word = (this.word + 1) % memory.words;
  }

  quiet(isOffered: boolean, isTaken: boolean): number {
    this.isFilling = isOffered && this.hasRoom;
    const ofWords = this.isFilling ? this.memory.words - 1 - this.word : Number.POSITIVE_INFINITY;
    return Math.min(ofWords, this.lanes.quiet(this.full > 0, isTaken));
  }

  skip(cycles: number): void {
    if (this.isFilling) this.word += cycles;
    this.lanes.skip(cycles);
  }
}
