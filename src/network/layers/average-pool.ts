import { z } from 'zod';
import type { Random } from '../../core/random.js';
import { type Format, formatFor, fractionOf, parseFormat, printFormat, rangeOf } from '../../fixed/format.js';
import { type Activation, printActivation } from '../activation.js';
import { finisher } from '../finish.js';
import { activationFromJson, outputFromJson, outputToJson, readJson } from '../json-parts.js';
import type { LayerOutput, UnitOutput } from '../layer-output.js';
import { problems } from '../problems.js';
import { randomFinish, randomFormats } from '../sample.js';
import { isMap, type MapShape, type Tensor } from '../tensor.js';
import {
  cellsUnder,
  checkWindow,
  type Extent,
  OUTSIDE,
  type Padding,
  placesAlong,
  positionsOf,
  tapsOf,
  type Window,
} from '../window.js';
import { NO_ZONE, zonesOf } from '../zones.js';
import type { AffineRow, LayerKind, LayerParts, NamedTensor, WindowForm } from './kind.js';
import { type SharesLayer, shareRows } from './shares.js';
import { checkSums, finishesOf, sumFormats, tooWide } from './sums.js';
import { mapRead, PADDING_SHAPE, PAIR_SHAPE, randomWindow } from './window-json.js';
import { spreadRows, windowFormats } from './window-sums.js';

/**
 * At every position of a window, channel by channel, the mean: sum = 1/count × Σ code under the window. 1/count is a
 * number of the format `reciprocal`, the least that is not below it: exact where the count is a power of two.
 */
export interface AveragePoolLayer {
  readonly kind: 'average_pool';
  readonly name: string;
  readonly from?: readonly string[];
  readonly channels: number;
  readonly window: Extent;
  readonly strides: Extent;
  readonly padding: Padding;
  /** Whether what lies in the padding counts, as 0; it is left out of the mean otherwise. */
  readonly countPadding: boolean;
  readonly reciprocal: Format;
  readonly activation: Activation;
  readonly output: LayerOutput;
}

export const windowOf = ({ window, strides, padding }: AveragePoolLayer): Window => ({
  size: window,
  strides,
  padding,
  dilation: [1, 1],
});

/** The code of 1/count. */
const reciprocalOf = ({ reciprocal }: AveragePoolLayer, count: number): number =>
  Math.ceil(2 ** fractionOf(reciprocal) / count);

/** Taps that count where so many lie inside the map. */
const counted = (layer: AveragePoolLayer, inside: number): number =>
  layer.countPadding ? tapsOf(windowOf(layer)) : inside;

/** The code of 1/count where so many taps lie inside the map, one at least. */
const weightAt = (layer: AveragePoolLayer, inside: number): number =>
  reciprocalOf(layer, counted(layer, inside));

/** The sums of a position; terms count the codes under the window. One with nothing inside gives 0. */
function body(layer: AveragePoolLayer, { formats }: Tensor, inside: number): AffineRow[] {
  const weight = inside === 0 ? 0 : weightAt(layer, inside);
  const fractions = formats.map((format) => fractionOf(format) + fractionOf(layer.reciprocal));
  const finishes = finishesOf(layer, fractions);
  const taps = inside === 0 ? 0 : tapsOf(windowOf(layer));
  return formats.map((_, channel) => ({
    terms: Array.from({ length: taps }, (__, tap) => ({ input: tap * formats.length + channel, weight })),
    bias: 0,
    fraction: fractions[channel],
    finish: finishes[channel],
  }));
}

/** How many rows of taps lie inside the map, for every row of positions, and how many columns for every column. */
function insideAlong(layer: AveragePoolLayer, shape: MapShape): [down: number[], across: number[]] {
  const along = (axis: 0 | 1) =>
    placesAlong(windowOf(layer), shape, axis).map(
      (places) => places.filter((place) => place !== OUTSIDE).length,
    );
  return [along(0), along(1)];
}

/** How many taps lie inside the map at any position, each number once. */
function insideCounts(layer: AveragePoolLayer, shape: MapShape): number[] {
  const [down, across] = insideAlong(layer, shape).map((counts) => [...new Set(counts)]);
  return [...new Set(down.flatMap((rows) => across.map((columns) => rows * columns)))];
}

/** The codes of 1/count that there are, ascending; where nothing lies inside, any of them gives 0. */
const weightsOf = (layer: AveragePoolLayer, shape: MapShape): number[] => {
  const insides = insideCounts(layer, shape).filter((inside) => inside > 0);
  const counts = layer.countPadding ? [tapsOf(windowOf(layer))] : insides;
  return [...new Set(counts.map((inside) => weightAt(layer, inside)))].sort((a, b) => a - b);
};

/** The rows whose sums reach farthest: ends of intervals grow with the sum of the weights. */
function widestBody(layer: AveragePoolLayer, input: Tensor): AffineRow[] {
  const reach = (inside: number) => (inside === 0 ? 0 : inside * weightAt(layer, inside));
  const counts = insideCounts(layer, input.shape as MapShape);
  const widest = counts.reduce((best, inside) => (reach(inside) > reach(best) ? inside : best));
  const terms = (row: AffineRow) => row.terms.slice(0, widest);
  return body(layer, input, widest).map((row) => ({ ...row, terms: terms(row) }));
}

/** The sums of codes, and their products with 1/count, which is another number in the corners and at the edges. */
function partsOf(layer: AveragePoolLayer, input: Tensor): LayerParts | undefined {
  const shape = input.shape as MapShape;
  const weights = weightsOf(layer, shape);
  if (weights.length < 2) return undefined;
  const zones = zonesOf(insideAlong(layer, shape), (rows, columns) =>
    rows * columns === 0 ? NO_ZONE : weights.indexOf(weightAt(layer, rows * columns)),
  );
  const formats = input.formats.map((format) => sumFormat(format, tapsOf(windowOf(layer))));
  const { channels, window, strides, padding, reciprocal, activation, output } = layer;
  const sums: Unnamed<AveragePoolLayer> = {
    ...{ kind: 'average_pool', channels, window, strides, padding, countPadding: true },
    ...{ reciprocal: ONE, activation: 'linear', output: formats.map(unchanged) },
  };
  const shares: Unnamed<SharesLayer> = {
    ...{ kind: 'shares', zones, weights, fraction: fractionOf(reciprocal), activation },
    output: output === 'exact' ? typeOf(layer, input).formats.map(unchanged) : output,
  };
  // What all zones give is added up, though a position lies in one of them.
  const ranges = weights.flatMap(() => formats.map(rangeOf));
  const isFit = shareRows(shares, formats).every((row) => tooWide(row, ranges, layer.name) === undefined);
  return isFit ? { sums, shares } : undefined;
}

type Unnamed<L> = Omit<L, 'name' | 'from'>;

/** The least number of this format that is not below 1/count is 1. */
const ONE: Format = { signed: false, width: 1, integer: 1 };

/** What holds a sum of so many codes of a format, or of fewer. */
const sumFormat = (format: Format, taps: number): Format => {
  const { low, high } = rangeOf(format);
  return formatFor({ low: taps * low, high: taps * high }, fractionOf(format));
};

/** A sum as it is, whose format holds it. */
const unchanged = (format: Format): UnitOutput => ({ format, rounding: 'TRN', overflow: 'SAT' });

/** The same rows at every position, where 1/count is one number. */
function windowForm(layer: AveragePoolLayer, input: Tensor): WindowForm | undefined {
  const shape = input.shape as MapShape;
  if (weightsOf(layer, shape).length !== 1) return undefined;
  const inside = Math.max(1, ...insideCounts(layer, shape));
  return { kind: 'sums', window: windowOf(layer), rows: body(layer, input, inside) };
}

function typeOf(layer: AveragePoolLayer, input: Tensor): Tensor {
  const [rows, columns] = positionsOf(windowOf(layer), input.shape as MapShape);
  const formats = sumFormats(layer, widestBody(layer, input), windowFormats(windowOf(layer), input));
  return { shape: [rows, columns, layer.channels], formats };
}

function evaluator(layer: AveragePoolLayer, input: Tensor) {
  const window = windowOf(layer);
  const cells = cellsUnder(window, input.shape as MapShape);
  const taps = tapsOf(window);
  const channels = input.formats.length;
  const finishes = body(layer, input, taps).map(({ finish }) => finisher(finish));
  return ([codes]: readonly (readonly number[])[]) => {
    const given: number[] = [];
    for (let first = 0; first < cells.length; first += taps) {
      const under = cells.subarray(first, first + taps).filter((cell) => cell !== OUTSIDE);
      const weight = under.length === 0 ? 0 : weightAt(layer, under.length);
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (const cell of under) sum += codes[cell * channels + channel];
        given.push(finishes[channel](weight * sum));
      }
    }
    return given;
  };
}

function check(layer: AveragePoolLayer, inputs: readonly Tensor[], path: string): void {
  const where = `${path} (${layer.name})`;
  const shape = mapRead(inputs, where);
  const { channels, output, reciprocal } = layer;
  if (channels !== shape[2]) {
    throw problems.networkShape(
      `${where}.channels`,
      String(channels),
      `${shape[2]} channels, as the map has`,
    );
  }
  if (output !== 'exact' && output.length !== channels) {
    throw problems.networkShape(
      `${where}.finish.output`,
      `${output.length} formats`,
      `${channels} formats (one per channel)`,
    );
  }
  checkWindow(windowOf(layer), shape, where);
  const { high } = rangeOf(reciprocal);
  for (const inside of insideCounts(layer, shape)) {
    if (inside === 0 || weightAt(layer, inside) <= high) continue;
    const wanted = `a format that holds 1/${counted(layer, inside)}, such as ufixed<16,1>`;
    throw problems.networkShape(`${where}.reciprocal`, printFormat(reciprocal), wanted);
  }
  checkSums(layer, widestBody(layer, inputs[0]), windowFormats(windowOf(layer), inputs[0]), where);
}

const SHAPE = z.strictObject({
  kind: z.literal('average_pool'),
  name: z.string(),
  channels: z.int().min(1),
  window: PAIR_SHAPE,
  strides: PAIR_SHAPE,
  padding: PADDING_SHAPE.default([0, 0, 0, 0]),
  countPadding: z.boolean().default(false),
  reciprocal: z.string(),
  finish: z.strictObject({ activation: z.string(), output: z.unknown() }),
});

function fromJson(json: unknown, path: string): AveragePoolLayer {
  const { finish, reciprocal, ...plain } = readJson(SHAPE, json, path);
  return {
    ...plain,
    reciprocal: parseFormat(reciprocal, `${path}.reciprocal`),
    activation: activationFromJson(finish.activation, `${path}.finish.activation`),
    output: outputFromJson(finish.output, plain.channels, `${path}.finish.output`, 2),
  };
}

function toJson({ kind, name, reciprocal, activation, output, ...layer }: AveragePoolLayer): object {
  return {
    kind,
    name,
    channels: layer.channels,
    window: layer.window,
    strides: layer.strides,
    padding: layer.padding,
    countPadding: layer.countPadding,
    reciprocal: printFormat(reciprocal),
    finish: { activation: printActivation(activation), output: outputToJson(output) },
  };
}

function sample(random: Random, name: string, given: readonly NamedTensor[]): AveragePoolLayer | undefined {
  const maps = given.filter(({ tensor }) => isMap(tensor.shape));
  if (maps.length === 0) return undefined;
  const read = random.pick(maps);
  const shape = read.tensor.shape as MapShape;
  const { size, strides, padding } = randomWindow(random, shape, 'pool');
  return {
    kind: 'average_pool',
    name,
    from: [read.name],
    channels: shape[2],
    window: size,
    strides,
    padding,
    countPadding: random.float() < 0.5,
    reciprocal: { signed: false, width: random.integer(2, 7), integer: 1 },
    ...randomFinish(random, randomFormats(random, shape[2], 6), {
      mayBeExact: random.float() < 0.2,
      any: true,
    }),
  };
}

export const averagePool: LayerKind<AveragePoolLayer> = {
  kind: 'average_pool',
  gives: 'sums',
  check,
  type: (layer, [input]) => typeOf(layer, input),
  evaluator: (layer, [input]) => evaluator(layer, input),
  lower: (layer, [input]) => {
    const [rows, columns] = positionsOf(windowOf(layer), input.shape as MapShape);
    return {
      kind: 'sums',
      rows: spreadRows(windowOf(layer), input, (inside) => body(layer, input, inside)),
      denseTerms: rows * columns * layer.channels * tapsOf(windowOf(layer)),
    };
  },
  window: (layer, [input]) => windowForm(layer, input),
  parts: (layer, [input]) => partsOf(layer, input),
  weights: () => [],
  toJson,
  fromJson,
  version: () => 2,
  describe: ({ window, strides, padding, countPadding, activation, output }) => {
    const moved = `${window.join('x')}, strides ${strides.join('x')}, padding ${padding.join(' ')}`;
    const finish = `${printActivation(activation)}, output ${JSON.stringify(outputToJson(output))}`;
    return `average_pool ${moved} ${countPadding ? 'counted' : 'left out'}, ${finish}`;
  },
  sample,
};
