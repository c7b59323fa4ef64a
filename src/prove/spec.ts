import { assertNever } from '../core/assert.js';
import { type Format, fractionOf, rangeOf } from '../fixed/format.js';
import { type Interval, isPoint } from '../fixed/interval.js';
import { requantizeInterval, requantizer } from '../fixed/requantize.js';
import type { NamedValue } from '../network/affine.js';
import { type FinishPiece, finisher, periodOf, pieceOn } from '../network/finish.js';
import { INPUT, INPUT_NUMBER } from '../network/graph.js';
import type { MaxRow } from '../network/layers/kind.js';
import { inParts } from '../network/parts.js';
import { chainOf, chainRanges, type Stage, type SumsStage } from '../network/stages.js';
import type { ProbabilityTable, QuantizedNetwork } from '../network/types.js';

/** What one field of a bus must be: a function of one weighted sum of the codes of the bus before. */
export interface FieldSpec {
  /** Weights that are not zero, by unit of the bus before. */
  readonly terms: readonly { readonly unit: number; readonly weight: number }[];
  readonly bias: number;
  /** The code, for a value of the sum. */
  readonly apply: (sum: number) => number;
  /** What is known of the code where the sum lies in an interval: constant, the sum times a factor, or the sum rounded. */
  readonly onInterval: (sum: Interval) => FinishPiece | undefined;
  /** A power of two that changes no code when it is added to the sum, if there is one. */
  readonly period?: number;
}

/** The network's chain of sums with what can only be one code folded into the bias, stage by stage. */
export interface NetworkSpec {
  /** In parts. */
  readonly network: QuantizedNetwork;
  /** What the stages are called, by their numbers. */
  readonly names: readonly string[];
  /** Codes that inputs or rows of a stage can have; index 0 is the network's inputs. */
  readonly ranges: readonly (readonly Interval[])[];
  readonly stages: readonly Stage[];
  /** Of each of the network's outputs the row of the last stage, and its format. */
  readonly outputs: readonly { readonly row: number; readonly format: Format }[];
}

export function specOf(whole: QuantizedNetwork): NetworkSpec {
  const { network } = inParts(whole);
  const chain = chainOf(network);
  const inputs = network.input.formats.map(rangeOf);
  const codes = chainRanges(network, chain);
  const last = chain.stages[chain.stages.length - 1];
  return {
    network,
    names: chain.stages.map(({ name }) => name),
    ranges: [inputs, ...codes],
    stages: chain.stages,
    outputs: chain.outputs.map((row) => ({ row, format: last.rows[row].format })),
  };
}

const numbering = new WeakMap<Stage, ReadonlyMap<string, number>>();

/** The number that stage `layer` has for a code by its name, where it gives the code; −1 are the network's inputs. */
export function unitOf(
  { network, stages, ranges }: NetworkSpec,
  layer: number,
  value: NamedValue,
): number | undefined {
  if (layer < 0) return value.layer === INPUT && value.unit < ranges[0].length ? value.unit : undefined;
  const stage = stages[layer];
  const known =
    numbering.get(stage) ??
    new Map(
      stage.rows.map((row, unit) => {
        const { layer: from, unit: of } = row.value;
        return [`${from === INPUT_NUMBER ? INPUT : network.layers[from].name} ${of}`, unit];
      }),
    );
  numbering.set(stage, known);
  return known.get(`${value.layer} ${value.unit}`);
}

/** What row `unit` of stage number `layer` must be: a function of one sum, or the largest of several codes. */
export type RowSpec =
  | { readonly kind: 'function'; readonly spec: FieldSpec }
  | { readonly kind: 'max'; readonly row: MaxRow };

export function rowSpec(spec: NetworkSpec, layer: number, unit: number): RowSpec {
  const own = spec.ranges[layer + 1][unit];
  if (isPoint(own)) return { kind: 'function', spec: constantSpec(own.low) };
  const stage = spec.stages[layer];
  switch (stage.kind) {
    case 'sums':
      return { kind: 'function', spec: sumSpec(spec, stage, layer, unit) };
    case 'max': {
      const { row } = stage.rows[unit];
      const isHandedOn = row.inputs.length === 1 && row.least === undefined;
      return isHandedOn ? { kind: 'function', spec: sameSpec(row.inputs[0]) } : { kind: 'max', row };
    }
    default:
      return assertNever(stage);
  }
}

/** A code of the bus before as it is. */
export const sameSpec = (unit: number): FieldSpec => ({
  terms: [{ unit, weight: 1 }],
  bias: 0,
  apply: (code) => code,
  onInterval: () => ({ kind: 'linear', factor: 1 }),
});

/** What row `unit` of a stage of sums must be, of the codes of the stage before. */
function sumSpec({ ranges }: NetworkSpec, stage: SumsStage, layer: number, unit: number): FieldSpec {
  const { row } = stage.rows[unit];
  const before = ranges[layer];
  const isConstant = ({ input }: { readonly input: number }) => isPoint(before[input]);
  const bias = row.terms
    .filter(isConstant)
    .reduce((sum, { input, weight }) => sum + weight * before[input].low, row.bias);
  const terms = row.terms.filter((term) => !isConstant(term));
  const period = periodOf(row.finish);
  return {
    ...(period === undefined ? {} : { period }),
    terms: terms.map(({ input, weight }) => ({ unit: input, weight })),
    bias,
    apply: finisher(row.finish),
    onInterval: (sum) => pieceOn(row.finish, sum),
  };
}

function constantSpec(code: number): FieldSpec {
  return { terms: [], bias: 0, apply: () => code, onInterval: () => ({ kind: 'constant', code }) };
}

/** An output unit's code as it is. */
export function valueSpec(spec: NetworkSpec, unit: number): FieldSpec {
  return outputFunction(
    spec,
    unit,
    (code) => code,
    () => ({ kind: 'linear', factor: 1 }),
  );
}

/** Class of a binary head. */
export function signSpec(spec: NetworkSpec): FieldSpec {
  return outputFunction(
    spec,
    0,
    (code) => (code > 0 ? 1 : 0),
    ({ low, high }) => {
      if (low > 0) return { kind: 'constant', code: 1 };
      return high <= 0 ? { kind: 'constant', code: 0 } : undefined;
    },
  );
}

/** Probability of a binary head, by its table. */
export function probabilitySpec(spec: NetworkSpec, { index, codes }: ProbabilityTable): FieldSpec {
  const fraction = fractionOf(spec.outputs[0].format);
  const lowest = rangeOf(index.format).low;
  const place = requantizer(fraction, index);
  return outputFunction(
    spec,
    0,
    (code) => codes[place(code) - lowest],
    (code) => {
      const at = requantizeInterval(code, fraction, index);
      return isPoint(at) ? { kind: 'constant', code: codes[at.low - lowest] } : undefined;
    },
  );
}

function outputFunction(
  { ranges, outputs }: NetworkSpec,
  output: number,
  apply: FieldSpec['apply'],
  onInterval: FieldSpec['onInterval'],
): FieldSpec {
  const { row } = outputs[output];
  const range = ranges[ranges.length - 1][row];
  const constant = isPoint(range);
  return {
    terms: constant ? [] : [{ unit: row, weight: 1 }],
    bias: constant ? range.low : 0,
    apply,
    onInterval,
  };
}

/** Left shifts that bring the output units to their finest fraction, where argmax compares them. */
export function argmaxShifts({ outputs }: NetworkSpec): number[] {
  const fractions = outputs.map(({ format }) => fractionOf(format));
  const finest = Math.max(...fractions);
  return fractions.map((fraction) => finest - fraction);
}
