import type { Multipliers } from '../../hardware/device-cost.js';
import type { SerialLayer } from '../../hardware/serial/plan.js';

/** A layer, and what its module and the signals in it are called. */
export interface Site {
  readonly layer: SerialLayer;
  readonly module: string;
  readonly prefix: string;
  /** Where products are made. */
  readonly multipliers: Multipliers;
}

/** Sums that come one after the other, and what becomes of them. */
export interface Sums {
  /** What the names of signals begin with, such as `hidden_lane0`, and those of instances, such as `lane0`. */
  readonly stem: string;
  readonly instance: string;
  /** For people, such as `lane 0`. */
  readonly title: string;
  readonly sum: string;
  readonly valid: string;
  /** The signal that says which of `rows` it is; with one row, nothing. */
  readonly slot: string | undefined;
  /** Whether it matters of a code whose it is. */
  readonly tellsSlot: boolean;
  /** By slot; undefined where the sum is not a row's. */
  readonly rows: readonly (number | undefined)[];
  /** Cycles for which the codes have to wait for those of other sums. */
  readonly wait: number;
}
