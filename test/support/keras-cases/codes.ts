import { type Case, type Cases, type Layer, LIST, MAP, normal, positive, random, SIGNAL } from './case.js';

/** Networks of QKeras and HGQ: what is quantized is compared code by code. */
export const bits = (width: number, integer: number) => ({
  class_name: 'quantized_bits',
  config: { bits: width, integer, alpha: 1 },
});

const INPUT: Layer = { className: 'QActivation', config: { activation: bits(5, 1) } };

const OUTPUT: Layer = {
  className: 'QActivation',
  config: { activation: { class_name: 'quantized_relu', config: { bits: 6, integer: 3 } } },
};

const quantized = (what: string, input: readonly number[], layer: Layer): Case => ({
  what,
  input,
  layers: [INPUT, layer, OUTPUT],
});

const QUANTIZERS = { kernel_quantizer: bits(4, 0), bias_quantizer: bits(5, 1) };

/** The variables that a batch norm of so many channels has beside a convolution's. */
const normOf = (channels: number) => ({
  gamma: positive(channels),
  beta: normal(channels),
  moving_mean: normal(channels),
  moving_variance: positive(channels),
});

const by = (class_name: string, config: object) => ({ class_name, config });

/** What rounds values, behind a layer and as a member of it. */
export const VALUE_QUANTIZERS = [
  bits(4, 1),
  by('quantized_linear', { bits: 5, integer: 1 }),
  by('quantized_linear', { bits: 5, integer: 1, symmetric: 0, alpha: 0.5 }),
  by('quantized_linear', { bits: 4, integer: 1, keep_negative: 0 }),
  by('quantized_relu', { bits: 4, integer: 1 }),
  by('quantized_relu', { bits: 5, integer: 1, negative_slope: 0.25 }),
  by('quantized_relu', { bits: 4, integer: 2, negative_slope: 0.125 }),
  by('quantized_tanh', { bits: 5 }),
  by('quantized_tanh', { bits: 4, symmetric: 1 }),
  by('quantized_sigmoid', { bits: 5 }),
  by('quantized_sigmoid', { bits: 4, symmetric: 1 }),
];

const hidden = (config: Layer['config'] = {}): Layer => ({
  className: 'QDense',
  config: { units: 3, ...QUANTIZERS, ...config },
  weights: { kernel: normal(6, 3), bias: normal(3) },
});

export const CODE_CASES: Cases = {
  QActivation: [
    quantized('before and behind', LIST, hidden()),
    ...VALUE_QUANTIZERS.flatMap((activation) => {
      const what = `${activation.class_name} ${JSON.stringify(activation.config)}`;
      const layer: Layer = { className: 'QActivation', config: { activation } };
      return [
        { what: `${what} behind a layer`, input: LIST, layers: [INPUT, hidden(), layer] },
        {
          what: `${what} as its activation`,
          input: LIST,
          layers: [
            INPUT,
            hidden({ activation }),
            { ...hidden(), weights: { kernel: normal(3, 3), bias: normal(3) } },
            OUTPUT,
          ],
        },
        { what: `${what} behind another`, input: MAP, layers: [INPUT, layer] },
        {
          what: `${what} behind a sum`,
          input: LIST,
          layers: [INPUT, { ...INPUT, name: 'a' }, { className: 'Add', reads: ['a', 'layer0'] }, layer],
        },
      ];
    }),
  ],
  QDense: [
    quantized('without biases', LIST, {
      className: 'QDense',
      config: { units: 4, use_bias: false, ...QUANTIZERS },
      weights: { kernel: normal(6, 4) },
    }),
  ],
  QDenseBatchnorm: [
    quantized('with biases', LIST, {
      className: 'QDenseBatchnorm',
      config: { units: 4, epsilon: 0.001, ...QUANTIZERS },
      weights: { kernel: normal(6, 4), bias: normal(4), ...normOf(4) },
    }),
  ],
  QConv2DBatchnorm: [
    quantized('without biases', MAP, {
      className: 'QConv2DBatchnorm',
      config: { filters: 4, kernel_size: [2, 2], use_bias: false, epsilon: 0.001, ...QUANTIZERS },
      weights: { kernel: normal(2, 2, 3, 4), ...normOf(4) },
    }),
  ],
  QDepthwiseConv2DBatchnorm: [
    quantized('two for each channel', MAP, {
      className: 'QDepthwiseConv2DBatchnorm',
      config: {
        kernel_size: [2, 2],
        depth_multiplier: 2,
        epsilon: 0.001,
        depthwise_quantizer: bits(5, 1),
        bias_quantizer: bits(6, 2),
      },
      weights: { depthwise_kernel: normal(2, 2, 3, 2), bias: normal(6), ...normOf(6) },
    }),
  ],
  QSeparableConv1D: [
    quantized('causal', SIGNAL, {
      className: 'QSeparableConv1D',
      config: {
        filters: 2,
        kernel_size: [3],
        padding: 'causal',
        depthwise_quantizer: bits(4, 0),
        pointwise_quantizer: by('quantized_linear', { bits: 4, integer: 1 }),
        bias_quantizer: bits(5, 1),
      },
      weights: {
        depthwise_kernel: normal(3, 3, 1),
        pointwise_kernel: normal(1, 3, 2),
        bias: normal(2),
      },
    }),
  ],
  QSeparableConv2D: [
    quantized('with two between', MAP, {
      className: 'QSeparableConv2D',
      config: {
        filters: 4,
        kernel_size: [2, 2],
        depth_multiplier: 2,
        depthwise_quantizer: bits(4, 0),
        pointwise_quantizer: bits(5, 1),
        bias_quantizer: bits(5, 1),
      },
      weights: {
        depthwise_kernel: normal(2, 2, 3, 2),
        pointwise_kernel: normal(1, 1, 6, 4),
        bias: normal(4),
      },
    }),
  ],
  QAveragePooling2D: [
    quantized('of three cells', MAP, {
      className: 'QAveragePooling2D',
      config: { pool_size: [3, 1], average_quantizer: bits(8, 0) },
    }),
    {
      what: 'of four cells, with an activation',
      input: MAP,
      layers: [
        INPUT,
        {
          className: 'QAveragePooling2D',
          config: { pool_size: [2, 2], activation: by('quantized_sigmoid', { bits: 5 }) },
        },
      ],
    },
  ],
  QGlobalAveragePooling2D: [
    quantized('of twenty cells', MAP, {
      className: 'QGlobalAveragePooling2D',
      config: { average_quantizer: bits(6, -3), keepdims: false },
    }),
  ],
  QConv1D: [
    quantized('causal', SIGNAL, {
      className: 'QConv1D',
      config: { filters: 3, kernel_size: [3], padding: 'causal', ...QUANTIZERS },
      weights: { kernel: normal(3, 3, 3), bias: normal(3) },
    }),
  ],
  QConv2D: [
    quantized('same, with strides', MAP, {
      className: 'QConv2D',
      config: { filters: 4, kernel_size: [3, 2], padding: 'same', strides: [2, 1], ...QUANTIZERS },
      weights: { kernel: normal(3, 2, 3, 4), bias: normal(4) },
    }),
  ],
  QDepthwiseConv2D: [
    quantized('two for each channel', MAP, {
      className: 'QDepthwiseConv2D',
      config: {
        kernel_size: [2, 2],
        depth_multiplier: 2,
        depthwise_quantizer: bits(4, 0),
        bias_quantizer: bits(5, 1),
      },
      weights: { depthwise_kernel: normal(2, 2, 3, 2), bias: normal(6) },
    }),
  ],
  FixedPointQuantizer: [
    {
      what: 'with a format for each channel',
      input: LIST,
      layers: [
        INPUT,
        {
          className: 'Dense',
          config: { units: 3 },
          weights: {
            kernel: { dims: [6, 3], values: Array.from({ length: 18 }, () => random.integer(-7, 7) / 4) },
            bias: { dims: [3], values: [0.5, -1, 0.25] },
          },
        },
        {
          className: 'FixedPointQuantizer',
          config: { RND: 'TRN', SAT: 'SAT' },
          weights: {
            keep_negative: { dims: [1, 3], values: [1, 0, 1] },
            bits: { dims: [1, 3], values: [5, 6, 4] },
            integers: { dims: [1, 3], values: [3, 4, 4] },
          },
        },
      ],
    },
  ],
};
