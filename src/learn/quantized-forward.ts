import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { fractionOf, rangeOf } from '../fixed/format.js';
import { type FloatActivation, isCurve, slopeAtSum } from '../float/activation.js';
import { placeFloatLayers } from '../float/graph.js';
import { floatKindOf } from '../float/layers/index.js';
import type { Forward, Shape } from '../float/layers/kind.js';
import type { FloatLayer, FloatNetwork } from '../float/types.js';
import { type Activation, activateReal } from '../network/activation.js';
import { INPUT_NUMBER } from '../network/graph.js';
import type { UnitOutput } from '../network/layer-output.js';
import { sizeOf } from '../network/tensor.js';
import type { BatchForward } from './forward.js';
import { trainedKindOf } from './layers/index.js';
import { flatten, type Slot, slotsOf, unflatten } from './parameters.js';
import {
  activationOf,
  fakeOutput,
  type LayerPlan,
  type QuantizationPlan,
  roundToPlan,
} from './quantization-plan.js';
import type { Tf } from './tensorflow.js';

/** Numbers [row][column], row after row; 64 bits wide, so that every sum the reference model allows is exact. */
export interface RowMatrix {
  readonly values: Float64Array;
  readonly columns: number;
}

/** A layer in its place. */
interface PlacedLayer {
  readonly layer: FloatLayer;
  readonly plan: LayerPlan | undefined;
  readonly sources: readonly number[];
  readonly inputs: readonly Shape[];
  readonly output: Shape;
  readonly slots: readonly Slot[];
}

/** What one layer did with a batch, as the way back needs it. */
interface LayerPass {
  readonly outputs: Float64Array;
  /** d output / d sum by the straight-through estimator, the dropout's factor included; undefined where it is 1. */
  readonly slopes: Float64Array | undefined;
}

/**
 * The forward pass of the integer network in training: every weight, bias and activation is the value of its code,
 * rounded and saturated by `fixed/`, and sums are exact. TensorFlow.js computes in 32-bit floats, where they are not;
 * therefore the values come from 64-bit floats. Its features are values of input codes already, see `quantizeSamples`.
 *
 * The way back takes each rounding for the identity (the straight-through estimator; Bengio and others, 2013): in
 * training the float layers are computed beside, at these values, and what they give is replaced by what is exact. An
 * activation outside its format passes nothing back; a weight or bias outside its format is only let back in.
 */
export function quantizedForward(tf: Tf, network: FloatNetwork, plan: QuantizationPlan): BatchForward {
  const placed = placedLayers(network, plan);
  return (parameters, features, notes) => {
    const values = parameters.dataSync<'float32'>();
    const rounded = roundToPlan(unflatten(network, values), plan);
    const samples = features.shape[0];
    const input = Float64Array.from(features.dataSync<'float32'>());
    const factors = notes?.dropout?.map((factor) => factor?.dataSync<'float32'>());
    const passes = passForward(rounded, placed, input, samples, factors);
    if (notes === undefined) {
      const { outputs } = passes[passes.length - 1];
      return tf.tensor2d(Float32Array.from(outputs), [samples, outputs.length / samples]);
    }
    const held = substituted(tf, parameters, flatten(rounded), (gradient) =>
      tf.tensor1d(onlyBackIntoRange(gradient.dataSync<'float32'>().slice(), values, placed)),
    );
    return besidePasses(tf, rounded, placed, held as Tensor1D, features, passes);
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

/** The float layers at the values of codes, each followed by what the integer network makes of its sums. */
function besidePasses(
  tf: Tf,
  { layers }: FloatNetwork,
  placed: readonly PlacedLayer[],
  parameters: Tensor1D,
  features: Tensor,
  passes: readonly LayerPass[],
): Tensor2D {
  const sizes = placed.flatMap(({ slots }) => slots.map(({ size }) => size));
  const parts = sizes.length === 0 ? [] : tf.split<Tensor1D>(parameters, sizes);
  const given: Tensor[] = [];
  let part = 0;
  placed.forEach(({ sources, inputs, slots }, number) => {
    const plain = bare(layers[number]);
    const read = sources.map((source) => (source === INPUT_NUMBER ? features : given[source]));
    const own = slots.map(({ member, shape }) => [member, tf.reshape(parts[part++], [...shape])]);
    const forward = trainedKindOf(plain).forward(tf, plain, inputs);
    const sums = forward(read, Object.fromEntries(own), { training: false, count: () => {} });
    const { outputs, slopes } = passes[number];
    given.push(
      slopes === undefined
        ? sums
        : substituted(tf, sums, Float32Array.from(outputs), (gradient) =>
            tf.mul(gradient, tf.tensor(Float32Array.from(slopes), sums.shape)),
          ),
    );
  });
  const logits = given[given.length - 1];
  return tf.reshape(logits, [logits.shape[0], logits.size / logits.shape[0]]);
}

function placedLayers(network: FloatNetwork, plan: QuantizationPlan): PlacedLayer[] {
  const slots = slotsOf(network);
  return placeFloatLayers(network).map((place, number) => ({
    ...place,
    plan: plan.layers[number],
    slots: slots.filter(({ layer }) => layer === number),
  }));
}

/**
 * Every layer's outputs for a batch, as exact values of codes.
 *
 * @param features values of input codes [sample][input]
 */
export function quantizedLayers(
  network: FloatNetwork,
  parameters: Float32Array,
  plan: QuantizationPlan,
  features: readonly (readonly number[])[],
): RowMatrix[] {
  const placed = placedLayers(network, plan);
  const rounded = roundToPlan(unflatten(network, parameters), plan);
  const input = Float64Array.from(features.flat());
  return passForward(rounded, placed, input, features.length).map(({ outputs }, number) => ({
    values: outputs,
    columns: sizeOf({ shape: placed[number].output }),
  }));
}

/** The layer without its activation: that is part of what becomes of the sums. */
const bare = (layer: FloatLayer): FloatLayer =>
  'activation' in layer ? ({ ...layer, activation: 'linear' } as FloatLayer) : layer;

function passForward(
  { layers }: FloatNetwork,
  placed: readonly PlacedLayer[],
  input: Float64Array,
  samples: number,
  dropout?: readonly (Float32Array | undefined)[],
): LayerPass[] {
  const passes: LayerPass[] = [];
  placed.forEach(({ plan, sources, inputs, output }, number) => {
    const read = sources.map((source) => (source === INPUT_NUMBER ? input : passes[source].outputs));
    const layer = layers[number];
    const sums = sumsOf(layer, inputs, plan)(read, samples);
    const factors = dropout?.[number];
    passes.push(
      plan === undefined
        ? dropped(sums, factors)
        : activated(sums, layer, plan, output[output.length - 1], factors),
    );
  });
  return passes;
}

/** What the integer network computes before anything is rounded. */
function sumsOf(layer: FloatLayer, inputs: readonly Shape[], plan: LayerPlan | undefined): Forward {
  const exact = plan === undefined ? undefined : trainedKindOf(layer).exactSums?.(layer, inputs, plan);
  const plain = bare(layer);
  return exact ?? floatKindOf(plain).forward(plain, inputs);
}

/** Codes that only come to lie elsewhere, or the largest of several. */
function dropped(values: Float64Array, factors: Float32Array | undefined): LayerPass {
  if (factors === undefined) return { outputs: values, slopes: undefined };
  return { outputs: values.map((value, at) => value * factors[at]), slopes: Float64Array.from(factors) };
}

function activated(
  sums: Float64Array,
  layer: FloatLayer,
  plan: LayerPlan,
  units: number,
  factors: Float32Array | undefined,
): LayerPass {
  const { output } = plan;
  const activation = activationOf(layer, plan);
  const slopeAt = slopeOf((layer as { activation?: FloatActivation }).activation, activation);
  const ranges = output === 'exact' ? undefined : output.map(realRangeOf);
  const outputs = new Float64Array(sums.length);
  const slopes = new Float64Array(sums.length);
  for (let at = 0; at < sums.length; at++) {
    const active = activateReal(activation, sums[at]);
    const unit = at % units;
    const factor = factors?.[at] ?? 1;
    const isInside = ranges === undefined || (active >= ranges[unit].low && active <= ranges[unit].high);
    outputs[at] = factor * (output === 'exact' ? active : fakeOutput(active, output[unit]));
    slopes[at] = isInside ? factor * slopeAt(sums[at]) : 0;
  }
  return { outputs, slopes };
}

/** A table, if there is one, is asked for the sum, and its slope is the curve's. */
function slopeOf(stated: FloatActivation | undefined, activation: Activation): (sum: number) => number {
  const curve = stated !== undefined && isCurve(stated) ? stated : activation;
  return (sum) => slopeAtSum(curve, sum);
}

/** The smallest and the largest value that is let through. */
function realRangeOf({ format, limits }: Pick<UnitOutput, 'format' | 'limits'>): {
  readonly low: number;
  readonly high: number;
} {
  const step = 2 ** -fractionOf(format);
  const { low, high } = limits ?? rangeOf(format);
  return { low: low * step, high: high * step };
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
