import { z } from 'zod';
import type { Random } from '../../core/random.js';
import { type Format, fractionOf } from '../../fixed/format.js';
import { type Activation, printActivation } from '../activation.js';
import { finisher } from '../finish.js';
import {
  activationFromJson,
  formatsFromJson,
  formatsToJson,
  outputFromJson,
  outputToJson,
  readJson,
} from '../json-parts.js';
import type { LayerOutput } from '../layer-output.js';
import { problems } from '../problems.js';
import { randomCode, randomFinish, randomFormats } from '../sample.js';
import { isMap, type MapShape, type Tensor } from '../tensor.js';
import {
  cellsUnder,
  checkWindow,
  type Extent,
  OUTSIDE,
  type Padding,
  positionsOf,
  tapsOf,
  type Window,
} from '../window.js';
import type { AffineRow, AffineTerm, LayerKind, NamedTensor } from './kind.js';
import { checkCode, checkSums, finishesOf, sumFormats } from './sums.js';
import { mapRead, PADDING_SHAPE, PAIR_SHAPE, randomWindow } from './window-json.js';
import { spreadRows, windowFormats } from './window-sums.js';

/**
 * At every position of a window, for every channel given: sum = bias + Σ kernel × code under the window, what lies in the
 * padding being 0. Channels are in `groups` of equal size, and a channel given reads its own group only.
 */
export interface Conv2dLayer {
  readonly kind: 'conv2d';
  readonly name: string;
  readonly from?: readonly string[];
  /** Weight codes [row][column][channel of the group][channel given], as Keras lays a kernel out; one format per channel given. */
  readonly kernel: { readonly formats: readonly Format[]; readonly codes: KernelCodes };
  /** Bias codes [channel given]; one format per channel given. */
  readonly bias: { readonly formats: readonly Format[]; readonly codes: readonly number[] };
  readonly strides: Extent;
  readonly padding: Padding;
  readonly dilation: Extent;
  /** As many as there are channels where each has a kernel of its own (depthwise). */
  readonly groups: number;
  readonly activation: Activation;
  readonly output: LayerOutput;
}

export type KernelCodes = readonly (readonly (readonly (readonly number[])[])[])[];

export const windowOf = ({ kernel, strides, padding, dilation }: Conv2dLayer): Window => ({
  size: [kernel.codes.length, kernel.codes[0].length],
  strides,
  padding,
  dilation,
});

/** The channels that a channel given reads, [first, end). */
function groupOf({ groups, bias }: Conv2dLayer, channels: number, unit: number): readonly [number, number] {
  const group = Math.floor((unit * groups) / bias.codes.length);
  return [(group * channels) / groups, ((group + 1) * channels) / groups];
}

/** Fraction bits at which a channel's products and bias all are whole numbers. */
function sumFraction(layer: Conv2dLayer, inputs: readonly Format[], unit: number): number {
  const read = inputs.slice(...groupOf(layer, inputs.length, unit)).map(fractionOf);
  const products = Math.max(...read) + fractionOf(layer.kernel.formats[unit]);
  return Math.max(products, fractionOf(layer.bias.formats[unit]));
}

/** The sums at any position; terms count the codes under the window. */
function body(layer: Conv2dLayer, { formats }: Tensor): AffineRow[] {
  const { kernel, bias } = layer;
  const fractions = bias.codes.map((_, unit) => sumFraction(layer, formats, unit));
  const finishes = finishesOf(layer, fractions);
  const taps = kernel.codes.flat();
  return bias.codes.map((code, unit) => {
    const fraction = fractions[unit];
    const [first, end] = groupOf(layer, formats.length, unit);
    const terms: AffineTerm[] = [];
    taps.forEach((tap, at) => {
      for (let channel = first; channel < end; channel++) {
        const shift = fraction - fractionOf(formats[channel]) - fractionOf(kernel.formats[unit]);
        const weight = tap[channel - first][unit] * 2 ** shift;
        if (weight !== 0) terms.push({ input: at * formats.length + channel, weight });
      }
    });
    return {
      terms,
      bias: code * 2 ** (fraction - fractionOf(bias.formats[unit])),
      fraction,
      finish: finishes[unit],
    };
  });
}

function evaluator(layer: Conv2dLayer, input: Tensor): (codes: readonly (readonly number[])[]) => number[] {
  const window = windowOf(layer);
  const cells = cellsUnder(window, input.shape as MapShape);
  const taps = tapsOf(window);
  const channels = input.formats.length;
  const rows = body(layer, input);
  const units = rows.length;
  const biases = Float64Array.from(rows, ({ bias }) => bias);
  const finishes = rows.map(({ finish }) => finisher(finish));
  // [code under the window][channel given]
  const weights = new Float64Array(taps * channels * units);
  rows.forEach(({ terms }, unit) => {
    for (const { input: at, weight } of terms) weights[at * units + unit] = weight;
  });
  // The channels given that read a channel.
  const perGroup = units / layer.groups;
  const firstReader = Int32Array.from(
    input.formats,
    (_, channel) => Math.floor((channel * layer.groups) / channels) * perGroup,
  );
  const values = new Float64Array(input.shape[0] * input.shape[1] * channels);
  const sums = new Float64Array(units);
  const addTap = (tap: number, cell: number) => {
    for (let channel = 0; channel < channels; channel++) {
      const value = values[cell * channels + channel];
      if (value === 0) continue;
      const row = (tap * channels + channel) * units;
      const end = firstReader[channel] + perGroup;
      for (let unit = firstReader[channel]; unit < end; unit++) sums[unit] += value * weights[row + unit];
    }
  };
  return ([codes]) => {
    values.set(codes);
    const given: number[] = [];
    for (let first = 0; first < cells.length; first += taps) {
      sums.set(biases);
      for (let tap = 0; tap < taps; tap++)
        if (cells[first + tap] !== OUTSIDE) addTap(tap, cells[first + tap]);
      for (let unit = 0; unit < units; unit++) given.push(finishes[unit](sums[unit]));
    }
    return given;
  };
}

function check(layer: Conv2dLayer, inputs: readonly Tensor[], path: string): void {
  const where = `${path} (${layer.name})`;
  const shape = mapRead(inputs, where);
  const { kernel, bias, groups, output } = layer;
  const units = bias.codes.length;
  const [, , channels] = shape;
  if (channels % groups !== 0 || units % groups !== 0) throw problems.groups(where, groups, channels, units);
  const counts: [member: string, got: number, wanted: number][] = [
    ['kernel.format', kernel.formats.length, units],
    ['bias.format', bias.formats.length, units],
  ];
  if (output !== 'exact') counts.push(['finish.output', output.length, units]);
  for (const [member, got, wanted] of counts) {
    if (got === wanted) continue;
    throw problems.networkShape(
      `${where}.${member}`,
      `${got} formats`,
      `${wanted} formats (one per channel)`,
    );
  }
  checkKernel(layer, channels / groups, `${where}.kernel.codes`);
  bias.codes.forEach((code, unit) => {
    checkCode(`${where}.bias.codes[${unit}]`, code, bias.formats[unit]);
  });
  checkWindow(windowOf(layer), shape, where);
  checkSums(layer, body(layer, inputs[0]), windowFormats(windowOf(layer), inputs[0]), where);
}

function checkKernel({ kernel, bias }: Conv2dLayer, channels: number, path: string): void {
  const size = (place: string, list: readonly unknown[], wanted: number, what: string) => {
    if (list.length !== wanted)
      throw problems.networkShape(place, `${list.length} ${what}`, `${wanted} ${what}`);
  };
  kernel.codes.forEach((row, y) => {
    size(`${path}[${y}]`, row, kernel.codes[0].length, 'columns');
    row.forEach((tap, x) => {
      size(`${path}[${y}][${x}]`, tap, channels, 'channels (those of a group)');
      tap.forEach((codes, channel) => {
        const place = `${path}[${y}][${x}][${channel}]`;
        size(place, codes, bias.codes.length, 'codes (one per channel given)');
        codes.forEach((code, unit) => {
          checkCode(`${place}[${unit}]`, code, kernel.formats[unit]);
        });
      });
    });
  });
}

const list = <T extends z.ZodType>(item: T) => z.array(item).min(1);
const SHAPE = z.strictObject({
  kind: z.literal('conv2d'),
  name: z.string(),
  kernel: z.strictObject({ format: z.unknown(), codes: list(list(list(list(z.number())))) }),
  bias: z.strictObject({ format: z.unknown(), codes: list(z.number()) }),
  strides: PAIR_SHAPE.default([1, 1]),
  padding: PADDING_SHAPE.default([0, 0, 0, 0]),
  dilation: PAIR_SHAPE.default([1, 1]),
  groups: z.int().min(1).default(1),
  finish: z.strictObject({ activation: z.string(), output: z.unknown() }),
});

function fromJson(json: unknown, path: string): Conv2dLayer {
  const { finish, kernel, bias, ...plain } = readJson(SHAPE, json, path);
  const units = bias.codes.length;
  return {
    ...plain,
    kernel: { formats: formatsFromJson(kernel.format, units, `${path}.kernel.format`), codes: kernel.codes },
    bias: { formats: formatsFromJson(bias.format, units, `${path}.bias.format`), codes: bias.codes },
    activation: activationFromJson(finish.activation, `${path}.finish.activation`),
    output: outputFromJson(finish.output, units, `${path}.finish.output`, 2),
  };
}

function toJson({ kind, name, kernel, bias, activation, output, ...layer }: Conv2dLayer): object {
  return {
    kind,
    name,
    kernel: { format: formatsToJson(kernel.formats), codes: kernel.codes },
    bias: { format: formatsToJson(bias.formats), codes: bias.codes },
    strides: layer.strides,
    padding: layer.padding,
    dilation: layer.dilation,
    groups: layer.groups,
    finish: { activation: printActivation(activation), output: outputToJson(output) },
  };
}

function describe(layer: Conv2dLayer): string {
  const { kernel, bias, strides, padding, dilation, groups, activation, output } = layer;
  const size = `${windowOf(layer).size.join('x')}x${kernel.codes[0][0].length} -> ${bias.codes.length}`;
  const moved = `strides ${strides.join('x')}, padding ${padding.join(' ')}, dilation ${dilation.join('x')}`;
  const formats = `weights ${JSON.stringify(formatsToJson(kernel.formats))}, bias ${JSON.stringify(formatsToJson(bias.formats))}`;
  const finish = `${printActivation(activation)}, output ${JSON.stringify(outputToJson(output))}`;
  return `conv2d ${size}, ${moved}, groups ${groups}, ${formats}, ${finish}`;
}

function sample(random: Random, name: string, given: readonly NamedTensor[]): Conv2dLayer | undefined {
  const maps = given.filter(({ tensor }) => isMap(tensor.shape));
  if (maps.length === 0) return undefined;
  const read = random.pick(maps);
  const shape = read.tensor.shape as MapShape;
  const channels = shape[2];
  const divisors = Array.from({ length: channels }, (_, at) => at + 1).filter(
    (groups) => channels % groups === 0,
  );
  const groups = random.pick([1, ...divisors]);
  const units = groups * random.integer(1, 2);
  const { size, ...window } = randomWindow(random, shape, 'convolution');
  const kernelFormats = randomFormats(random, units, 5);
  const biasFormats = randomFormats(random, units, 5);
  const zeros = random.pick([0, 0.5, 0.9]);
  const codes = Array.from({ length: size[0] }, () =>
    Array.from({ length: size[1] }, () =>
      Array.from({ length: channels / groups }, () =>
        kernelFormats.map((format) => randomCode(random, format, zeros)),
      ),
    ),
  );
  return {
    kind: 'conv2d',
    name,
    from: [read.name],
    kernel: { formats: kernelFormats, codes },
    bias: { formats: biasFormats, codes: biasFormats.map((format) => randomCode(random, format, 0.3)) },
    ...window,
    groups,
    ...randomFinish(random, randomFormats(random, units, 6), { mayBeExact: random.float() < 0.2, any: true }),
  };
}

export const conv2d: LayerKind<Conv2dLayer> = {
  kind: 'conv2d',
  gives: 'sums',
  check,
  type: (layer, [input]) => {
    const [rows, columns] = positionsOf(windowOf(layer), input.shape as MapShape);
    const formats = sumFormats(layer, body(layer, input), windowFormats(windowOf(layer), input));
    return { shape: [rows, columns, formats.length], formats };
  },
  evaluator: (layer, [input]) => evaluator(layer, input),
  lower: (layer, [input]) => {
    const [rows, columns] = positionsOf(windowOf(layer), input.shape as MapShape);
    const sums = body(layer, input);
    return {
      kind: 'sums',
      rows: spreadRows(windowOf(layer), input, () => sums),
      denseTerms: rows * columns * layer.kernel.codes.flat(3).length,
    };
  },
  window: (layer, [input]) => ({ kind: 'sums', window: windowOf(layer), rows: body(layer, input) }),
  weights: ({ kernel, bias }) => [
    { role: 'weights', codes: kernel.codes.flat(3), formats: kernel.formats },
    { role: 'bias', ...bias },
  ],
  toJson,
  fromJson,
  version: () => 2,
  describe,
  sample,
};
