import { rangeOf, signedWidth, unsignedWidth } from '../../fixed/format.js';
import { hull, type Interval, point } from '../../fixed/interval.js';
import type { AffineLayer, AffineNetwork, LiveRow } from '../../network/affine.js';
import { type Requantizer, requantizersOf } from '../requantizer.js';
import { type Slots, slotsFor } from '../slots.js';
import { assignLanes } from './assign.js';

/** From so many inputs on, the operand's multiplexer has a register in its middle. */
const TWO_STAGE_SELECT = 48;
/** Registers from the issue of a word to the layer's result, besides those of the operand's selection. */
const PIPELINE_REGISTERS = 4;

/** A network as serial hardware: one engine of sparse MAC lanes per layer. */
export interface SerialNetwork {
  /** Of the network's inputs those that the first layer reads, in slot order. */
  readonly inputs: readonly number[];
  readonly layers: readonly SerialLayer[];
}

export interface SerialLayer {
  readonly name: string;
  readonly rows: readonly LiveRow[];
  readonly x: Slots;
  readonly y: Slots;
  readonly lanes: readonly Lane[];
  /** Words of the longest lane: a sample's steps, the layer's initiation interval. */
  readonly steps: number;
  /** The step of a sample whose word may end its first neuron. */
  readonly firstResult: number;
  readonly selectStages: number;
  /** Registers from a step to the result. */
  readonly pipeline: number;
  readonly indexWidth: number;
  readonly weightWidth: number;
  readonly sumWidth: number;
  readonly requantizers: readonly Requantizer[];
  readonly terms: number;
  readonly denseTerms: number;
}

export interface Lane {
  /** Rows that it computes, in order: slot 0 first. */
  readonly rows: readonly number[];
  readonly words: readonly Word[];
}

/** One step of a lane: product = x[index] × weight. */
export interface Word {
  readonly last: boolean;
  readonly index: number;
  readonly weight: number;
}

/** @param lanesOf lanes wanted for a layer; one with fewer neurons has as many as neurons */
export function planSerial(network: AffineNetwork, lanesOf: (layer: string) => number): SerialNetwork {
  const inputs = network.inputs.flatMap(({ read }, input) => (read ? [input] : []));
  const slotOfInput = new Map(inputs.map((input, slot) => [input, slot]));
  let intervals: Interval[] = inputs.map((input) => rangeOf(network.inputs[input].format));
  const layers = network.layers.map((layer, index) => {
    const slotOf = index === 0 ? (input: number) => slotOfInput.get(input) as number : (row: number) => row;
    const planned = planLayer(layer, slotsFor(intervals), slotOf, lanesOf(layer.name));
    intervals = layer.rows.map((row) => row.output);
    return planned;
  });
  return { inputs, layers };
}

function planLayer(
  layer: AffineLayer,
  x: Slots,
  slotOf: (input: number) => number,
  laneCount: number,
): SerialLayer {
  const { rows, name, denseTerms } = layer;
  const wordsOf = rows.map((row) => wordsOfRow(row, slotOf));
  const lanes = assignLanes(
    wordsOf.map((words) => words.length),
    laneCount,
  ).map((laneRows): Lane => ({ rows: laneRows, words: laneRows.flatMap((row) => wordsOf[row]) }));
  const selectStages = x.count >= TWO_STAGE_SELECT ? 2 : 1;
  const weights = lanes.flatMap((lane) => lane.words.map(({ weight }) => point(weight)));
  const weightWidth = signedWidth(weights.reduce(hull));
  const productWidth = x.width + (x.signed ? 0 : 1) + weightWidth;
  const sumWidth = Math.max(productWidth, ...rows.map((row) => signedWidth(row.sum)));
  return {
    name,
    rows,
    x,
    y: slotsFor(rows.map((row) => row.output)),
    lanes,
    steps: Math.max(...lanes.map((lane) => lane.words.length)),
    firstResult: Math.min(...lanes.map((lane) => wordsOf[lane.rows[0]].length)) - 1,
    selectStages,
    pipeline: PIPELINE_REGISTERS + selectStages,
    indexWidth: Math.max(1, unsignedWidth(x.count - 1)),
    weightWidth,
    sumWidth,
    requantizers: requantizersOf(rows),
    terms: rows.reduce((sum, row) => sum + row.terms.length, 0),
    denseTerms,
  };
}

/** One word per non-zero weight; a neuron without any has one of weight 0, to carry its bias. */
function wordsOfRow(row: LiveRow, slotOf: (input: number) => number): Word[] {
  if (row.terms.length === 0) return [{ last: true, index: 0, weight: 0 }];
  return row.terms.map(({ input, weight }, at) => {
    return { last: at === row.terms.length - 1, index: slotOf(input), weight };
  });
}

/** Cycles from one sample to the next, and from a sample to its result. */
export function layerTiming(layer: SerialLayer): { interval: number; latency: number } {
  return { interval: layer.steps, latency: layer.steps + layer.pipeline };
}
