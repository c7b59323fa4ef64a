import type { TfliteModel } from '../../../src/exchange/tflite/export.js';
import { toHalf } from '../../../src/exchange/tflite/numbers.js';
import { type FloatActivation, isCurve, steepestOf } from '../../../src/float/activation.js';
import { placeFloatLayers } from '../../../src/float/graph.js';
import { floatKindOf } from '../../../src/float/layers/index.js';
import { withParameter } from '../../../src/float/layers/parts.js';
import { floatModel } from '../../../src/float/model.js';
import type { FloatLayer, FloatNetwork } from '../../../src/float/types.js';

/** How far the values of a file may be from those of a folded network with one layer of weights. */

/** The network with what is left of its numbers. */
function withNumbers(layer: FloatLayer, change: (value: number, role: string) => number): FloatLayer {
  return floatKindOf(layer)
    .parameters(layer)
    .reduce(
      (one, { member, role, values }) =>
        withParameter(
          one,
          member,
          values.map((value) => change(value, role)),
        ),
      layer,
    );
}

/** With weights and biases of half precision. */
export const halved = (network: FloatNetwork): FloatNetwork => ({
  ...network,
  layers: network.layers.map((layer) => withNumbers(layer, toHalf)),
});

/** By how much more than its sums an activation's values change at most. */
export function steepest(activation: FloatActivation): number {
  if (isCurve(activation)) return Math.max(1, steepestOf(activation));
  if (typeof activation === 'object' && activation.kind === 'table')
    return jumpOf(activation) / activation.step;
  const slopes = typeof activation === 'object' && activation.kind === 'slopes' ? activation.slopes : [];
  return Math.max(1, ...slopes.map(Math.abs));
}

/** By how much values differ at most where sums hardly do. */
export function jumpOf(activation: FloatActivation): number {
  if (typeof activation === 'string' || activation.kind !== 'table') return 0;
  const { values } = activation;
  return Math.max(...values.map((value, at) => Math.abs(value - values[Math.max(at - 1, 0)])));
}

const largest = (values: ArrayLike<number>) =>
  Array.from(values).reduce((most, one) => Math.max(most, Math.abs(one)), 0);

/**
 * By how much sums change at most where weights of 127 steps either way take what is read in steps of so much.
 *
 * @param stepOf the values that a layer reads → their steps
 */
export function weightError(
  network: FloatNetwork,
  row: readonly number[],
  stepOf: (values: Float64Array) => number,
): number {
  const input = Float64Array.from(row);
  const given = floatModel(network)(row);
  const errors = placeFloatLayers(network).map(({ layer, sources, inputs }) => {
    if (floatKindOf(layer).parameters(layer).length === 0) return 0;
    const read = sources.map((source) => (source < 0 ? input : given[source]));
    const plain = { ...layer, activation: 'linear' } as FloatLayer;
    const [{ values: weights }] = floatKindOf(layer).parameters(layer);
    const sums = (change: (value: number, role: string) => number, values: readonly Float64Array[]) =>
      largest(floatKindOf(layer).forward(withNumbers(plain, change), inputs)(values, 1));
    const coarse = sums(
      (value, role) => (role === 'bias' ? 0 : Math.abs(value)),
      read.map((values) => values.map(() => stepOf(values))),
    );
    const rough = sums(
      (_, role) => (role === 'bias' ? 0 : largest(weights) / 254),
      read.map((values) => values.map(Math.abs)),
    );
    return coarse + rough;
  });
  return Math.max(...errors);
}

/** Of values that are quantized while it runs, by either kernel. */
export const stepWhileRunning = (values: Float64Array): number => largest(values) / 127;

/** The widest of the codes that are no constants. */
export const widestStep = ({ graph }: TfliteModel): number =>
  Math.max(
    ...graph.tensors
      .filter(({ type, data }) => type === 'INT8' && data === undefined)
      .map(({ quantization }) => quantization?.scales[0] ?? 0),
  );
