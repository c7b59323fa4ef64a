import { FUNCTION_NAMES } from '../keras-definitions.js';
import {
  biased,
  type Case,
  type Cases,
  type Layer,
  LIST,
  MAP,
  normal,
  one,
  positive,
  SIGNAL,
} from './case.js';

const dense = (what: string, input: readonly number[], units: number, config: Layer['config'] = {}) =>
  one(
    'Dense',
    what,
    input,
    { units, ...config },
    { kernel: normal(input[input.length - 1], units), ...biased(units, config) },
  );

function conv(what: string, size: readonly number[], filters: number, config: Layer['config'] = {}): Case {
  const input = size.length === 1 ? SIGNAL : MAP;
  const groups = (config.groups as number | undefined) ?? 1;
  const kernel = normal(...size, 3 / groups, filters);
  return one(
    `Conv${size.length}D`,
    what,
    input,
    { filters, kernel_size: size, ...config },
    { kernel, ...biased(filters, config) },
  );
}

function depthwise(
  what: string,
  size: readonly number[],
  multiplier: number,
  config: Layer['config'] = {},
): Case {
  const input = size.length === 1 ? SIGNAL : MAP;
  return one(
    `DepthwiseConv${size.length}D`,
    what,
    input,
    { kernel_size: size, depth_multiplier: multiplier, ...config },
    { depthwise_kernel: normal(...size, 3, multiplier), ...biased(3 * multiplier, config) },
  );
}

function separable(
  what: string,
  size: readonly number[],
  multiplier: number,
  config: Layer['config'] = {},
): Case {
  const input = size.length === 1 ? SIGNAL : MAP;
  return one(
    `SeparableConv${size.length}D`,
    what,
    input,
    { filters: 4, kernel_size: size, depth_multiplier: multiplier, ...config },
    {
      depthwise_kernel: normal(...size, 3, multiplier),
      pointwise_kernel: normal(...size.map(() => 1), 3 * multiplier, 4),
      ...biased(4, config),
    },
  );
}

export function norm(className: string): Case[] {
  const of = (what: string, input: readonly number[], config: Layer['config']) => {
    const channels = input[input.length - 1];
    const weights = {
      ...((config?.scale ?? true) ? { gamma: normal(channels) } : {}),
      ...(config?.center === false ? {} : { beta: normal(channels) }),
      moving_mean: normal(channels),
      moving_variance: positive(channels),
    };
    return one(className, what, input, { axis: -1, epsilon: 0.01, ...config }, weights);
  };
  return [
    of('of a map', MAP, { axis: [3] }),
    of('of a signal', SIGNAL, { scale: false }),
    of('of a list', LIST, { center: false }),
    of('with numbers for true and false', LIST, { scale: 0, center: 1 }),
  ];
}

const SUMS: Cases = {
  Dense: [
    dense('on a list', LIST, 4, { activation: 'relu' }),
    dense('at each place of a map', MAP, 2, { activation: 'tanh' }),
    dense('at each time of a signal', SIGNAL, 2, { use_bias: false }),
  ],
  BatchNormalization: norm('BatchNormalization'),
  BatchNormalizationV1: norm('BatchNormalizationV1'),
  SyncBatchNormalization: norm('SyncBatchNormalization'),
  QBatchNormalization: [
    one(
      'QBatchNormalization',
      'with its usual quantizers',
      MAP,
      {
        axis: [3],
        epsilon: 0.001,
        gamma_quantizer: { class_name: 'quantized_relu_po2', config: { bits: 6, max_value: 2048 } },
        beta_quantizer: { class_name: 'quantized_po2', config: { bits: 5 } },
        mean_quantizer: { class_name: 'quantized_po2', config: { bits: 5 } },
        variance_quantizer: {
          class_name: 'quantized_relu_po2',
          config: { bits: 6, quadratic_approximation: true },
        },
      },
      { gamma: positive(3), beta: normal(3), moving_mean: normal(3), moving_variance: positive(3) },
    ),
  ],
  Normalization: [
    one(
      'Normalization',
      'with its statistics as weights',
      MAP,
      { axis: -1 },
      { mean: normal(3), variance: positive(3) },
    ),
    one('Normalization', 'with its statistics stated', LIST, {
      axis: [1],
      mean: [[1, -2, 0.5, 3, 0, 1]],
      variance: [[0.5, 2, 1, 4, 0.25, 3]],
    }),
    one('Normalization', 'of what never changes', [2], { axis: -1, mean: [0, 0], variance: [1, 1e-16] }),
  ],
  Rescaling: [
    one('Rescaling', 'by one number', MAP, { scale: 1 / 127.5, offset: -1 }),
    one('Rescaling', 'by one for each channel', MAP, { scale: [0.5, -2, 3], offset: [0, 1, -1] }),
  ],
};

const pools = (kind: string): Cases => ({
  [`${kind}Pooling2D`]: [
    one(`${kind}Pooling2D`, 'as it comes', MAP, { pool_size: [2, 2] }),
    one(`${kind}Pooling2D`, 'same, with strides', MAP, {
      pool_size: [3, 2],
      strides: [2, 1],
      padding: 'same',
    }),
  ],
  [`${kind}Pooling1D`]: [
    one(`${kind}Pooling1D`, 'as it comes', SIGNAL, { pool_size: [3] }),
    one(`${kind}Pooling1D`, 'same, with strides', SIGNAL, { pool_size: 3, strides: 2, padding: 'same' }),
  ],
  [`Global${kind}Pooling2D`]: [
    one(`Global${kind}Pooling2D`, 'to a list', MAP),
    one(`Global${kind}Pooling2D`, 'to a cell', MAP, { keepdims: true }),
  ],
  [`Global${kind}Pooling1D`]: [
    one(`Global${kind}Pooling1D`, 'to a list', SIGNAL),
    one(`Global${kind}Pooling1D`, 'to a cell', SIGNAL, { keepdims: true }),
  ],
});

const WINDOWS: Cases = {
  Conv1D: [
    conv('valid', [3], 4),
    conv('same, with strides', [3], 4, { padding: 'same', strides: 2, activation: 'relu' }),
    conv('causal', [3], 2, { padding: 'causal' }),
    conv('causal, dilated, without biases', [2], 2, {
      padding: 'causal',
      dilation_rate: [3],
      use_bias: false,
    }),
    conv('causal, with strides', [4], 3, { padding: 'causal', strides: [2] }),
    conv('in groups', [2], 6, { groups: 3 }),
  ],
  Conv2D: [
    conv('valid', [3, 2], 4, { activation: 'sigmoid' }),
    conv('same, with strides', [2, 3], 2, { padding: 'same', strides: [2, 1] }),
    conv('dilated', [2, 2], 2, { dilation_rate: [2, 1] }),
    conv('in groups', [2, 2], 6, { groups: 3, padding: 'same' }),
  ],
  DepthwiseConv1D: [
    depthwise('one for each channel', [3], 1),
    depthwise('two for each channel', [3], 2, { padding: 'same', strides: 2 }),
  ],
  DepthwiseConv2D: [
    depthwise('one for each channel', [2, 3], 1, { activation: 'relu' }),
    depthwise('two for each channel', [3, 3], 2, { padding: 'same', use_bias: false }),
  ],
  SeparableConv1D: [
    separable('with one between', [3], 1, { padding: 'same' }),
    separable('with two between', [3], 2, { activation: 'relu', strides: 2 }),
  ],
  SeparableConv2D: [
    separable('with one between', [2, 2], 1),
    separable('with three between', [3, 2], 3, { padding: 'same', strides: [2, 2], use_bias: false }),
  ],
  ...pools('Max'),
  ...pools('Average'),
};

const MOVES: Cases = {
  Flatten: [one('Flatten', 'of a map', MAP), one('Flatten', 'of a signal', SIGNAL)],
  Reshape: [
    one('Reshape', 'of a map to a signal', MAP, { target_shape: [-1, 6] }),
    one('Reshape', 'of a list to a map', LIST, { target_shape: [1, 3, 2] }),
  ],
  Permute: [
    one('Permute', 'of a map', MAP, { dims: [3, 1, 2] }),
    one('Permute', 'of a signal', SIGNAL, { dims: [2, 1] }),
  ],
  ZeroPadding1D: [
    one('ZeroPadding1D', 'alike', SIGNAL, { padding: 2 }),
    one('ZeroPadding1D', 'unlike', SIGNAL, { padding: [1, 3] }),
  ],
  ZeroPadding2D: [
    one('ZeroPadding2D', 'alike', MAP, { padding: 1 }),
    one('ZeroPadding2D', 'for each axis', MAP, { padding: [1, 2] }),
    one('ZeroPadding2D', 'unlike', MAP, {
      padding: [
        [1, 0],
        [2, 3],
      ],
    }),
  ],
  Cropping1D: [
    one('Cropping1D', 'alike', SIGNAL, { cropping: 2 }),
    one('Cropping1D', 'unlike', SIGNAL, { cropping: [1, 3] }),
  ],
  Cropping2D: [
    one('Cropping2D', 'alike', MAP, { cropping: 1 }),
    one('Cropping2D', 'unlike', MAP, {
      cropping: [
        [1, 2],
        [0, 1],
      ],
    }),
  ],
  UpSampling1D: [one('UpSampling1D', 'by 3', SIGNAL, { size: 3 })],
  UpSampling2D: [one('UpSampling2D', 'by 2 and 3', MAP, { size: [2, 3], interpolation: 'nearest' })],
  RepeatVector: [one('RepeatVector', 'four times', LIST, { n: 4 })],
};

const onBoth = (className: string, config: Layer['config'] = {}) =>
  [MAP, LIST].map((input) =>
    one(className, `on ${input.join(' x ')}, ${JSON.stringify(config)}`, input, config),
  );

const beforeRelu = (className: string, input = MAP): readonly Case[] => [
  {
    what: 'between layers',
    input,
    layers: [{ className, config: { rate: 0.5, stddev: 1 } }, { className: 'ReLU' }],
  },
];

const ACTIVATIONS: Cases = {
  Activation: FUNCTION_NAMES.filter((name) => name !== 'linear').flatMap((activation) =>
    onBoth('Activation', { activation }),
  ),
  ReLU: [
    ...onBoth('ReLU'),
    ...onBoth('ReLU', { max_value: 6, negative_slope: 0, threshold: 0 }),
    ...onBoth('ReLU', { max_value: null, negative_slope: 0.25 }),
  ],
  LeakyReLU: [
    ...onBoth('LeakyReLU'),
    ...onBoth('LeakyReLU', { alpha: 0.1 }),
    ...onBoth('LeakyReLU', { negative_slope: 0.2 }),
  ],
  PReLU: [
    one('PReLU', 'of each channel', MAP, { shared_axes: [1, 2] }, { alpha: normal(1, 1, 3) }),
    one('PReLU', 'of each channel of a signal', SIGNAL, { shared_axes: [1] }, { alpha: normal(1, 3) }),
    one('PReLU', 'of each unit', LIST, {}, { alpha: normal(6) }),
    one('PReLU', 'of one slope', MAP, { shared_axes: [1, 2, 3] }, { alpha: normal(1, 1, 1) }),
  ],
  ELU: [...onBoth('ELU', { alpha: 0.7 }), ...onBoth('ELU')],
  Identity: beforeRelu('Identity'),
  Dropout: beforeRelu('Dropout'),
  SpatialDropout1D: beforeRelu('SpatialDropout1D', SIGNAL),
  SpatialDropout2D: beforeRelu('SpatialDropout2D'),
  AlphaDropout: beforeRelu('AlphaDropout'),
  GaussianDropout: beforeRelu('GaussianDropout'),
  GaussianNoise: beforeRelu('GaussianNoise'),
  ActivityRegularization: beforeRelu('ActivityRegularization'),
};

const merged = (
  className: string,
  what: string,
  input: readonly number[],
  config: Layer['config'] = {},
): Case => ({
  what,
  input,
  layers: [
    { className: 'ReLU', name: 'a', reads: ['in'] },
    { className: 'Activation', config: { activation: 'tanh' }, name: 'b', reads: ['in'] },
    { className, config, reads: ['a', 'b'] },
  ],
});

export const three = (className: string): Case => {
  const { layers } = merged(className, '', MAP);
  return {
    what: 'of three',
    input: MAP,
    layers: [...layers.slice(0, 2), { className, reads: ['a', 'in', 'b'] }],
  };
};

const MERGES: Cases = {
  Add: [merged('Add', 'of maps', MAP), merged('Add', 'of lists', LIST), three('Add')],
  Subtract: [merged('Subtract', 'of maps', MAP), merged('Subtract', 'of signals', SIGNAL)],
  Average: [merged('Average', 'of maps', MAP), three('Average')],
  Concatenate: [
    ...[1, 2, 3, -1].map((axis) => merged('Concatenate', `of maps along axis ${axis}`, MAP, { axis })),
    ...[1, 2].map((axis) => merged('Concatenate', `of signals along axis ${axis}`, SIGNAL, { axis })),
    merged('Concatenate', 'of lists', LIST),
  ],
};

export const VALUE_CASES: Cases = { ...SUMS, ...WINDOWS, ...MOVES, ...ACTIVATIONS, ...MERGES };
