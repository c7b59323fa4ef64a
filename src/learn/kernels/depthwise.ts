import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { type Call, size } from './call.js';
import { backwardWindows, forwardWindows, type Geometry, geometryOf } from './geometry.js';
import type { Kernel } from './kernel.js';
import type { Address } from './machine.js';

/**
 * Every channel has `multiplier` units of its own, kernel [y][x][channel][multiplier]: as if there were so many equal
 * channels, each with one unit.
 */
const geometryOfDepthwise = (
  input: readonly number[],
  filter: readonly number[],
  attributes: NamedAttrMap,
): Geometry => geometryOf(input, filter, attributes, true);

/** Images with every channel so many times in a row. */
function repeated(call: Call, tensor: TensorInfo, count: number): Address {
  const from = call.input(tensor);
  if (count === 1) return from;
  const length = size(tensor.shape);
  const to = call.room(length * count);
  const [values, copies] = [call.numbers(from, length), call.numbers(to, length * count)];
  for (let at = 0; at < copies.length; at++) copies[at] = values[Math.floor(at / count)];
  return to;
}

export const depthwiseConv2d: Kernel = {
  name: 'DepthwiseConv2dNative',
  compute(call, { x, filter }, attributes) {
    const geometry = geometryOfDepthwise(x.shape, filter.shape, attributes);
    const { outShape, outChannels, inChannels } = geometry;
    const out = call.room(size(outShape));
    const source = repeated(call, x, outChannels / inChannels);
    const windows = forwardWindows(call, geometry, source, out, { channels: outChannels });
    call.run({ kind: 'depthwiseRows', job: { windows, weights: call.input(filter) } });
    return call.output(out, outShape);
  },
};

export const depthwiseConv2dBackpropFilter: Kernel = {
  name: 'DepthwiseConv2dNativeBackpropFilter',
  compute(call, { x, dy }, attributes) {
    const filterShape = attributes.filterShape as number[];
    const geometry = geometryOfDepthwise(x.shape, filterShape, attributes);
    const { outChannels, inChannels } = geometry;
    const to = call.room(size(filterShape));
    const source = repeated(call, x, outChannels / inChannels);
    const windows = forwardWindows(call, geometry, source, call.input(dy), { channels: outChannels });
    call.run({ kind: 'depthwiseColumn', job: { windows, to } });
    return call.output(to, filterShape);
  },
};

export const depthwiseConv2dBackpropInput: Kernel = {
  name: 'DepthwiseConv2dNativeBackpropInput',
  compute(call, { dy, filter }, attributes) {
    const inputShape = attributes.inputShape as number[];
    const geometry = geometryOfDepthwise(inputShape, filter.shape, attributes);
    const { outChannels, inChannels } = geometry;
    const multiplier = outChannels / inChannels;
    const out = call.zeros(size(inputShape) * multiplier);
    const [source, kernel] = [call.input(dy), call.input(filter)];
    const shape = { columns: outChannels, channels: outChannels };
    for (const { windows, positions } of backwardWindows(call, geometry, source, out, shape)) {
      if (positions.length === 0) continue;
      const weights = call.room(positions.length * outChannels);
      positions.forEach((position, at) => {
        const own = call.numbers(kernel + position * outChannels * 4, outChannels);
        call.numbers(weights + at * outChannels * 4, outChannels).set(own);
      });
      call.run({ kind: 'depthwiseRows', job: { windows, weights } });
    }
    return call.output(summed(call, out, size(inputShape), multiplier), inputShape);
  },
};

/** Sums of so many numbers in a row. */
function summed(call: Call, from: Address, length: number, count: number): Address {
  if (count === 1) return from;
  const to = call.zeros(length);
  const [parts, sums] = [call.numbers(from, length * count), call.numbers(to, length)];
  for (let at = 0; at < parts.length; at++) sums[Math.floor(at / count)] += parts[at];
  return to;
}
