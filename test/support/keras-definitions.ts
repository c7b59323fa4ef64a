import { clamp, even, mean, placesOf, sigmoid, sizeOf, tensorOf, type Values, valueAt } from './tensors.js';

/**
 * Layers as Keras defines them, written out in doubles for one sample, channels last and without the batch: what each
 * gives of what it reads. Nothing here calls the product.
 */
export interface Reading {
  readonly inputs: readonly Values[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly weights: Readonly<Record<string, Values>>;
}
export type Definition = (reading: Reading) => Values;

const numbers = (given: unknown, axes: number): number[] =>
  Array.isArray(given) ? (given as number[]) : Array<number>(axes).fill(given as number);

/** Cells before and behind each axis over which a window moves, and how many positions it has there. */
function placed(
  spatial: readonly number[],
  reach: readonly number[],
  strides: readonly number[],
  padding: unknown,
) {
  return spatial.map((length, axis) => {
    const whole = Math.ceil(length / strides[axis]);
    const missing = Math.max((whole - 1) * strides[axis] + reach[axis] - length, 0);
    const before = { valid: 0, same: Math.floor(missing / 2), causal: reach[axis] - 1 }[padding as 'valid'];
    const room = padding === 'same' ? length + missing : length + before;
    return { before, positions: Math.floor((room - reach[axis]) / strides[axis]) + 1 };
  });
}

interface Tap {
  readonly place: readonly number[];
  /** Where it lies in the kernel. */
  readonly step: readonly number[];
}

/** For each position and channel of what a window gives: the taps under it that lie inside. */
function windowed(
  x: Values,
  size: readonly number[],
  { strides: stated, padding = 'valid', dilation_rate: rate = 1 }: Readonly<Record<string, unknown>>,
  channels: number,
  of: (channel: number, taps: readonly Tap[]) => number,
): Values {
  const spatial = x.dims.slice(0, -1);
  const strides = numbers(stated ?? 1, spatial.length);
  const dilation = numbers(rate, spatial.length);
  const reach = size.map((length, axis) => (length - 1) * dilation[axis] + 1);
  const axes = placed(spatial, reach, strides, padding);
  return tensorOf([...axes.map(({ positions }) => positions), channels], (place) => {
    const taps = placesOf(size).map((step) => ({
      step,
      place: step.map((at, axis) => place[axis] * strides[axis] - axes[axis].before + at * dilation[axis]),
    }));
    const inside = taps.filter((tap) => tap.place.every((at, axis) => at >= 0 && at < spatial[axis]));
    return of(place[spatial.length], inside);
  });
}

/** @param name of the activation; none: linear */
export function activated(x: Values, name: unknown): Values {
  const of = FUNCTIONS[(name ?? 'linear') as string];
  return { dims: x.dims, values: x.values.map(of) };
}

const elu = (value: number, alpha = 1) => (value < 0 ? alpha * (Math.exp(value) - 1) : value);
const FUNCTIONS: Readonly<Record<string, (value: number) => number>> = {
  linear: (value) => value,
  relu: (value) => Math.max(value, 0),
  relu6: (value) => clamp(value, [0, 6]),
  leaky_relu: (value) => (value < 0 ? 0.2 * value : value),
  sigmoid,
  tanh: Math.tanh,
  hard_sigmoid: (value) => clamp(0.2 * value + 0.5, [0, 1]),
  silu: (value) => value * sigmoid(value),
  swish: (value) => value * sigmoid(value),
  hard_silu: (value) => value * clamp(value / 6 + 0.5, [0, 1]),
  hard_swish: (value) => value * clamp(value / 6 + 0.5, [0, 1]),
  elu: (value) => elu(value),
  softplus: (value) => Math.log(1 + Math.exp(value)),
  softsign: (value) => value / (1 + Math.abs(value)),
};
export const FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS);

const plus = (x: Values, bias: Values | undefined): Values =>
  bias === undefined ? x : tensorOf(x.dims, (place) => valueAt(x, place) + valueAt(bias, place));

/** What QKeras' `quantized_bits` makes of a number, halves rounded to even codes. */
const quantizedBits = (value: number, bits: number, integer: number, low = -(2 ** (bits - 1))) => {
  const step = 2 ** (integer + 1 - bits);
  return step * clamp(even(value / step), [low, 2 ** (bits - 1) - 1]);
};

/** Weights as a quantizer of theirs makes them. */
function weightsOf(name: string, { weights, config }: Reading, quantizer: string): Values | undefined {
  const given = weights[name];
  const stated = config[quantizer] as { readonly config: Readonly<Record<string, number>> } | undefined;
  if (given === undefined || stated === undefined) return given;
  const { bits, integer } = stated.config;
  return { dims: given.dims, values: given.values.map((value) => quantizedBits(value, bits, integer)) };
}

const dense: Definition = (reading) => {
  const [x] = reading.inputs;
  const kernel = weightsOf('kernel', reading, 'kernel_quantizer') as Values;
  const [depth, units] = kernel.dims;
  const product = tensorOf([...x.dims.slice(0, -1), units], (place) => {
    let sum = 0;
    for (let at = 0; at < depth; at++)
      sum += valueAt(x, [...place.slice(0, -1), at]) * valueAt(kernel, [at, place[place.length - 1]]);
    return sum;
  });
  return activated(plus(product, weightsOf('bias', reading, 'bias_quantizer')), reading.config.activation);
};

const conv: Definition = (reading) => {
  const { inputs, config } = reading;
  const kernel = weightsOf('kernel', reading, 'kernel_quantizer') as Values;
  const size = kernel.dims.slice(0, -2);
  const [depth, filters] = kernel.dims.slice(-2);
  const groups = (config.groups as number | undefined) ?? 1;
  const sums = windowed(inputs[0], size, config, filters, (filter, taps) => {
    const first = Math.floor(filter / (filters / groups)) * depth;
    let sum = 0;
    for (const { place, step } of taps) {
      for (let channel = 0; channel < depth; channel++)
        sum += valueAt(inputs[0], [...place, first + channel]) * valueAt(kernel, [...step, channel, filter]);
    }
    return sum;
  });
  return activated(plus(sums, weightsOf('bias', reading, 'bias_quantizer')), config.activation);
};

/** Each channel with kernels of its own, which give channels beside one another. */
function depthwiseSums({ inputs, config }: Reading, kernel: Values): Values {
  const size = kernel.dims.slice(0, -2);
  const [channels, multiplier] = kernel.dims.slice(-2);
  return windowed(inputs[0], size, config, channels * multiplier, (given, taps) => {
    const channel = Math.floor(given / multiplier);
    const weights = taps.map(({ step }) => valueAt(kernel, [...step, channel, given % multiplier]));
    return taps.reduce(
      (sum, { place }, at) => sum + valueAt(inputs[0], [...place, channel]) * weights[at],
      0,
    );
  });
}

const depthwise: Definition = (reading) => {
  const kernel = weightsOf('depthwise_kernel', reading, 'depthwise_quantizer') as Values;
  const sums = depthwiseSums(reading, kernel);
  return activated(plus(sums, weightsOf('bias', reading, 'bias_quantizer')), reading.config.activation);
};

const separable: Definition = (reading) => {
  const between = depthwiseSums(reading, reading.weights.depthwise_kernel);
  const { pointwise_kernel: point, bias } = reading.weights;
  const kernel = { dims: point.dims.slice(-2), values: point.values };
  const weights = { kernel, ...(bias === undefined ? {} : { bias }) };
  return dense({ inputs: [between], config: { activation: reading.config.activation }, weights });
};

const pool =
  (of: (values: readonly number[]) => number): Definition =>
  ({ inputs: [x], config }) => {
    const size = numbers(config.pool_size, x.dims.length - 1);
    return windowed(
      x,
      size,
      { ...config, strides: config.strides ?? size },
      x.dims[x.dims.length - 1],
      (channel, taps) => of(taps.map(({ place }) => valueAt(x, [...place, channel]))),
    );
  };

const globalPool =
  (of: (values: readonly number[]) => number): Definition =>
  ({ inputs: [x], config }) => {
    const spatial = x.dims.slice(0, -1);
    const channels = x.dims[x.dims.length - 1];
    const given = tensorOf([channels], ([channel]) =>
      of(placesOf(spatial).map((place) => valueAt(x, [...place, channel]))),
    );
    return config.keepdims === true ? { ...given, dims: [...spatial.map(() => 1), channels] } : given;
  };

const largest = (values: readonly number[]) => Math.max(...values);

const batchNorm: Definition = ({ inputs: [x], config, weights }) => {
  const { gamma, beta, moving_mean: average, moving_variance: variance } = weights;
  return tensorOf(x.dims, (place) => {
    const [v, m] = [variance, average].map((one) => valueAt(one, place));
    const scaled = (valueAt(x, place) - m) / Math.sqrt(v + (config.epsilon as number));
    return (
      scaled * (gamma === undefined ? 1 : valueAt(gamma, place)) +
      (beta === undefined ? 0 : valueAt(beta, place))
    );
  });
};

const lineOf = (given: unknown): Values => {
  const values = [given].flat(9) as number[];
  return { dims: [values.length], values };
};

const normalization: Definition = ({ inputs: [x], config, weights }) => {
  const average = weights.mean ?? lineOf(config.mean);
  const variance = weights.variance ?? lineOf(config.variance);
  return tensorOf(x.dims, (place) => {
    const deviation = Math.max(Math.sqrt(valueAt(variance, place)), 1e-7);
    return (valueAt(x, place) - valueAt(average, place)) / deviation;
  });
};

const rescaling: Definition = ({ inputs: [x], config }) => {
  const [scale, offset] = [lineOf(config.scale), lineOf(config.offset ?? 0)];
  return tensorOf(x.dims, (place) => valueAt(x, place) * valueAt(scale, place) + valueAt(offset, place));
};

const reshape: Definition = ({ inputs: [x], config }) => {
  const wanted = config.target_shape as readonly number[];
  const rest = sizeOf(wanted.filter((length) => length !== -1));
  return {
    dims: wanted.map((length) => (length === -1 ? x.values.length / rest : length)),
    values: x.values,
  };
};

const permute: Definition = ({ inputs: [x], config }) => {
  const axes = (config.dims as readonly number[]).map((axis) => axis - 1);
  const from = (place: readonly number[]) => axes.map((_, axis) => place[axes.indexOf(axis)]);
  return tensorOf(
    axes.map((axis) => x.dims[axis]),
    (place) => valueAt(x, from(place)),
  );
};

/** Cells before and behind each axis but the channels. */
function around(given: unknown, axes: number): (readonly [number, number])[] {
  if (typeof given === 'number') return Array.from({ length: axes }, () => [given, given] as const);
  if (axes === 1) return [given as [number, number]];
  return (given as (number | [number, number])[]).map((one) => (typeof one === 'number' ? [one, one] : one));
}

const zeroPadding: Definition = ({ inputs: [x], config }) => {
  const cells = [...around(config.padding, x.dims.length - 1), [0, 0]];
  return tensorOf(
    x.dims.map((length, axis) => cells[axis][0] + length + cells[axis][1]),
    (place) => {
      const from = place.map((at, axis) => at - cells[axis][0]);
      return from.every((at, axis) => at >= 0 && at < x.dims[axis]) ? valueAt(x, from) : 0;
    },
  );
};

const cropping: Definition = ({ inputs: [x], config }) => {
  const cells = [...around(config.cropping, x.dims.length - 1), [0, 0]];
  return tensorOf(
    x.dims.map((length, axis) => length - cells[axis][0] - cells[axis][1]),
    (place) =>
      valueAt(
        x,
        place.map((at, axis) => at + cells[axis][0]),
      ),
  );
};

const upSampling: Definition = ({ inputs: [x], config }) => {
  const factors = [...numbers(config.size, x.dims.length - 1), 1];
  return tensorOf(
    x.dims.map((length, axis) => length * factors[axis]),
    (place) =>
      valueAt(
        x,
        place.map((at, axis) => Math.floor(at / factors[axis])),
      ),
  );
};

const each =
  (of: (value: number, config: Reading['config']) => number): Definition =>
  ({ inputs: [x], config }) => ({ dims: x.dims, values: x.values.map((value) => of(value, config)) });

const relu = (value: number, config: Reading['config']) => {
  const slope = (config.negative_slope as number | null | undefined) ?? 0;
  const most = (config.max_value as number | null | undefined) ?? Number.POSITIVE_INFINITY;
  return value < 0 ? slope * value : Math.min(value, most);
};

const softmax: Definition = ({ inputs: [x] }) => {
  const total = x.values.reduce((sum, value) => sum + Math.exp(value), 0);
  return { dims: x.dims, values: x.values.map((value) => Math.exp(value) / total) };
};

const merge =
  (of: (values: readonly number[]) => number): Definition =>
  ({ inputs }) =>
    tensorOf(inputs[0].dims, (place) => of(inputs.map((one) => valueAt(one, place))));

const sum = (values: readonly number[]) => values.reduce((so, value) => so + value, 0);

const concatenate: Definition = ({ inputs, config }) => {
  const rank = inputs[0].dims.length;
  const stated = (config.axis as number | undefined) ?? -1;
  // Axes are counted with the batch.
  const axis = stated < 0 ? stated + rank : stated - 1;
  const lengths = inputs.map(({ dims }) => dims[axis]);
  return tensorOf(
    inputs[0].dims.map((length, at) => (at === axis ? sum(lengths) : length)),
    (place) => {
      let [from, at] = [0, place[axis]];
      while (at >= lengths[from]) at -= lengths[from++];
      return valueAt(
        inputs[from],
        place.map((one, index) => (index === axis ? at : one)),
      );
    },
  );
};

const same: Definition = ({ inputs: [x] }) => x;

/** What a quantizer of values makes of each. */
const quantized: Definition = ({ inputs: [x], config }) => {
  const { class_name: name, config: given } = config.activation as {
    readonly class_name: string;
    readonly config: { readonly bits: number; readonly integer: number };
  };
  const { bits, integer } = given;
  const step = 2 ** (integer - bits);
  const of: Readonly<Record<string, (value: number) => number>> = {
    quantized_bits: (value) => quantizedBits(value, bits, integer),
    quantized_relu: (value) => step * clamp(even(Math.max(value, 0) / step), [0, 2 ** bits - 1]),
  };
  return { dims: x.dims, values: x.values.map(of[name]) };
};

/** A proxy's quantizer of HGQ that rounds down and saturates: formats for each channel. */
const fixedPoint: Definition = ({ inputs: [x], weights }) => {
  const { keep_negative: signed, bits, integers } = weights;
  return tensorOf(x.dims, (place) => {
    const [width, whole, sign] = [bits, integers, signed].map(
      ({ values }) => values[place[place.length - 1]],
    );
    // Both counts have the sign's bit in them.
    const step = 2 ** (whole - width);
    const low = sign === 0 ? 0 : -(2 ** (width - 1));
    const high = sign === 0 ? 2 ** width - 1 : 2 ** (width - 1) - 1;
    return step * clamp(Math.floor(valueAt(x, place) / step), [low, high]);
  });
};

export const DEFINITIONS: Readonly<Record<string, Definition>> = {
  Dense: dense,
  QDense: dense,
  Conv1D: conv,
  Conv2D: conv,
  QConv1D: conv,
  QConv2D: conv,
  DepthwiseConv1D: depthwise,
  DepthwiseConv2D: depthwise,
  QDepthwiseConv2D: depthwise,
  SeparableConv1D: separable,
  SeparableConv2D: separable,
  BatchNormalization: batchNorm,
  BatchNormalizationV1: batchNorm,
  SyncBatchNormalization: batchNorm,
  Normalization: normalization,
  Rescaling: rescaling,
  MaxPooling1D: pool(largest),
  MaxPooling2D: pool(largest),
  AveragePooling1D: pool(mean),
  AveragePooling2D: pool(mean),
  GlobalMaxPooling1D: globalPool(largest),
  GlobalMaxPooling2D: globalPool(largest),
  GlobalAveragePooling1D: globalPool(mean),
  GlobalAveragePooling2D: globalPool(mean),
  Flatten: ({ inputs: [x] }) => ({ dims: [x.values.length], values: x.values }),
  Reshape: reshape,
  Permute: permute,
  ZeroPadding1D: zeroPadding,
  ZeroPadding2D: zeroPadding,
  Cropping1D: cropping,
  Cropping2D: cropping,
  UpSampling1D: upSampling,
  UpSampling2D: upSampling,
  RepeatVector: ({ inputs: [x], config }) =>
    tensorOf([config.n as number, ...x.dims], ([, at]) => x.values[at]),
  Activation: ({ inputs: [x], config }) => activated(x, config.activation),
  QActivation: quantized,
  ReLU: each(relu),
  LeakyReLU: each((value, { negative_slope: slope, alpha }) =>
    value < 0 ? ((slope ?? alpha ?? 0.3) as number) * value : value,
  ),
  PReLU: ({ inputs: [x], weights }) =>
    tensorOf(x.dims, (place) => {
      const value = valueAt(x, place);
      return value < 0 ? valueAt(weights.alpha, place) * value : value;
    }),
  ELU: each((value, { alpha }) => elu(value, alpha as number | undefined)),
  Softmax: softmax,
  Add: merge(sum),
  Subtract: merge(([a, b]) => a - b),
  Average: merge(mean),
  Concatenate: concatenate,
  Identity: same,
  Dropout: same,
  SpatialDropout1D: same,
  SpatialDropout2D: same,
  AlphaDropout: same,
  GaussianDropout: same,
  GaussianNoise: same,
  ActivityRegularization: same,
  FixedPointQuantizer: fixedPoint,
};
