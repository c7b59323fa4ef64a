import { isDeepStrictEqual } from 'node:util';
import { type Format, fractionOf, rangeOf, valueOfCode } from '../../fixed/format.js';
import type { Clamp, FloatActivation, Table } from '../../float/activation.js';
import type { FloatAdd } from '../../float/layers/add.js';
import type { FloatAveragePool } from '../../float/layers/average-pool.js';
import type { FloatConv2d } from '../../float/layers/conv2d.js';
import type { FloatDense } from '../../float/layers/dense.js';
import type { FloatLayer, FloatNetwork } from '../../float/types.js';
import { type Activation, type Clip, clip, printActivation } from '../../network/activation.js';
import { inputTensor } from '../../network/graph.js';
import type { LayerOutput, UnitOutput } from '../../network/layer-output.js';
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

interface Finished {
  readonly name: string;
  readonly activation: Activation;
  readonly output: LayerOutput;
}

/**
 * What a layer does with its sums, but for rounding.
 *
 * @throws exchange/real-layer where codes are scaled by more than powers of two, or limited or looked up otherwise from unit to unit
 */
function activationOf({ name, activation, output }: Finished): FloatActivation {
  if (output === 'exact') return activation;
  const [first, ...others] = output.map((unit) => finishOf(unit));
  const isAlike = others.every((other) => isDeepStrictEqual(other, first));
  if (output.some(({ scale }) => scale !== undefined))
    throw problems.realLayer(`layer ${name}`, 'a scale of its own');
  if (!isAlike) throw problems.realLayer(`layer ${name}`, 'limits or tables of its units');
  if (first === undefined) return activation;
  if (activation !== 'linear')
    throw problems.realLayer(
      `layer ${name}`,
      `${first.kind === 'table' ? 'a table' : 'limits'} behind ${printActivation(activation)}`,
    );
  return first;
}

/** A unit's table, or the limits that are narrower than its format. */
function finishOf({ format, rounding, limits, table }: UnitOutput): Table | Clamp | Clip | undefined {
  const { low, high } = limits ?? rangeOf(format);
  const value = (code: number) => valueOfCode(code, fractionOf(format));
  if (table !== undefined) {
    const values = table.codes.map((code) => valueOfCode(code, fractionOf(table.format)));
    return { kind: 'table', step: value(1), lowest: low, rounding, values };
  }
  if (limits === undefined) return undefined;
  return (low === 0 && clip(value(high))) || { kind: 'clamp', low: value(low), high: value(high) };
}

const dense: Real<DenseLayer> = (layer) => {
  const { name, from, kernel, bias } = layer;
  const real: FloatDense = {
    kind: 'dense',
    name,
    ...(from === undefined ? {} : { from }),
    kernel: {
      shape: [kernel.codes.length, bias.codes.length],
      values: valuesOf(kernel.codes.flat(), kernel.formats),
    },
    bias: valuesOf(bias.codes, bias.formats),
    activation: activationOf(layer),
  };
  return real;
};

const conv2d: Real<Conv2dLayer> = (layer) => {
  const { kernel, bias, output: _, ...rest } = layer;
  const [rows, columns, depth] = [kernel.codes.length, kernel.codes[0].length, kernel.codes[0][0].length];
  const real: FloatConv2d = {
    ...rest,
    kernel: {
      shape: [rows, columns, depth, bias.codes.length],
      values: valuesOf(kernel.codes.flat(3), kernel.formats),
    },
    bias: valuesOf(bias.codes, bias.formats),
    activation: activationOf(layer),
  };
  return real;
};

const averagePool: Real<AveragePoolLayer> = (layer) => {
  const { output: _, reciprocal: __, channels: ___, ...rest } = layer;
  const real: FloatAveragePool = { ...rest, activation: activationOf(layer) };
  return real;
};

const add: Real<AddLayer> = (layer) => {
  const { output: _, units: __, factors, ...rest } = layer;
  if (factors?.some((factor) => factor !== 1))
    throw problems.realLayer(`layer ${layer.name}`, 'tensors times factors');
  const real: FloatAdd = { ...rest, activation: activationOf(layer) };
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
 * @throws exchange/real-layer
 */
export function realNetwork(network: QuantizedNetwork): FloatNetwork {
  return {
    name: network.name,
    input: { shape: inputTensor(network).shape },
    layers: network.layers.map((layer) => KINDS[layer.kind](layer)),
    head: network.head.kind,
  };
}
