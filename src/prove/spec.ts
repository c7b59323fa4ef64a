import { fractionOf, rangeOf } from '../fixed/format.js';
import { contains, type Interval, isPoint } from '../fixed/interval.js';
import {
  type Requantize,
  type Rounding,
  requantize,
  requantizeInterval,
  shiftRight,
} from '../fixed/requantize.js';
import { activate, activateInterval } from '../network/activation.js';
import { kindOf } from '../network/layers/index.js';
import type { AffineRow } from '../network/layers/kind.js';
import { networkRanges, outputFraction } from '../network/ranges.js';
import { layerFormats } from '../network/reference.js';
import type { ProbabilityTable, QuantizedNetwork } from '../network/types.js';

/** What one field of a bus must be: a function of one weighted sum of the codes of the bus before. */
export interface FieldSpec {
  /** Weights that are not zero, by unit of the bus before. */
  readonly terms: readonly { readonly unit: number; readonly weight: number }[];
  readonly bias: number;
  /** The code, for a value of the sum. */
  readonly apply: (sum: number) => number;
  /** What is known of the code where the sum lies in an interval: constant, the sum times a factor, or the sum rounded. */
  readonly onInterval: (sum: Interval) => Piece | undefined;
  /** A power of two that changes no code when it is added to the sum, if there is one. */
  readonly period?: number;
}

export type Piece =
  | { readonly kind: 'constant'; readonly code: number }
  | { readonly kind: 'linear'; readonly factor: number }
  /** The sum divided by 2^shift, with nothing cut off above; the shift is at least 1. */
  | { readonly kind: 'rounded'; readonly shift: number; readonly rounding: Rounding };

/** The network's rows with what can only be one code folded into the bias, layer by layer. */
export interface NetworkSpec {
  readonly network: QuantizedNetwork;
  /** Codes that input or layer units can have; index 0 is the network's inputs. */
  readonly ranges: readonly (readonly Interval[])[];
  readonly rows: readonly (readonly AffineRow[])[];
}

export function specOf(network: QuantizedNetwork): NetworkSpec {
  const formats = [network.input.formats, ...layerFormats(network)];
  const inputs = network.input.formats.map(rangeOf);
  const outputs = networkRanges(network).map((units) => units.map(({ output }) => output));
  return {
    network,
    ranges: [inputs, ...outputs],
    rows: network.layers.map((layer, index) => kindOf(layer).rows(layer, formats[index])),
  };
}

/** What unit `unit` of layer number `layer` must be, of the codes of the layer before. */
export function unitSpec({ rows, ranges }: NetworkSpec, layer: number, unit: number): FieldSpec {
  const own = ranges[layer + 1][unit];
  if (isPoint(own)) return constantSpec(own.low);
  const row = rows[layer][unit];
  const before = ranges[layer];
  const isConstant = ({ input }: { readonly input: number }) => isPoint(before[input]);
  const bias = row.terms
    .filter(isConstant)
    .reduce((sum, { input, weight }) => sum + weight * before[input].low, row.bias);
  const terms = row.terms.filter((term) => !isConstant(term));
  const factor = 2 ** row.exactShift;
  return {
    ...wrapPeriod(row),
    terms: terms.map(({ input, weight }) => ({ unit: input, weight })),
    bias,
    apply: (sum) => {
      const active = activate(row.activation, sum);
      return row.requantize === undefined
        ? active * factor
        : requantize(active, row.fraction, row.requantize);
    },
    onInterval: (sum) => {
      const active = activateInterval(row.activation, sum);
      const same = active.low === sum.low && active.high === sum.high;
      if (row.requantize !== undefined) {
        const code = requantizeInterval(active, row.fraction, row.requantize);
        if (isPoint(code)) return { kind: 'constant', code: code.low };
        return same ? roundedPiece(sum, row.fraction, row.requantize) : undefined;
      }
      if (isPoint(active)) return { kind: 'constant', code: active.low * factor };
      return same ? { kind: 'linear', factor } : undefined;
    },
  };
}

/** The sum rounded, where the format holds all that it comes to. */
function roundedPiece(sum: Interval, fraction: number, wanted: Requantize): Piece | undefined {
  const { format, rounding } = wanted;
  const shift = fraction - fractionOf(format);
  const codes = { low: shiftRight(sum.low, shift, rounding), high: shiftRight(sum.high, shift, rounding) };
  if (!contains(rangeOf(format), codes)) return undefined;
  return shift > 0 ? { kind: 'rounded', shift, rounding } : { kind: 'linear', factor: 2 ** -shift };
}

/** Only a sum that wraps repeats itself. */
function wrapPeriod({ activation, fraction, requantize }: AffineRow): { period?: number } {
  if (activation !== 'linear' || requantize?.overflow !== 'WRAP') return {};
  const { format } = requantize;
  return { period: 2 ** Math.max(0, fraction - fractionOf(format) + format.width) };
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
  const { rows, network } = spec;
  const last = network.layers.length - 1;
  const fraction = outputFraction(rows[last][0]);
  const lowest = rangeOf(index.format).low;
  return outputFunction(
    spec,
    0,
    (code) => codes[requantize(code, fraction, index) - lowest],
    (code) => {
      const at = requantizeInterval(code, fraction, index);
      return isPoint(at) ? { kind: 'constant', code: codes[at.low - lowest] } : undefined;
    },
  );
}

function outputFunction(
  { ranges }: NetworkSpec,
  unit: number,
  apply: FieldSpec['apply'],
  onInterval: FieldSpec['onInterval'],
): FieldSpec {
  const range = ranges[ranges.length - 1][unit];
  const constant = isPoint(range);
  return { terms: constant ? [] : [{ unit, weight: 1 }], bias: constant ? range.low : 0, apply, onInterval };
}

/** Left shifts that bring the output units to their finest fraction, where argmax compares them. */
export function argmaxShifts({ network }: NetworkSpec): number[] {
  const formats = layerFormats(network)[network.layers.length - 1];
  const finest = Math.max(...formats.map(fractionOf));
  return formats.map((format) => finest - fractionOf(format));
}
