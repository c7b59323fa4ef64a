import type { Rounding } from '../../../fixed/requantize.js';
import { convWindow } from '../../../float/layers/conv2d.js';
import { windowOn } from '../../../float/layers/parts.js';
import type { UnitScale } from '../../../network/layer-output.js';
import { type ScalingKernel, scaleOf } from '../../../network/real-scale.js';
import { roundHalfEven } from '../../tflite/numbers.js';
import { type Codes, isPowerOfTwo, isSaidByFormat } from './codes.js';
import {
  added,
  type CodeReading,
  type LayerSink,
  type SumScaling,
  type SumWeights,
  single,
  sums,
} from './layers.js';
import type { MarkRounding } from './marks.js';
import { evenWeights } from './pools.js';
import { tabled } from './tables.js';
import type { Values } from './values.js';

/** What values become codes of, and how. */
export interface RoundWanted {
  readonly name: string;
  readonly output: Codes;
  readonly rounding: MarkRounding;
  readonly kernel: ScalingKernel;
  /** Of all codes that come out. */
  readonly table?: { readonly codes: readonly number[]; readonly output: Codes };
}

/** A reason why values cannot be whole numbers. */
export class NotWhole extends Error {}

/** The same where the way of rounding is one that layers have. */
interface LayerRound extends RoundWanted {
  readonly rounding: Rounding;
}

/** Whole numbers of values: one layer. @throws NotWhole */
export function rounded(sink: LayerSink, given: Values, wanted: RoundWanted): CodeReading {
  const output = clamped(given, wanted.output);
  const { rounding, values } = halfUp(given, wanted);
  if (rounding === 'AWAY') return roundedAway(sink, values, { ...wanted, output });
  const { core, curve } = values;
  const whole: LayerRound = { ...wanted, rounding, output };
  switch (core.kind) {
    case 'input':
      throw new NotWhole('values that are no whole numbers yet');
    case 'codes':
      return curve === undefined
        ? ofCodes(sink, core.reading, values, whole)
        : tableOf(sink, core.reading, values, whole);
    case 'add':
      return ofSum(sink, core, values, whole);
    case 'weights':
    case 'mean':
      return ofWeights(sink, core, values, whole);
  }
}

/** Half a step more, and down: rounded half up. Where sums have biases these are told apart from it later. @throws NotWhole */
function halfUp(values: Values, { rounding, output }: RoundWanted) {
  const { affine, core, after: added = 0, ...rest } = values;
  const half = output.scale / 2;
  const isHalf = rounding === 'TRN' && added === half;
  if (added !== 0 && !isHalf) throw new NotWhole('a constant behind an activation');
  const isOffset = rounding === 'TRN' && core.kind === 'add' && affine.offsets.every((one) => one === half);
  const plain = { ...rest, core, affine: isOffset ? { ...affine, offsets: [0] } : affine };
  return { rounding: isHalf || isOffset ? ('RND' as const) : rounding, values: plain };
}

/** Low bits of codes that are dropped with halves away from zero: the second of the roundings that some kernels have. */
function roundedAway(sink: LayerSink, { core, affine }: Values, wanted: RoundWanted): CodeReading {
  const isPlain = affine.factors.every((one) => one === 1) && affine.offsets.every((one) => one === 0);
  if (core.kind !== 'codes' || !isPlain) throw new NotWhole('sums that are rounded half away from zero');
  const bits = Math.log2(wanted.output.scale / core.reading.codes.scale);
  if (!Number.isInteger(bits) || bits < 0 || bits > 31) throw new NotWhole(`${bits} bits that are dropped`);
  const scale = { multiplier: 2 ** 30, shift: 31 + bits, twice: true };
  return single(sink, {
    ...wanted,
    read: core.reading,
    weights: [2],
    scalings: [{ rounding: 'RND', scale }],
  });
}

function clamped({ clamp }: Values, output: Codes): Codes {
  const code = (value: number) => roundHalfEven(value / output.scale) + output.zeroPoint;
  const low = Math.max(output.low, clamp.low === undefined ? output.low : code(clamp.low));
  const high = Math.min(output.high, clamp.high === undefined ? output.high : code(clamp.high));
  return { ...output, low: Math.min(low, output.high), high: Math.max(high, output.low) };
}

/** The scale of a unit's sums through that of the output: by formats where all scales are powers of two. */
function scalingOf(
  read: Codes,
  unit: number,
  bits: number,
  { output, rounding, kernel }: LayerRound,
): SumScaling {
  if (isSaidByFormat(read) && [unit, output.scale].every(isPowerOfTwo)) return { rounding };
  const factor = (unit * 2 ** -bits) / output.scale;
  const exact = kernel === 'float' ? exactScale(factor) : undefined;
  if (exact !== undefined) return { rounding, scale: exact };
  const scaling = scaleOf(factor, kernel);
  return rounding === 'RND_CONV' ? scaling : { rounding, scale: { ...scaling.scale, twice: false } };
}

/** A factor that is a multiplier and a shift as it is. */
function exactScale(factor: number): UnitScale | undefined {
  let [multiplier, shift] = [factor, 0];
  for (; !Number.isInteger(multiplier) && shift < MOST_SHIFT; shift++) multiplier *= 2;
  return Number.isInteger(multiplier) && multiplier >= 1 && multiplier < 2 ** 31
    ? { multiplier, shift }
    : undefined;
}

const MOST_SHIFT = 62;

/** Bits by which biases are finer than products where they are no whole numbers of these. */
const FINE_BITS = 16;

const areWhole = (biases: readonly number[]): boolean =>
  biases.every((bias) => Math.abs(bias - Math.round(bias)) <= 1e-6 * Math.max(1, Math.abs(bias)));

interface Weighed {
  readonly weights: SumWeights;
  readonly scalings: readonly SumScaling[];
}

/** Weights, biases and scales of units with constants behind them. */
function weigh(
  read: Codes,
  raw: Omit<SumWeights, 'scales' | 'bias'> & { readonly bias: readonly number[] },
  unitScales: readonly number[],
  { affine }: Values,
  wanted: LayerRound,
): Weighed {
  const at = (list: readonly number[], unit: number) => list[unit % list.length];
  const factors = raw.bias.map((_, unit) => at(affine.factors, unit));
  const scales = factors.map((factor, unit) => Math.abs(factor * at(unitScales, unit)) || 1);
  const biasesWithout = (offset: number) =>
    raw.bias.map(
      (bias, unit) => (factors[unit] * bias + at(affine.offsets, unit) - offset) / scales[unit] + 0,
    );
  const [given, lowered] = [0, wanted.output.scale / 2].map(biasesWithout);
  // Half a step that is no part of whole biases rounds half up what is cut off then.
  const isHalfUp = wanted.rounding === 'TRN' && !areWhole(given) && areWhole(lowered);
  const biases = isHalfUp ? lowered : given;
  const rounding = isHalfUp ? 'RND' : wanted.rounding;
  const bits = areWhole(biases) ? 0 : FINE_BITS;
  const kernel = raw.kernel.map((row) =>
    row.map((tap) => tap.map((codes) => codes.map((code, unit) => code * Math.sign(factors[unit]) + 0))),
  );
  return {
    weights: {
      ...raw,
      kernel,
      bias: biases.map((bias) => Math.round(bias * 2 ** bits) + 0),
      biasBits: bits,
      scales: scales.map((scale) => scale / read.scale),
    },
    scalings: scales.map((scale) => scalingOf(read, scale, bits, { ...wanted, rounding })),
  };
}

function ofWeights(
  sink: LayerSink,
  core: Extract<Values['core'], { kind: 'weights' | 'mean' }>,
  values: Values,
  wanted: LayerRound,
): CodeReading {
  const read = core.reading;
  const { scale } = read.codes;
  const { raw, unitScales } = core.kind === 'mean' ? meanOf(core) : wholeWeights(core);
  const weighed = weigh(
    read.codes,
    raw,
    unitScales.map((unit) => unit * scale),
    values,
    wanted,
  );
  return sums(sink, { ...wanted, read, ...weighed, ...slopeOf(values) });
}

function meanOf({ layer, reading }: Extract<Values['core'], { kind: 'mean' }>) {
  const window = windowOn({ ...layer, size: layer.window }, reading.stored);
  if (!layer.countPadding && window.padding.some((cells) => cells > 0))
    throw new NotWhole('a mean that leaves padding out');
  return { raw: evenWeights(reading, window, 1), unitScales: [1 / (layer.window[0] * layer.window[1])] };
}

function wholeWeights({ layer, reading }: Extract<Values['core'], { kind: 'weights' }>) {
  const { scales, kernel, bias } = layer;
  if (scales === undefined) throw new NotWhole('weights that are no whole numbers');
  const units = bias.length;
  const list = Array.from(
    kernel.values,
    (value, at) => Math.round(value / scales[(at % units) % scales.length]) + 0,
  );
  const [rows, columns, depth] = layer.kind === 'dense' ? [1, 1, kernel.shape[0]] : kernel.shape;
  let from = 0;
  const next = () => {
    const codes = list.slice(from, from + units);
    from += units;
    return codes;
  };
  const taps = Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => Array.from({ length: depth }, next)),
  );
  const common = { kernel: taps, bias: Array.from(bias) };
  if (layer.kind === 'dense') return { raw: { ...common, groups: 1 }, unitScales: scales };
  const { size: _, ...window } = windowOn(convWindow(layer), reading.stored);
  return { raw: { ...common, window, groups: layer.groups }, unitScales: scales };
}

/** Each code by itself. */
function ofCodes(sink: LayerSink, read: CodeReading, values: Values, wanted: LayerRound): CodeReading {
  const channels = read.stored[read.stored.length - 1];
  const raw = {
    kernel: [[[Array<number>(channels).fill(1)]]],
    bias: Array<number>(channels).fill(0),
    groups: channels,
  };
  const { weights, scalings } = weigh(read.codes, raw, [read.codes.scale], values, wanted);
  return single(sink, {
    ...wanted,
    read,
    weights: weights.kernel[0][0][0],
    bias: weights.bias,
    biasBits: weights.biasBits ?? 0,
    scales: weights.scales,
    scalings,
    ...slopeOf(values),
  });
}

const slopeOf = ({ slope }: Values) => (slope === undefined ? {} : { activation: slope });

function tableOf(
  sink: LayerSink,
  read: CodeReading,
  { curve, affine }: Values,
  wanted: LayerRound,
): CodeReading {
  const { codes } = read;
  if (wanted.table !== undefined || codes.high - codes.low > 255)
    throw new NotWhole('a function of codes of more than 8 bits');
  const { output } = wanted;
  const codeOf = (code: number) => {
    const real = affine.factors[0] * codes.scale * (code - codes.zeroPoint) + affine.offsets[0];
    return roundHalfEven(curve!(real) / output.scale) + output.zeroPoint;
  };
  return tabled(sink, wanted.name, read, [codeOf], output);
}

/** Bits of the larger of two factors. */
const FACTOR_BITS = 30;

function ofSum(
  sink: LayerSink,
  { signs, readings }: Extract<Values['core'], { kind: 'add' }>,
  values: Values,
  wanted: LayerRound,
): CodeReading {
  const { affine } = values;
  const [factor] = affine.factors;
  if (affine.factors.length > 1 || affine.offsets.some((offset) => offset !== 0) || !(factor > 0))
    throw new NotWhole('a sum of tensors with constants behind it');
  const { output, rounding, name } = wanted;
  const common = { name, read: readings, signs, output, ...slopeOf(values) };
  const scales = readings.map(({ codes }) => codes.scale * factor);
  const areShifts =
    factor === 1 && isPowerOfTwo(output.scale) && readings.every(({ codes }) => isSaidByFormat(codes));
  if (areShifts) return added(sink, { ...common, scaling: { rounding } });
  const ratios = scales.map((scale) => scale / output.scale);
  const shift = FACTOR_BITS - 1 - Math.floor(Math.log2(Math.max(...ratios)));
  if (shift < 0 || shift > 62) throw new NotWhole(`a sum with the factors ${ratios.join(' and ')}`);
  // Codes are brought to one fraction before.
  const finest = Math.max(...readings.map(({ codes }) => codes.fraction));
  const factors = ratios.map((ratio, at) =>
    Math.max(Math.round(ratio * 2 ** (shift - finest + readings[at].codes.fraction)), 1),
  );
  const scaling: SumScaling = { rounding, scale: { multiplier: 1, shift } };
  return added(sink, { ...common, factors, scaling });
}
