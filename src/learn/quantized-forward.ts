import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { placeFloatLayers } from '../float/graph.js';
import { floatKindOf } from '../float/layers/index.js';
import type { Forward, Shape } from '../float/layers/kind.js';
import type { FloatLayer, FloatNetwork } from '../float/types.js';
import { INPUT_NUMBER } from '../network/graph.js';
import type { BatchForward, BatchNotes } from './forward.js';
import { commonGrid, type Grid, inputGrid, isInFloats, resultGrid, sumGrids } from './grid.js';
import { trainedKindOf } from './layers/index.js';
import type { Members } from './layers/kind.js';
import { flatten, type Slot, slotsOf, unflatten } from './parameters.js';
import { type LayerPlan, type QuantizationPlan, roundToPlan } from './quantization-plan.js';
import { type Finish, finisher, realRangeOf } from './quantized-finish.js';
import type { Tf } from './tensorflow.js';

/** A layer in its place. */
interface PlacedLayer {
  readonly plan: LayerPlan | undefined;
  readonly sources: readonly number[];
  readonly inputs: readonly Shape[];
  readonly slots: readonly Slot[];
  /** The float layer's sums on TensorFlow.js. */
  readonly sums: (read: readonly Tensor[], own: Members) => Tensor;
  /** What the integer network makes of sums; undefined of a layer that moves codes or chooses among them. */
  readonly finish: Finish | undefined;
}

/** What one layer gives. */
interface Given {
  /** In 32-bit floats, with the way back. */
  readonly tensor: Tensor;
  /** Exactly, where 32-bit floats do not hold it. */
  readonly wide?: Float64Array | undefined;
  /**
   * Undefined where values are no codes, as a dropout has multiplied them: no integer network has such values, and sums of
   * them are taken as 32-bit floats give them.
   */
  readonly grid: Grid | undefined;
}

/**
 * The forward pass of the integer network in training: every weight, bias and activation is the value of its code,
 * rounded and saturated by `fixed/`, and sums are exact. TensorFlow.js computes in 32-bit floats: its sums are taken
 * where none of a layer's can be too wide for them, see {@link sumGrids}, and computed in 64-bit floats elsewhere. Its
 * features are values of input codes already, see `quantizeSamples`.
 *
 * The way back takes each rounding for the identity (the straight-through estimator; Bengio and others, 2013). An
 * activation outside its format passes nothing back; a weight or bias outside its format is only let back in.
 */
export function quantizedForward(tf: Tf, network: FloatNetwork, plan: QuantizationPlan): BatchForward {
  const placed = placedLayers(tf, network, plan);
  const grid = inputGrid(plan);
  return (parameters, features, notes) => {
    const values = parameters.dataSync<'float32'>();
    const rounded = roundToPlan(unflatten(network, values), plan);
    const held = substituted(tf, parameters, flatten(rounded), (gradient) =>
      tf.tensor1d(onlyBackIntoRange(gradient.dataSync<'float32'>().slice(), values, placed)),
    );
    const input = { tensor: features, grid };
    const given = layersGiven(tf, rounded, placed, held as Tensor1D, input, notes?.dropout);
    const { tensor } = given[given.length - 1];
    const samples = features.shape[0];
    return tf.reshape(tensor, [samples, tensor.size / samples]) as Tensor2D;
  };
}

/** A tensor of other values, and what of the gradient by them goes back to it. */
function substituted(
  tf: Tf,
  tensor: Tensor,
  values: Float32Array,
  back: (gradient: Tensor) => Tensor,
): Tensor {
  const operation = tf.customGrad(() => ({
    value: tf.tensor(values, tensor.shape),
    gradFunc: (gradient: Tensor) => back(gradient),
  }));
  return operation(tensor);
}

function placedLayers(tf: Tf, network: FloatNetwork, plan: QuantizationPlan): PlacedLayer[] {
  const slots = slotsOf(network);
  return placeFloatLayers(network).map(({ layer, sources, inputs, output }, number) => {
    const plain = bare(layer);
    const forward = trainedKindOf(plain).forward(tf, plain, inputs);
    const own = plan.layers[number];
    return {
      plan: own,
      sources,
      inputs,
      slots: slots.filter((slot) => slot.layer === number),
      sums: (read, members) => forward(read, members, { training: false, count: () => {} }),
      finish: own && finisher(layer, own, output[output.length - 1]),
    };
  });
}

/**
 * Every layer's outputs for a batch, as exact values of codes [layer][sample × unit].
 *
 * @param features values of input codes [sample][input]
 */
export function quantizedLayers(
  tf: Tf,
  network: FloatNetwork,
  parameters: Float32Array,
  plan: QuantizationPlan,
  features: readonly (readonly number[])[],
): Float64Array[] {
  const rounded = roundToPlan(unflatten(network, parameters), plan);
  let values: Float64Array[] = [];
  tf.tidy(() => {
    const tensor = tf.tensor(features.flat(), [features.length, ...network.input.shape]);
    const placed = placedLayers(tf, network, plan);
    const input = { tensor, grid: inputGrid(plan) };
    values = layersGiven(tf, rounded, placed, tf.tensor1d(flatten(rounded)), input).map(exactly);
  });
  return values;
}

/** @param parameters the rounded network's, as a tensor that the way back leads to */
function layersGiven(
  tf: Tf,
  { layers }: FloatNetwork,
  placed: readonly PlacedLayer[],
  parameters: Tensor1D,
  input: Given,
  dropout?: BatchNotes['dropout'],
): Given[] {
  const sizes = placed.flatMap(({ slots }) => slots.map(({ size }) => size));
  const parts = sizes.length === 0 ? [] : tf.split<Tensor1D>(parameters, sizes);
  const given: Given[] = [];
  let part = 0;
  placed.forEach((place, number) => {
    const { sources, slots } = place;
    const read = sources.map((source) => (source === INPUT_NUMBER ? input : given[source]));
    const own = slots.map(({ member, shape }) => [member, tf.reshape(parts[part++], [...shape])]);
    const sums = place.sums(
      read.map(({ tensor }) => tensor),
      Object.fromEntries(own),
    );
    const whole = layerGiven(tf, layers[number], place, read, sums);
    const factors = dropout?.[number];
    given.push(factors === undefined ? whole : { tensor: tf.mul(whole.tensor, factors), grid: undefined });
  });
  return given;
}

/** @param sums of the float layer */
function layerGiven(
  tf: Tf,
  layer: FloatLayer,
  { plan, finish, inputs }: PlacedLayer,
  read: readonly Given[],
  sums: Tensor,
): Given {
  const grids = read.every((one): one is Given & { grid: Grid } => one.grid !== undefined)
    ? read.map(({ grid }) => grid)
    : undefined;
  const inDoubles = () => sumsOf(layer, inputs, plan)(read.map(exactly), sums.shape[0]);
  if (plan === undefined || finish === undefined) return moved(sums, grids, inDoubles);
  const isFloatLayer = trainedKindOf(layer).exactSums === undefined;
  const ownGrids = isFloatLayer && grids ? sumGrids(layer, plan, grids) : undefined;
  const areInFloats = ownGrids?.every(isInFloats) ?? (isFloatLayer && grids === undefined);
  const grid = resultGrid(plan, ownGrids);
  const finished = areInFloats ? finish.tensor(tf, sums, ownGrids) : undefined;
  if (finished !== undefined) return { tensor: finished, grid };
  const isWide = grid === undefined || !isInFloats(grid);
  const { outputs, slopes } = finish.numbers(areInFloats ? sums.dataSync<'float32'>() : inDoubles(), isWide);
  const tensor = substituted(tf, sums, new Float32Array(outputs), (gradient) =>
    tf.mul(gradient, tf.tensor(slopes, sums.shape)),
  );
  return { tensor, grid, wide: isWide ? new Float64Array(outputs) : undefined };
}

/** Codes that only come to lie elsewhere, or the largest of several. */
function moved(tensor: Tensor, grids: readonly Grid[] | undefined, inDoubles: () => Float64Array): Given {
  const grid = grids && commonGrid(grids);
  return { tensor, grid, wide: grid && !isInFloats(grid) ? inDoubles() : undefined };
}

const exactly = ({ tensor, wide }: Given): Float64Array =>
  wide ?? new Float64Array(tensor.dataSync<'float32'>());

/** The layer without its activation: that is part of what becomes of the sums. */
const bare = (layer: FloatLayer): FloatLayer =>
  'activation' in layer ? ({ ...layer, activation: 'linear' } as FloatLayer) : layer;

/** What the integer network computes before anything is rounded. */
function sumsOf(layer: FloatLayer, inputs: readonly Shape[], plan: LayerPlan | undefined): Forward {
  const exact = plan === undefined ? undefined : trainedKindOf(layer).exactSums?.(layer, inputs, plan);
  const plain = bare(layer);
  return exact ?? floatKindOf(plain).forward(plain, inputs);
}

/** A descent would move a parameter against its gradient: out of its format it may not go. */
function onlyBackIntoRange(
  gradient: Float32Array,
  parameters: Float32Array,
  placed: readonly PlacedLayer[],
): Float32Array {
  for (const { plan, slots } of placed) {
    for (const { role, offset, size } of slots) {
      const ranges = (role === 'weights' ? plan?.weights : plan?.bias)?.map(realRangeOf);
      if (ranges === undefined) continue;
      for (let at = 0; at < size; at++) {
        const { low, high } = ranges[at % ranges.length];
        const value = parameters[offset + at];
        const slope = gradient[offset + at];
        if ((value > high && slope < 0) || (value < low && slope > 0)) gradient[offset + at] = 0;
      }
    }
  }
  return gradient;
}
