import { formatFor } from '../../../fixed/format.js';
import type { UnitOutput } from '../../../network/layer-output.js';
import type { AveragePoolLayer } from '../../../network/layers/average-pool.js';
import type { MapShape } from '../../../network/tensor.js';
import { positionsOf, tapsOf, type Window } from '../../../network/window.js';
import { type Codes, outputOf } from './codes.js';
import {
  type CodeReading,
  type LayerSink,
  type SumScaling,
  type SumWeights,
  single,
  sums,
} from './layers.js';

/** Means of the file's own codes: halves away from zero, as integer kernels divide, or to the even code. */

/** Bits of the number that is rounded last, so that a half is known from what is nearly one. */
const lastBits = (count: number): number => Math.ceil(Math.log2(count)) + 2;

/** What sums of codes are multiplied with before the division, so that 31 bits of it are enough. */
const LIFT = 8;

/**
 * The means of codes under a window; codes of the output stand for the file's own, without an offset, since it is their
 * sign that halves follow. Padding does not count.
 */
export function averaged(
  sink: LayerSink,
  name: string,
  read: CodeReading,
  window: Window,
  wanted: Codes,
): CodeReading {
  const output: Codes = { ...wanted, offset: 0, fraction: 0 };
  const isPadded = window.padding.some((cells) => cells > 0);
  return isPadded
    ? paddedMean(sink, name, read, window, output)
    : wholeMean(sink, name, read, window, output);
}

/** Every window has as many codes: a convolution with one weight. */
function wholeMean(
  sink: LayerSink,
  name: string,
  read: CodeReading,
  window: Window,
  output: Codes,
): CodeReading {
  const count = tapsOf(window);
  const bits = lastBits(count);
  const scale = { multiplier: Math.ceil(2 ** (31 + bits) / (count * LIFT)), shift: 31 + bits, twice: true };
  return ownSums(sink, name, read, window, LIFT, { output, scaling: { rounding: 'RND', scale } });
}

/** Sums of the file's own codes, each times one weight: their zero point is none of the mean's business. */
function ownSums(
  sink: LayerSink,
  name: string,
  read: CodeReading,
  window: Window,
  weight: number,
  { output, scaling }: { readonly output: Codes; readonly scaling: SumScaling },
): CodeReading {
  const own: CodeReading = { ...read, codes: { ...read.codes, zeroPoint: 0 } };
  return sums(sink, {
    name,
    read: own,
    weights: evenWeights(read, window, weight),
    output,
    scalings: [scaling],
  });
}

/** Every code under the window of the same channel, with one weight. */
export function evenWeights(
  { stored }: CodeReading,
  { size, ...window }: Window,
  weight: number,
): SumWeights {
  const channels = stored[2];
  const tap = [Array<number>(channels).fill(weight)];
  return {
    kernel: Array.from({ length: size[0] }, () => Array.from({ length: size[1] }, () => tap)),
    scales: [1],
    bias: Array<number>(channels).fill(0),
    window,
    groups: channels,
  };
}

function paddedMean(
  sink: LayerSink,
  name: string,
  read: CodeReading,
  window: Window,
  output: Codes,
): CodeReading {
  const channels = read.stored[2];
  const own = withoutOffset(sink, read);
  const bits = lastBits(tapsOf(window));
  const fraction = 2 * bits + 8;
  const scaling: SumScaling = {
    rounding: 'RND',
    scale: { multiplier: 2 ** (31 + bits - fraction), shift: 31 + bits, twice: true },
  };
  const layer: Omit<AveragePoolLayer, 'name'> = {
    kind: 'average_pool',
    channels,
    window: window.size,
    strides: window.strides,
    padding: window.padding,
    countPadding: false,
    reciprocal: formatFor({ low: 0, high: 2 ** fraction }, fraction),
    activation: 'linear',
    output: Array<UnitOutput>(channels).fill(outputOf(output, scaling)),
  };
  const [rows, columns] = positionsOf(window, read.stored as unknown as MapShape);
  return { layer: sink.add(layer, name, [own]), stored: [rows, columns, channels], codes: output };
}

/** The same without padding, halves to the even code. */
export function averagedEven(
  sink: LayerSink,
  name: string,
  read: CodeReading,
  window: Window,
  wanted: Codes,
): CodeReading {
  const output: Codes = { ...wanted, offset: 0, fraction: 0 };
  const count = tapsOf(window);
  const shift = Math.log2(count);
  if (Number.isInteger(shift)) {
    const scaling: SumScaling = { rounding: 'RND_CONV', scale: { multiplier: 1, shift } };
    return ownSums(sink, name, read, window, 1, { output, scaling });
  }
  // A half shows only where the division is exact: first to more bits, of which a half is one, then to codes.
  const bits = lastBits(count);
  const fine: Codes = {
    ...output,
    low: output.low * 2 ** bits,
    high: (output.high + 1) * 2 ** bits,
    scale: output.scale * 2 ** -bits,
    zeroPoint: 0,
  };
  const scale = { multiplier: Math.ceil(2 ** (31 + bits) / (count * LIFT)), shift: 31 };
  const means = ownSums(sink, `${name}_fine`, read, window, LIFT, {
    output: fine,
    scaling: { rounding: 'RND', scale },
  });
  const scaling: SumScaling = { rounding: 'RND_CONV', scale: { multiplier: 1, shift: bits } };
  return single(sink, { name, read: means, weights: [1], output, scalings: [scaling] });
}

/** The file's own codes. */
const withoutOffset = (sink: LayerSink, read: CodeReading): CodeReading =>
  read.codes.offset === 0
    ? read
    : single(sink, {
        name: `${read.layer}_codes`,
        read: { ...read, codes: { ...read.codes, zeroPoint: 0 } },
        weights: [1],
        output: { ...read.codes, offset: 0 },
        scalings: [{ rounding: 'TRN' }],
      });
