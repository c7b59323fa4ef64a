import type { Format } from '../../fixed/format.js';
import type { Interval } from '../../fixed/interval.js';
import type { LoweredNode, Reads } from '../../lower/types.js';
import type { AffineNetwork, LiveRow } from '../../network/affine.js';
import type { Extent, Window } from '../../network/window.js';
import type { Zones } from '../../network/zones.js';
import type { OperandMemory } from '../serial/operand-memory.js';
import type { SerialLayer } from '../serial/plan.js';
import type { Slots } from '../slots.js';
import type { Cells } from './cells.js';

/**
 * Neighbouring layers through which maps go cell by cell: for each a window, and behind it what works on a position. What
 * goes round a layer goes along with the cells: it is taken from under the layer's window, whose lines hold it anyway.
 */
export interface MapGroup<Body extends MapBody = MapBody> {
  /** Numbers of the first and the last one among the layers that compute. */
  readonly first: number;
  readonly last: number;
  readonly stages: readonly MapStage<Body>[];
  /** Where its cells come from beats of the input stream, as they come; absent where whole maps come in. */
  readonly port?: MapPort;
  /** Cells that can wait before each stage, where one would hold up the others otherwise; 0: no FIFO there. */
  readonly fifos?: readonly number[];
  /** Words in which each cell leaves, for who keeps them in memories; absent where whole maps leave. */
  readonly cellWords?: number;
}

/**
 * The beats of a map that goes on as it comes, before all of it is there. So many beats make a word that has some whole
 * cells, all words in the same way; maps that are too short are filled up, and what comes of them is dropped at the end.
 */
export interface MapPort {
  /** Bits of a beat, and beats of a map. */
  readonly width: number;
  readonly beats: number;
  /** Of a word. */
  readonly beatsPerWord: number;
  readonly cellsPerWord: number;
  /** Where the codes lie in a word, cell by cell, slot by slot; those of one slot are alike in all cells. */
  readonly places: readonly CodeBits[];
}

/** Bits of a word that are a code. */
export interface CodeBits {
  readonly lsb: number;
  readonly width: number;
  readonly signed: boolean;
}

/** What makes a cell of the codes under a window, position by position. */
export interface MapBody {
  /** Of the codes under the window those that it reads, in the slots of its bus. */
  readonly read: readonly number[];
  readonly x: Slots;
  readonly y: Slots;
  /** What it gives, in the slots of its bus: each a channel. */
  readonly given: readonly Pick<LiveRow, 'unit' | 'output'>[];
  readonly control: BodyControl;
}

/**
 * How a body's registers move. `pipeline`: all together; `lanes`: as `rtl/espalier_sequencer.v` has it, behind pages of a memory
 * into which the codes under the window go in so many words.
 */
export type BodyControl = { readonly kind: 'pipeline'; readonly latency: number } | LanesBodyControl;

export interface LanesBodyControl extends Pick<SerialLayer, 'steps' | 'firstResult' | 'pipeline'> {
  readonly kind: 'lanes';
  readonly operands?: Pick<OperandMemory, 'pages' | 'words'>;
}

export interface MapStage<Body extends MapBody = MapBody> {
  readonly name: string;
  /** Over the cells that it reads. */
  readonly window: Window;
  readonly positions: Extent;
  /** The cells that come in. */
  readonly enters: Cells;
  /** How often each of them is repeated, down and across, before the window; absent where the window takes them as they are. */
  readonly times?: Extent;
  /** Zones of which each has the cells once, before the window; absent where there are none. */
  readonly zones?: Zones;
  /** The cells that the window is moved over. */
  readonly x: Cells;
  /** What lies in the padding, slot by slot. */
  readonly padding: readonly number[];
  readonly body: Body;
  /** The cells that it gives: the layer's channels that somebody reads, then those that are carried past it. */
  readonly y: Cells;
  /** Of the codes in its slots. */
  readonly formats: readonly Format[];
  /** Weights of the body. */
  readonly terms: number;
}

/** Plans one layer whose inputs lie in intervals, and which is used at so many positions. */
export type PlanBody<Body extends MapBody> = (
  network: AffineNetwork,
  inputs: readonly Interval[],
  positions: number,
) => Body;

/** A node through a window. */
export type MapNode = Exclude<LoweredNode, { kind: 'move' }> & {
  readonly reads: Extract<Reads, { kind: 'window' }>;
};
