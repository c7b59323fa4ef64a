import type { FloatActivationLayer } from '../../float/layers/activation-layer.js';
import type { FloatAdd } from '../../float/layers/add.js';
import type { FloatAveragePool } from '../../float/layers/average-pool.js';
import type { FloatBatchNorm } from '../../float/layers/batch-norm.js';
import type { FloatConcat } from '../../float/layers/concat.js';
import { convWindow, type FloatConv2d } from '../../float/layers/conv2d.js';
import type { FloatDense } from '../../float/layers/dense.js';
import type { Shape } from '../../float/layers/kind.js';
import type { FloatMaxPool } from '../../float/layers/max-pool.js';
import type { FloatMove } from '../../float/layers/move.js';
import { type FloatPadding, type FloatWindow, windowOn } from '../../float/layers/parts.js';
import type { FloatScale } from '../../float/layers/scale.js';
import type { FloatUpsample } from '../../float/layers/upsample.js';
import type { FloatLayer } from '../../float/types.js';
import { problems } from '../problems.js';
import type { ModelWriter, WrittenWeight } from './model.js';

/** Writes a layer on what it reads; gives the name of the one that stands for it. */
type Writer<L extends FloatLayer> = (
  layer: L,
  from: readonly string[],
  inputs: readonly Shape[],
  model: ModelWriter,
) => string;

const list = (name: string, values: Float64Array): WrittenWeight => ({
  name,
  shape: [values.length],
  values,
});

const dense: Writer<FloatDense> = ({ name, kernel, bias, activation }, from, _, model) => {
  const inside = model.member(activation);
  const config = { units: bias.length, activation: inside ?? 'linear', use_bias: true };
  const weights = [{ name: 'kernel', ...kernel }, list('bias', bias)];
  const given = model.push('Dense', name, config, from, weights);
  return inside === undefined ? model.activated(name, activation, given, 1) : given;
};

const conv2d: Writer<FloatConv2d> = (layer, from, [read], model) => {
  const { name, kernel, bias, groups, activation, strides, dilation } = layer;
  const [rows, columns, , channels] = kernel.shape;
  const { padding, source } = padded(layer, read, from[0], model);
  const isDepthwise = groups > 1 && groups === read[2];
  const inside = model.member(activation);
  const common = {
    kernel_size: [rows, columns],
    strides,
    padding,
    data_format: 'channels_last',
    dilation_rate: dilation,
    activation: inside ?? 'linear',
    use_bias: true,
  };
  const given = isDepthwise
    ? model.push(
        'DepthwiseConv2D',
        name,
        { ...common, depth_multiplier: channels / groups },
        [source],
        [
          {
            name: 'depthwise_kernel',
            shape: [rows, columns, groups, channels / groups],
            values: kernel.values,
          },
          list('bias', bias),
        ],
      )
    : model.push(
        'Conv2D',
        name,
        { ...common, filters: channels, ...(groups > 1 ? { groups } : {}) },
        [source],
        [{ name: 'kernel', ...kernel }, list('bias', bias)],
      );
  return inside === undefined ? model.activated(name, activation, given, 3) : given;
};

/** Padding that Keras does not name becomes a layer of zeros. */
function padded(layer: FloatConv2d, read: Shape, from: string, model: ModelWriter) {
  const named = namedPadding(convWindow(layer), read);
  if (named !== undefined) return { padding: named, source: from };
  const [top, bottom, left, right] = windowOn(convWindow(layer), read).padding;
  const config = {
    padding: [
      [top, bottom],
      [left, right],
    ],
    data_format: 'channels_last',
  };
  return { padding: 'valid', source: model.push('ZeroPadding2D', `${layer.name}_padding`, config, [from]) };
}

/** The word that Keras has for the cells round a map; undefined for others. */
function namedPadding(window: FloatWindow, read: Shape): 'valid' | 'same' | undefined {
  const cells = (padding: FloatPadding) => windowOn({ ...window, padding }, read).padding.join();
  return (['valid', 'same'] as const).find((one) => cells(one) === cells(window.padding));
}

const maxPool: Writer<FloatMaxPool> = (layer, from, [read], model) => {
  const { name, window, strides } = layer;
  return model.push('MaxPooling2D', name, poolConfig(layer, read, window, strides), from);
};

/** @throws exchange/keras-layer where padding is stated that neither `valid` nor `same` is */
function poolConfig(
  { name, padding }: FloatMaxPool | FloatAveragePool,
  read: Shape,
  size: FloatMaxPool['window'],
  strides: FloatMaxPool['strides'],
): object {
  const named = namedPadding({ size, strides, padding }, read);
  if (named === undefined) {
    throw problems.kerasLayer(`layer ${name}`, 'a pool with padding of its own', 'valid or same');
  }
  return { pool_size: size, strides, padding: named, data_format: 'channels_last' };
}

const averagePool: Writer<FloatAveragePool> = (layer, from, [read], model) => {
  const { name, window, strides, countPadding, activation } = layer;
  const isPadded = windowOn({ size: window, strides, padding: layer.padding }, read).padding.some(
    (cells) => cells > 0,
  );
  if (countPadding && isPadded) {
    throw problems.kerasLayer(
      `layer ${name}`,
      'a mean that counts its padding',
      'one of what lies in the map',
    );
  }
  const given = model.push('AveragePooling2D', name, poolConfig(layer, read, window, strides), from);
  return model.activated(name, activation, given, 3);
};

const batchNorm: Writer<FloatBatchNorm> = ({ name, gamma, beta, mean, variance, epsilon }, from, _, model) =>
  model.push(
    'BatchNormalization',
    name,
    { axis: -1, momentum: 0.99, epsilon, center: true, scale: true },
    from,
    [list('gamma', gamma), list('beta', beta), list('moving_mean', mean), list('moving_variance', variance)],
  );

/** A batch norm of mean 0 and variance 1. */
const scale: Writer<FloatScale> = ({ name, factors, offsets, activation }, from, inputs, model) => {
  const zeros = new Float64Array(factors.length);
  const norm = { gamma: factors, beta: offsets, mean: zeros, variance: zeros.map(() => 1), epsilon: 0 };
  const given = batchNorm({ kind: 'batch_norm', name, ...norm }, from, inputs, model);
  return model.activated(name, activation, given, inputs[0].length);
};

const activation: Writer<FloatActivationLayer> = ({ name, activation: wanted }, from, inputs, model) =>
  model.activated(name, wanted, from[0], inputs[0].length);

/** TensorFlow.js knows no difference: what is taken away is turned round before. */
const add: Writer<FloatAdd> = ({ name, signs, activation: wanted }, from, inputs, model) => {
  const [read] = inputs;
  const channels = read[read.length - 1];
  const negative = { factors: new Float64Array(channels).fill(-1), offsets: new Float64Array(channels) };
  const terms = from.map((source, at) => {
    if (signs[at] === 1) return source;
    const layer = { kind: 'scale', name: `${name}_minus${at}`, ...negative, activation: 'linear' } as const;
    return scale(layer, [source], [read], model);
  });
  return model.activated(name, wanted, model.push('Add', name, {}, terms), read.length);
};

const concat: Writer<FloatConcat> = ({ name, axis }, from, _, model) =>
  model.push('Concatenate', name, { axis: axis + 1 }, from);

const move: Writer<FloatMove> = ({ name, move: wanted }, from, [read], model) => {
  const around = (before: readonly number[], after: readonly number[]) =>
    [0, 1].map((axis) => [before[axis] ?? 0, after[axis] ?? 0]);
  const isOfMap = (before: readonly number[], after: readonly number[]) =>
    read.length === 3 && before[2] === 0 && after[2] === 0;
  const format = { data_format: 'channels_last' };
  switch (wanted.kind) {
    case 'reshape':
      return wanted.shape.length === 1
        ? model.push('Flatten', name, format, from)
        : model.push('Reshape', name, { target_shape: wanted.shape }, from);
    case 'permute':
      return model.push('Permute', name, { dims: wanted.axes.map((axis) => axis + 1) }, from);
    case 'pad':
      if (!isOfMap(wanted.before, wanted.after)) break;
      return model.push(
        'ZeroPadding2D',
        name,
        { padding: around(wanted.before, wanted.after), ...format },
        from,
      );
    case 'crop': {
      const after = read.map((length, axis) => length - wanted.end[axis]);
      if (!isOfMap(wanted.begin, after)) break;
      return model.push('Cropping2D', name, { cropping: around(wanted.begin, after), ...format }, from);
    }
  }
  throw problems.kerasLayer(
    `layer ${name}`,
    `a ${wanted.kind} of channels or of a list`,
    'one of rows and columns',
  );
};

const upsample: Writer<FloatUpsample> = ({ name, factors }, from, _, model) =>
  model.push(
    'UpSampling2D',
    name,
    { size: factors, data_format: 'channels_last', interpolation: 'nearest' },
    from,
  );

/** How each kind of layer is written, by its name. */
export const KERAS_WRITERS = {
  dense,
  conv2d,
  max_pool: maxPool,
  average_pool: averagePool,
  batch_norm: batchNorm,
  scale,
  activation,
  add,
  concat,
  move,
  upsample,
} as unknown as Readonly<Record<string, Writer<FloatLayer>>>;
