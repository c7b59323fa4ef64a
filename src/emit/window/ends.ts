import { bitsFor } from '../../fixed/format.js';
import { busWidth, type Slots } from '../../hardware/slots.js';
import { MOST_SHIFTED } from '../../hardware/window/cost.js';
import type { GroupTiming } from '../../hardware/window/schedule.js';
import type { MapPort } from '../../hardware/window/types.js';
import {
  beatParameters,
  handedOnTo,
  type StreamNames,
  streamNamed,
  streamSignals,
  takenFrom,
} from '../handshakes.js';
import type { MapFrames } from '../manifest.js';
import { clocked, type Declaration, type InstanceView, instanceView, wire } from '../verilog.js';
import { cellBits, cellsOf, type NamedStage } from './stages.js';

/** Names of what stands at both ends of a group. */
export const END_NAMES = [
  ...['spread', 'map', 'map_last', 'collect', 'whole', 'whole_valid', 'whole_ready'],
  ...['fill', 'beat_valid', 'beat_ready', 'gather', 'word', 'word_valid', 'word_ready', 'judge'],
  ...['marks', 'end_valid', 'end_ready', 'end_spoilt', 'mark_valid', 'mark_ready', 'mark_spoilt'],
  ...['cut', 'store', 'kept', 'kept_valid', 'kept_ready'],
];

/** Where a group gives what it makes. */
export const GIVEN: StreamNames = { data: 'y_o', valid: 'y_valid_o', ready: 'y_ready_i' };

/** Marks inside a group, and where it gives them. */
const MARKS: StreamNames = { data: 'mark_spoilt', valid: 'mark_valid', ready: 'mark_ready' };
const GIVEN_MARKS: StreamNames = { data: 'mark_spoilt_o', valid: 'mark_valid_o', ready: 'mark_ready_i' };

/** From a group's input to the cells of its first stage, or from the cells of its last one to its output. */
export interface EndView {
  readonly signals: readonly Declaration[];
  readonly instances: readonly InstanceView[];
  /** Modules of `rtl/` in it. */
  readonly primitives: readonly string[];
  /** Bits that nobody needs. */
  readonly unused: readonly string[];
}

export interface Entrance extends EndView {
  /** From which cells are taken, and what they become. */
  readonly word: { readonly name: string; readonly width: number };
  readonly map: string;
}

export interface Exit extends EndView {
  /** What leaves at a time. */
  readonly y: Slots;
}

/** A whole map, taken apart into its cells. */
export function wholeEntrance({ stage, stem }: NamedStage, width: number): Entrance {
  const { enters: x } = stage;
  const from = { data: 'map', valid: 'x_valid_i', ready: 'x_ready_o' };
  return {
    signals: [wire('map', cellsOf(x.shape) * cellBits(x)), wire('map_last')],
    instances: [spreadView(stage, cellsOf(x.shape), from, stem)],
    primitives: ['espalier_spread'],
    word: { name: 'x_i', width },
    map: 'map',
    unused: ['map_last'],
  };
}

/** Beats of the input stream, made into words of whole cells; with a mark for each map whether it is whole. */
export function portEntrance(
  { stage, stem }: NamedStage,
  { width, beats, beatsPerWord, cellsPerWord }: MapPort,
  { marks: depth }: GroupTiming,
  isGiven: boolean,
): Entrance {
  const marks = marksOf(isGiven);
  const beat = { data: 'x_i', valid: 'beat_valid', ready: 'beat_ready' };
  const cells = streamNamed(`${stem}_cells`);
  const isGathered = beatsPerWord > 1;
  const isSpread = cellsPerWord > 1;
  const word = isGathered ? streamNamed('word') : isSpread ? beat : { ...cells, data: 'x_i' };
  const filled = isGathered || isSpread ? beat : { ...beat, valid: cells.valid, ready: cells.ready };
  const gathered = isSpread ? word : { ...cells, data: 'word' };
  const wordBits = beatsPerWord * width;
  return {
    signals: [
      ...(filled === beat ? [wire(beat.valid), wire(beat.ready)] : []),
      ...(isGathered ? [wire('word', wordBits)] : []),
      ...(isGathered && isSpread ? [wire('word_valid'), wire('word_ready')] : []),
      ...(isSpread ? [wire('map', cellsPerWord * cellBits(stage.enters)), wire('map_last')] : []),
      ...['end_valid', 'end_ready', 'end_spoilt'].map((name) => wire(name)),
      ...(isGiven ? [] : [marks.valid, marks.ready, marks.data].map((name) => wire(name))),
    ],
    instances: [
      fillView(beats, filled),
      marksView(depth, marks),
      ...(isGathered ? [collectView('gather', width, beatsPerWord, beat, gathered)] : []),
      ...(isSpread ? [spreadView(stage, cellsPerWord, { ...word, data: 'map' }, stem)] : []),
    ],
    primitives: [
      ...['espalier_fill', 'espalier_fifo'],
      ...(isGathered ? ['espalier_collect'] : []),
      ...(isSpread ? ['espalier_spread'] : []),
    ],
    word: isGathered ? { name: 'word', width: wordBits } : { name: 'x_i', width },
    map: isSpread ? 'map' : cells.data,
    unused: isSpread ? ['map_last'] : [],
  };
}

/** What leaves a group: whole maps; cells for who keeps them; or single codes, the network's results. */
export type Leaving = 'maps' | 'cells' | 'results';

const marksOf = (isGiven: boolean): StreamNames => (isGiven ? GIVEN_MARKS : MARKS);

/** Where a group's beats, marks and whole maps pass. */
export function framesOf(
  { stem }: NamedStage,
  { beatsPerWord, cellsPerWord }: MapPort,
  layer: string,
  instance: string,
  leaves: Leaving,
): MapFrames {
  const marks = marksOf(leaves === 'cells');
  const isDirect = beatsPerWord === 1 && cellsPerWord === 1;
  const cells = streamNamed(`${stem}_cells`);
  const [valid, ready] = isDirect ? [cells.valid, cells.ready] : ['beat_valid', 'beat_ready'];
  return {
    path: [instance],
    beats: { signal: 'x_i', valid, ready },
    mark: { signal: marks.data, valid: marks.valid, ready: marks.ready },
    layer,
    ...(leaves !== 'maps' ? {} : { given: { signal: GIVEN.data, valid: GIVEN.valid, ready: GIVEN.ready } }),
  };
}

/**
 * The cells that a group gives, put together again. Where maps are marked only those that are whole leave; for its mark a
 * map waits with all of its cells, so that nothing before it has to.
 */
export function wholeExit({ stage, cell }: NamedStage, y: Slots, isMarked: boolean): Exit {
  const width = busWidth(stage.body.y);
  const cells = cellsOf(stage.positions);
  const given = { ...GIVEN, data: 'whole' };
  const whole = isMarked ? streamNamed('whole') : given;
  return {
    signals: isMarked ? streamSignals(whole, cells * width) : [wire('whole', cells * width)],
    instances: [
      collectView('collect', width, cells, cell, whole, isMarked),
      ...(isMarked ? [judgeView(whole, given)] : []),
    ],
    primitives: ['espalier_collect', ...(isMarked ? ['espalier_judge'] : [])],
    unused: [],
    y,
  };
}

/** The cells that a group gives as they come, each in so many words; a single one goes on as it is. */
export function cellExit({ stage, cell }: NamedStage, words: number): Exit {
  const { body } = stage;
  const y = { ...body.y, count: Math.ceil(body.y.count / words) };
  if (words === 1) return { signals: [], instances: [], primitives: [], unused: [], y };
  const bits = busWidth(y);
  const data = filledUp(cell.data, busWidth(body.y), bits * words);
  const cut = cutView('cut', bits, words, { ...cell, data }, GIVEN);
  return { signals: [], instances: [cut], primitives: CUT_PRIMITIVES, unused: [], y };
}

function spreadView({ enters: x }: NamedStage['stage'], cells: number, from: StreamNames, stem: string) {
  return clocked('espalier_spread', 'spread', beatParameters(cellBits(x), cells), [
    ...takenFrom(from),
    ...handedOnTo(streamNamed(`${stem}_cells`)),
    ['m_last_o', 'map_last'],
  ]);
}

const collectView = (
  instance: string,
  width: number,
  beats: number,
  from: StreamNames,
  to: StreamNames,
  isHeld = false,
): InstanceView =>
  clocked(
    'espalier_collect',
    instance,
    [...beatParameters(width, beats), ...(isHeld ? [['HELD', '1'] as const] : [])],
    [...takenFrom(from), ...handedOnTo(to)],
  );

const fillView = (beats: number, { valid, ready }: StreamNames): InstanceView =>
  clocked('espalier_fill', 'fill', beatParameters(1, beats).slice(1), [
    ['s_valid_i', 'x_valid_i'],
    ['s_ready_o', 'x_ready_o'],
    ['s_last_i', 'x_last_i'],
    ['m_valid_o', valid],
    ['m_ready_i', ready],
    ['mark_valid_o', 'end_valid'],
    ['mark_ready_i', 'end_ready'],
    ['mark_spoilt_o', 'end_spoilt'],
    ['error_o', 'x_error_o'],
  ]);

/** The codes of maps one by one, once all of a map is there. */
export function resultsExit({ stage, cell }: NamedStage, isMarked: boolean): Exit {
  const { y } = stage.body;
  const cells = cellsOf(stage.positions);
  const kept = y.count === 1 ? GIVEN : streamNamed('kept');
  const store = clocked(
    'espalier_store',
    'store',
    [
      ['WIDTH', `${busWidth(y)}`],
      ['WORDS', `${cells}`],
      ['ADDRESS_WIDTH', `${bitsFor(cells)}`],
      ['MARKS', isMarked ? '1' : '0'],
    ],
    [
      ...takenFrom(cell),
      ['mark_valid_i', isMarked ? MARKS.valid : `1'b0`],
      ['mark_ready_o', MARKS.ready],
      ['mark_spoilt_i', isMarked ? MARKS.data : `1'b0`],
      ...handedOnTo(kept),
    ],
  );
  return {
    signals: [
      ...(kept === GIVEN ? [] : streamSignals(kept, busWidth(y))),
      ...(isMarked ? [] : [wire(MARKS.ready)]),
    ],
    instances: [store, ...(kept === GIVEN ? [] : [cutView('cut', y.width, y.count, kept, GIVEN)])],
    primitives: [
      ...['espalier_frame', 'espalier_pages', 'espalier_store'],
      ...(kept === GIVEN ? [] : CUT_PRIMITIVES),
    ],
    unused: isMarked ? [] : [MARKS.ready],
    y: { ...y, count: 1 },
  };
}

export const CUT_PRIMITIVES = ['espalier_choose', 'espalier_cut'];

/** Words as BEATS shorter ones each. */
export const cutView = (
  instance: string,
  width: number,
  words: number,
  from: StreamNames,
  to: StreamNames,
): InstanceView =>
  clocked('espalier_cut', instance, beatParameters(width, words), [...takenFrom(from), ...handedOnTo(to)]);

/** A bus with zeros above it. */
export const filledUp = (bus: string, width: number, wanted: number): string =>
  wanted === width ? bus : `{${wanted - width}'d0, ${bus}}`;

const marksView = (depth: number, to: StreamNames): InstanceView =>
  fifoView('marks', { width: 1, depth }, { data: 'end_spoilt', valid: 'end_valid', ready: 'end_ready' }, to);

/** Where words wait. */
export const fifoView = (
  instance: string,
  { width, depth }: { readonly width: number; readonly depth: number },
  from: StreamNames,
  to: StreamNames,
): InstanceView =>
  clocked(
    'espalier_fifo',
    instance,
    [
      ['WIDTH', `${width}`],
      ['DEPTH', `${depth}`],
      ['INDEX_WIDTH', `${bitsFor(depth)}`],
      ['MEMORY', depth > MOST_SHIFTED ? '1' : '0'],
    ],
    [...takenFrom(from), ...handedOnTo(to)],
  );

const judgeView = (whole: StreamNames, given: StreamNames): InstanceView =>
  instanceView(
    'espalier_judge',
    'judge',
    [],
    [
      ['s_valid_i', whole.valid],
      ['s_ready_o', whole.ready],
      ['mark_valid_i', 'mark_valid'],
      ['mark_ready_o', 'mark_ready'],
      ['mark_spoilt_i', 'mark_spoilt'],
      ['m_valid_o', given.valid],
      ['m_ready_i', given.ready],
    ],
  );
