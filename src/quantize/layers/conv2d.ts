import { convWindow, type FloatConv2d } from '../../float/layers/conv2d.js';
import { windowOn } from '../../float/layers/parts.js';
import type { Conv2dLayer, KernelCodes } from '../../network/layers/conv2d.js';
import { finishOf } from './finish.js';
import type { QuantizeKind } from './kind.js';
import { isDead, quantizeWeights } from './weights.js';

/** Codes [row][column][channel of the group][channel given]. */
function nested(codes: readonly number[], [rows, columns, depth, channels]: readonly number[]): KernelCodes {
  const cut = (count: number, size: number, begin: number) =>
    Array.from({ length: count }, (_, at) => begin + at * size);
  return cut(rows, columns * depth * channels, 0).map((row) =>
    cut(columns, depth * channels, row).map((column) =>
      cut(depth, channels, column).map((channel) => codes.slice(channel, channel + channels)),
    ),
  );
}

export const conv2d: QuantizeKind<FloatConv2d> = {
  kind: 'conv2d',
  moves: false,
  quantize: (layer, context): Conv2dLayer => {
    const weights = quantizeWeights(layer, context);
    const { name, kernel, strides, dilation, groups } = layer;
    const range = isDead(weights) ? { low: 0, high: 0 } : context.range;
    return {
      kind: 'conv2d',
      name,
      kernel: { formats: weights.kernel.formats, codes: nested(weights.kernel.codes, kernel.shape) },
      bias: weights.bias,
      strides,
      padding: windowOn(convWindow(layer), context.inputs[0].shape).padding,
      dilation,
      groups,
      ...finishOf(layer, layer.bias.length, { ...context, range }),
    };
  },
};
