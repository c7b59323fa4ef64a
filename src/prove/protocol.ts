import type { Bit, Bits } from '../netlist/types.js';
import { C0, C1, type Code, CX } from './forms.js';

/** A place where samples pass, beat by beat: a bus with its handshake, of a port or between two layers. */
export interface CutPoint {
  /** For reports: the layer that the bus carries, `input` or `output`. */
  readonly name: string;
  /** Of one beat. Bit k of beat b is bit b × width + k of the sample. */
  readonly data: Bits;
  readonly valid: Bit;
  readonly ready: Bit;
  /** Of a sample. */
  readonly beats: number;
  /** What is 1 with a sample's last beat, at ports; between layers each counts for itself. */
  readonly last?: Bit;
  /** What is 1 in the cycle in which a beat is taken that shows its sample to be of another length; at an input port. */
  readonly error?: Bit;
  /** Where samples lie in a memory in place of passing on a bus: the bits of `data` are nets of nobody's. */
  readonly pages?: PageCut;
}

/**
 * Pages of memories in which samples lie in turns: page 0 has the first one after a reset. A page is told to be full from
 * the cycle on in which its sample ends; its words are there from the next cycle on, and until the cycle in which it is
 * released. Samples are released in the order in which they came.
 */
export interface PageCut {
  readonly pages: number;
  /** Their names; all have the same words. */
  readonly memories: readonly string[];
  /** Bits of a word, words of a sample, and words from one page to the next. */
  readonly width: number;
  readonly words: number;
  readonly stride: number;
  /** A bit for each page. */
  readonly full: Bits;
}

/** What a source does in a cycle. */
export interface BeatOffer {
  readonly offered: 0 | 1;
  readonly last: Code;
}

/** All that it can do: at a port any beat may be marked as the last one, or not. */
export function offersOf({ last }: CutPoint): readonly BeatOffer[] {
  const idle: BeatOffer = { offered: 0, last: CX };
  const marks = last === undefined ? [CX] : [C1, C0];
  return [idle, ...marks.map((mark): BeatOffer => ({ offered: 1, last: mark }))];
}

/** How far the two streams of a segment are in their samples. */
export interface Place {
  /** Beats of the sample that is coming in. */
  readonly taken: number;
  /** Whether what comes in belongs to a sample that was too long, and is dropped. */
  readonly dropping: boolean;
  /** Beats of the oldest sample that have come out. */
  readonly given: number;
  /** Of samples that lie in pages: how many are read and not released yet, and where the oldest one of a memory is. */
  readonly held: number;
  readonly page: number;
}

export const START: Place = { taken: 0, dropping: false, given: 0, held: 0, page: 0 };

/** Equal for equal places. */
export const placeKey = ({ taken, dropping, given, held, page }: Place): string =>
  `${taken},${dropping ? 1 : 0},${given},${held},${page}`;

/** What a beat is to the sample that it belongs to. */
export type BeatRole = 'more' | 'end' | 'wrong' | 'dropped';

/** `more` of a sample, its `end`; the one that shows that the sample's length is `wrong`; or the rest of such a one. */
export function roleOf({ taken, dropping }: Place, { last }: BeatOffer, { beats }: CutPoint): BeatRole {
  if (dropping) return 'dropped';
  const isEnd = taken === beats - 1;
  const right = last === CX || last === (isEnd ? C1 : C0);
  return !right ? 'wrong' : isEnd ? 'end' : 'more';
}

/** After a beat was taken. A sample that is too long ends with the next beat that is marked. */
export function afterTaken(place: Place, offer: BeatOffer, role: BeatRole): Place {
  const taken = role === 'more' ? place.taken + 1 : 0;
  const dropping = (role === 'wrong' || role === 'dropped') && offer.last === C0;
  return { ...place, taken, dropping };
}

/** After a whole sample was told to be in a page, or the oldest one was released. */
export const afterTold = (place: Place): Place => ({ ...place, held: place.held + 1 });
export const afterReleased = (place: Place, { pages }: PageCut): Place => ({
  ...turned(place, pages),
  held: place.held - 1,
});

/** The oldest sample is in the next page. */
export const turned = (place: Place, pages: number): Place => ({ ...place, page: (place.page + 1) % pages });

/** After a beat has come out. */
export const afterGiven = (place: Place, { beats }: CutPoint): Place => ({
  ...place,
  given: (place.given + 1) % beats,
});
