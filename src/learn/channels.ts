import { placeFloatLayers } from '../float/graph.js';
import { floatKindOf } from '../float/layers/index.js';
import type { Bounds, Shape } from '../float/layers/kind.js';
import type { FloatNetwork } from '../float/types.js';
import { INPUT_NUMBER } from '../network/graph.js';
import { sizeOf } from '../network/tensor.js';
import { isKernel, kernelsOf, type Parameters, type Slot, slotsOf, unflatten } from './parameters.js';

/**
 * Takes whole channels away: of each kernel but the last those whose weights are the least, summed up by their size. A
 * channel that is gone gives 0, so its bias goes with it, and so does whatever multiplies it further on.
 *
 * @param share of a kernel's channels that are to go, by the kernel's number
 * @returns 0 for each parameter that goes, else 1
 */
export function channelMask(
  network: FloatNetwork,
  parameters: Parameters,
  share: (kernel: number) => number,
): Float32Array {
  const mask = new Float32Array(parameters.length).fill(1);
  const slots = slotsOf(network);
  kernelsOf(network)
    .slice(0, -1)
    .forEach((kernel, number) => {
      const sizes = channelSizes(kernel, parameters);
      const order = [...sizes.keys()].sort((a, b) => sizes[a] - sizes[b] || a - b);
      const gone = new Set(order.slice(0, Math.round(share(number) * sizes.length)));
      for (const slot of slots.filter(({ layer, role }) => layer === kernel.layer && role !== 'statistics'))
        clear(mask, slot, (at) => gone.has(at % sizes.length));
    });
  clearIdle(network, mask, parameters);
  return mask;
}

/** The sum of |weights| of each channel: units run fastest. */
function channelSizes({ shape, offset, size }: Slot, parameters: Parameters): number[] {
  const sizes = Array<number>(shape[shape.length - 1]).fill(0);
  for (let at = 0; at < size; at++) sizes[at % sizes.length] += Math.abs(parameters[offset + at]);
  return sizes;
}

function clear(mask: Float32Array, { offset, size }: Slot, goes: (at: number) => boolean): void {
  for (let at = 0; at < size; at++) if (goes(at)) mask[offset + at] = 0;
}

/**
 * What multiplies nothing but 0 goes too, wherever that 0 comes from: bounds, which each kind of layer tells, show what
 * can be nothing else.
 */
function clearIdle(network: FloatNetwork, mask: Float32Array, parameters: Parameters): void {
  const slots = slotsOf(network);
  const inputs = sizeOf(network.input);
  const range = { low: new Float64Array(inputs).fill(-1), high: new Float64Array(inputs).fill(1) };
  const given: Bounds[] = [];
  placeFloatLayers(network).forEach(({ sources, inputs: shapes }, number) => {
    const read = sources.map((source) => (source === INPUT_NUMBER ? range : given[source]));
    const own = slots.filter(({ layer, role }) => layer === number && role !== 'statistics');
    const isIdle = idleChannels(read[0], shapes[0]);
    for (const slot of own) {
      const channelOf = readBy(slot, own, isIdle.length);
      if (channelOf !== undefined) clear(mask, slot, (at) => isIdle[channelOf(at)]);
    }
    const masked = unflatten(
      network,
      parameters.map((value, at) => value * mask[at]),
    ).layers[number];
    given.push(floatKindOf(masked).bounds(masked, shapes, read));
  });
}

/** Of the last axis those whose every value is 0. */
function idleChannels({ low, high }: Bounds, shape: Shape): boolean[] {
  const isIdle = Array<boolean>(shape[shape.length - 1]).fill(true);
  low.forEach((value, at) => {
    if (value !== 0 || high[at] !== 0) isIdle[at % isIdle.length] = false;
  });
  return isIdle;
}

/**
 * Which channel of what is read a parameter multiplies: in a kernel by its row, and by its group; of a layer without a
 * kernel each channel has its own factor and offset. Undefined of biases beside a kernel.
 */
function readBy(slot: Slot, own: readonly Slot[], channels: number): ((at: number) => number) | undefined {
  if (!own.some(isKernel)) return (at) => at % channels;
  if (!isKernel(slot)) return undefined;
  const [depth, units] = slot.shape.slice(-2);
  const unitsOfGroup = (units * depth) / channels;
  return (at) => Math.floor((at % units) / unitsOfGroup) * depth + (Math.floor(at / units) % depth);
}
