import { type Format, formatFor } from '../../../fixed/format.js';
import type { Activation, LeakyRelu } from '../../../network/activation.js';
import type { UnitOutput } from '../../../network/layer-output.js';
import type { AddLayer } from '../../../network/layers/add.js';
import type { Conv2dLayer, KernelCodes } from '../../../network/layers/conv2d.js';
import type { DenseLayer } from '../../../network/layers/dense.js';
import type { MoveLayer } from '../../../network/layers/move.js';
import { sizeOf } from '../../../network/tensor.js';
import type { Layer } from '../../../network/types.js';
import type { Window } from '../../../network/window.js';
import { type Codes, centred, formatOf, fractionOfScale, outputOf } from './codes.js';

/** Layers of an integer network, made of what a file says of its integers. */

/** What a layer gives, and what its codes mean. */
export interface CodeReading {
  readonly layer: string;
  /** `[units]` or `[height, width, channels]`. */
  readonly stored: readonly number[];
  readonly codes: Codes;
}

/** Where layers go; gives the name that the layer has there. */
export interface LayerSink {
  add(
    layer: Omit<Layer, 'name'> & Record<string, unknown>,
    wanted: string,
    from: readonly { readonly layer: string }[],
  ): string;
}

/** How a unit's sum becomes a code, beside the format. */
export type SumScaling = Pick<UnitOutput, 'rounding' | 'scale'>;

/** Whole numbers, the zero point of the weights taken off. */
export interface SumWeights {
  /** One of a list's units for all, or a kernel [row][column][channel of the group][channel given]. */
  readonly kernel: KernelCodes;
  /** One per unit. */
  readonly scales: readonly number[];
  /** Counted in the products' scale, or by so many bits finer. */
  readonly bias: readonly number[];
  readonly biasBits?: number;
  /** None for a dense layer. */
  readonly window?: Omit<Window, 'size'>;
  readonly groups: number;
}

export interface SumsWanted {
  readonly name: string;
  readonly read: CodeReading;
  readonly weights: SumWeights;
  readonly output: Codes;
  /** One per unit, or one for all. */
  readonly scalings: readonly SumScaling[];
  /** Of the sums; none where nothing is said. */
  readonly activation?: LeakyRelu;
  /** What a code of the output becomes, from the least on, one table for all units or one for each; and what that means. */
  readonly tables?: { readonly codes: readonly (readonly number[])[]; readonly output: Codes };
}

/** Weighted sums: a dense layer, or a convolution where there is a window. */
export function sums(sink: LayerSink, wanted: SumsWanted): CodeReading {
  const { weights, output, name } = wanted;
  const isPadded = weights.window?.padding.some((cells) => cells > 0) ?? false;
  const read = isPadded ? shifted(sink, wanted.read) : wanted.read;
  const units = weights.bias.length;
  const { tables } = wanted;
  const codes = tables?.output ?? output;
  const looked = (unit: number) =>
    tables === undefined
      ? {}
      : { table: { format: formatOf(codes), codes: tables.codes[unit % tables.codes.length] } };
  const outputs = Array.from({ length: units }, (_, unit): UnitOutput => {
    const scaling = wanted.scalings[unit % wanted.scalings.length];
    return { ...outputOf(output, scaling), ...looked(unit) };
  });
  const activation: Activation = wanted.activation ?? 'linear';
  const common = { ...numbersOf(read, weights), activation, output: outputs };
  if (weights.window === undefined) {
    const layer: Omit<DenseLayer, 'name'> = {
      kind: 'dense',
      ...common,
      kernel: { ...common.kernel, codes: weights.kernel[0][0] },
    };
    return { layer: sink.add(layer, name, [read]), stored: [units], codes };
  }
  const { strides, padding, dilation } = weights.window;
  const layer: Omit<Conv2dLayer, 'name'> = {
    kind: 'conv2d',
    ...common,
    strides,
    padding,
    dilation,
    groups: weights.groups,
  };
  const positions = ([0, 1] as const).map((axis) => {
    const size = axis === 0 ? weights.kernel.length : weights.kernel[0].length;
    const room = padding[2 * axis] + read.stored[axis] + padding[2 * axis + 1];
    return Math.floor((room - (size - 1) * dilation[axis] - 1) / strides[axis]) + 1;
  });
  return { layer: sink.add(layer, name, [read]), stored: [...positions, units], codes };
}

/** Weights and biases with their formats; what the codes read are off the real 0 by goes into the biases. */
function numbersOf({ codes }: CodeReading, { kernel, scales, bias, biasBits = 0 }: SumWeights) {
  const off = codes.offset - codes.zeroPoint;
  const rows = kernel.flat(2);
  const whole = bias.map(
    (code, unit) =>
      code + (off === 0 ? 0 : off * 2 ** biasBits * rows.reduce((sum, row) => sum + row[unit], 0)),
  );
  const fractions = whole.map((_, unit) => fractionOfScale(scales[unit % scales.length]));
  const read = codes.fraction;
  return {
    kernel: { formats: alikeFormats(rows.flat(), fractions), codes: kernel },
    bias: {
      formats: alikeFormats(
        whole,
        fractions.map((fraction) => read + fraction + biasBits),
      ),
      codes: whole,
    },
  };
}

/** The narrowest formats that hold all of the codes, one with each fraction. */
function alikeFormats(codes: readonly number[], fractions: readonly number[]): Format[] {
  let [low, high] = [0, 0];
  for (const code of codes) {
    low = Math.min(low, code);
    high = Math.max(high, code);
  }
  return fractions.map((fraction) => formatFor({ low, high }, fraction));
}

/** The same values, their codes 0 at the real 0, as padding wants them. @param fraction of their format, where it is to be another */
export function shifted(
  sink: LayerSink,
  read: CodeReading,
  fraction: number = read.codes.fraction,
): CodeReading {
  const { codes } = read;
  if (codes.offset === codes.zeroPoint && codes.fraction === fraction) return read;
  const same = codes.fraction === fraction ? {} : { scale: { multiplier: 1, shift: 0 } };
  return single(sink, {
    name: `${read.layer}_shift`,
    read,
    weights: [1],
    output: { ...centred(codes), fraction },
    scalings: [{ rounding: 'TRN', ...same }],
  });
}

export interface SingleWanted
  extends Pick<SumsWanted, 'name' | 'read' | 'output' | 'scalings' | 'tables' | 'activation'> {
  /** One for all channels, or one for each. */
  readonly weights: readonly number[];
  readonly bias?: readonly number[];
  readonly biasBits?: number;
  /** Of the weights; 1 where nothing is said. */
  readonly scales?: readonly number[];
}

/** Each code by itself, times a whole number: a convolution over single cells. */
export function single(
  sink: LayerSink,
  { weights, bias = [0], biasBits = 0, scales = [1], ...wanted }: SingleWanted,
): CodeReading {
  const { read } = wanted;
  const perChannel = (list: readonly number[], channels: number) =>
    Array.from({ length: channels }, (_, channel) => list[channel % list.length]);
  const isList = read.stored.length === 1;
  const map = isList ? reshaped(sink, read, [1, 1, ...read.stored]) : read;
  const channels = map.stored[2];
  const given = sums(sink, {
    ...wanted,
    read: map,
    weights: {
      kernel: [[[perChannel(weights, channels)]]],
      scales,
      bias: perChannel(bias, channels),
      biasBits,
      window: { strides: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1] },
      groups: channels,
    },
  });
  return isList ? reshaped(sink, given, read.stored) : given;
}

export function reshaped(sink: LayerSink, read: CodeReading, stored: readonly number[]): CodeReading {
  if (read.stored.join() === stored.join()) return read;
  if (sizeOf({ shape: stored }) !== sizeOf({ shape: read.stored })) return read;
  const layer: Omit<MoveLayer, 'name'> = { kind: 'move', move: { kind: 'reshape', shape: stored } };
  return { ...read, layer: sink.add(layer, `${read.layer}_move`, [read]), stored };
}

/** Code by code the sum of tensors, each times a whole number. What is read has its 0 at the real 0. */
export function added(
  sink: LayerSink,
  wanted: {
    readonly name: string;
    readonly read: readonly CodeReading[];
    readonly signs: readonly (1 | -1)[];
    readonly factors?: readonly number[];
    readonly output: Codes;
    readonly scaling: SumScaling;
    readonly activation?: LeakyRelu;
  },
): CodeReading {
  const { signs, factors, output, activation = 'linear' } = wanted;
  const read = wanted.read.map((one) => shifted(sink, one));
  const { stored } = read[0];
  const units = stored[stored.length - 1];
  const layer: Omit<AddLayer, 'name'> = {
    kind: 'add',
    units,
    signs,
    ...(factors === undefined ? {} : { factors }),
    activation,
    output: Array<UnitOutput>(units).fill(outputOf(output, wanted.scaling)),
  };
  return { layer: sink.add(layer, wanted.name, read), stored, codes: output };
}
