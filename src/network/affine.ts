import { assertNever } from '../core/assert.js';
import { type Format, rangeOf } from '../fixed/format.js';
import { type Interval, isPoint, point } from '../fixed/interval.js';
import { finishInterval } from './finish.js';
import { INPUT, INPUT_NUMBER } from './graph.js';
import {
  type AffineRow,
  type AffineTerm,
  lazyRow,
  type MaxRow,
  maxInterval,
  sumInterval,
} from './layers/kind.js';
import { inParts } from './parts.js';
import {
  type Chain,
  type ComputedValue,
  chainOf,
  type MaxStage,
  type Stage,
  type StageRow,
  type SumsStage,
} from './stages.js';
import type { Head, QuantizedNetwork } from './types.js';

/**
 * What every implementation (each micro-architecture, the C code) starts from: the network as weighted sums, with
 * all that cannot change folded away exactly. A unit that can only give one code is a constant, merged into the
 * biases of its readers; a unit or an input that nobody reads is dropped.
 */
export interface AffineNetwork {
  readonly name: string;
  /** Every input of the network, read or not. */
  readonly inputs: readonly AffineInput[];
  /** The layers that still compute something, in order; terms index the previous layer's `rows`, or `inputs`. */
  readonly layers: readonly AffineLayer[];
  /** The last layer's units in the network's order: a row of the last of `layers`, or a constant. */
  readonly outputs: readonly AffineOutput[];
  readonly head: Head;
}

export interface AffineInput {
  readonly format: Format;
  readonly name: string | undefined;
  readonly read: boolean;
}

export type AffineLayer = SumsLayer | MaxLayer;

interface LayerFacts {
  readonly name: string;
  /** Units of the network's layer that are constants, and their codes. */
  readonly constants: readonly { readonly unit: number; readonly code: number }[];
  /** Units of the network's layer that nobody reads. */
  readonly unread: readonly number[];
}

export interface SumsLayer extends LayerFacts {
  readonly kind: 'sums';
  readonly rows: readonly LiveRow[];
  /** Weights of the network's layer in all, zeros included: what a dense engine would walk. */
  readonly denseTerms: number;
}

/** Every row is the largest of some codes; it has no weights. */
export interface MaxLayer extends LayerFacts {
  readonly kind: 'max';
  readonly rows: readonly LiveMax[];
}

/** Weights that the layer's rows have, and those of the network's layer, zeros included. */
export const termsOf = (layer: AffineLayer): { readonly terms: number; readonly denseTerms: number } =>
  layer.kind === 'sums'
    ? { terms: layer.rows.reduce((sum, { terms }) => sum + terms.length, 0), denseTerms: layer.denseTerms }
    : { terms: 0, denseTerms: 0 };

/** A unit that is computed. */
export interface LiveUnit {
  /** Its number in the stage: that in the network's layer, unless it is handed on. */
  readonly unit: number;
  /** Which unit of which layer, or of `input`; another layer's is handed on. */
  readonly value: NamedValue;
  /** The output's declared format: the meaning of the code. */
  readonly format: Format;
  /** The codes that can occur; often narrower than the format. */
  readonly output: Interval;
}

export interface LiveRow extends AffineRow, LiveUnit {
  /** The sum, over everything its inputs can be. */
  readonly sum: Interval;
}

export interface LiveMax extends MaxRow, LiveUnit {}

/** For people: a unit of the layer, or what it only hands on. */
export const labelOf = (layer: string, { value }: Pick<LiveUnit, 'value'>): string =>
  value.layer === layer ? `neuron ${value.unit}` : `${value.layer} ${value.unit}, handed on`;

/** A unit of a layer of the network, or one of its inputs. */
export interface NamedValue {
  /** The layer's name; `input` for the network's input. */
  readonly layer: string;
  readonly unit: number;
}

export type AffineOutput =
  | { readonly kind: 'row'; readonly row: number; readonly format: Format }
  | { readonly kind: 'constant'; readonly code: number; readonly format: Format };

/** A stage whose constant rows are still in their places. */
type Folded = FoldedSums | FoldedMax;

interface FoldedSums extends SumsStage {
  readonly units: readonly (LiveRow & Constant)[];
}

interface FoldedMax extends MaxStage {
  readonly units: readonly (LiveMax & Constant)[];
}

interface Constant {
  readonly constant: boolean;
}

/** Lowers a checked network, its layers in parts, to weighted sums and folds what cannot change. */
export function lowerNetwork(whole: QuantizedNetwork): AffineNetwork {
  const { network } = inParts(whole);
  const chain = chainOf(network);
  const stages = foldConstants(network, chain);
  const inputCount = network.input.formats.length;
  const live = findLive(stages, chain.outputs, inputCount);
  // The number that a unit of layer l (inputs are layer 0) has among those that are computed.
  const position = live.map((flags) => {
    let count = 0;
    return flags.map((flag) => (flag ? count++ : -1));
  });
  // An input keeps its number: the stream carries all of them.
  position[0] = live[0].map((_, input) => input);
  const layers = stages.map((stage, index) => liveLayer(stage, live[index + 1], position[index]));
  return {
    name: network.name,
    inputs: network.input.formats.map((format, input) => {
      return { format, name: network.input.names[input], read: live[0][input] };
    }),
    layers: layers.filter((layer) => layer.rows.length > 0),
    outputs: chain.outputs.map((unit): AffineOutput => {
      const { constant, output, format } = stages[stages.length - 1].units[unit];
      if (constant) return { kind: 'constant', code: output.low, format };
      return { kind: 'row', row: position[stages.length][unit], format };
    }),
    head: network.head,
  };
}

/** @param position the number of what a row reads among what is computed */
function liveLayer(stage: Folded, live: readonly boolean[], position: readonly number[]): AffineLayer {
  const { name } = stage;
  const own = stage.units.filter(({ value }) => value.layer === name);
  const facts: LayerFacts = {
    name,
    constants: own.filter((unit) => unit.constant).map(({ unit, output }) => ({ unit, code: output.low })),
    unread: own.filter(({ constant, unit }) => !constant && !live[unit]).map(({ unit }) => unit),
  };
  const isLive = ({ unit }: LiveUnit) => live[unit];
  switch (stage.kind) {
    case 'sums': {
      const rows = stage.units.filter(isLive).map((row): LiveRow => {
        const placed = () => row.terms.map(({ input, weight }) => ({ input: position[input], weight }));
        const { unit, value, format, output, sum } = row;
        return Object.assign(lazyRow(row, placed), { unit, value, format, output, sum });
      });
      return { ...facts, kind: 'sums', rows, denseTerms: stage.denseTerms };
    }
    case 'max': {
      const rows = stage.units.filter(isLive).map(({ constant: _, inputs, ...row }): LiveMax => {
        return { ...row, inputs: inputs.map((input) => position[input]) };
      });
      return { ...facts, kind: 'max', rows };
    }
    default:
      return assertNever(stage);
  }
}

/** Every unit with its ranges; readers of a constant have it in their bias. */
function foldConstants(network: QuantizedNetwork, { stages, outputs }: Chain): Folded[] {
  let inputs: Interval[] = network.input.formats.map(rangeOf);
  return stages.map((stage, index) => {
    const folded = foldStage(network, stage, inputs);
    // A network that is constant throughout still answers once per sample: its first output stays a row.
    const isConstant = index === stages.length - 1 && outputs.every((unit) => folded.units[unit].constant);
    const kept = isConstant ? withRow(folded, outputs[0]) : folded;
    inputs = kept.units.map(({ output }) => output);
    return kept;
  });
}

function foldStage(network: QuantizedNetwork, stage: Stage, inputs: readonly Interval[]): Folded {
  const facts = ({ format, value }: StageRow<unknown>, unit: number, output: Interval) => {
    return { unit, value: nameOf(network, value), format, output, constant: isPoint(output) };
  };
  switch (stage.kind) {
    case 'sums': {
      const hasConstants = inputs.some(isPoint);
      const units = stage.rows.map((item, unit) => {
        const row = hasConstants ? foldSum(item.row, inputs) : lazyRow(item.row, () => item.row.terms);
        const sum = sumInterval(row, inputs);
        return Object.assign(row, { ...facts(item, unit, finishInterval(row.finish, sum)), sum });
      });
      return { ...stage, units };
    }
    case 'max': {
      const units = stage.rows.map((item, unit) => {
        const row = foldMax(item.row, inputs);
        return { ...row, ...facts(item, unit, maxInterval(row, inputs)) };
      });
      return { ...stage, units };
    }
    default:
      return assertNever(stage);
  }
}

/** The stage with one of its constant units as a row without inputs. */
function withRow(stage: Folded, unit: number): Folded {
  if (stage.kind === 'max') {
    const units = stage.units.map((item, at) => (at === unit ? { ...item, constant: false } : item));
    return { ...stage, units };
  }
  const units = stage.units.map((item, at) => {
    if (at !== unit) return item;
    // Its lowest sum stands for all of them; the bias alone may be one that never occurs.
    const { low } = item.sum;
    return { ...item, terms: [], bias: low, sum: point(low), constant: false };
  });
  return { ...stage, units };
}

const nameOf = ({ layers }: QuantizedNetwork, { layer, unit }: ComputedValue): NamedValue => ({
  layer: layer === INPUT_NUMBER ? INPUT : layers[layer].name,
  unit,
});

function foldSum(row: AffineRow, inputs: readonly Interval[]): AffineRow {
  const isConstant = ({ input }: AffineTerm) => isPoint(inputs[input]);
  const bias = row.terms
    .filter(isConstant)
    .reduce((sum, { input, weight }) => sum + weight * inputs[input].low, row.bias);
  const { fraction, finish } = row;
  return lazyRow({ bias, fraction, finish }, () => row.terms.filter((term) => !isConstant(term)));
}

/** What can never be the largest is not read, and what is no larger than others always are is left out. */
function foldMax(row: MaxRow, codes: readonly Interval[]): MaxRow {
  const { low } = maxInterval(row, codes);
  const inputs = row.inputs.filter((input) => codes[input].high > low);
  const isReached = inputs.some((input) => codes[input].low === low);
  return isReached ? { inputs } : { inputs, least: low };
}

/** Which units somebody reads, from the last layer back; index 0 is the network's inputs. */
function findLive(stages: readonly Folded[], outputs: readonly number[], inputCount: number): boolean[][] {
  const live = [
    Array<boolean>(inputCount).fill(false),
    ...stages.map(({ units }) => Array<boolean>(units.length).fill(false)),
  ];
  for (const unit of outputs) live[stages.length][unit] = !stages[stages.length - 1].units[unit].constant;
  for (let index = stages.length - 1; index >= 0; index--) {
    const isRead = live[index];
    let rest = isRead.length;
    stages[index].units.forEach((row, unit) => {
      if (rest === 0 || !live[index + 1][unit]) return;
      for (const input of readsOf(row)) {
        if (!isRead[input]) rest -= 1;
        isRead[input] = true;
      }
    });
  }
  return live;
}

const readsOf = (row: AffineRow | MaxRow): readonly number[] =>
  'terms' in row ? row.terms.map(({ input }) => input) : row.inputs;
