import { z } from 'zod';
import { type FloatTensor, mapped } from '../../../../float/tensor.js';
import { type Call, FLAG, type LayerClass, members } from '../call.js';
import type { NewLayer } from '../conversion.js';

/** Layers that multiply by weights at every position, and those that scale channels. */

export const ACTIVATION = z.unknown().optional();
export const USE_BIAS = FLAG.default(true);

const DENSE = members({ units: z.int().min(1), activation: ACTIVATION, use_bias: USE_BIAS });

export const biasOf = (bias: FloatTensor | undefined, channels: number): Float64Array =>
  bias?.values ?? new Float64Array(channels);

/** Reads a layer's weights, and its biases where it has any. */
export type WeightsOf = (
  call: Call,
  wanted: Readonly<Record<string, readonly number[]>>,
  other?: Readonly<Record<string, string>>,
) => readonly FloatTensor[];

export const plainWeights: WeightsOf = (call, wanted, other) => call.shaped(wanted, other);

const NORM = {
  epsilon: z.number().default(1e-3),
  scale: FLAG.default(true),
  center: FLAG.default(true),
};

/** A batch norm is folded into the weights before they are quantized, in 32-bit floats as QKeras does it. */
export const normedWeights: WeightsOf = (call, wanted) => {
  const { epsilon, scale, center } = call.config(members(NORM));
  const [kernelName] = Object.keys(wanted);
  const last = wanted[kernelName].slice(kernelName === 'depthwise_kernel' ? -2 : -1);
  const list = [last.reduce((product, length) => product * length, 1)];
  const all = {
    ...wanted,
    ...(scale ? { gamma: list } : {}),
    ...(center ? { beta: list } : {}),
    moving_mean: list,
    moving_variance: list,
  };
  const names = Object.keys(all);
  const tensors = call.trained(all);
  const valuesOf = (name: string, otherwise: number) =>
    tensors[names.indexOf(name)]?.values ?? new Float64Array(list[0]).fill(otherwise);
  const { fround, sqrt } = Math;
  const [gamma, beta, mean, bias] = [
    valuesOf('gamma', 1),
    valuesOf('beta', 0),
    valuesOf('moving_mean', 0),
    valuesOf('bias', 0),
  ];
  const factors = valuesOf('moving_variance', 1).map((variance, at) =>
    fround(fround(1 / sqrt(fround(variance + epsilon))) * gamma[at]),
  );
  const kernel = mapped(tensors[0], (weight, at) => fround(weight * factors[at % factors.length]));
  const values = bias.map((one, at) => fround(fround(factors[at] * fround(one - mean[at])) + beta[at]));
  return [call.quantized(kernel, kernelName), call.quantized({ shape: list, values }, 'bias')];
};

/** On a tensor of several axes a dense layer reads the last one, at each position. */
const dense =
  (weightsOf: WeightsOf): LayerClass =>
  (call) => {
    const { units, activation, use_bias: hasBias } = call.config(DENSE);
    const { shape } = call.input;
    const channels = shape[shape.length - 1];
    const wanted = { kernel: [channels, units], ...(hasBias ? { bias: [units] } : {}) };
    const [kernel, bias] = weightsOf(call, wanted);
    const given = [...shape.slice(0, -1), units];
    const common = { bias: biasOf(bias, units), activation: call.activated(activation, given) };
    const layer: NewLayer =
      shape.length === 1
        ? { kind: 'dense', kernel, ...common }
        : { ...AT_EACH, kernel: { shape: [1, 1, channels, units], values: kernel.values }, ...common };
    return call.add(layer, given);
  };

/** A window of one cell. */
export const AT_EACH = {
  kind: 'conv2d',
  strides: [1, 1],
  padding: 'valid',
  dilation: [1, 1],
  groups: 1,
} as const;

/** The axis of the channels: the last one. */
function checkAxis(call: Call, axis: number | readonly number[]): void {
  const { shape, isRounded } = call.input;
  if (isRounded) call.refuse('channels scaled behind a quantizer', 'them scaled before it');
  const axes = typeof axis === 'number' ? [axis] : axis;
  const isLast = axes.length === 1 && (axes[0] === -1 || axes[0] === shape.length);
  if (!isLast) call.refuse(`axis ${axes.join(', ')}`, 'the last axis: channels last');
}

const AXIS = z.union([z.int(), z.array(z.int())]).default(-1);

const BATCH_NORM = members({ axis: AXIS, inverse_quantizer: z.unknown().optional(), ...NORM });

const batchNorm: LayerClass = (call) => {
  const { axis, epsilon, scale, center, inverse_quantizer: inverse } = call.config(BATCH_NORM);
  if (inverse !== undefined && inverse !== null) {
    call.refuse('an inverse_quantizer', 'none: quantizers of gamma, beta, mean and variance');
  }
  checkAxis(call, axis);
  const { shape } = call.input;
  const list = [shape[shape.length - 1]];
  const wanted = {
    ...(scale ? { gamma: list } : {}),
    ...(center ? { beta: list } : {}),
    moving_mean: list,
    moving_variance: list,
  };
  const tensors = call.shaped(wanted);
  const of = (name: string, otherwise: number) => {
    const at = Object.keys(wanted).indexOf(name);
    return at < 0 ? new Float64Array(list[0]).fill(otherwise) : tensors[at].values;
  };
  const layer = {
    kind: 'batch_norm',
    gamma: of('gamma', 1),
    beta: of('beta', 0),
    mean: of('moving_mean', 0),
    variance: of('moving_variance', 1),
    epsilon,
  };
  return call.add(layer, shape);
};

const NUMBERS = z.union([z.number(), z.array(z.number())]);
const RESCALING = members({ scale: NUMBERS, offset: NUMBERS.default(0) });

const rescaling: LayerClass = (call) => {
  const { scale, offset } = call.config(RESCALING);
  checkAxis(call, -1);
  const { shape } = call.input;
  const channels = shape[shape.length - 1];
  const spread = (given: number | readonly number[], name: string): Float64Array => {
    const list = typeof given === 'number' ? [given] : given;
    if (list.length !== 1 && list.length !== channels) {
      call.refuse(`${list.length} numbers as ${name}`, `one, or ${channels}, one per channel`);
    }
    return Float64Array.from({ length: channels }, (_, at) => list[list.length === 1 ? 0 : at]);
  };
  const [factors, offsets] = [spread(scale, 'scale'), spread(offset, 'offset')];
  return call.add({ kind: 'scale', factors, offsets, activation: 'linear' }, shape);
};

const NORMALIZATION = members({
  axis: z.union([z.int(), z.array(z.int())]).nullish(),
  invert: FLAG.default(false),
  mean: z.unknown().optional(),
  variance: z.unknown().optional(),
});

/** (value − mean) / √variance, of statistics that `adapt` counted. */
const normalization: LayerClass = (call) => {
  const { axis, invert, mean: stated, variance: other } = call.config(NORMALIZATION);
  if (invert) call.refuse('invert', 'a normalization that is not inverted');
  checkAxis(call, axis ?? call.refuse('no axis', 'the last axis: channels last'));
  const { shape } = call.input;
  const channels = shape[shape.length - 1];
  const [mean, variance] =
    stated === undefined || stated === null
      ? call.variables([['mean'], ['variance']]).map(({ values }) => values)
      : [stated, other].map((given) => Float64Array.from([given].flat(4).map(Number)));
  for (const [name, values] of Object.entries({ mean, variance })) {
    const got = `${values.length} numbers as ${name}`;
    if (values.length !== channels) call.refuse(got, `${channels}, one per channel`);
  }
  const factors = variance.map((value) => 1 / Math.max(Math.sqrt(value), SMALLEST_DEVIATION));
  const offsets = mean.map((value, at) => -value * factors[at]);
  return call.add({ kind: 'scale', factors, offsets, activation: 'linear' }, shape);
};

/** Keras divides by nothing that is less. */
const SMALLEST_DEVIATION = 1e-7;

export const SUMS: Readonly<Record<string, LayerClass>> = {
  Dense: dense(plainWeights),
  QDense: dense(plainWeights),
  QDenseBatchnorm: dense(normedWeights),
  BatchNormalization: batchNorm,
  QBatchNormalization: batchNorm,
  BatchNormalizationV1: batchNorm,
  SyncBatchNormalization: batchNorm,
  Rescaling: rescaling,
  Normalization: normalization,
};
