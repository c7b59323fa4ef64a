import { type Format, fractionOf, rangeOf, valueOfCode } from '../../fixed/format.js';
import type { Interval } from '../../fixed/interval.js';
import type { LayerOutput } from '../../network/layer-output.js';
import type { AddLayer } from '../../network/layers/add.js';
import { type AveragePoolLayer, windowOf } from '../../network/layers/average-pool.js';
import type { Conv2dLayer } from '../../network/layers/conv2d.js';
import type { DenseLayer } from '../../network/layers/dense.js';
import { kindOf } from '../../network/layers/index.js';
import type { AffineRow } from '../../network/layers/kind.js';
import { codeFormats, isMap, type MapShape } from '../../network/tensor.js';
import type { Layer } from '../../network/types.js';
import { cellsUnder, OUTSIDE, tapsOf, type Window } from '../../network/window.js';
import { finished, type UnitSum } from './finish.js';
import { typeFor, type Value } from './graph.js';
import type { OnnxKind, Written } from './kind.js';

/** Layers of weighted sums: exact ones, and what becomes of them. */

/** The sums of each unit, wherever in the map, as the network itself lowers them. */
function unitsOf(layer: Layer, { reads, output }: Written): UnitSum[] {
  const tensors = reads.map(({ tensor }) => tensor);
  const kind = kindOf(layer);
  const window = kind.window?.(layer, tensors);
  const lowering = window ?? kind.lower(layer, tensors);
  const rows = lowering.kind === 'sums' ? lowering.rows : [];
  // A window's rows count codes under it, channel by channel.
  const ranges = tensors.flatMap((tensor) =>
    (window === undefined ? codeFormats(tensor) : tensor.formats).map(rangeOf),
  );
  const sums = rows.map((row) => unitSum(row, (input) => ranges[input % ranges.length]));
  const units = output.formats.length;
  return Array.from({ length: units }, (_, unit) =>
    sums.filter((__, row) => row % units === unit).reduce(widest),
  );
}

/** Every format's range holds 0, which padding is, so that no sum is farther out. */
function unitSum(
  { terms, bias, fraction, finish }: AffineRow,
  rangeAt: (input: number) => Interval,
): UnitSum {
  let [bound, low, high] = [Math.abs(bias), bias, bias];
  for (const { input, weight } of terms) {
    const range = rangeAt(input);
    const ends = [weight * range.low, weight * range.high];
    bound += Math.max(Math.abs(ends[0]), Math.abs(ends[1]));
    low += Math.min(...ends);
    high += Math.max(...ends);
  }
  return { fraction, bound, sums: { low, high }, finish };
}

const widest = (a: UnitSum, b: UnitSum): UnitSum => ({
  ...a,
  bound: Math.max(a.bound, b.bound),
  sums: { low: Math.min(a.sums.low, b.sums.low), high: Math.max(a.sums.high, b.sums.high) },
});

/** A layer's sums where they are added up: what it reads in a type that holds them, and then the finish. */
function summed(
  layer: Layer & { readonly output: LayerOutput },
  written: Written,
  sum: (reads: readonly Value[], type: Value['type']) => Value,
): Value {
  const { reads, output, graph, where } = written;
  const units = unitsOf(layer, written);
  const fractions = [...units, ...reads.flatMap(({ tensor }) => tensor.formats.map(asFraction))];
  const bound = Math.max(...units.map((unit) => unit.bound));
  const own = typeFor(
    bound,
    fractions.map(({ fraction }) => fraction),
    where,
  );
  const type = reads.some((read) => read.type === 'double') ? 'double' : own;
  const cast = reads.map((read, at) => graph.cast(read, type, `${layer.name}_read${at}`));
  const formats =
    layer.output === 'exact'
      ? output.formats
      : output.formats.map((_, unit) => (layer.output as Exclude<LayerOutput, 'exact'>)[unit].format);
  const wanted = { name: layer.name, units, formats, outputs: output.formats, where };
  return finished(graph, { ...wanted, behind: isMap(output.shape) ? 2 : 0 }, sum(cast, type));
}

const asFraction = (format: Format) => ({ fraction: fractionOf(format) });

const valuesOf = (codes: readonly number[], formats: readonly Format[]) =>
  codes.map((code, at) => valueOfCode(code, fractionOf(formats[at % formats.length])));

const dense: OnnxKind<DenseLayer> = {
  kind: 'dense',
  write: (layer, written) =>
    summed(layer, written, ([read], type) => {
      const { graph } = written;
      const { name, kernel, bias } = layer;
      const units = bias.codes.length;
      const values = valuesOf(kernel.codes.flat(), kernel.formats);
      const weights = graph.constant(`${name}_kernel`, [kernel.codes.length, units], values, type);
      const biases = graph.constant(`${name}_biases`, [units], valuesOf(bias.codes, bias.formats), type);
      const codes = graph.weights({ name: weights, type }, `${name}_weights`, kernel.formats, 0);
      const product = graph.map('MatMul', [read, codes], `${name}_product`);
      return graph.map('Add', [product, biases], `${name}_sum`);
    }),
};

const attributesOf = ({ size, strides, dilation, padding: [top, bottom, left, right] }: Window) => ({
  kernel_shape: size,
  strides,
  dilations: dilation,
  pads: [top, left, bottom, right],
});

const conv2d: OnnxKind<Conv2dLayer> = {
  kind: 'conv2d',
  write: (layer, written) =>
    summed(layer, written, ([read], type) => {
      const { graph } = written;
      const { name, kernel, bias, strides, padding, dilation, groups } = layer;
      const size = [kernel.codes.length, kernel.codes[0].length] as const;
      const depth = kernel.codes[0][0].length;
      const codes = bias.codes.flatMap((_, unit) =>
        Array.from({ length: depth }, (__, channel) =>
          kernel.codes.flatMap((row) => row.map((tap) => tap[channel][unit])),
        ).flat(),
      );
      const taps = depth * size[0] * size[1];
      const values = codes.map((code, at) =>
        valueOfCode(code, fractionOf(kernel.formats[Math.floor(at / taps)])),
      );
      const shape = [bias.codes.length, depth, ...size];
      const weights = graph.constant(`${name}_kernel`, shape, values, type);
      const biases = graph.constant(
        `${name}_biases`,
        [bias.codes.length],
        valuesOf(bias.codes, bias.formats),
        type,
      );
      const quantized = graph.weights({ name: weights, type }, `${name}_weights`, kernel.formats, 3);
      return graph.map('Conv', [read, quantized, biases], `${name}_sum`, {
        ...attributesOf({ size, strides, padding, dilation }),
        group: groups,
      });
    }),
};

/** A convolution with one weight, since the mean of floats is not the product with 1/count that hardware has. */
const averagePool: OnnxKind<AveragePoolLayer> = {
  kind: 'average_pool',
  write: (layer, written) =>
    summed(layer, written, ([read], type) => {
      const { graph, reads } = written;
      const { name, channels, countPadding, reciprocal } = layer;
      const window = windowOf(layer);
      const insides = insideCounts(window, reads[0].tensor.shape as MapShape);
      const taps = tapsOf(window);
      const counts = insides.map((inside) => (countPadding ? taps : inside));
      const weightOf = (count: number) =>
        count === 0 ? 0 : Math.ceil(2 ** fractionOf(reciprocal) / count) * 2 ** -fractionOf(reciprocal);
      const isOne = counts.every((count) => count === counts[0]);
      const values = Array<number>(channels * taps).fill(isOne ? weightOf(counts[0]) : 1);
      const shape = [channels, 1, ...window.size];
      const constant: Value = { name: graph.constant(`${name}_kernel`, shape, values, type), type };
      const weights = isOne ? graph.weights(constant, `${name}_weights`, [reciprocal], 3) : constant;
      const sum = graph.map('Conv', [read, weights], isOne ? `${name}_sum` : `${name}_total`, {
        ...attributesOf(window),
        group: channels,
      });
      if (isOne) return sum;
      const [rows, columns] = written.output.shape;
      const shares = graph.constant(`${name}_shares`, [1, 1, rows, columns], counts.map(weightOf), type);
      return graph.map('Mul', [sum, shares], `${name}_sum`);
    }),
};

/** Taps that lie inside the map, for each position. */
function insideCounts(window: Window, shape: MapShape): number[] {
  const cells = cellsUnder(window, shape);
  const taps = tapsOf(window);
  return Array.from(
    { length: cells.length / taps },
    (_, position) =>
      cells.subarray(position * taps, (position + 1) * taps).filter((cell) => cell !== OUTSIDE).length,
  );
}

const add: OnnxKind<AddLayer> = {
  kind: 'add',
  write: (layer, written) =>
    summed(layer, written, (reads, type) => {
      const { graph } = written;
      const { name, signs, factors } = layer;
      const terms = reads.map((read, at) => {
        const factor = signs[at] * (factors?.[at] ?? 1);
        if (factor === 1) return read;
        const given = graph.constant(`${name}_factor${at}`, [], [factor], type);
        return graph.map('Mul', [read, given], `${name}_term${at}`);
      });
      return terms.reduce((all, term, at) => graph.map('Add', [all, term], `${name}_sum${at}`));
    }),
};

export const SUMS = [dense, conv2d, averagePool, add] as unknown as readonly OnnxKind<Layer>[];
