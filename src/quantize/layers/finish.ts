import { formatFor, fractionOf, rangeOf, valueOfCode } from '../../fixed/format.js';
import { encode, type Requantize } from '../../fixed/requantize.js';
import {
  activateFloat,
  type Clamp,
  type Curve,
  type FloatActivation,
  isCurve,
  isFloatActivation,
  isRising,
  printFloatActivation,
  type Table,
} from '../../float/activation.js';
import type { CurveName } from '../../float/curves.js';
import { type Activation, clip, isActivation, leakyRelu, MAX_SLOPE_SHIFT } from '../../network/activation.js';
import type { UnitOutput } from '../../network/layer-output.js';
import type { SumsOutput } from '../../network/layers/sums.js';
import type { RealRange } from '../calibration.js';
import { formatForRange, requantizesOf, widthsOf } from '../options.js';
import { problems } from '../problems.js';
import { describe, type TensorRecord } from '../quantized.js';
import type { QuantizeContext } from './kind.js';

/** What a layer of sums makes of them in the integer network, its output's format chosen or given. */
export function finishOf(
  layer: { readonly name: string; readonly activation: FloatActivation },
  units: number,
  context: QuantizeContext,
): SumsOutput {
  const { name, activation } = layer;
  const { config, widths, range, isOutput, rangesFrom, record } = context;
  const plain = plainOf(activation);
  const { output: given, index } = config.layers[name] ?? {};
  if (index !== undefined && !isCurve(activation))
    throw problems.quantizeCurveIndex(name, printFloatActivation(activation));
  if (given === 'exact' || (given === undefined && isOutput && plain !== undefined)) {
    if (plain === undefined) throw problems.quantizeExact(name, printFloatActivation(activation));
    record({ layer: name, tensor: 'output', format: 'exact', from: 'exact' });
    return { activation: plain, output: 'exact' };
  }
  const chosen: Requantize[] =
    given === undefined
      ? widthsOf(widths, 'activations', name, units).map((width) => ({
          format: formatForRange(Math.min(range.low, 0), Math.max(range.high, 0), width, 1),
          rounding: config.rounding,
          overflow: config.overflow,
        }))
      : requantizesOf(given, units, config, `quantization.layers.${name}.output`);
  const from: TensorRecord['from'] = given === undefined ? rangesFrom : 'given';
  record({ ...describe(name, 'output', chosen, given !== undefined), from });
  if (plain !== undefined) return { activation: plain, output: chosen };
  const indices =
    index === undefined
      ? undefined
      : requantizesOf(index, units, config, `quantization.layers.${name}.index`);
  const output = chosen.map((unit, at) => roundedOf(layer, unit, range, indices?.[at]));
  return { activation: 'linear', output };
}

/** The activation as the integer network has it on exact sums; undefined where it takes a table or limits. */
function plainOf(activation: FloatActivation): Activation | undefined {
  if (isActivation(activation)) return activation;
  if (activation.kind === 'clamp' && activation.low === 0) {
    return activation.high === undefined ? 'relu' : clip(activation.high);
  }
  if (activation.kind !== 'slopes') return undefined;
  const [slope] = activation.slopes;
  if (activation.slopes.some((other) => other !== slope)) return undefined;
  if (slope === 0) return 'relu';
  return slope === 1 ? 'linear' : leakyRelu(Math.round(slope * 2 ** MAX_SLOPE_SHIFT) / 2 ** MAX_SLOPE_SHIFT);
}

/** A unit's output with an activation that codes take: limits, or a table. */
function roundedOf(
  { name, activation }: { readonly name: string; readonly activation: FloatActivation },
  unit: Requantize,
  seen: RealRange,
  index: Requantize | undefined,
): UnitOutput {
  if (!isFloatActivation(activation) || typeof activation === 'string') return unit;
  switch (activation.kind) {
    case 'clamp':
      return { ...unit, overflow: 'SAT', limits: limitsOf(activation, unit) };
    case 'curve':
      return tableOf(activation, unit, index ?? indexOf(activation, unit, seen));
    case 'table':
      return listed(name, activation, unit);
    default:
      throw problems.quantizeActivation(name, printFloatActivation(activation));
  }
}

/** The table that it is, its sums rounded to the steps that it has: whole powers of two. */
function listed(name: string, activation: Table, unit: Requantize): UnitOutput {
  const { step, lowest, rounding, values } = activation;
  const fraction = -Math.round(Math.log2(step));
  const index = { low: lowest, high: lowest + values.length - 1 };
  const format = formatFor(index, fraction);
  if (2 ** -fraction !== step || format.width > INDEX)
    throw problems.quantizeActivation(name, `${printFloatActivation(activation)}, ${step} apart`);
  const range = rangeOf(format);
  const isWhole = range.low === index.low && range.high === index.high;
  const codes = values.map((value) => encode(value, { ...unit, rounding: 'RND', overflow: 'SAT' }));
  const limits = isWhole ? {} : { limits: index };
  return { format, rounding, overflow: 'SAT', ...limits, table: { format: unit.format, codes } };
}

function limitsOf({ low, high }: Clamp, unit: Requantize) {
  const range = rangeOf(unit.format);
  const nearest = { ...unit, rounding: 'RND', overflow: 'SAT' } as const;
  return {
    low: low === undefined ? range.low : encode(low, nearest),
    high: high === undefined ? range.high : encode(high, nearest),
  };
}

/** Bits of a table's index. */
const INDEX = 8;

/** Sums past which nothing changes but what is less than a code's step. */
const REACHES: Readonly<Record<CurveName, (bits: number) => readonly [number, number]>> = {
  sigmoid: (bits) => [-bits * Math.LN2, bits * Math.LN2],
  tanh: (bits) => [(-bits * Math.LN2) / 2, (bits * Math.LN2) / 2],
  hard_sigmoid: () => [-4, 4],
  hard_swish: () => [-3, FURTHEST],
  silu: (bits) => [-bits * Math.LN2, FURTHEST],
  elu: (bits) => [-bits * Math.LN2, FURTHEST],
  selu: (bits) => [-bits * Math.LN2, FURTHEST],
  gelu: (bits) => [-Math.sqrt(2 * bits * Math.LN2), FURTHEST],
  gelu_tanh: (bits) => [-Math.sqrt(2 * bits * Math.LN2), FURTHEST],
  mish: (bits) => [-bits * Math.LN2, FURTHEST],
  softplus: (bits) => [-bits * Math.LN2, FURTHEST],
  softsign: () => [-FURTHEST, FURTHEST],
};
const FURTHEST = 2 ** 20;

/** The sums that give the values that were seen, within those reaches. */
function sumsOf(activation: Curve, bits: number, range: RealRange): readonly [number, number] {
  const [low, high] = REACHES[activation.curve](bits);
  const at = (sum: number) => activateFloat(activation, sum, 0);
  const rises = isRising(activation);
  return [
    rises ? lastBelow(at, range.low, low, high) : low,
    lastBelow(at, range.high, Math.max(low, -1), high),
  ];
}

/** The largest sum whose value is not above a bound, by halving. */
function lastBelow(at: (sum: number) => number, bound: number, low: number, high: number): number {
  let [below, above] = [low, high];
  if (at(above) <= bound) return above;
  for (let step = 0; step < 60; step++) {
    const middle = (below + above) / 2;
    if (at(middle) <= bound) below = middle;
    else above = middle;
  }
  return below;
}

function indexOf(activation: Curve, unit: Requantize, seen: RealRange): Omit<Requantize, 'overflow'> {
  const [low, high] = sumsOf(activation, unit.format.width + 1, seen);
  return { format: formatForRange(Math.min(low, 0), Math.max(high, 0), INDEX, 1), rounding: 'RND' };
}

function tableOf(
  activation: Curve,
  unit: Requantize,
  { format, rounding }: Omit<Requantize, 'overflow'>,
): UnitOutput {
  const range = rangeOf(format);
  const codes = Array.from({ length: range.high - range.low + 1 }, (_, at) => {
    const sum = valueOfCode(range.low + at, fractionOf(format));
    return encode(activateFloat(activation, sum, 0), { ...unit, rounding: 'RND', overflow: 'SAT' });
  });
  return { format, rounding, overflow: 'SAT', table: { format: unit.format, codes } };
}
