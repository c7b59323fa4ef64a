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
  /** Where samples of another length go on too, made whole, or do not any more: what tells them from the others. */
  readonly marks?: MarkBus;
}

/** A mark for each sample, in order: whether it is spoilt, that is of another length. It has a handshake of its own. */
export interface MarkBus {
  readonly valid: Bit;
  readonly spoilt: Bit;
  readonly ready: Bit;
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
  /** Whether the sample's mark says that it is spoilt; absent where there is none, or none yet. */
  readonly spoilt?: 0 | 1;
}

/** All that it can do: at a port any beat may be marked as the last one, or not; marks come when they come. */
function offersOf({ last, marks }: CutPoint): readonly BeatOffer[] {
  const idle: BeatOffer = { offered: 0, last: CX };
  const lasts = last === undefined ? [CX] : [C1, C0];
  const offers = [idle, ...lasts.map((mark): BeatOffer => ({ offered: 1, last: mark }))];
  if (marks === undefined) return offers;
  return offers.flatMap((offer) => [offer, { ...offer, spoilt: 0 }, { ...offer, spoilt: 1 }]);
}

/** What the two streams do in a cycle. */
export interface Way {
  /** Among the offers of the input. */
  readonly number: number;
  readonly offer: BeatOffer;
  readonly ready: 0 | 1;
  /** Whether a sample's mark is taken, where it gives any. */
  readonly markReady: 0 | 1;
}

/** All ways. Neighbours differ in one of both streams, so that less is to be computed again. */
export function waysOf(input: CutPoint, output: CutPoint): readonly Way[] {
  const offers = offersOf(input);
  const ways = (markReady: 0 | 1) =>
    offers.flatMap((offer, number) =>
      (number % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)).map((ready) => {
        return { number, offer, ready, markReady };
      }),
    );
  return output.marks === undefined ? ways(0) : [...ways(0), ...ways(1).reverse()];
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
  /** Where samples of another length go on too: which of those in flight are spoilt, and of which the marks are not taken. */
  readonly spoilt: Marks;
  readonly marks: Marks;
  /** Whether all of a sample has come in, and its mark has not. */
  readonly unmarked: boolean;
}

/** Of samples in their order, a digit each: 1 where it is spoilt. */
type Marks = string;

export const START: Place = {
  ...{ taken: 0, dropping: false, given: 0, held: 0, page: 0 },
  ...{ spoilt: '', marks: '', unmarked: false },
};

/** Equal for equal places. */
export const placeKey = (place: Place): string => {
  const { taken, dropping, given, held, page, spoilt, marks, unmarked } = place;
  return `${taken},${dropping ? 1 : 0},${given},${held},${page},${spoilt},${marks},${unmarked ? 1 : 0}`;
};

/** What a beat is to the sample that it belongs to. */
export type BeatRole = 'more' | 'end' | 'wrong' | 'dropped' | 'unmarked' | 'spoilt';

/**
 * `more` of a sample, its `end`; the one that shows that the sample's length is `wrong`; or the rest of such a one. Where
 * samples have marks: one that is `unmarked` yet, or is `spoilt`; or, where marks are looked at behind a sample, the first
 * one behind a sample that is `unmarked` yet.
 */
export function roleOf(
  { taken, dropping, unmarked }: Place,
  { last, spoilt }: BeatOffer,
  { beats, marks }: CutPoint,
  marksComeBehind: boolean,
): BeatRole {
  if (dropping) return 'dropped';
  if (unmarked) return 'unmarked';
  if (marks !== undefined && !marksComeBehind && spoilt !== 0) return spoilt === 1 ? 'spoilt' : 'unmarked';
  const isEnd = taken === beats - 1;
  const right = last === CX || last === (isEnd ? C1 : C0);
  return !right ? 'wrong' : isEnd ? 'end' : 'more';
}

/** What happens in a cycle. */
export interface Cycle {
  /** What the beat that is offered is to its sample; undefined where none is. */
  readonly role: BeatRole | undefined;
  readonly taken: Code;
  readonly valid: Code;
  readonly popped: boolean;
  /** Whether the oldest sample in a page has been read. */
  readonly released: Code;
  /** Whether a mark that is given is there. */
  readonly marked: Code;
}

/** After a beat was taken. A sample that is too long ends with the next beat that is marked. */
export function afterTaken(place: Place, offer: BeatOffer, role: BeatRole): Place {
  const taken = role === 'more' ? place.taken + 1 : 0;
  const dropping = (role === 'wrong' || role === 'dropped') && offer.last === C0;
  return { ...place, taken, dropping };
}

/** After a sample has come in, where those of another length go on. */
export const afterEnd = (place: Place, isSpoilt: boolean): Place => ({
  ...place,
  spoilt: `${place.spoilt}${isSpoilt ? 1 : 0}`,
});

/** After its last beat has gone on: its mark may come. */
export const afterMarked = (place: Place): Place => ({
  ...place,
  spoilt: place.spoilt.slice(1),
  marks: `${place.marks}${place.spoilt.slice(0, 1)}`,
});

export const afterMarkTaken = (place: Place): Place => ({ ...place, marks: place.marks.slice(1) });

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
