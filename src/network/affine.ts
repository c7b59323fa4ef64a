import { type Format, rangeOf } from '../fixed/format.js';
import { type Interval, isPoint, point } from '../fixed/interval.js';
import { INPUT, INPUT_NUMBER } from './graph.js';
import type { AffineRow, AffineTerm } from './layers/kind.js';
import { type Chain, chainOf, rowRange, type Value } from './stages.js';
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

export interface AffineLayer {
  readonly name: string;
  readonly rows: readonly LiveRow[];
  /** Units of the network's layer that are constants, and their codes. */
  readonly constants: readonly { readonly unit: number; readonly code: number }[];
  /** Units of the network's layer that nobody reads. */
  readonly unread: readonly number[];
  /** Weights of the network's layer in all, zeros included: what a dense engine would walk. */
  readonly denseTerms: number;
}

/** A unit that is computed. */
export interface LiveRow extends AffineRow {
  /** Its number in the stage: that in the network's layer, unless it is handed on. */
  readonly unit: number;
  /** Which unit of which layer, or of `input`; another layer's is handed on. */
  readonly value: NamedValue;
  /** The sum, over everything its inputs can be. */
  readonly sum: Interval;
  /** The output's declared format: the meaning of the code. */
  readonly format: Format;
  /** The codes that can occur; often narrower than the format. */
  readonly output: Interval;
}

/** For people: a unit of the layer, or what it only hands on. */
export const labelOf = (layer: string, { value }: Pick<LiveRow, 'value'>): string =>
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

interface Unit extends LiveRow {
  readonly constant: boolean;
}

/** Lowers a checked network to weighted sums and folds what cannot change. */
export function lowerNetwork(network: QuantizedNetwork): AffineNetwork {
  const chain = chainOf(network);
  const units = foldConstants(network, chain);
  const inputCount = network.input.formats.length;
  const live = findLive(units, chain.outputs, inputCount);
  // The number that a unit of layer l (inputs are layer 0) has among those that are computed.
  const position = live.map((flags) => {
    let count = 0;
    return flags.map((flag) => (flag ? count++ : -1));
  });
  // An input keeps its number: the stream carries all of them.
  position[0] = live[0].map((_, input) => input);
  const layers = units.map((layer, index): AffineLayer => {
    const { name, denseTerms } = chain.stages[index];
    const isLive = (_: Unit, unit: number) => live[index + 1][unit];
    const own = layer.filter(({ value }) => value.layer === name);
    return {
      name,
      rows: layer.filter(isLive).map(({ constant: _, ...row }) => renumber(row, position[index])),
      constants: own.filter((unit) => unit.constant).map(({ unit, output }) => ({ unit, code: output.low })),
      unread: own.filter(({ constant, unit }) => !constant && !live[index + 1][unit]).map(({ unit }) => unit),
      denseTerms,
    };
  });
  return {
    name: network.name,
    inputs: network.input.formats.map((format, input) => {
      return { format, name: network.input.names[input], read: live[0][input] };
    }),
    layers: layers.filter((layer) => layer.rows.length > 0),
    outputs: chain.outputs.map((unit): AffineOutput => {
      const { constant, output, format } = units[units.length - 1][unit];
      if (constant) return { kind: 'constant', code: output.low, format };
      return { kind: 'row', row: position[units.length][unit], format };
    }),
    head: network.head,
  };
}

/** Every unit with its ranges; readers of a constant have it in their bias. */
function foldConstants(network: QuantizedNetwork, { stages, outputs }: Chain): Unit[][] {
  let inputs: Interval[] = network.input.formats.map(rangeOf);
  return stages.map(({ rows }, index) => {
    const units = rows.map(({ row, format, value }, unit): Unit => {
      const folded = foldRow(row, inputs);
      const { sum, output } = rowRange(folded, inputs);
      const name = nameOf(network, value);
      return { ...folded, unit, value: name, sum, output, format, constant: isPoint(output) };
    });
    // A network that is constant throughout still answers once per sample: its first output stays a row.
    if (index === stages.length - 1 && outputs.every((unit) => units[unit].constant)) {
      const [first] = outputs;
      // Its lowest sum stands for all of them; the bias alone may be one that never occurs.
      const { low } = units[first].sum;
      units[first] = { ...units[first], terms: [], bias: low, sum: point(low), constant: false };
    }
    inputs = units.map((unit) => unit.output);
    return units;
  });
}

const nameOf = ({ layers }: QuantizedNetwork, { layer, unit }: Value): NamedValue => ({
  layer: layer === INPUT_NUMBER ? INPUT : layers[layer].name,
  unit,
});

function foldRow(row: AffineRow, inputs: readonly Interval[]): AffineRow {
  const constant = (term: AffineTerm) => isPoint(inputs[term.input]);
  const bias = row.terms
    .filter(constant)
    .reduce((sum, { input, weight }) => sum + weight * inputs[input].low, row.bias);
  return { ...row, bias, terms: row.terms.filter((term) => !constant(term)) };
}

/** Which units somebody reads, from the last layer back; index 0 is the network's inputs. */
function findLive(units: readonly Unit[][], outputs: readonly number[], inputCount: number): boolean[][] {
  const live = [Array<boolean>(inputCount).fill(false), ...units.map((layer) => layer.map(() => false))];
  for (const unit of outputs) live[units.length][unit] = !units[units.length - 1][unit].constant;
  for (let index = units.length - 1; index >= 0; index--) {
    units[index].forEach((unit, u) => {
      if (!live[index + 1][u]) return;
      for (const { input } of unit.terms) live[index][input] = true;
    });
  }
  return live;
}

function renumber<R extends AffineRow>(row: R, position: readonly number[]): R {
  return { ...row, terms: row.terms.map(({ input, weight }) => ({ input: position[input], weight })) };
}
