import type { Interval } from '../fixed/interval.js';
import type { Slots } from './slots.js';

/** Cells of maps that a group of layers can hand on one by one, in place of whole maps, for who keeps them in memories. */
export interface CellStream {
  /** Of a map. */
  readonly cells: number;
  /** Of a cell, and what is in them. */
  readonly slots: Slots;
  readonly codes: readonly Interval[];
  /** Where the codes lie that are handed on, by slot of a whole map's bus. */
  readonly places: readonly { readonly cell: number; readonly slot: number }[];
  /** Whether maps come of which it is known only in the end that they are whole. */
  readonly isMarked: boolean;
  /** When each cell leaves in so many words, one a clock. */
  readonly paceOf: (words: number) => CellPace;
}

export interface CellPace {
  /** Whether maps come as fast as when nothing ever waits. */
  readonly isKept: boolean;
  /** Cycles between the last word of a map and the first one of the next, at least. */
  readonly pause: number;
}
