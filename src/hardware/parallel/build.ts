import { assertNever } from '../../core/assert.js';
import { rangeOf } from '../../fixed/format.js';
import { add, contains, type Interval, isPoint, magnitude, point, scale } from '../../fixed/interval.js';
import { type Limits, limitInterval, limitsChange, rangeOfLimits } from '../../fixed/limits.js';
import { shiftRight } from '../../fixed/requantize.js';
import type { AffineLayer, AffineNetwork, LiveMax, LiveRow } from '../../network/affine.js';
import {
  activeInterval,
  type CodeTable,
  type Finish,
  finish,
  finishOn,
  roundsUp,
  type SumActivation,
} from '../../network/finish.js';
import { problems as networkProblems } from '../../network/problems.js';
import { codesByWord } from '../code-table.js';
import { narrowScale } from '../narrow-scale.js';
import { problems } from '../problems.js';
import {
  type Circuit,
  CircuitBuilder,
  type CircuitLayer,
  type CircuitOutput,
  isSigned,
  type Term,
  widthOf,
} from './circuit.js';

/** The largest sum that stays exact. */
const LIMIT = 2 ** 53;

/**
 * The network as a circuit in its plainest form: a multiplication by a constant for every weight, one sum for every
 * unit. Bias and rounding constant are parts of the sum; where only low bits are kept, the sum is made of those only.
 *
 * @param ranges what the inputs can be
 * @throws network/accumulator-too-wide when the rounding constant takes a sum past 2^53
 */
export function buildCircuit(
  network: AffineNetwork,
  ranges: readonly Interval[] = network.inputs.map(({ format }) => rangeOf(format)),
): Circuit {
  const builder = new CircuitBuilder();
  const inputs = network.inputs.map(({ format, name, read }, input) => {
    if (!read) return { format, name };
    const value = builder.add({ kind: 'input', input }, ranges[input], -1, `input${input}`);
    return { format, name, value };
  });
  let previous = inputs.map(({ value }) => value ?? -1);
  const layers = network.layers.map((layer, number): CircuitLayer => {
    const { name, rows } = layer;
    const values = buildLayer(builder, layer, previous, number, `${network.name}: ${name}`);
    const units = rows.map(({ unit, value: origin, format }, at) => {
      return { unit, origin, value: values[at], format };
    });
    previous = values;
    return { name, latency: 0, units };
  });
  const outputs = network.outputs.map((output, unit): CircuitOutput => {
    const value = output.kind === 'row' ? previous[output.row] : builder.constant(output.code);
    return { unit, value, format: output.format };
  });
  return { name: network.name, inputs, layers, values: builder.values, outputs };
}

/** The value of each of its rows. */
function buildLayer(
  builder: CircuitBuilder,
  layer: AffineLayer,
  inputs: readonly number[],
  number: number,
  where: string,
): number[] {
  switch (layer.kind) {
    case 'sums':
      return layer.rows.map((row) => buildRow(builder, row, inputs, number, `${where}, unit ${row.unit}`));
    case 'max':
      return layer.rows.map((row) => buildMax(builder, row, inputs, number));
    default:
      return assertNever(layer);
  }
}

/** The largest of the codes, found in pairs as in a knock-out tournament. */
function buildMax(builder: CircuitBuilder, row: LiveMax, inputs: readonly number[], layer: number): number {
  const constants = row.least === undefined ? [] : [builder.constant(row.least)];
  let players = [...row.inputs.map((input) => inputs[input]), ...constants];
  let pairs = 0;
  while (players.length > 1) {
    const winners: number[] = [];
    for (let at = 0; at < players.length; at += 2) {
      const [a, b] = [players[at], players[at + 1] as number | undefined];
      winners.push(b === undefined ? a : larger(builder, a, b, layer, `unit${row.unit}_max${pairs++}`));
    }
    players = winners;
  }
  const [largest] = players;
  if (!inputs.includes(largest)) return largest;
  // A code that is only handed on still becomes a value of its own, because two units may hand on the same one.
  const { range } = builder.values[largest];
  return builder.add({ kind: 'shift', value: largest, left: 0 }, range, layer, `unit${row.unit}_max`);
}

function larger(builder: CircuitBuilder, a: number, b: number, layer: number, name: string): number {
  const [one, other] = [builder.values[a].range, builder.values[b].range];
  if (one.low >= other.high) return a;
  if (other.low >= one.high) return b;
  const range = { low: Math.max(one.low, other.low), high: Math.max(one.high, other.high) };
  return builder.add({ kind: 'max', values: [a, b] }, range, layer, name);
}

function buildRow(
  builder: CircuitBuilder,
  row: LiveRow,
  inputs: readonly number[],
  layer: number,
  where: string,
): number {
  const name = `unit${row.unit}`;
  const { terms, bias } = foldTerms(builder, row, inputs);
  if (terms.length === 0) return builder.constant(finish(row.finish, bias));
  const own = finishOn(row.finish, row.sum);
  const { wanted, half } = narrowed(own, row.sum);
  // A sum that is multiplied is rounded after that, so the rounding constant is added later.
  const constant = bias + (isMultiplied(wanted) ? 0 : half);
  const range = add(row.sum, point(constant - bias));
  if (magnitude(range) > LIMIT) throw networkProblems.accumulatorTooWide(where, 55);
  const bits = wrapOf(wanted, range);
  if (bits !== undefined && terms.every(({ weight }) => weight % 2 ** bits === 0))
    return builder.constant(finish({ ...own, activation: { kind: 'linear' } }, bias));
  const weighed = terms.map(({ value, weight }) => [value, weight] as const);
  const products = productTerms(builder, weighed, layer, name);
  const sum =
    bits === undefined
      ? builder.add({ kind: 'sum', terms: products, constant }, range, layer, `${name}_sum`)
      : builder.add(
          { kind: 'sum', terms: products, constant, wrap: bits },
          rangeOfLimits({ ...(wanted.limits as Wrap), width: bits }) as Interval,
          layer,
          `${name}_sum`,
        );
  // The sum is wrapped only where the activation does not care about its sign, so the activation may be left out.
  const rest = bits === undefined ? wanted : { ...wanted, activation: { kind: 'linear' } as const };
  return finishSum(builder, rest, { sum, half, layer, name, where });
}

/** Values times weights, as terms of a sum. */
function productTerms(
  builder: CircuitBuilder,
  weighed: readonly (readonly [value: number, weight: number])[],
  layer: number,
  name: string,
): Term[] {
  return weighed.map(([value, weight]) => {
    const product = scale(builder.values[value].range, weight);
    const number = builder.add({ kind: 'product', value, weight }, product, layer, `${name}_product`);
    return { value: number, shift: 0, negative: false };
  });
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

const isMultiplied = ({ activation, scaling }: Finish): boolean =>
  activation.kind === 'leaky' || scaling.multiplier !== 1;

/** The finish with a multiplier as short as it may be for these sums, and the constant that rounds. */
function narrowed(wanted: Finish, sum: Interval): { readonly wanted: Finish; readonly half: number } {
  const narrow = narrowScale(wanted, sum);
  if (narrow === undefined) return { wanted, half: halfOf(wanted) };
  const { multiplier, shift, offset } = narrow;
  return { wanted: { ...wanted, scaling: { multiplier, shift, rounding: 'TRN', again: 0 } }, half: offset };
}

/** The constant that rounds to the nearest: it is added before the low bits are dropped. */
const halfOf = (wanted: Finish): number => (roundsUp(wanted) ? 2 ** (wanted.scaling.shift - 1) : 0);

/** How many bits of the sum are needed, where the result wraps and nothing looks at the bits above. */
function wrapOf({ activation, scaling, limits }: Finish, range: Interval): number | undefined {
  if (limits.kind !== 'wrap' || scaling.shift < 0 || scaling.multiplier !== 1 || scaling.again > 0)
    return undefined;
  if (activation.kind !== 'linear' && range.low < 0) return undefined;
  const bits = scaling.shift + limits.width;
  return limitsChange({ ...limits, width: bits }, range) ? bits : undefined;
}

type Wrap = Extract<Limits, { kind: 'wrap' }>;

/** A sum that has been built, and its unit. It includes the rounding constant, unless the sum is multiplied first. */
interface BuiltSum {
  readonly sum: number;
  /** The constant that rounds. */
  readonly half: number;
  readonly layer: number;
  readonly name: string;
  /** For errors. */
  readonly where: string;
}

/** From the sum to the code. Rounding keeps the order and maps 0 to 0, as a ReLU does, so the two may change places. */
function finishSum(builder: CircuitBuilder, wanted: Finish, built: BuiltSum): number {
  const { layer, name } = built;
  const { shift } = wanted.scaling;
  const { activation } = wanted;
  const multiplied = isMultiplied(wanted) ? multiply(builder, wanted, built) : built;
  const once = shift > 0 ? roundSum(builder, wanted, multiplied) : multiplied.sum;
  const rounded = roundAgain(builder, wanted, once, built);
  const active = activation.kind === 'relu' ? relu(builder, rounded, layer, name) : rounded;
  const scaled = shiftLeft(builder, active, Math.max(-shift, 0), layer, name);
  const fitted = fitInto(builder, scaled, wanted.limits, layer, name);
  return wanted.table === undefined ? fitted : lookUp(builder, fitted, wanted.table, built);
}

function lookUp(builder: CircuitBuilder, value: number, table: CodeTable, { layer, name }: BuiltSum): number {
  const { range } = builder.values[value];
  const reached = (index: number) => Math.min(Math.max(index, range.low), range.high) - table.lowest;
  const all = Array.from({ length: table.codes.length }, (_, at) => table.codes[reached(at + table.lowest)]);
  const codes = codesByWord({ ...table, codes: all }, isSigned(range), widthOf(range));
  const made = { low: Math.min(...codes), high: Math.max(...codes) };
  if (isPoint(made)) return builder.constant(made.low);
  return builder.add({ kind: 'table', values: [value], codes }, made, layer, `${name}_looked_up`);
}

function roundSum(builder: CircuitBuilder, { scaling }: Finish, built: BuiltSum): number {
  const floor = shiftRightOf(builder, built.sum, scaling.shift, built.layer, built.name);
  return scaling.rounding === 'RND_CONV' ? even(builder, floor, scaling.shift, built) : floor;
}

/** Rounds a second time, halves away from zero: adds half a step, or one less than that to a negative number. */
function roundAgain(
  builder: CircuitBuilder,
  wanted: Finish,
  once: number,
  { layer, name }: BuiltSum,
): number {
  const { again } = wanted.scaling;
  if (again === 0) return once;
  const { range } = builder.values[once];
  const isOneSign = range.low >= 0 || range.high < 0 || losesNegative(wanted);
  const half = 2 ** (again - 1) - (range.high < 0 ? 1 : 0);
  const direct = (value: number): Term => ({ value, shift: 0, negative: false });
  const terms = [direct(once)];
  // The bits above the number repeat its sign. Read as a number they are −1 or 0.
  if (!isOneSign) terms.push(direct(shiftRightOf(builder, once, widthOf(range), layer, `${name}_sign`)));
  const moved = add(range, { low: half - (isOneSign ? 0 : 1), high: half });
  const sum = builder.add({ kind: 'sum', terms, constant: half }, moved, layer, `${name}_moved`);
  return shiftRightOf(builder, sum, again, layer, `${name}_again`);
}

/** Whether all numbers below 0 become the same code. */
const losesNegative = ({ activation, limits }: Finish): boolean =>
  activation.kind === 'relu' || (limits.kind === 'saturate' && limits.low >= 0);

/**
 * A sum times the scale's multiplier and, of a leaky ReLU, the slope, its rounding constant included: with m for the
 * slope's multiplier and s for its shift, m × sum + (2^s − m) × max(sum, 0).
 */
function multiply(builder: CircuitBuilder, wanted: Finish, built: BuiltSum): BuiltSum {
  const { sum, half, layer, name, where } = built;
  const { multiplier } = wanted.scaling;
  const { range: sums } = builder.values[sum];
  // A ReLU is applied after the rounding.
  const active = wanted.activation.kind === 'leaky' ? activeInterval(wanted, sums) : sums;
  const range = add(scale(active, multiplier), point(half));
  if (magnitude(range) > LIMIT) throw problems.scaledTooWide(where);
  const parts =
    wanted.activation.kind === 'leaky' ? slopeParts(builder, wanted.activation, built) : [[sum, 1] as const];
  const weighed = parts.map(([value, weight]) => [value, weight * multiplier] as const);
  const terms = productTerms(builder, weighed, layer, `${name}_scale`);
  return {
    ...built,
    sum: builder.add({ kind: 'sum', terms, constant: half }, range, layer, `${name}_multiplied`),
  };
}

function slopeParts(
  builder: CircuitBuilder,
  { multiplier, shift }: Extract<SumActivation, { kind: 'leaky' }>,
  { sum, layer, name }: BuiltSum,
) {
  const whole = [sum, multiplier] as const;
  if (builder.values[sum].range.high <= 0) return [whole];
  return [whole, [relu(builder, sum, layer, name), 2 ** shift - multiplier] as const];
}

function even(builder: CircuitBuilder, value: number, shift: number, { sum, layer, name }: BuiltSum): number {
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

/** Brings a value within its limits, where it is not there yet. */
function fitInto(builder: CircuitBuilder, value: number, limits: Limits, layer: number, name: string) {
  const { range } = builder.values[value];
  const allowed = rangeOfLimits(limits) ?? range;
  if (contains(allowed, range)) return value;
  switch (limits.kind) {
    case 'none':
      return value;
    case 'saturate': {
      const clamped = limitInterval(limits, range);
      if (isPoint(clamped)) return builder.constant(clamped.low);
      return builder.add({ kind: 'clamp', value }, clamped, layer, `${name}_clamped`);
    }
    case 'wrap':
      return builder.add({ kind: 'wrap', value, bits: limits.width }, allowed, layer, `${name}_wrapped`);
    default:
      return assertNever(limits);
  }
}
