import type { Extent } from '../../network/window.js';

/** What a module between two handshakes does with them, cycle by cycle, whatever the data. */
export interface Control {
  /** Whether it gives something, if it is offered something or not. */
  offers(isOffered: boolean): boolean;
  /** Whether it takes something, if what it gives is taken or not. */
  takes(isTaken: boolean): boolean;
  /** The clock's edge. */
  step(isOffered: boolean, isTaken: boolean): void;
  /** For how many cycles like this one nothing comes in or leaves, nor does what it offers and takes change. */
  quiet(isOffered: boolean, isTaken: boolean): number;
  /** The clock's edges of so many quiet cycles. */
  skip(cycles: number): void;
  /** Equal for equal states. */
  readonly key: string;
}

/** Whose state changes by what comes in and leaves alone. */
abstract class Passive implements Control {
  abstract readonly key: string;
  abstract offers(isOffered: boolean): boolean;
  abstract takes(isTaken: boolean): boolean;
  abstract step(isOffered: boolean, isTaken: boolean): void;

  quiet(isOffered: boolean, isTaken: boolean): number {
    const comes = isOffered && this.takes(isTaken);
    const leaves = this.offers(isOffered) && isTaken;
    return comes || leaves ? 0 : Number.POSITIVE_INFINITY;
  }

  skip(): void {}
}

/** Of a sample it knows which of its pieces, beats or words, is the next one. */
abstract class Counter extends Passive {
  protected at = 0;

  constructor(private readonly pieces: number) {
    super();
  }

  get key(): string {
    return `${this.at}`;
  }

  protected get isAtLast(): boolean {
    return this.at === this.pieces - 1;
  }

  protected count(): void {
    this.at = (this.at + 1) % this.pieces;
  }
}

/** `rtl/espalier_collect.v`. */
export class CollectControl extends Counter {
  offers(isOffered: boolean): boolean {
    return isOffered && this.isAtLast;
  }

  takes(isTaken: boolean): boolean {
    return isTaken || !this.isAtLast;
  }

  step(isOffered: boolean, isTaken: boolean): void {
    if (isOffered && this.takes(isTaken)) this.count();
  }
}

/** The same with HELD, which keeps the last cell too. */
export class HeldCollectControl extends Counter {
  private isFull = false;

  override get key(): string {
    return `${super.key} ${this.isFull}`;
  }

  offers(): boolean {
    return this.isFull;
  }

  takes(isTaken: boolean): boolean {
    return !this.isFull || isTaken;
  }

  step(isOffered: boolean, isTaken: boolean): void {
    const takes = isOffered && this.takes(isTaken);
    this.isFull = (takes && this.isAtLast) || (this.isFull && !isTaken);
    if (takes) this.count();
  }
}

/** `rtl/espalier_spread.v`. */
export class SpreadControl extends Counter {
  offers(isOffered: boolean): boolean {
    return this.at > 0 || isOffered;
  }

  takes(isTaken: boolean): boolean {
    return this.at === 0 && isTaken;
  }

  step(isOffered: boolean, isTaken: boolean): void {
    if (this.offers(isOffered) && isTaken) this.count();
  }
}

/** `rtl/espalier_repeat.v`. */
export class RepeatControl extends Counter {
  /** Cells of a row, each so often, that leave the first time. */
  private readonly row: number;

  /** @param columns of the map @param times down and across */
  constructor(
    columns: number,
    private readonly times: Extent,
  ) {
    super(columns * times[0] * times[1]);
    this.row = columns * times[1];
  }

  offers(isOffered: boolean): boolean {
    return isOffered || !this.isFirst;
  }

  takes(isTaken: boolean): boolean {
    return isTaken && this.isFirst;
  }

  /** Whether the cell that leaves is one that enters. */
  private get isFirst(): boolean {
    return this.at < this.row && this.at % this.times[1] === 0;
  }

  step(isOffered: boolean, isTaken: boolean): void {
    if (this.offers(isOffered) && isTaken) this.count();
  }
}

/** `rtl/espalier_cut.v`. */
export class CutControl extends Counter {
  offers(isOffered: boolean): boolean {
    return isOffered;
  }

  takes(isTaken: boolean): boolean {
    return isTaken && this.isAtLast;
  }

  step(isOffered: boolean, isTaken: boolean): void {
    if (isOffered && isTaken) this.count();
  }
}

/** `rtl/espalier_pages.v` with a page free: words of a map, and behind the last one its mark. */
export class PagesControl extends Counter {
  /** Whether a map's first word has just come, and whether a map has just left with its mark. */
  hasBegun = false;
  hasEnded = false;
  private waits = false;

  override get key(): string {
    return `${super.key} ${this.waits}`;
  }

  offers(isOffered: boolean): boolean {
    return this.waits || (isOffered && this.isAtLast);
  }

  takes(): boolean {
    return !this.waits;
  }

  step(isOffered: boolean, isTaken: boolean): void {
    const takes = isOffered && this.takes();
    const isComplete = this.offers(isOffered);
    this.hasBegun = takes && this.at === 0;
    this.hasEnded = isComplete && isTaken;
    if (takes) this.count();
    this.waits = isComplete && !isTaken;
  }
}

/** `rtl/espalier_fifo.v`. */
export class FifoControl extends Passive {
  /** Cells that were in it at a time, at most: no fewer places would have done. */
  most = 0;
  private held = 0;

  constructor(private readonly depth: number) {
    super();
  }

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
    // While it is full it takes nothing, also when a cell leaves.
    this.most = Math.max(this.most, this.held + put);
    this.held += put - (this.held > 0 && isTaken ? 1 : 0);
  }
}
