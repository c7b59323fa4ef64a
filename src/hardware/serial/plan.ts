import { bitsFor, formatFor, signedWidth, unsignedWidth } from '../../fixed/format.js';
import { hull, type Interval, point } from '../../fixed/interval.js';
import type { AffineNetwork, LiveMax, LiveRow, MaxLayer, SumsLayer } from '../../network/affine.js';
import { buildCircuit } from '../parallel/build.js';
import type { Circuit } from '../parallel/circuit.js';
import { pipelineCircuit } from '../parallel/pipeline.js';
import { verifyCircuit } from '../parallel/verify.js';
import { codesOf, layersOf, type Part, slotsOf } from '../part.js';
import { type Requantizer, requantizersOf } from '../requantizer.js';
import { type Slots, slotsFor } from '../slots.js';
import type { Deal, NeuronRun } from './deal.js';
import type { OperandMemory } from './operand-memory.js';

/** From so many inputs on, the operand's multiplexer has a register in its middle. */
const TWO_STAGE_SELECT = 48;
/** Registers from the issue of a word to the layer's result, besides those of the operand's selection. */
const PIPELINE_REGISTERS = 4;

/** Registers that a multiplication of the sums adds. */
const SCALE_REGISTERS = 3;

/** A layer as serial hardware: an engine of sparse MAC lanes, or what takes its place. */
export type SerialStage = SerialLayer | CircuitStage;

/** A layer without sums, which lanes have nothing to do for: a circuit that takes a sample every clock. */
export interface CircuitStage {
  readonly kind: 'circuit';
  readonly name: string;
  readonly rows: readonly LiveMax[];
  readonly x: Slots;
  readonly y: Slots;
  readonly circuit: Circuit;
}

export interface SerialLayer {
  readonly kind: 'lanes';
  readonly name: string;
  /** Those that lanes compute come first, what is handed on behind them. */
  readonly rows: readonly LiveRow[];
  readonly x: Slots;
  readonly y: Slots;
  /** How many rows the lanes compute. */
  readonly computed: number;
  readonly bypass: Bypass | undefined;
  /** Where operands are read from; otherwise a register has the whole sample. */
  readonly operands?: OperandMemory;
  /** To whom results leave one by one, in the order of the only lane's runs; no register has them all. */
  readonly givesWords?: 'layer' | 'stream';
  readonly lanes: readonly Lane[];
  /** Rows whose terms fill several lanes side by side. */
  readonly joins: readonly Join[];
  /** Registers that adding up takes; all other results wait as long. */
  readonly joinStages: number;
  /** Words of the longest lane: a sample's steps, the layer's initiation interval. */
  readonly steps: number;
  /** The step of a sample whose word may end its first neuron. */
  readonly firstResult: number;
  readonly selectStages: number;
  /** Registers from a step to the result that it completes. */
  readonly pipeline: number;
  readonly indexWidth: number;
  readonly weightWidth: number;
  readonly sumWidth: number;
  /** Bits of the constants that sums are multiplied by; 0 where they are not. */
  readonly multiplierWidth: number;
  readonly requantizers: readonly Requantizer[];
  readonly terms: number;
  readonly denseTerms: number;
}

/** What goes round the lanes, code for code. */
export interface Bypass {
  /** Of each row that is handed on the slot of the input bus. */
  readonly slots: readonly number[];
  /** Bits of one code: those that both buses have. */
  readonly width: number;
  /** Samples that can be inside the layer at once. */
  readonly depth: number;
}

export interface Lane {
  /** What it works off, in order: slot 0 first. */
  readonly runs: readonly LaneRun[];
  readonly words: readonly LaneStep[];
}

/** Terms of a row that a lane adds up. */
export interface LaneRun {
  readonly row: number;
  readonly words: number;
  /** `neighbour`: the sum of the first run of the lane before. */
  readonly start: 'bias' | 'zero' | 'neighbour';
  /** The sum is the row's, or the next lane goes on from it, or a join adds it to others. */
  readonly gives: 'row' | 'neighbour' | 'join';
}

/** The sum of a row as the sum of several lanes'. */
export interface Join {
  readonly row: number;
  /** At least two. */
  readonly parts: readonly JoinPart[];
  /** Registers that adding them up takes, in pairs. */
  readonly stages: number;
}

export interface JoinPart {
  readonly lane: number;
  readonly slot: number;
  /** It is there before the other parts, so that a register has to keep it. */
  readonly early: boolean;
}

/** One step of a lane: product = x[index] × weight; with an operand memory the index is {word, code}. */
export interface LaneStep {
  readonly last: boolean;
  readonly index: number;
  readonly weight: number;
}

/** How the words of a layer are dealt out to lanes, by how many words its neurons have. */
export type Dealer = (layer: string, lengths: readonly number[]) => Deal;

/** What a layer hands on goes round its lanes as it comes, or through them, each code a product by 1. */
export type HandingOn = 'round' | 'through';

export function planSerial(part: Part, dealOf: Dealer, handingOn: HandingOn = 'round'): SerialStage[] {
  let intervals = part.codes;
  return layersOf(part).map((layer, index) => {
    const slotOf = slotsOf(part.network, part.first + index);
    const planned =
      layer.kind === 'sums'
        ? planLayer(layer, slotsFor(intervals), slotOf, (lengths) => dealOf(layer.name, lengths), handingOn)
        : planCircuit(layer, intervals, slotOf);
    intervals = codesOf(layer);
    return planned;
  });
}

/** Adders, or comparisons, between two registers. */
const LEVELS_PER_STAGE = 3;

function planCircuit(
  layer: MaxLayer,
  intervals: readonly Interval[],
  slotOf: (input: number) => number,
): CircuitStage {
  const { name } = layer;
  const rows = layer.rows.map((row) => ({ ...row, inputs: row.inputs.map(slotOf) }));
  const alone: AffineNetwork = {
    name,
    inputs: intervals.map((interval) => ({ format: formatFor(interval, 0), name: undefined, read: true })),
    layers: [{ ...layer, rows }],
    outputs: rows.map(({ format }, row) => ({ kind: 'row', row, format })),
    head: { kind: 'values' },
  };
  const built = verifyCircuit(buildCircuit(alone, intervals), 'build');
  const circuit = verifyCircuit(pipelineCircuit(built, LEVELS_PER_STAGE), 'pipeline');
  const y = slotsFor(rows.map((row) => row.output));
  return { kind: 'circuit', name, rows, x: slotsFor(intervals), y, circuit };
}

function planLayer(
  layer: SumsLayer,
  x: Slots,
  slotOf: (input: number) => number,
  dealOf: (lengths: readonly number[]) => Deal,
  handingOn: HandingOn,
): SerialLayer {
  const { rows, name, denseTerms } = layer;
  const own = rows.filter(({ value }) => value.layer === name);
  // A layer that does nothing but hand on has a lane all the same.
  const computed = own.length === 0 || handingOn === 'through' ? rows : own;
  const wordsOf = computed.map((row) => wordsOfRow(row, slotOf));
  const deal = dealOf(wordsOf.map((words) => words.length));
  const lanes = deal.map((runs): Lane => ({ runs: laneRuns(runs, deal), words: laneWords(runs, wordsOf) }));
  const selectStages = x.count >= TWO_STAGE_SELECT ? 2 : 1;
  const weights = lanes.flatMap((lane) => lane.words.map(({ weight }) => point(weight)));
  const weightWidth = signedWidth(weights.reduce(hull));
  const productWidth = x.width + (x.signed ? 0 : 1) + weightWidth;
  const sumWidth = Math.max(productWidth, ...computed.map((row) => signedWidth(row.sum)));
  const y = slotsFor(rows.map((row) => row.output));
  const steps = Math.max(...lanes.map((lane) => lane.words.length));
  const joins = joinsOf(lanes, steps);
  const joinStages = Math.max(0, ...joins.map(({ stages }) => stages));
  const firstResult = Math.min(...lanes.flatMap(({ runs }) => firstEnd(runs)), steps - 1);
  const most = Math.max(...computed.map(({ finish }) => finish.scaling.multiplier));
  const multiplierWidth = most === 1 ? 0 : unsignedWidth(most);
  const scaleRegisters = multiplierWidth === 0 ? 0 : SCALE_REGISTERS;
  const pipeline = PIPELINE_REGISTERS + selectStages + joinStages + scaleRegisters;
  const slots = rows.slice(computed.length).map(({ terms: [{ input }] }) => slotOf(input));
  const depth = mostInside({ steps, firstResult, pipeline });
  return {
    kind: 'lanes',
    name,
    rows,
    x,
    y,
    computed: computed.length,
    bypass: slots.length === 0 ? undefined : { slots, width: Math.min(x.width, y.width), depth },
    lanes,
    joins,
    joinStages,
    steps,
    firstResult,
    selectStages,
    pipeline,
    indexWidth: bitsFor(x.count),
    weightWidth,
    sumWidth,
    multiplierWidth,
    requantizers: requantizersOf(computed),
    terms: (own.length === 0 ? rows : own).reduce((sum, row) => sum + row.terms.length, 0),
    denseTerms,
  };
}

function laneRuns(runs: readonly NeuronRun[], deal: Deal): LaneRun[] {
  const all = deal.flat();
  return runs.map((run): LaneRun => {
    const { neuron, from, to, continues } = run;
    const own = all.filter((other) => other.neuron === neuron);
    const isContinued = own.some((other) => other.continues && other.from === to);
    const ends = own.filter((one) => !own.some((other) => other.continues && other.from === one.to));
    return {
      row: neuron,
      words: to - from,
      start: continues ? 'neighbour' : from === 0 ? 'bias' : 'zero',
      gives: isContinued ? 'neighbour' : ends.length > 1 ? 'join' : 'row',
    };
  });
}

const laneWords = (runs: readonly NeuronRun[], wordsOf: readonly Omit<LaneStep, 'last'>[][]): LaneStep[] =>
  runs.flatMap(({ neuron, from, to }) =>
    wordsOf[neuron].slice(from, to).map((word, at): LaneStep => ({ ...word, last: at === to - from - 1 })),
  );

function joinsOf(lanes: readonly Lane[], steps: number): Join[] {
  const parts = new Map<number, JoinPart[]>();
  lanes.forEach(({ runs }, lane) => {
    let end = 0;
    runs.forEach(({ row, words, gives }, slot) => {
      end += words;
      if (gives !== 'join') return;
      parts.set(row, [...(parts.get(row) ?? []), { lane, slot, early: end < steps }]);
    });
  });
  return [...parts].map(([row, of]) => ({ row, parts: of, stages: Math.ceil(Math.log2(of.length)) }));
}

/** The step that may end the first row of a lane; none where it ends none. */
function firstEnd(runs: readonly LaneRun[]): number[] {
  const first = runs.findIndex(({ gives }) => gives === 'row');
  if (first < 0) return [];
  return [runs.slice(0, first + 1).reduce((sum, { words }) => sum + words, 0) - 1];
}

/**
 * How many samples a layer holds at most, from taking one to giving its result: as many as it takes while nobody takes
 * a result. It follows `rtl/espalier_sequencer.v` cycle by cycle.
 */
export function mostInside({
  steps,
  firstResult,
  pipeline,
}: Pick<SerialLayer, 'steps' | 'firstResult' | 'pipeline'>): number {
  let step = 0;
  let taken = 0;
  let waiting = false;
  const firsts = Array<boolean>(pipeline).fill(false);
  const lasts = Array<boolean>(pipeline).fill(false);
  // The layer stands still once a second result comes.
  while (!(waiting && firsts[pipeline - 1])) {
    waiting ||= lasts[pipeline - 1];
    firsts.pop();
    lasts.pop();
    firsts.unshift(step === firstResult);
    lasts.unshift(step === steps - 1);
    if (step === 0) taken += 1;
    step = (step + 1) % steps;
  }
  return taken;
}

/** One word per non-zero weight; a neuron without any has one of weight 0, to carry its bias. */
function wordsOfRow({ terms }: LiveRow, slotOf: (input: number) => number): Omit<LaneStep, 'last'>[] {
  if (terms.length === 0) return [{ index: 0, weight: 0 }];
  return terms.map(({ input, weight }) => ({ index: slotOf(input), weight }));
}

/** Whether codes of some rows have to wait for those of others. */
export const hasWaits = ({ lanes, joins, joinStages }: SerialLayer): boolean =>
  joins.some(({ stages }) => stages < joinStages) ||
  (joinStages > 0 && lanes.some(({ runs }) => runs.some(({ gives }) => gives === 'row')));

/** Cycles from one sample to the next, and from a sample to its result. */
export function layerTiming(layer: SerialStage): { interval: number; latency: number } {
  if (layer.kind === 'circuit') return { interval: 1, latency: layer.circuit.layers[0].latency };
  return { interval: layer.steps, latency: layer.steps + layer.pipeline };
}
