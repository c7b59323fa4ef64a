import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Call, size } from './call.js';
import type { Kernel } from './kernel.js';
import type { Address } from './machine.js';

/** So many rows are added up in 32-bit floats, and their sums in 64-bit ones: long sums keep their last digits. */
const ROWS_AT_A_TIME = 256;

interface Rows {
  readonly at: Address;
  readonly rows: number;
  readonly channels: number;
}

/** Sums over all rows, one a channel. @param add adds some rows to the list of sums, which lies before `center` */
function sumsOf(
  call: Call,
  { rows, channels }: Rows,
  center: ArrayLike<number>,
  add: (firstByte: number, count: number, lists: Address) => void,
): Float64Array {
  const lists = call.room(2 * channels);
  call.numbers(lists + channels * 4, channels).set(center);
  const sums = new Float64Array(channels);
  const parts = call.numbers(lists, channels);
  for (let done = 0; done < rows; done += ROWS_AT_A_TIME) {
    parts.fill(0);
    add(done * channels * 4, Math.min(rows - done, ROWS_AT_A_TIME), lists);
    for (let at = 0; at < channels; at++) sums[at] += parts[at];
  }
  return sums;
}

/** Lists of a number a channel, one behind the other. */
function listsOf(call: Call, lists: readonly ArrayLike<number>[], channels: number): Address {
  const at = call.room(lists.length * channels);
  for (const [index, list] of lists.entries()) call.numbers(at + index * channels * 4, channels).set(list);
  return at;
}

const rowsOf = (at: Address, shape: readonly number[]): Rows => {
  const channels = shape[shape.length - 1];
  return { at, rows: size(shape) / channels, channels };
};

const tensorOf = (call: Call, values: ArrayLike<number>) =>
  call.output(listsOf(call, [values], values.length), [values.length]);

/** Mean and variance of every channel, over all else. */
export const channelMoments: Kernel<TensorInfo[]> = {
  name: 'ChannelMoments',
  compute(call, { x }) {
    const all = rowsOf(call.input(x), x.shape);
    const { at, rows, channels } = all;
    const mean = sumsOf(call, all, [], (from, count, lists) =>
      call.machine.channel_sums(at + from, count, channels, lists),
    ).map((sum) => sum / rows);
    const variance = sumsOf(call, all, mean, (from, count, lists) =>
      call.machine.channel_squares(at + from, count, channels, lists),
    ).map((sum) => sum / rows);
    return [tensorOf(call, mean), tensorOf(call, variance)];
  },
};

/** (x - mean) gamma / sqrt(variance + epsilon) + beta, channel by channel. */
export const channelNormalize: Kernel = {
  name: 'ChannelNormalize',
  compute(call, { x, gamma, beta, mean, variance }, { epsilon }) {
    const { at, rows, channels } = rowsOf(call.input(x), x.shape);
    const factors = factorsOf(call.values(gamma), call.values(variance), epsilon as number);
    const lists = listsOf(call, [call.values(mean), factors, call.values(beta)], channels);
    call.machine.normalize(at, rows, channels, lists);
    return call.output(at, x.shape);
  },
};

/** Gradients by x, gamma and beta, where mean and variance are those of x. */
export const channelNormalizeGrad: Kernel<TensorInfo[]> = {
  name: 'ChannelNormalizeGrad',
  compute(call, { x, dy, gamma, mean, variance }, { epsilon }) {
    const all = rowsOf(call.input(x), x.shape);
    const { at, rows, channels } = all;
    const by = call.input(dy);
    const center = call.values(mean);
    const bySum = sumsOf(call, all, [], (from, count, lists) =>
      call.machine.channel_sums(by + from, count, channels, lists),
    );
    const byFar = sumsOf(call, all, center, (from, count, lists) =>
      call.machine.channel_products(at + from, count, channels, lists, by + from),
    );
    const spread = Float64Array.from(call.values(variance), (value) => value + (epsilon as number));
    const lists = [
      center,
      bySum.map((sum) => sum / rows),
      byFar.map((sum, channel) => sum / (rows * spread[channel])),
      factorsOf(call.values(gamma), call.values(variance), epsilon as number),
    ];
    call.machine.normalize_gradient(at, rows, channels, listsOf(call, lists, channels), by);
    const byGamma = byFar.map((sum, channel) => sum / Math.sqrt(spread[channel]));
    return [call.output(by, x.shape), tensorOf(call, byGamma), tensorOf(call, bySum)];
  },
};

const factorsOf = (gamma: Float32Array, variance: Float32Array, epsilon: number): Float64Array =>
  Float64Array.from(gamma, (value, channel) => value / Math.sqrt(variance[channel] + epsilon));
