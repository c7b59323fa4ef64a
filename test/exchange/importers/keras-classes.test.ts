import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { foldFormats, withStated } from '../../../src/exchange/importers/formats.js';
import { importNetwork } from '../../../src/exchange/importers/index.js';
import { ACTIVATION_NAMES } from '../../../src/exchange/importers/keras/activations.js';
import { LAYER_CLASSES } from '../../../src/exchange/importers/keras/classes/index.js';
import { ACTIVATION_QUANTIZERS } from '../../../src/exchange/importers/keras/quantizers/activations.js';
import { fractionOf, valueOfCode } from '../../../src/fixed/format.js';
import { foldNetwork } from '../../../src/float/fold.js';
import { floatModel } from '../../../src/float/model.js';
import type { UnitOutput } from '../../../src/network/layer-output.js';
import { referenceModel } from '../../../src/network/reference.js';
import { DEFAULT_QUANTIZATION } from '../../../src/quantize/options.js';
import { quantizeNetwork } from '../../../src/quantize/widths.js';
import { DEFINITIONS, FUNCTION_NAMES } from '../../support/keras-definitions.js';
import { writeHdf5 } from '../../support/keras-files.js';
import { expectClose } from '../../support/onnx-runs.js';
import { sizeOf, type Values } from '../../support/tensors.js';

/** Every class of layers of Keras that is read, against its definition written out: values within 1e-5, codes exactly. */

const random = new Random(23, 'keras classes');
const MAP = [5, 4, 3];
const SIGNAL = [8, 3];
const LIST = [6];

interface Layer {
  readonly className: string;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly weights?: Readonly<Record<string, Values>>;
  /** By their names; none: the one before. */
  readonly reads?: readonly string[];
  readonly name?: string;
}
interface Case {
  readonly what: string;
  readonly input: readonly number[];
  readonly layers: readonly Layer[];
}
type Cases = Readonly<Record<string, readonly Case[]>>;

const normal = (...dims: number[]): Values => ({
  dims,
  values: Array.from({ length: sizeOf(dims) }, () => Math.fround(random.normal())),
});
const positive = (...dims: number[]): Values => ({
  dims,
  values: Array.from({ length: sizeOf(dims) }, () => Math.fround(0.1 + random.float())),
});

const one = (
  className: string,
  what: string,
  input: readonly number[],
  config: Layer['config'] = {},
  weights: Layer['weights'] = {},
): Case => ({ what, input, layers: [{ className, config, weights }] });

/** With biases where the configuration does not say otherwise. */
const biased = (units: number, config: Layer['config'] = {}) =>
  config.use_bias === false ? {} : { bias: normal(units) };

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

function norm(className: string): Case[] {
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
const three = (className: string): Case => {
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

const FLOAT: Cases = { ...SUMS, ...WINDOWS, ...MOVES, ...ACTIVATIONS, ...MERGES };

/** Networks of QKeras and HGQ: what is quantized is compared code by code. */
const bits = (width: number, integer: number) => ({
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
const VALUE_QUANTIZERS = [
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

const INTEGERS: Cases = {
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

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-keras-classes-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const named = ({ layers }: Case) =>
  layers.map((layer, at) => ({ ...layer, name: layer.name ?? `layer${at}` }));

/** A functional model of Keras 2. */
async function written(model: Case): Promise<string> {
  const layers = named(model);
  const input = { name: 'in', class_name: 'InputLayer', inbound_nodes: [] };
  const config = {
    name: 'net',
    layers: [
      { ...input, config: { name: 'in', batch_input_shape: [null, ...model.input] } },
      ...layers.map(({ name, className, config: own = {}, reads }, at) => ({
        name,
        class_name: className,
        config: { name, ...own },
        inbound_nodes: [(reads ?? [layers[at - 1]?.name ?? 'in']).map((read) => [read, 0, 0, {}])],
      })),
    ],
    input_layers: [['in', 0, 0]],
    output_layers: [[layers[layers.length - 1].name, 0, 0]],
  };
  const topology = JSON.stringify({ class_name: 'Functional', config, keras_version: '2.15.0' });
  const saved = layers.map(({ name, className, weights = {} }) => ({
    name,
    className,
    weights: Object.entries(weights).map(([key, { dims, values }]) => ({ name: key, shape: dims, values })),
  }));
  return writeHdf5(path.join(folder, 'net.h5'), saved, { topology });
}

/** What the definitions give. */
function defined(model: Case, x: Values): Values {
  const known = new Map<string, Values>([['in', x]]);
  const layers = named(model);
  layers.forEach(({ name, className, config = {}, weights = {}, reads }, at) => {
    const inputs = (reads ?? [layers[at - 1]?.name ?? 'in']).map((read) => known.get(read) as Values);
    known.set(name, DEFINITIONS[className]({ inputs, config, weights }));
  });
  return known.get(layers[layers.length - 1].name) as Values;
}

const sample = (dims: readonly number[]): Values => normal(...dims);

it('every class that is read has a case here, and a definition', () => {
  const cases = [...Object.keys(FLOAT), ...Object.keys(INTEGERS), 'Softmax'];
  expect(cases.sort()).toEqual(Object.keys(LAYER_CLASSES).sort());
  expect(Object.keys(DEFINITIONS).sort()).toEqual(Object.keys(LAYER_CLASSES).sort());
});

it('every quantizer of values has cases', () => {
  const names = VALUE_QUANTIZERS.map(({ class_name: name }) => name);
  expect([...new Set(names)].sort()).toEqual(Object.keys(ACTIVATION_QUANTIZERS).sort());
});

it('every activation has a definition', () => {
  // TensorFlow.js has a name of its own, and what stands at the end is the head.
  const others = ['hardSigmoid', 'softmax', 'log_softmax'];
  expect([...FUNCTION_NAMES, ...others].sort()).toEqual([...ACTIVATION_NAMES].sort());
});

describe.each(Object.entries(FLOAT))('%s', (className, cases) => {
  it.each(cases)('$what', async (model) => {
    expect(model.layers.map((layer) => layer.className)).toContain(className);
    const { network } = importNetwork(await written(model));
    const runs = [network, foldNetwork(network).network].map((one) => floatModel(one));
    for (let round = 0; round < 3; round++) {
      const x = sample(model.input);
      const wanted = defined(model, x).values;
      for (const run of runs) expectClose(Array.from(run(x.values).at(-1)!), wanted);
    }
  });
});

it('Softmax at the end is the head: its probabilities are those of the outputs', async () => {
  const before: Layer = {
    className: 'Dense',
    config: { units: 4 },
    weights: { kernel: normal(6, 4), bias: normal(4) },
  };
  const model = { what: '', input: LIST, layers: [before, { className: 'Softmax' }] };
  const { network } = importNetwork(await written(model));
  expect(network.head).toBe('argmax');
  const x = sample(LIST);
  const outputs = { dims: [4], values: Array.from(floatModel(network)(x.values).at(-1)!) };
  const { values } = DEFINITIONS.Softmax({ inputs: [outputs], config: {}, weights: {} });
  expectClose(Array.from(values), defined(model, x).values);
});

describe.each(Object.entries(INTEGERS))('%s', (className, cases) => {
  it.each(cases)('$what', async (model) => {
    expect(model.layers.map((layer) => layer.className)).toContain(className);
    const imported = importNetwork(await written(model));
    const folded = foldNetwork(imported.network);
    const config = withStated(DEFAULT_QUANTIZATION, foldFormats(imported.formats!, folded.foldings));
    const { network } = quantizeNetwork({ network: folded.network }, [], config);
    const run = referenceModel(network);
    const last = network.layers.findLast((layer) => 'output' in layer) as { output: UnitOutput[] };
    for (let round = 0; round < 20; round++) {
      const codes = Array.from({ length: sizeOf(model.input) }, () => random.integer(-16, 15));
      const x = { dims: model.input, values: codes.map((code) => code / 8) };
      const got = run(codes).outputs.map((code, at) =>
        valueOfCode(code, fractionOf(last.output[at % last.output.length].format)),
      );
      expect(got).toEqual(defined(model, x).values.map((value) => value + 0));
    }
  });
});
