import type { Format } from '../fixed/format.js';
import type { Interval } from '../fixed/interval.js';
import type { AffineInput } from '../network/affine.js';
import type { Finish } from '../network/finish.js';
import type { Head } from '../network/types.js';
import type { Extent, Window } from '../network/window.js';
import type { Zones } from '../network/zones.js';

/**
 * A network as few kinds of nodes: weighted sums, largest codes, and codes that only move. Where a layer computes the same at
 * every position of a map, its node says so once. What can have only one code is folded into who reads it, and what nobody
 * reads is dropped, both exactly: the outputs are those of the network.
 */
export interface LoweredNetwork {
  readonly name: string;
  /** Every input of the network, read or not: the codes of node {@link INPUT_NODE}, in order. */
  readonly inputs: readonly AffineInput[];
  /** Rows and columns of the inputs where they are a map; 1 and 1 otherwise. */
  readonly inputPositions: Extent;
  /** Each reads only nodes before it, or the inputs. */
  readonly nodes: readonly LoweredNode[];
  /** In the network's order. */
  readonly outputs: readonly LoweredOutput[];
  readonly head: Head;
}

/** Stands for the network's inputs among the numbers of nodes. */
export const INPUT_NODE = -1;

/** A code: that of channel `code % channels` at position `code / channels`, positions in raster order. */
export interface CodePlace {
  readonly node: number;
  readonly code: number;
}

/** A channel of a map, at all positions. */
export interface ChannelPlace {
  readonly node: number;
  readonly channel: number;
}

/** A channel under a window; where it has a zone, 0 at positions that do not lie in it. */
export interface ReadChannel extends ChannelPlace {
  readonly zone?: number;
}

export type LoweredOutput =
  | ({ readonly kind: 'code'; readonly format: Format } & CodePlace)
  | { readonly kind: 'constant'; readonly code: number; readonly format: Format };

interface NodeFacts {
  /** That of the layer; of a move, whose it is. */
  readonly name: string;
  /** Rows and columns of a map; 1 and 1 of a list of units. */
  readonly positions: Extent;
  /** Codes of a position. */
  readonly channels: readonly LoweredChannel[];
  /** Codes of a position of the network's layer, those too that are constants or that nobody reads. */
  readonly units: number;
}

export interface LoweredChannel {
  /** Its number in the network's layer. */
  readonly unit: number;
  readonly format: Format;
  /** All codes that it can have, at any position. */
  readonly codes: Interval;
}

export type LoweredNode = SumsNode | MaxNode | MoveNode;

/** Rows: with a window one for each channel, the same at every position; otherwise one for each code. */
export interface SumsNode extends NodeFacts {
  readonly kind: 'sums';
  readonly reads: Reads;
  readonly rows: readonly SumRow[];
  /** Products of the network's layer, those with zero weights too. */
  readonly denseTerms: number;
}

export interface MaxNode extends NodeFacts {
  readonly kind: 'max';
  readonly reads: Reads;
  readonly rows: readonly LargestRow[];
}

/** Codes of others in a new order, position by position; undefined is the 0 of padding. */
export interface MoveNode extends NodeFacts {
  readonly kind: 'move';
  readonly from: readonly (CodePlace | undefined)[];
}

/**
 * What the rows of a node count. `codes`: single ones. `window`: for each tap of the window all `channels`, one tap's after the
 * other; they are channels of maps of one `shape`, or of such as are repeated to be of it. What lies outside is 0 in sums, and never
 * the largest.
 */
export type Reads =
  | { readonly kind: 'codes'; readonly codes: readonly CodePlace[] }
  | {
      readonly kind: 'window';
      readonly window: Window;
      /** Rows and columns of the maps, each of whose places may be there so many times, down and across. */
      readonly shape: Extent;
      readonly channels: readonly ReadChannel[];
      /** Of the positions, where channels have one; the window is one cell then. */
      readonly zones?: Zones;
    };

/** code = finish(bias + Σ weight × code read) */
export interface SumRow {
  readonly terms: readonly { readonly input: number; readonly weight: number }[];
  readonly bias: number;
  /** Fraction bits of the sum. */
  readonly fraction: number;
  readonly finish: Finish;
  readonly sum: Interval;
  readonly codes: Interval;
  readonly format: Format;
}

/** The largest of codes, and of `least` where there is one. */
export interface LargestRow {
  readonly inputs: readonly number[];
  readonly least?: number;
  readonly codes: Interval;
  readonly format: Format;
}
