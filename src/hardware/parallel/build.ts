import { assertNever } from '../../core/assert.js';
import { fractionOf, rangeOf } from '../../fixed/format.js';
import { add, contains, type Interval, isPoint, magnitude, point, scale } from '../../fixed/interval.js';
import { fitTo, type Requantize, requantize, shiftRight } from '../../fixed/requantize.js';
import { activate } from '../../network/activation.js';
import type { AffineNetwork, LiveRow } from '../../network/affine.js';
import { problems as networkProblems } from '../../network/problems.js';
import { type Circuit, CircuitBuilder, type CircuitLayer, type CircuitOutput } from './circuit.js';

/** The largest sum that stays exact. */
const LIMIT = 2 ** 53;

/**
 * The network as a circuit in its plainest form: a multiplication by a constant for every weight, one sum for every
 * unit. Bias and rounding constant are parts of the sum; where only low bits are kept, the sum is made of those only.
 *
 * @throws network/accumulator-too-wide when the rounding constant takes a sum past 2^53
 */
export function buildCircuit(network: AffineNetwork): Circuit {
  const builder = new CircuitBuilder();
  const inputs = network.inputs.map(({ format, name, read }, input) => {
    if (!read) return { format, name };
    const value = builder.add({ kind: 'input', input }, rangeOf(format), -1, `input${input}`);
    return { format, name, value };
  });
  let previous = inputs.map(({ value }) => value ?? -1);
  const layers = network.layers.map(({ name, rows }, layer): CircuitLayer => {
    const units = rows.map((row) => {
      const where = `${network.name}: ${name}, unit ${row.unit}`;
      return { unit: row.unit, value: buildRow(builder, row, previous, layer, where), format: row.format };
    });
    previous = units.map(({ value }) => value);
    return { name, latency: 0, units };
  });
  const outputs = network.outputs.map((output, unit): CircuitOutput => {
    const value = output.kind === 'row' ? previous[output.row] : builder.constant(output.code);
    return { unit, value, format: output.format };
  });
  return { name: network.name, inputs, layers, values: builder.values, outputs };
}

function buildRow(
  builder: CircuitBuilder,
  row: LiveRow,
  inputs: readonly number[],
  layer: number,
  where: string,
): number {
  const name = `unit${row.unit}`;
  const { requantize } = row;
  const shift = requantize === undefined ? 0 : row.fraction - fractionOf(requantize.format);
  const { terms, bias } = foldTerms(builder, row, inputs);
  if (terms.length === 0) return builder.constant(codeOf(row, bias));
  const constant = bias + (requantize === undefined ? 0 : halfOf(requantize, shift));
  const range = add(row.sum, point(constant - bias));
  if (magnitude(range) > LIMIT) throw networkProblems.accumulatorTooWide(where, 55);
  const bits = wrapOf(row, range, shift);
  if (bits !== undefined && terms.every(({ weight }) => weight % 2 ** bits === 0))
    return builder.constant(codeOf({ ...row, activation: 'linear' }, bias));
  const products = terms.map(({ value, weight }) => {
    const product = scale(builder.values[value].range, weight);
    const number = builder.add({ kind: 'product', value, weight }, product, layer, `${name}_product`);
    return { value: number, shift: 0, negative: false };
  });
  const sum =
    bits === undefined
      ? builder.add({ kind: 'sum', terms: products, constant }, range, layer, `${name}_sum`)
      : builder.add(
          { kind: 'sum', terms: products, constant, wrap: bits },
          rawRange(row, bits),
          layer,
          `${name}_sum`,
        );
  if (requantize === undefined) {
    const active = row.activation === 'relu' ? relu(builder, sum, layer, name) : sum;
    return shiftLeft(builder, active, row.exactShift, layer, name);
  }
  // A wrapped sum was not negative before, if the activation minds.
  const activation = bits === undefined ? row.activation : 'linear';
  return finish(builder, { activation }, requantize, { sum, shift, layer, name });
}

/** The terms over values that change; those over constants are in the bias. */
function foldTerms(builder: CircuitBuilder, row: LiveRow, inputs: readonly number[]) {
  const terms: { value: number; weight: number }[] = [];
  let { bias } = row;
  for (const { input, weight } of row.terms) {
    const value = inputs[input];
    const { operation } = builder.values[value];
    if (operation.kind === 'constant') bias += weight * operation.code;
    else terms.push({ value, weight });
  }
  return { terms, bias };
}

/** The code that a sum gives. */
function codeOf(row: LiveRow, sum: number): number {
  const active = activate(row.activation, sum);
  if (row.requantize === undefined) return active * 2 ** row.exactShift;
  return requantize(active, row.fraction, row.requantize);
}

/** What, added before the low bits are dropped, rounds to the nearest. */
function halfOf({ rounding }: Requantize, shift: number): number {
  return rounding === 'TRN' || shift <= 0 ? 0 : 2 ** (shift - 1);
}

/** The bits of the sum that are kept, where all above them are dropped unseen. */
function wrapOf(row: LiveRow, range: Interval, shift: number): number | undefined {
  if (row.requantize?.overflow !== 'WRAP' || shift < 0) return undefined;
  if (row.activation === 'relu' && range.low < 0) return undefined;
  const bits = shift + row.requantize.format.width;
  return contains(rawRange(row, bits), range) ? undefined : bits;
}

function rawRange(row: LiveRow, bits: number): Interval {
  return rangeOf({ signed: row.format.signed, width: bits, integer: bits });
}

interface Rounding {
  readonly sum: number;
  readonly shift: number;
  readonly layer: number;
  readonly name: string;
}

/** From the sum, its rounding constant included, to the code: activations keep the order, so rounding comes first. */
function finish(
  builder: CircuitBuilder,
  row: Pick<LiveRow, 'activation'>,
  requantize: Requantize,
  rounding: Rounding,
): number {
  const { sum, shift, layer, name } = rounding;
  const floor = shift > 0 ? shiftRightOf(builder, sum, shift, layer, name) : sum;
  const rounded = requantize.rounding === 'RND_CONV' && shift > 0 ? even(builder, floor, rounding) : floor;
  const scaled = shiftLeft(builder, rounded, Math.max(-shift, 0), layer, name);
  const active = row.activation === 'relu' ? relu(builder, scaled, layer, name) : scaled;
  return fitInto(builder, active, requantize, layer, name);
}

function even(builder: CircuitBuilder, value: number, { sum, shift, layer, name }: Rounding): number {
  const { low, high } = builder.values[value].range;
  // The ends may be ties that go one down.
  const range = { low: low % 2 === 0 ? low : low - 1, high };
  return builder.add({ kind: 'even', value, sum, shift }, range, layer, `${name}_even`);
}

function shiftRightOf(builder: CircuitBuilder, value: number, shift: number, layer: number, name: string) {
  const { low, high } = builder.values[value].range;
  const range = { low: shiftRight(low, shift, 'TRN'), high: shiftRight(high, shift, 'TRN') };
  return builder.add({ kind: 'shift', value, left: -shift }, range, layer, `${name}_rounded`);
}

function shiftLeft(builder: CircuitBuilder, value: number, left: number, layer: number, name: string) {
  if (left === 0) return value;
  const { low, high } = builder.values[value].range;
  const range = { low: low * 2 ** left, high: high * 2 ** left };
  return builder.add({ kind: 'shift', value, left }, range, layer, `${name}_scaled`);
}

function relu(builder: CircuitBuilder, value: number, layer: number, name: string): number {
  const { low, high } = builder.values[value].range;
  if (low >= 0) return value;
  const range = { low: 0, high: Math.max(high, 0) };
  return builder.add({ kind: 'relu', value }, range, layer, `${name}_active`);
}

/** Brings a value into its format, where it is not there yet. */
function fitInto(
  builder: CircuitBuilder,
  value: number,
  { format, overflow }: Requantize,
  layer: number,
  name: string,
) {
  const { range } = builder.values[value];
  const allowed = rangeOf(format);
  if (contains(allowed, range)) return value;
  switch (overflow) {
    case 'SAT': {
      const clamped = {
        low: fitTo(range.low, format, 'SAT'),
        high: fitTo(range.high, format, 'SAT'),
      };
      if (isPoint(clamped)) return builder.constant(clamped.low);
      return builder.add({ kind: 'clamp', value }, clamped, layer, `${name}_clamped`);
    }
    case 'WRAP':
      return builder.add({ kind: 'wrap', value, bits: format.width }, allowed, layer, `${name}_wrapped`);
    default:
      return assertNever(overflow);
  }
}
