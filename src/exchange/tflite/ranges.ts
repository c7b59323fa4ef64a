import { activateFloat, type Curve, type FloatActivation, type Table } from '../../float/activation.js';
import { placeFloatLayers } from '../../float/graph.js';
import type { FloatActivationLayer } from '../../float/layers/activation-layer.js';
import { floatModel } from '../../float/model.js';
import type { FloatLayer, FloatNetwork } from '../../float/types.js';
import { INPUT_NUMBER } from '../../network/graph.js';
import type { TfliteQuantization } from './graph.js';
import { activationQuantization } from './quantize.js';

/** Kinds whose values keep their codes. */
const SAME_CODES: ReadonlySet<string> = new Set(['max_pool', 'average_pool', 'concat', 'move', 'upsample']);

/** What the interpreter insists on for what these give. */
export const INSISTED: Readonly<Record<string, TfliteQuantization>> = {
  sigmoid: { scales: [1 / 256], zeroPoint: -128 },
  tanh: { scales: [1 / 128], zeroPoint: 0 },
};

interface Range {
  low: number;
  high: number;
}

/**
 * How the values of the input and of each layer of a spread network become codes: what only moves, chooses or limits
 * them keeps its codes.
 */
export function quantizationsOf(
  network: FloatNetwork,
  rows: readonly (readonly number[])[],
): readonly TfliteQuantization[] {
  const placed = placeFloatLayers(network);
  const ranges = rangesOf(network, rows);
  const group = [...ranges.keys()];
  placed.forEach(({ layer, sources }, index) => {
    const activation = activationOf(layer);
    const [from, to] = [sources[0] - INPUT_NUMBER, index + 1];
    if (activation !== undefined) narrow(activation, ranges[from], ranges[to]);
    if (!keepsCodes(layer)) return;
    for (const source of sources) unite(group, source - INPUT_NUMBER, to);
  });
  return group.map((one) => {
    const members = [...group.keys()].filter((at) => group[at] === one);
    const makers = members
      .map((at) => placed[at - 1]?.layer)
      .filter((layer) => layer === undefined || !keepsCodes(layer));
    return insistedBy(makers) ?? spanning(members.map((at) => ranges[at]));
  });
}

function unite(group: number[], one: number, other: number): void {
  const [from, to] = [group[one], group[other]];
  group.forEach((name, at) => {
    if (name === to) group[at] = from;
  });
}

const spanning = (ranges: readonly Range[]): TfliteQuantization =>
  activationQuantization(
    Math.min(...ranges.map(({ low }) => low)),
    Math.max(...ranges.map(({ high }) => high)),
  );

/** The least and the largest value of the input and of each layer, and 0. */
function rangesOf(network: FloatNetwork, rows: readonly (readonly number[])[]): Range[] {
  const ranges = Array.from({ length: network.layers.length + 1 }, () => ({ low: 0, high: 0 }));
  const run = floatModel(network);
  for (const row of rows) {
    [row, ...run(row)].forEach((values, index) => {
      const range = ranges[index];
      for (const value of values) {
        range.low = Math.min(range.low, value);
        range.high = Math.max(range.high, value);
      }
    });
  }
  return ranges;
}

const activationOf = (layer: FloatLayer): FloatActivation | undefined =>
  layer.kind === 'activation' ? (layer as FloatActivationLayer).activation : undefined;

/** Limits are ends of codes. */
function keepsCodes(layer: FloatLayer): boolean {
  const activation = activationOf(layer);
  const isLimit = typeof activation === 'object' && activation.kind === 'clamp';
  return isLimit || SAME_CODES.has(layer.kind);
}

function insistedBy(makers: readonly (FloatLayer | undefined)[]): TfliteQuantization | undefined {
  const [first, ...others] = makers.map((maker) => {
    const activation = maker === undefined ? undefined : activationOf(maker);
    return typeof activation === 'object' && activation.kind === 'curve'
      ? INSISTED[activation.curve]
      : undefined;
  });
  return others.every((other) => other === first) ? first : undefined;
}

/** Sums that an activation makes no difference of need no codes of their own: nothing else reads them. */
function narrow(activation: FloatActivation, sums: Range, given: Range): void {
  if (typeof activation === 'string') return;
  if (activation.kind === 'clamp') Object.assign(sums, given);
  if (activation.kind === 'curve' || activation.kind === 'table')
    Object.assign(sums, reachOf(activation, sums, given));
}

/** Steps in which a range is looked through. */
const STEPS = 4096;
/** Steps of codes of 8 bits. */
const CODES = 255;

/** Sums past whose ends a function stays within half a code. */
function reachOf(curve: Curve | Table, { low, high }: Range, given: Range): Range {
  const half = (given.high - given.low) / CODES / 2;
  const sum = (step: number) => low + ((high - low) * step) / STEPS;
  const isFlat = (from: number, to: number) =>
    Math.abs(activateFloat(curve, sum(from), 0) - activateFloat(curve, sum(to), 0)) <= half;
  let [from, to] = [0, STEPS];
  while (from < STEPS && isFlat(0, from + 1)) from++;
  while (to > from && isFlat(STEPS, to - 1)) to--;
  return { low: Math.min(sum(from), 0), high: Math.max(sum(to), 0) };
}
