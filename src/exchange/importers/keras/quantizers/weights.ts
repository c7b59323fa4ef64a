import { z } from 'zod';
import { type Format, MAX_CHOSEN_WIDTH } from '../../../../fixed/format.js';
import type { FloatTensor } from '../../../../float/tensor.js';
import type { QuantizerPlace } from './place.js';

/** QKeras' quantizers of weights: the values that the layer computes with, and the formats that hold them exactly. */

export interface QuantizedWeights {
  readonly values: Float64Array;
  /** One per item of the last axis; none where scales are no powers of two. */
  readonly formats?: readonly Format[];
}

type WeightQuantizer = (config: unknown, tensor: FloatTensor, place: QuantizerPlace) => QuantizedWeights;

const FLAG = z.union([z.boolean(), z.number()]).transform(Number);
const ALPHA = z.union([z.number(), z.enum(['auto', 'auto_po2'])]).nullish();
const QUANTIZED_BITS = z.looseObject({
  bits: z.int().min(1).max(MAX_CHOSEN_WIDTH).default(8),
  integer: z.int().min(-64).max(64).default(0),
  symmetric: FLAG.default(0),
  keep_negative: FLAG.default(1),
  alpha: ALPHA,
  scale_axis: z.null().optional(),
  elements_per_scale: z.null().optional(),
  min_po2_exponent: z.null().optional(),
  max_po2_exponent: z.null().optional(),
  post_training_scale: z.null().optional(),
});

/** To the nearest whole number, half to even, as TensorFlow rounds. */
export function roundHalfEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  if (rest !== 0.5) return rest < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}

const clipped = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
const nearestPowerOf2 = (value: number) => 2 ** roundHalfEven(Math.log2(value));
const isPowerOf2 = (value: number) => value > 0 && Number.isInteger(Math.log2(value));

const quantizedBits: WeightQuantizer = (given, tensor, place) => {
  const config = place.config(QUANTIZED_BITS, given);
  const { bits, integer, symmetric, keep_negative: signed, alpha } = config;
  if (typeof alpha === 'string') return scaledBits(tensor, bits, integer, alpha === 'auto_po2');
  const unsignedBits = bits - signed;
  if (unsignedBits === 0) return signs(tensor, () => alpha ?? 1);
  const [m, unit] = [2 ** unsignedBits, 2 ** (integer - unsignedBits)];
  const low = signed === 0 ? 0 : -m + symmetric;
  const scale = alpha ?? 1;
  const values = tensor.values.map(
    (value) => scale * unit * clipped(roundHalfEven(value / unit), low, m - 1),
  );
  if (!isPowerOf2(scale)) return { values };
  const format = { signed: signed !== 0, width: bits, integer: integer + signed + Math.log2(scale) };
  return { values, formats: Array<Format>(channelsOf(tensor)).fill(format) };
};

const QUANTIZED_LINEAR = z.looseObject({
  bits: z.int().min(1).max(MAX_CHOSEN_WIDTH).default(8),
  integer: z.int().min(-64).max(64).default(0),
  symmetric: FLAG.default(1),
  keep_negative: FLAG.default(1),
  alpha: ALPHA,
  scale_axis: z.null().optional(),
});

/** Codes times a step: `alpha` makes the step itself larger, or the values of each channel choose it. */
const quantizedLinear: WeightQuantizer = (given, tensor, place) => {
  const { bits, integer, symmetric, keep_negative: signed, alpha } = place.config(QUANTIZED_LINEAR, given);
  const isSign = bits === 1 && signed !== 0;
  const m = 2 ** (bits - signed);
  const [low, high] = isSign ? [-0.5, 0.5] : [signed === 0 ? 0 : symmetric - m, m - 1];
  const codeOf = (value: number, step: number) =>
    isSign ? (value < 0 ? low : high) : clipped(roundHalfEven(value / step), low, high);
  const codesFor = (steps: readonly number[]) =>
    tensor.values.map((value, at) => codeOf(value, steps[at % steps.length]));
  let steps = Array<number>(channelsOf(tensor)).fill(
    (typeof alpha === 'number' ? alpha : 1) * 2 ** (integer - bits + signed),
  );
  if (typeof alpha === 'string') {
    const reach = signed === 0 ? high : (high - low) / 2;
    steps = groupsOf(tensor, 'channel').map((group) =>
      Math.max(Math.max(...group.map(signed === 0 ? Number : Math.abs)) / reach, EPSILON),
    );
  }
  if (alpha === 'auto_po2') {
    steps = steps.map((step) => nearestPowerOf2(step + EPSILON));
    for (let round = 0; round < (isSign ? 1 : ROUNDS); round++)
      steps = leastSquares(tensor, codesFor(steps)).map((step) => nearestPowerOf2(step + EPSILON));
  }
  const codes = codesFor(steps);
  return exactly(
    tensor,
    codes.map((code, at) => code * steps[at % steps.length]),
  );
};

const channelsOf = ({ shape }: FloatTensor) => shape[shape.length - 1];

/** A scale for each channel, the best there is: of a list one for all at first, then for each number. */
function scaledBits(tensor: FloatTensor, bits: number, integer: number, isPo2: boolean): QuantizedWeights {
  const most = 2 ** (bits - 1) - 1;
  const values = tensor.values.map((value) => value / 2 ** integer);
  const code = (value: number, scale: number) =>
    Math.sign(value) * Math.min(Math.floor(Math.abs(value) / scale + 0.5), most);
  const isList = tensor.shape.length === 1;
  const largest = groupsOf({ ...tensor, values }, isList ? 'all' : 'channel').map(
    (group) => (Math.max(...group.map(Math.abs)) * 2) / (2 * most),
  );
  let scales = Array.from({ length: channelsOf(tensor) }, (_, channel) => largest[isList ? 0 : channel]);
  if (isPo2) {
    scales = scales.map((scale) => nearestPowerOf2(scale + EPSILON));
    for (let round = 0; round < ROUNDS; round++) {
      const codes = values.map((value, at) => code(value, scales[at % scales.length]));
      scales = leastSquares({ ...tensor, values }, codes).map((scale) => nearestPowerOf2(scale + EPSILON));
    }
  }
  const given = values.map((value, at) => {
    const scale = scales[at % scales.length];
    return scale === 0 ? 0 : code(value, scale) * scale * 2 ** integer;
  });
  if (!isPo2) return { values: given };
  // A channel of zeros has any format, so not one of its tiny scale.
  const isUsed = (channel: number) =>
    given.some((value, at) => at % scales.length === channel && value !== 0);
  const formats = scales.map((scale, channel) => {
    const exponent = isUsed(channel) ? Math.log2(scale) + integer : 0;
    return { signed: true, width: bits, integer: bits + exponent };
  });
  return { values: given, formats };
}

const EPSILON = 1e-7;
const ROUNDS = 5;

/** The numbers of each channel, or all of them. */
function groupsOf(tensor: FloatTensor, by: 'channel' | 'all'): number[][] {
  const groups = Array.from({ length: by === 'all' ? 1 : channelsOf(tensor) }, (): number[] => []);
  tensor.values.forEach((value, at) => {
    groups[at % groups.length].push(value);
  });
  return groups;
}

/** For each channel the factor that brings codes nearest to the values. */
function leastSquares(tensor: FloatTensor, codes: Float64Array): number[] {
  const channels = channelsOf(tensor);
  const counts = tensor.values.length / channels;
  const sums = Array.from({ length: channels }, () => ({ both: 0, square: 0 }));
  tensor.values.forEach((value, at) => {
    sums[at % channels].both += value * codes[at];
    sums[at % channels].square += codes[at] ** 2;
  });
  return sums.map(({ both, square }) => both / counts / (square / counts + EPSILON));
}

/** Signs times a scale for each channel; 0 counts as positive. */
function signs(tensor: FloatTensor, scaleOf: (channel: number) => number): QuantizedWeights {
  const channels = channelsOf(tensor);
  const values = tensor.values.map((value, at) => (value < 0 ? -1 : 1) * scaleOf(at % channels));
  return exactly(tensor, values);
}

const BINARY = z.looseObject({
  use_01: FLAG.default(0),
  alpha: ALPHA,
  scale_axis: z.null().optional(),
  elements_per_scale: z.null().optional(),
  min_po2_exponent: z.null().optional(),
  max_po2_exponent: z.null().optional(),
});

const binary: WeightQuantizer = (given, tensor, place) => {
  const { use_01: isZeroOne, alpha } = place.config(BINARY, given);
  const codes = tensor.values.map((value) => {
    const sign = value < 0 ? -1 : 1;
    return isZeroOne === 0 ? sign : (sign + 1) / 2;
  });
  const scales = scalesOf(tensor, codes, alpha);
  return exactly(
    tensor,
    codes.map((code, at) => code * scales[at % scales.length]),
  );
};

function scalesOf(tensor: FloatTensor, codes: Float64Array, alpha: z.infer<typeof ALPHA>): number[] {
  if (typeof alpha !== 'string') return Array<number>(channelsOf(tensor)).fill(alpha ?? 1);
  const best = leastSquares(tensor, codes);
  return alpha === 'auto' ? best : best.map((scale) => nearestPowerOf2(scale + EPSILON));
}

const TERNARY = z.looseObject({
  alpha: ALPHA,
  threshold: z.number().nullish(),
  number_of_unrolls: z.int().min(0).max(100).default(ROUNDS),
});
const USUAL_THRESHOLD = 0.33;

const ternary: WeightQuantizer = (given, tensor, place) => {
  const { alpha, threshold, number_of_unrolls: rounds } = place.config(TERNARY, given);
  const cut = (limit: (channel: number) => number) =>
    tensor.values.map((value, at) =>
      Math.abs(value) >= limit(at % channelsOf(tensor)) ? Math.sign(value) : 0,
    );
  if (typeof alpha !== 'string') {
    const codes = cut(() => threshold ?? USUAL_THRESHOLD);
    return exactly(
      tensor,
      codes.map((code) => code * (alpha ?? 1)),
    );
  }
  const largest = groupsOf(tensor, tensor.shape.length === 1 ? 'all' : 'channel').map((group) =>
    Math.max(...group.map(Math.abs)),
  );
  const po2 = (scale: number) => (alpha === 'auto_po2' ? nearestPowerOf2(scale + EPSILON) : scale);
  let scales = Array.from({ length: channelsOf(tensor) }, (_, at) =>
    po2((2 * largest[at % largest.length]) / 3),
  );
  let codes = cut((channel) => scales[channel] / 2);
  for (let round = 0; round < rounds; round++) {
    codes = cut((channel) => scales[channel] / 2);
    scales = leastSquares(tensor, codes).map(po2);
  }
  return exactly(
    tensor,
    codes.map((code, at) => code * scales[at % scales.length]),
  );
};

const PO2 = z.looseObject({
  bits: z.int().min(2).max(8).default(8),
  max_value: z.number().positive().nullish(),
  quadratic_approximation: FLAG.default(0),
  log2_rounding: z.enum(['rnd', 'floor']).default('rnd'),
});

/** The power of two that stands for a size. @param bits of exponents, their sign among them */
function powerOf2(size: number, bits: number, config: z.infer<typeof PO2>): number {
  const { max_value: most, log2_rounding: rounding, quadratic_approximation: isSquare } = config;
  const isSigned = most === undefined || most === null || most > 1;
  const reach = 2 ** (bits - (isSigned ? 1 : 0));
  if (size < EPSILON) return 2 ** -reach;
  const round = rounding === 'rnd' ? roundHalfEven : Math.floor;
  const log = Math.log2(Math.min(size, most ?? Number.POSITIVE_INFINITY));
  if (isSquare === 0) return 2 ** clipped(round(log), -reach, reach - 1);
  return 4 ** clipped(round(log / 2), -reach, 2 * Math.floor((reach - 1) / 2));
}

/** Powers of two with a sign; there is no zero. */
const quantizedPo2: WeightQuantizer = (given, tensor, place) => {
  const config = place.config(PO2, given);
  const values = tensor.values.map(
    (value) => (value < 0 ? -1 : 1) * powerOf2(Math.abs(value), config.bits - 1, config),
  );
  return exactly(tensor, values);
};

const RELU_PO2 = PO2.extend({
  bits: z.int().min(1).max(8).default(8),
  negative_slope: z.literal(0).nullish(),
});

/** Powers of two: what is not above 0 becomes the least of them. */
const quantizedReluPo2: WeightQuantizer = (given, tensor, place) => {
  const config = place.config(RELU_PO2, given);
  return exactly(
    tensor,
    tensor.values.map((value) => powerOf2(Math.max(value, 0), config.bits, config)),
  );
};

function exactly(tensor: FloatTensor, values: Float64Array): QuantizedWeights {
  const formats = exactFormats({ ...tensor, values });
  return formats === undefined ? { values } : { values, formats };
}

/** The narrowest format for each channel that has all of its values; none where one would be too wide. */
export function exactFormats(tensor: FloatTensor): readonly Format[] | undefined {
  const formats = groupsOf(tensor, 'channel').map(exactFormat);
  return formats.every((format) => format !== undefined) ? formats : undefined;
}

function exactFormat(values: readonly number[]): Format | undefined {
  const sizes = values.map(Math.abs).filter((size) => size > 0);
  let fraction = -Math.floor(Math.log2(Math.max(...sizes, 1)));
  const isWhole = () => sizes.every((size) => Number.isInteger(size * 2 ** fraction));
  for (const last = fraction + MAX_CHOSEN_WIDTH; !isWhole(); fraction++)
    if (fraction > last) return undefined;
  const most = Math.max(...sizes.map((size) => size * 2 ** fraction), 1);
  const width = Math.floor(Math.log2(most)) + 2;
  return width > MAX_CHOSEN_WIDTH ? undefined : { signed: true, width, integer: width - fraction };
}

export const WEIGHT_QUANTIZERS: Readonly<Record<string, WeightQuantizer>> = {
  quantized_bits: quantizedBits,
  quantized_linear: quantizedLinear,
  binary,
  ternary,
  quantized_po2: quantizedPo2,
  quantized_relu_po2: quantizedReluPo2,
};
