import { type Format, fractionOf, rangeOf, valueOfCode } from '../fixed/format.js';
import { magnitude, point } from '../fixed/interval.js';
import type { Limits } from '../fixed/limits.js';
import type { Requantize } from '../fixed/requantize.js';
import { isCurve, steepestOf } from '../float/activation.js';
import type { DenseChain } from '../float/chain.js';
import { floatModel } from '../float/model.js';
import { isLimited, roundingError } from '../network/finish.js';
import type { DenseLayer } from '../network/layers/dense.js';
import type { AffineRow } from '../network/layers/kind.js';
import { boundCode } from '../network/lower-finish.js';
import { layerFormats, referenceModel } from '../network/reference.js';
import { chainOf, chainRanges } from '../network/stages.js';
import type { DenseNetwork } from '../network/types.js';
import { inputCodes } from './input-codes.js';

/** How far a layer's values in fixed point are from those of the float network. */
export interface LayerError {
  /** `input`, or the layer's name. */
  readonly layer: string;
  /** No larger error can occur as long as nothing saturates. */
  readonly bound: number;
  /** Seen on the samples in which nothing has saturated up to here. */
  readonly largest: number;
  readonly mean: number;
  readonly samples: number;
  /** Samples in which a value lay outside its format, here or before. */
  readonly saturated: number;
  /** The largest error over all samples, those included. */
  readonly largestOfAll: number;
}

/**
 * Quantization errors layer by layer, beside what the formats allow.
 *
 * With x real and x̂ its code's value, and likewise w and ŵ, a sum is off by at most
 * Σ |w| |x − x̂| + Σ |w − ŵ| max |x̂| + |b − b̂|; an activation does not enlarge that, and a rounding adds half of the
 * least bit, or all of it where it truncates. A table is asked for the rounded sum: what that is off by counts as often
 * as its curve is steep, and half of the least bit of its codes comes to it.
 *
 * @param float the network whose rounding `network` is, layer by layer
 * @param rows scaled features, [row][input]
 */
export function quantizationErrors(
  float: DenseChain,
  network: DenseNetwork,
  rows: readonly (readonly number[])[],
): LayerError[] {
  const bounds = errorBounds(float, network);
  const tallies = bounds.map(() => ({ all: 0, largest: 0, sum: 0, count: 0, samples: 0 }));
  const run = referenceModel(network);
  const real = floatModel(float);
  const places = placesOf(network);
  for (const row of rows) {
    const codes = inputCodes(network, row);
    const wanted = [row, ...real(row)];
    const got = [codes, ...run(codes).layers];
    let isWhole = true;
    places.forEach(({ fractions, saturates }, place) => {
      const errors = got[place].map((code, unit) =>
        Math.abs(valueOfCode(code, fractions[unit]) - wanted[place][unit]),
      );
      isWhole &&= !saturates(place === 0 ? row : got[place - 1]);
      record(tallies[place], errors, isWhole);
    });
  }
  return tallies.map(({ all, largest, sum, count, samples }, place) => ({
    layer: place === 0 ? 'input' : network.layers[place - 1].name,
    bound: Math.max(...bounds[place]),
    largest,
    mean: count === 0 ? 0 : sum / count,
    samples,
    saturated: rows.length - samples,
    largestOfAll: all,
  }));
}

type Tally = { all: number; largest: number; sum: number; count: number; samples: number };

function record(tally: Tally, errors: readonly number[], isWhole: boolean): void {
  tally.all = Math.max(tally.all, ...errors);
  if (!isWhole) return;
  tally.largest = Math.max(tally.largest, ...errors);
  tally.sum += errors.reduce((sum, error) => sum + error, 0);
  tally.count += errors.length;
  tally.samples += 1;
}

/** The input and each layer: its codes' fraction bits, and whether given values or codes saturate on entering it. */
interface Place {
  readonly fractions: readonly number[];
  readonly saturates: (before: readonly number[]) => boolean;
}

function placesOf(network: DenseNetwork): Place[] {
  const { formats } = network.input;
  const input: Place = {
    fractions: formats.map(fractionOf),
    saturates: (row) =>
      row.some((value, at) => isOutside(Math.round(value * 2 ** fractionOf(formats[at])), formats[at])),
  };
  const all = layerFormats(network);
  const layers = rowsOf(network).map(
    (rows, index): Place => ({
      fractions: all[index].map(fractionOf),
      saturates: (codes) =>
        rows.some((row, unit) => rowSaturates(row, codes, cutOf(network.layers[index], unit))),
    }),
  );
  return [input, ...layers];
}

const isOutside = (code: number, format: Requantize['format']): boolean => {
  const { low, high } = rangeOf(format);
  return code < low || code > high;
};

/** The limits of a unit's codes without the activation's bound: to end there is no loss. */
function cutOf({ activation, output }: DenseLayer, unit: number): Limits {
  if (output === 'exact') return { kind: 'none' };
  const wanted = output[unit];
  const { low, high } = wanted.limits ?? rangeOf(wanted.format);
  const bound = boundCode(activation, wanted);
  return {
    kind: 'saturate',
    low,
    high: bound !== undefined && bound <= high ? Number.POSITIVE_INFINITY : high,
  };
}

function rowSaturates({ terms, bias, finish }: AffineRow, codes: readonly number[], limits: Limits): boolean {
  const sum = terms.reduce((total, { input, weight }) => total + weight * codes[input], bias);
  return isLimited({ ...finish, limits }, point(sum));
}

function rowsOf(network: DenseNetwork): AffineRow[][] {
  return chainOf(network).stages.flatMap((stage) =>
    stage.kind === 'sums' ? [stage.rows.map(({ row }) => row)] : [],
  );
}

/** [input, then layers][unit] */
function errorBounds(float: DenseChain, network: DenseNetwork): number[][] {
  const formats = [network.input.formats, ...layerFormats(network)];
  const ranges = [network.input.formats.map(rangeOf), ...chainRanges(network, chainOf(network))];
  const allRows = rowsOf(network);
  const bounds = [network.input.formats.map((format) => 2 ** -(fractionOf(format) + 1))];
  network.layers.forEach((layer, index) => {
    const { kernel, bias, activation } = float.layers[index];
    const largest = ranges[index].map(
      (range, unit) => magnitude(range) * 2 ** -fractionOf(formats[index][unit]),
    );
    bounds.push(
      allRows[index].map((row, unit) => {
        const fraction = fractionOf(layer.bias.formats[unit]);
        let bound = Math.abs(bias[unit] - valueOfCode(layer.bias.codes[unit], fraction));
        bounds[index].forEach((before, input) => {
          const weight = kernel.values[input * bias.length + unit];
          const value = valueOfCode(layer.kernel.codes[input][unit], fractionOf(layer.kernel.formats[unit]));
          bound += Math.abs(weight) * before + Math.abs(weight - value) * largest[input];
        });
        const rounding = (format: Format) => valueOfCode(roundingError(row.finish), fractionOf(format));
        const wanted = layer.output === 'exact' ? undefined : layer.output[unit];
        if (!isCurve(activation) || wanted === undefined) return bound + rounding(formats[index + 1][unit]);
        // The table's code is the nearest to the curve at the index.
        const nearest = 2 ** -(fractionOf(formats[index + 1][unit]) + 1);
        return steepestOf(activation) * (bound + rounding(wanted.format)) + nearest;
      }),
    );
  });
  return bounds;
}
