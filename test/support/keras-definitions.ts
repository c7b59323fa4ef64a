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
/** The share of a normal distribution below a number, its density summed by trapezoids. */
export function normal(value: number): number {
  const step = value / 2_000;
  const density = (at: number) => Math.exp(-(at ** 2) / 2) / Math.sqrt(2 * Math.PI);
  let sum = 0.5;
  for (let at = 0; at < 2_000; at++) sum += (step * (density(at * step) + density((at + 1) * step))) / 2;
  return sum;
}
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
  selu: (value) => 1.05070098 * elu(value, 1.67326324),
  gelu: (value) => value * normal(value),
  gelu_new: (value) =>
    (value / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (value + 0.044715 * value ** 3))),
  mish: (value) => value * Math.tanh(Math.log(1 + Math.exp(value))),
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

type Numbers = Readonly<Record<string, number>>;
interface Quantizer {
  readonly class_name: string;
  readonly config: Numbers;
}

/** The power of two nearest to a size, by its logarithm. @param bits of exponents and their sign */
function powerOf2(size: number, bits: number, { max_value: most, quadratic_approximation: square }: Numbers) {
  const reach = 2 ** (most !== undefined && most <= 1 ? bits : bits - 1);
  const within = Math.min(size, most ?? Number.POSITIVE_INFINITY);
  const factor = square ? 2 : 1;
  const last = square ? 2 * Math.floor((reach - 1) / 2) : reach - 1;
  return 2 ** (factor * clamp(even(Math.log2(within) / factor), [-reach, last]));
}

/** QKeras' quantizers of numbers, written out. */
const QUANTIZERS: Readonly<Record<string, (value: number, config: Numbers) => number>> = {
  quantized_bits: (value, { bits, integer }) => quantizedBits(value, bits, integer),
  quantized_linear: (value, { bits, integer, symmetric = 1, alpha = 1, keep_negative: signed = 1 }) => {
    const step = alpha * 2 ** (integer - bits + signed);
    const most = 2 ** (bits - signed);
    return step * clamp(even(value / step), [signed * (symmetric - most), most - 1]);
  },
  quantized_po2: (value, config) => (value < 0 ? -1 : 1) * powerOf2(Math.abs(value), config.bits - 1, config),
  quantized_relu_po2: (value, config) => powerOf2(Math.max(value, 0), config.bits, config),
  quantized_relu: (value, { bits, integer, negative_slope: slope = 0 }) => {
    const most = 2 ** (bits - (slope > 0 ? 1 : 0));
    const code = (value * most) / 2 ** integer;
    const above = clamp(even(code), [0, most - 1]);
    const below = slope > 0 ? clamp(even(code * slope), [-slope * most, 0]) : 0;
    return ((above + below) / most) * 2 ** integer;
  },
  quantized_sigmoid: (value, { bits, symmetric = 0 }) => {
    const most = 2 ** bits;
    return clamp(even(clamp(0.5 * value + 0.5, [0, 1]) * most) / most, [symmetric / most, 1 - 1 / most]);
  },
  quantized_tanh: (value, { bits, symmetric = 0 }) => {
    const most = 2 ** (bits - 1);
    const hard = 2 * clamp(0.5 * value + 0.5, [0, 1]) - 1;
    return clamp(even(hard * most) / most, [-1 + symmetric / most, 1 - 1 / most]);
  },
};

const quantizedBy = (values: Values, { class_name: name, config }: Quantizer): Values => ({
  dims: values.dims,
  values: values.values.map((value) => QUANTIZERS[name](value, config)),
});

/** Weights as a quantizer of theirs makes them. */
function weightsOf(name: string, { weights, config }: Reading, quantizer: string): Values | undefined {
  const given = weights[name];
  const stated = config[quantizer] as Quantizer | undefined;
  return given === undefined || stated === undefined ? given : quantizedBy(given, stated);
}

/** What is done behind a layer: a function by its name, or a quantizer. */
const finished = (x: Values, activation: unknown): Values =>
  typeof activation === 'object' && activation !== null
    ? quantizedBy(x, activation as Quantizer)
    : activated(x, activation);

/** The weights of a convolution into which a batch norm is folded, before their quantizers. */
function normed(reading: Reading, kernel: string): Reading {
  const { config, weights } = reading;
  const { gamma, beta, moving_mean: average, moving_variance: variance, bias } = weights;
  const units = average.values.length;
  const factor = (unit: number) =>
    (gamma?.values[unit] ?? 1) / Math.sqrt(variance.values[unit] + (config.epsilon as number));
  const values = weights[kernel].values.map((weight, at) => weight * factor(at % units));
  const biases = average.values.map(
    (one, unit) => ((bias?.values[unit] ?? 0) - one) * factor(unit) + (beta?.values[unit] ?? 0),
  );
  const folded = {
    [kernel]: { dims: weights[kernel].dims, values },
    bias: { dims: [units], values: biases },
  };
  return { ...reading, weights: folded };
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
  return finished(plus(product, weightsOf('bias', reading, 'bias_quantizer')), reading.config.activation);
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
  return finished(plus(sums, weightsOf('bias', reading, 'bias_quantizer')), config.activation);
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
  return finished(plus(sums, weightsOf('bias', reading, 'bias_quantizer')), reading.config.activation);
};

const separable: Definition = (reading) => {
  const depth = weightsOf('depthwise_kernel', reading, 'depthwise_quantizer') as Values;
  const between = depthwiseSums(reading, depth);
  const point = weightsOf('pointwise_kernel', reading, 'pointwise_quantizer') as Values;
  const bias = weightsOf('bias', reading, 'bias_quantizer');
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

const batchNorm: Definition = (reading) => {
  const { inputs, config } = reading;
  const [x] = inputs;
  const [gamma, beta] = ['gamma', 'beta'].map((name) => weightsOf(name, reading, `${name}_quantizer`));
  const [average, variance] = ['mean', 'variance'].map(
    (name) => weightsOf(`moving_${name}`, reading, `${name}_quantizer`) as Values,
  );
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
const quantized: Definition = ({ inputs: [x], config }) => quantizedBy(x, config.activation as Quantizer);

/** Means whose 1 / count a quantizer makes another number. */
const averaged =
  (plain: (reading: Reading) => Values, count: (reading: Reading) => number): Definition =>
  (reading) => {
    const { average_quantizer: given, activation } = reading.config;
    const means = plain(reading);
    if (given === undefined) return finished(means, activation);
    const cells = count(reading);
    const { class_name: name, config } = given as Quantizer;
    const factor = QUANTIZERS[name](1 / cells, config);
    return finished(
      { ...means, values: means.values.map((one) => (Math.round(one * cells * 64) / 64) * factor) },
      activation,
    );
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
  QDenseBatchnorm: (reading) => dense(normed(reading, 'kernel')),
  Conv1D: conv,
  Conv2D: conv,
  QConv1D: conv,
  QConv2D: conv,
  QConv2DBatchnorm: (reading) => conv(normed(reading, 'kernel')),
  DepthwiseConv1D: depthwise,
  DepthwiseConv2D: depthwise,
  QDepthwiseConv2D: depthwise,
  QDepthwiseConv2DBatchnorm: (reading) => depthwise(normed(reading, 'depthwise_kernel')),
  SeparableConv1D: separable,
  SeparableConv2D: separable,
  QSeparableConv1D: separable,
  QSeparableConv2D: separable,
  BatchNormalization: batchNorm,
  BatchNormalizationV1: batchNorm,
  QBatchNormalization: batchNorm,
  SyncBatchNormalization: batchNorm,
  Normalization: normalization,
  Rescaling: rescaling,
  MaxPooling1D: pool(largest),
  MaxPooling2D: pool(largest),
  AveragePooling1D: pool(mean),
  AveragePooling2D: pool(mean),
  QAveragePooling2D: averaged(pool(mean), ({ config }) =>
    numbers(config.pool_size, 2).reduce((product, length) => product * length, 1),
  ),
  QGlobalAveragePooling2D: averaged(globalPool(mean), ({ inputs: [x] }) => x.dims[0] * x.dims[1]),
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
