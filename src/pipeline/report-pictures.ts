import { spread } from '../core/spread.js';
import { fractionOf, valueOfCode } from '../fixed/format.js';
import { floatKindOf } from '../float/layers/index.js';
import { floatModel } from '../float/model.js';
import type { FloatNetwork } from '../float/types.js';
import { slotsOf } from '../learn/parameters.js';
import { pickSamples, type Samples } from '../learn/samples.js';
import { placeLayers } from '../network/graph.js';
import { kindOf } from '../network/layers/index.js';
import { referenceModel } from '../network/reference.js';
import { isMap, type MapShape } from '../network/tensor.js';
import type { QuantizedNetwork } from '../network/types.js';
import { inputCodes } from '../quantize/input-codes.js';
import type { ConfusedPicture, DrawnMap, PicturesReport } from '../report/pictures-data.js';

/** Pictures of a class and of all classes, mistakes, answers to each, and channels of a layer that are shown. */
const MOST = { ofClass: 8, ofAll: 120, confused: 12, answers: 3, channels: 32 };
/** A larger picture is shown by every second, third … pixel. */
const MOST_PIXELS = 64;

/** What a network of maps of one channel or three has to show; undefined of others. */
export function picturesOf(
  float: FloatNetwork,
  network: QuantizedNetwork,
  test: Samples,
): PicturesReport | undefined {
  const { shape = [] } = test;
  if (!isMap(shape) || (shape[2] !== 1 && shape[2] !== 3) || test.labels.length === 0) return undefined;
  const draw = drawerOf(test.features, shape);
  const rows = [...test.labels.keys()];
  const each = Math.max(1, Math.min(MOST.ofClass, Math.floor(MOST.ofAll / test.classes.length)));
  const samples = test.classes.slice(0, MOST.ofAll).flatMap((name, label) => {
    const own = rows.filter((row) => test.labels[row] === label).slice(0, each);
    return own.length === 0 ? [] : [{ name, pictures: own.map((row) => draw(test.features[row])) }];
  });
  const kernels = kernelsOf(float, network, shape[2]);
  return {
    samples,
    confused: confusedOf(network, test, draw),
    ...(kernels !== undefined && { kernels }),
    features: featuresOf(float, network, pickSamples(test, [0]), draw),
  };
}

type Draw = (values: ArrayLike<number>) => DrawnMap;

/** Draws samples by one range of values, from 0 where none is below. */
function drawerOf(all: Samples['features'], shape: MapShape): Draw {
  const { low, high } = rangeOf(spread(all, 100));
  return (values) => drawn(values, shape, Math.min(low, 0), high);
}

function rangeOf(rows: readonly ArrayLike<number>[]): { readonly low: number; readonly high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const row of rows) {
    for (let at = 0; at < row.length; at++) {
      low = Math.min(low, row[at]);
      high = Math.max(high, row[at]);
    }
  }
  return { low, high };
}

/** @param values [row][column][channel]; @param low what is black, @param high what is white */
function drawn(values: ArrayLike<number>, shape: MapShape, low: number, high: number): DrawnMap {
  const step = Math.ceil(Math.max(shape[0], shape[1]) / MOST_PIXELS);
  const [height, width] = [Math.ceil(shape[0] / step), Math.ceil(shape[1] / step)];
  const channels = shape[2] === 3 ? 3 : 1;
  const span = high - low;
  const levels = Uint8Array.from({ length: height * width * channels }, (_, at) => {
    const cell = Math.floor(at / channels);
    const [row, column] = [Math.floor(cell / width) * step, (cell % width) * step];
    const value = values[(row * shape[1] + column) * channels + (at % channels)];
    return span === 0 ? 0 : Math.round(255 * Math.min(Math.max((value - low) / span, 0), 1));
  });
  return { height, width, channels, levels };
}

function confusedOf(network: QuantizedNetwork, test: Samples, draw: Draw): ConfusedPicture[] {
  const run = referenceModel(network);
  const { formats } = placeLayers(network).at(-1)!.output;
  const found = test.features.flatMap((row, number) => {
    const outcome = run(inputCodes(network, row));
    if (outcome.class === undefined || outcome.class === test.labels[number]) return [];
    const values = outcome.layers.at(-1)!.map((code, unit) => valueOfCode(code, fractionOf(formats[unit])));
    const shares = probabilities(values);
    const answers = shares
      .map((probability, label) => ({ name: test.classes[label], probability }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, MOST.answers);
    return [{ number, answers }];
  });
  return found
    .sort((a, b) => b.answers[0].probability - a.answers[0].probability || a.number - b.number)
    .slice(0, MOST.confused)
    .map(({ number, answers }) => ({
      picture: draw(test.features[number]),
      name: test.classes[test.labels[number]],
      answers,
    }));
}

/** Of one logit that of class 0 and of class 1, of more their softmax. */
function probabilities(logits: readonly number[]): number[] {
  const all = logits.length === 1 ? [0, logits[0]] : logits;
  const most = Math.max(...all);
  const powers = all.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Of the first layer with weights, where these lie over the picture; 0 is in the middle. */
function kernelsOf(
  float: FloatNetwork,
  network: QuantizedNetwork,
  channels: 1 | 3,
): PicturesReport['kernels'] {
  const slot = slotsOf(float).find(({ role }) => role === 'weights');
  if (slot === undefined || slot.shape.length !== 4 || slot.shape[2] !== channels) return undefined;
  const [rows, columns, , units] = slot.shape;
  const { [slot.layer]: trained } = float.layers;
  const kernel = floatKindOf(trained)
    .parameters(trained)
    .find(({ member }) => member === slot.member)!;
  const layer = network.layers[slot.layer];
  const [{ codes, formats }] = kindOf(layer).weights(layer);
  const mapsOf = (values: ArrayLike<number>) => {
    const { low, high } = rangeOf([values]);
    const most = Math.max(-low, high);
    return Array.from({ length: Math.min(units, MOST.channels) }, (_, unit) => {
      const own = Array.from({ length: rows * columns * channels }, (__, at) => values[at * units + unit]);
      return drawn(own, [rows, columns, channels], -most, most);
    });
  };
  const real = codes.map((code, at) => valueOfCode(code, fractionOf(formats[at % units])));
  return { layer: layer.name, float: mapsOf(kernel.values), integer: mapsOf(real) };
}

/** Every layer that gives a map of several cells, for one sample. */
function featuresOf(
  float: FloatNetwork,
  network: QuantizedNetwork,
  { features: [row], labels: [label], classes }: Samples,
  draw: Draw,
): PicturesReport['features'] {
  const real = floatModel(float)(row);
  const { layers: codes } = referenceModel(network)(inputCodes(network, row));
  const layers = placeLayers(network).flatMap(({ layer, output: { shape, formats } }, index) => {
    if (!isMap(shape) || shape[0] * shape[1] < 2) return [];
    const values = codes[index].map((code, at) =>
      valueOfCode(code, fractionOf(formats[at % formats.length])),
    );
    const maps = (all: ArrayLike<number>) => {
      const { low, high } = rangeOf([all]);
      return Array.from({ length: Math.min(shape[2], MOST.channels) }, (_, channel) => {
        const own = Array.from({ length: shape[0] * shape[1] }, (__, cell) => all[cell * shape[2] + channel]);
        return drawn(own, [shape[0], shape[1], 1], low, high);
      });
    };
    return [{ layer: layer.name, shape, float: maps(real[index]), integer: maps(values) }];
  });
  return { name: classes[label], picture: draw(row), layers };
}
