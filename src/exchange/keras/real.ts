import { type Format, fractionOf, valueOfCode } from '../../fixed/format.js';
import type { FloatAdd } from '../../float/layers/add.js';
import type { FloatAveragePool } from '../../float/layers/average-pool.js';
import type { FloatConv2d } from '../../float/layers/conv2d.js';
import type { FloatDense } from '../../float/layers/dense.js';
import type { FloatLayer, FloatNetwork } from '../../float/types.js';
import { inputTensor } from '../../network/graph.js';
import type { LayerOutput } from '../../network/layer-output.js';
import type { AddLayer } from '../../network/layers/add.js';
import type { AveragePoolLayer } from '../../network/layers/average-pool.js';
import type { Conv2dLayer } from '../../network/layers/conv2d.js';
import type { DenseLayer } from '../../network/layers/dense.js';
import type { Layer, QuantizedNetwork } from '../../network/types.js';
import { problems } from '../problems.js';

/** What a layer of whole numbers does, without its rounding, in real numbers. */
type Real<L extends Layer> = (layer: L) => FloatLayer;

/** Values of codes, along the last axis of as many formats. */
const valuesOf = (codes: readonly number[], formats: readonly Format[]): Float64Array =>
  Float64Array.from(codes, (code, at) => valueOfCode(code, fractionOf(formats[at % formats.length])));

/** @throws exchange/keras-layer where codes are scaled by more than powers of two, or come from a table */
function checkOutput({ name, output }: { readonly name: string; readonly output: LayerOutput }): void {
  if (output === 'exact') return;
  const odd = output.find(({ scale, table, limits }) => scale ?? table ?? limits);
  if (odd === undefined) return;
  const got = odd.table === undefined ? 'a scale or limits of its own' : 'a table';
  throw problems.kerasLayer(`layer ${name}`, got, 'weights and formats: export the float network');
}

const dense: Real<DenseLayer> = (layer) => {
  checkOutput(layer);
  const { name, from, kernel, bias, activation } = layer;
  const real: FloatDense = {
    kind: 'dense',
    name,
    ...(from === undefined ? {} : { from }),
    kernel: {
      shape: [kernel.codes.length, bias.codes.length],
      values: valuesOf(kernel.codes.flat(), kernel.formats),
    },
    bias: valuesOf(bias.codes, bias.formats),
    activation,
  };
  return real;
};

const conv2d: Real<Conv2dLayer> = (layer) => {
  checkOutput(layer);
  const { kernel, bias, output: _, ...rest } = layer;
  const [rows, columns, depth] = [kernel.codes.length, kernel.codes[0].length, kernel.codes[0][0].length];
  const real: FloatConv2d = {
    ...rest,
    kernel: {
      shape: [rows, columns, depth, bias.codes.length],
      values: valuesOf(kernel.codes.flat(3), kernel.formats),
    },
    bias: valuesOf(bias.codes, bias.formats),
  };
  return real;
};

const averagePool: Real<AveragePoolLayer> = (layer) => {
  checkOutput(layer);
  const { output: _, reciprocal: __, channels: ___, ...rest } = layer;
  const real: FloatAveragePool = rest;
  return real;
};

const add: Real<AddLayer> = (layer) => {
  checkOutput(layer);
  const { output: _, units: __, factors, ...rest } = layer;
  if (factors?.some((factor) => factor !== 1)) {
    throw problems.kerasLayer(`layer ${layer.name}`, 'tensors times factors', 'a sum');
  }
  const real: FloatAdd = rest;
  return real;
};

/** Kinds that move or choose values are the same in both networks. */
const same: Real<Layer> = (layer) => layer;

const KINDS = {
  dense,
  conv2d,
  average_pool: averagePool,
  add,
  max_pool: same,
  concat: same,
  move: same,
  upsample: same,
} as unknown as Readonly<Record<string, Real<Layer>>>;

/**
 * A network of whole numbers with the values that its codes stand for: quantized in the same formats it has the same codes.
 *
 * @throws exchange/keras-layer
 */
export function realNetwork(network: QuantizedNetwork): FloatNetwork {
  return {
    name: network.name,
    input: { shape: inputTensor(network).shape },
    layers: network.layers.map((layer) => KINDS[layer.kind](layer)),
    head: network.head.kind,
  };
}
