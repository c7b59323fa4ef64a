import { type Call, size } from './call.js';
import { backwardWindows, forwardWindows, geometryOf } from './geometry.js';
import type { Kernel } from './kernel.js';
import type { Address } from './machine.js';

/** A convolution of images [image][y][x][channel] with a kernel [y][x][channel][unit]. */
export const conv2d: Kernel = {
  name: 'Conv2D',
  compute(call, { x, filter }, attributes) {
    const geometry = geometryOf(x.shape, filter.shape, attributes);
    const { filterHeight, filterWidth, inChannels, outChannels, outShape } = geometry;
    const out = call.room(size(outShape));
    const depth = filterHeight * filterWidth * inChannels;
    const right = call.packed(call.input(filter), [outChannels, 1], depth, outChannels);
    const windows = forwardWindows(call, geometry, call.input(x), out);
    call.run({ kind: 'rowProduct', job: { windows, right } });
    return call.output(out, outShape);
  },
};

export const conv2dBackpropInput: Kernel = {
  name: 'Conv2DBackpropInput',
  compute(call, { dy, filter }, attributes) {
    const inputShape = attributes.inputShape as number[];
    const geometry = geometryOf(inputShape, filter.shape, attributes);
    const { inChannels, outChannels } = geometry;
    const out = call.zeros(size(inputShape));
    const kernel = call.input(filter);
    for (const { windows, positions } of backwardWindows(call, geometry, call.input(dy), out)) {
      // A stride wider than the kernel passes inputs over.
      if (positions.length === 0) continue;
      const depth = positions.length * outChannels;
      const turned = turnedKernel(call, kernel, positions, inChannels, outChannels);
      const right = call.packed(turned, [1, depth], depth, inChannels);
      call.run({ kind: 'rowProduct', job: { windows, right } });
    }
    return call.output(out, inputShape);
  },
};

/** Some positions of a kernel: [channel][position][unit]. */
function turnedKernel(
  call: Call,
  kernel: Address,
  positions: readonly number[],
  channels: number,
  units: number,
): Address {
  const to = call.room(positions.length * channels * units);
  const turned = call.numbers(to, positions.length * channels * units);
  positions.forEach((position, at) => {
    for (let channel = 0; channel < channels; channel++) {
      const from = kernel + (position * channels + channel) * units * 4;
      turned.set(call.numbers(from, units), (channel * positions.length + at) * units);
    }
  });
  return to;
}

export const conv2dBackpropFilter: Kernel = {
  name: 'Conv2DBackpropFilter',
  compute(call, { x, dy }, attributes) {
    const filterShape = attributes.filterShape as number[];
    const geometry = geometryOf(x.shape, filterShape, attributes);
    const { outChannels } = geometry;
    const to = call.room(size(filterShape));
    const windows = forwardWindows(call, geometry, call.input(x), 0);
    const right = { at: call.input(dy), rowStride: outChannels * 4, columnStride: 4 };
    call.run({ kind: 'columnProduct', job: { windows, right, columns: outChannels, to } });
    return call.output(to, filterShape);
  },
};
