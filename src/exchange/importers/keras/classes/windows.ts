import { z } from 'zod';
import {
  type FloatPadding,
  type FloatWindow,
  placedWindow,
  windowOn,
} from '../../../../float/layers/parts.js';
import type { MapShape } from '../../../../network/tensor.js';
import type { Extent } from '../../../../network/window.js';
import { type Call, FLAG, type LayerClass, members } from '../call.js';
import { type KerasValue, storedShape } from '../value.js';
import {
  ACTIVATION,
  AT_EACH,
  biasOf,
  normedWeights,
  plainWeights,
  USE_BIAS,
  type WeightsOf,
} from './sums.js';

/** Layers that move a window over a map: convolutions and pools. A signal over time is a map of height 1. */

const LENGTH = z
  .int()
  .min(1)
  .max(2 ** 16);
export const SIZES = z.union([LENGTH, z.array(LENGTH).min(1).max(2)]);
export const DATA_FORMAT = z.enum(['channels_last', 'channels_first']).nullish();

const WINDOW = {
  strides: SIZES.nullish(),
  padding: z.enum(['valid', 'same', 'causal']).default('valid'),
  data_format: DATA_FORMAT,
};
const CONV = {
  ...WINDOW,
  kernel_size: SIZES,
  dilation_rate: SIZES.default(1),
  activation: ACTIVATION,
  use_bias: USE_BIAS,
};

/** @param axes 1 for a signal, 2 for a map */
export const pairOf = (given: number | readonly number[], axes: 1 | 2): Extent => {
  const list = typeof given === 'number' ? [given, given] : [given[0], given[given.length - 1]];
  return axes === 1 ? [1, list[1]] : [list[0], list[1]];
};

/** Refuses maps whose channels come first. */
export function checkFormat(call: Call, format: z.infer<typeof DATA_FORMAT>): void {
  if (format !== 'channels_first') return;
  call.refuse(
    'data_format channels_first',
    'channels_last',
    'build the model with channels last, weights are the same',
  );
}

interface Moved {
  readonly window: FloatWindow;
  readonly axes: 1 | 2;
  readonly read: KerasValue;
}

function movedWindow(
  call: Call,
  axes: 1 | 2,
  size: number | readonly number[],
  given: z.infer<z.ZodObject<typeof WINDOW>>,
  dilation: number | readonly number[] = 1,
  usualStrides: number | readonly number[] = 1,
): Moved {
  checkFormat(call, given.data_format);
  const read = call.inputOf(axes + 1);
  const [down, across] = [pairOf(size, axes), pairOf(dilation, axes)];
  const padding: FloatPadding =
    given.padding === 'causal' ? [0, 0, (down[1] - 1) * across[1], 0] : given.padding;
  const strides = pairOf(given.strides ?? usualStrides, axes);
  if (given.padding === 'causal' && axes === 2) call.refuse('padding causal', 'a signal over time');
  return { window: { size: down, strides, padding, dilation: across }, axes, read };
}

/** The shape that Keras gives to what lies at the window's positions. */
function givenBy(call: Call, { window, axes, read }: Moved, channels: number): number[] {
  const positions = placedWindow(window, storedShape(read.shape) as MapShape, call.where);
  return [...positions.slice(2 - axes), channels];
}

const conv =
  (axes: 1 | 2, weightsOf: WeightsOf = plainWeights): LayerClass =>
  (call) => {
    const config = call.config(members({ ...CONV, filters: LENGTH, groups: LENGTH.default(1) }));
    const { filters, groups } = config;
    const moved = movedWindow(call, axes, config.kernel_size, config, config.dilation_rate);
    const channels = moved.read.shape[axes];
    if (channels % groups !== 0 || filters % groups !== 0) {
      call.refuse(`${groups} groups of ${channels} channels and ${filters} filters`, 'groups of equal size');
    }
    const kernelShape = [...moved.window.size.slice(2 - axes), channels / groups, filters];
    const [kernel, bias] = weightsOf(call, {
      kernel: kernelShape,
      ...(config.use_bias ? { bias: [filters] } : {}),
    });
    const given = givenBy(call, moved, filters);
    const { size, ...window } = moved.window;
    const layer = {
      kind: 'conv2d',
      ...window,
      kernel: { shape: [...size, channels / groups, filters], values: kernel.values },
      bias: biasOf(bias, filters),
      groups,
      activation: call.activated(config.activation, given),
    };
    return call.add(layer, given);
  };

/** Every channel has kernels of its own, which give channels beside one another. */
const depthwise =
  (axes: 1 | 2, weightsOf: WeightsOf = plainWeights): LayerClass =>
  (call) => {
    const config = call.config(members({ ...CONV, depth_multiplier: LENGTH.default(1) }));
    const multiplier = config.depth_multiplier;
    const moved = movedWindow(call, axes, config.kernel_size, config, config.dilation_rate);
    const channels = moved.read.shape[axes];
    const wanted = {
      depthwise_kernel: [...moved.window.size.slice(2 - axes), channels, multiplier],
      ...(config.use_bias ? { bias: [channels * multiplier] } : {}),
    };
    const [kernel, bias] = weightsOf(call, wanted, { depthwise_kernel: 'kernel' });
    const given = givenBy(call, moved, channels * multiplier);
    const { size, ...window } = moved.window;
    const layer = {
      kind: 'conv2d',
      ...window,
      kernel: { shape: [...size, 1, channels * multiplier], values: kernel.values },
      bias: biasOf(bias, channels * multiplier),
      groups: channels,
      activation: call.activated(config.activation, given),
    };
    return call.add(layer, given);
  };

/** A depthwise convolution, then one of single cells. */
const separable =
  (axes: 1 | 2): LayerClass =>
  (call) => {
    const shape = members({ ...CONV, filters: LENGTH, depth_multiplier: LENGTH.default(1) });
    const config = call.config(shape);
    const { filters, depth_multiplier: multiplier } = config;
    const moved = movedWindow(call, axes, config.kernel_size, config, config.dilation_rate);
    const channels = moved.read.shape[axes];
    const inner = channels * multiplier;
    const ones = Array<number>(axes).fill(1);
    const [depth, point, bias] = call.shaped({
      depthwise_kernel: [...moved.window.size.slice(2 - axes), channels, multiplier],
      pointwise_kernel: [...ones, inner, filters],
      ...(config.use_bias ? { bias: [filters] } : {}),
    });
    const { size, ...window } = moved.window;
    const first = {
      kind: 'conv2d',
      ...window,
      kernel: { shape: [...size, 1, inner], values: depth.values },
      bias: new Float64Array(inner),
      groups: channels,
      activation: 'linear',
    };
    const name = `${call.layer.name}_depthwise`;
    const between = call.add(first, givenBy(call, moved, inner), call.inputs, name, ['depthwise_kernel']);
    // What is quantized has no rounding between its two products.
    if (call.isQuantized('depthwise_kernel')) call.conversion.exactly(between);
    const given = [...between.shape.slice(0, -1), filters];
    const second = {
      ...AT_EACH,
      kernel: { shape: [1, 1, inner, filters], values: point.values },
      bias: biasOf(bias, filters),
      activation: call.activated(config.activation, given),
    };
    return call.add(second, given, [between], call.layer.name, ['pointwise_kernel', 'bias']);
  };

const averaging = (kind: 'max_pool' | 'average_pool') =>
  kind === 'average_pool' ? { countPadding: false, activation: 'linear' } : {};

const pool =
  (kind: 'max_pool' | 'average_pool', axes: 1 | 2): LayerClass =>
  (call) => {
    const config = call.config(members({ ...WINDOW, pool_size: SIZES.default(2) }));
    const moved = movedWindow(call, axes, config.pool_size, config, 1, config.pool_size);
    if (config.padding === 'causal') call.refuse('padding causal', 'valid or same');
    const { size, strides, padding } = moved.window;
    const channels = moved.read.shape[axes];
    const layer = { kind, window: size, strides, padding, ...averaging(kind) };
    return call.add(layer, givenBy(call, moved, channels));
  };

const GLOBAL = members({ data_format: DATA_FORMAT, keepdims: FLAG.default(false) });

const globalPool =
  (kind: 'max_pool' | 'average_pool', axes: 1 | 2): LayerClass =>
  (call) => {
    const { data_format: format, keepdims } = call.config(GLOBAL);
    checkFormat(call, format);
    const { shape } = call.inputOf(axes + 1);
    const channels = shape[axes];
    const [rows, columns] = storedShape(shape);
    const layer = { kind, window: [rows, columns], strides: [1, 1], padding: 'valid', ...averaging(kind) };
    const pooled = call.add(layer, [...Array<number>(axes).fill(1), channels]);
    return keepdims ? pooled : call.conversion.reshaped(pooled, [channels], `${call.layer.name}_list`);
  };

const QUANTIZED_POOL = { average_quantizer: z.unknown().optional(), activation: ACTIVATION };

/** Sums under a window times a factor that a quantizer makes of 1 / count; without one a pool as any. */
function averaged(call: Call, plain: LayerClass, moved: () => Moved): KerasValue {
  const { average_quantizer: quantizer, activation } = call.config(members(QUANTIZED_POOL));
  let pooled: KerasValue;
  if (quantizer === undefined || quantizer === null) pooled = plain(call);
  else {
    const { window, axes, read } = moved();
    const channels = read.shape[axes];
    const { padding, size, strides } = windowOn(window, storedShape(read.shape));
    if (padding.some((cells) => cells > 0)) {
      call.refuse('an average_quantizer with padding', 'padding valid, where every window has as many cells');
    }
    const factor = call.numberQuantized(1 / (size[0] * size[1]), quantizer, 'the average');
    const kernel = {
      shape: [...size, 1, channels],
      values: new Float64Array(size[0] * size[1] * channels).fill(factor),
    };
    const layer = {
      kind: 'conv2d',
      kernel,
      bias: new Float64Array(channels),
      strides,
      padding,
      dilation: [1, 1],
      groups: channels,
      activation: 'linear',
    };
    pooled = call.add(layer, givenBy(call, moved(), channels));
    call.conversion.statesWeights(pooled);
    call.conversion.exactly(pooled);
  }
  return call.activation(call.activated(activation, pooled.shape), pooled);
}

const quantizedPool: LayerClass = (call) =>
  averaged(call, pool('average_pool', 2), () => {
    const config = call.config(members({ ...WINDOW, pool_size: SIZES.default(2) }));
    return movedWindow(call, 2, config.pool_size, config, 1, config.pool_size);
  });

const quantizedGlobalPool: LayerClass = (call) => {
  const { keepdims } = call.config(GLOBAL);
  const given = averaged(call, globalPool('average_pool', 2), () => {
    const [rows, columns] = call.inputOf(3).shape;
    return movedWindow(call, 2, [rows, columns], { ...call.config(members(WINDOW)), strides: 1 });
  });
  if (keepdims || given.shape.length === 1) return given;
  return call.conversion.reshaped(given, [given.shape[2]], `${call.layer.name}_list`);
};

export const WINDOWS: Readonly<Record<string, LayerClass>> = {
  Conv1D: conv(1),
  Conv2D: conv(2),
  QConv1D: conv(1),
  QConv2D: conv(2),
  QConv2DBatchnorm: conv(2, normedWeights),
  QDepthwiseConv2D: depthwise(2),
  QDepthwiseConv2DBatchnorm: depthwise(2, normedWeights),
  DepthwiseConv1D: depthwise(1),
  DepthwiseConv2D: depthwise(2),
  SeparableConv1D: separable(1),
  SeparableConv2D: separable(2),
  QSeparableConv1D: separable(1),
  QSeparableConv2D: separable(2),
  MaxPooling1D: pool('max_pool', 1),
  MaxPooling2D: pool('max_pool', 2),
  AveragePooling1D: pool('average_pool', 1),
  AveragePooling2D: pool('average_pool', 2),
  QAveragePooling2D: quantizedPool,
  QGlobalAveragePooling2D: quantizedGlobalPool,
  GlobalMaxPooling1D: globalPool('max_pool', 1),
  GlobalMaxPooling2D: globalPool('max_pool', 2),
  GlobalAveragePooling1D: globalPool('average_pool', 1),
  GlobalAveragePooling2D: globalPool('average_pool', 2),
};
