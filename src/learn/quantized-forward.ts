import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { fractionOf, rangeOf } from '../fixed/format.js';
import { slopeAtSum } from '../float/activation.js';
import { type ChainActivation, type DenseChain, exactPart } from '../float/chain.js';
import { activateReal } from '../network/activation.js';
import type { UnitOutput } from '../network/layer-output.js';
import type { BatchForward } from './forward.js';
import { kernelsOf } from './parameters.js';
import {
  fakeOutput,
  fakeQuantize,
  fakeQuantizeWeight,
  type LayerQuantization,
  type QuantizationPlan,
} from './quantization-plan.js';
import type { Tf } from './tensorflow.js';

/** Numbers [row][column], row after row; 64 bits wide, so that every sum the reference model allows is exact. */
export interface RowMatrix {
  readonly values: Float64Array;
  readonly columns: number;
}

/** Where one layer's numbers stand among the parameters: the kernel [input][unit], then the bias. */
interface LayerSlot {
  readonly inputs: number;
  readonly units: number;
  readonly offset: number;
}

const slotsOf = (network: DenseChain): LayerSlot[] =>
  kernelsOf(network).map(({ shape: [inputs, units], offset }) => ({ inputs, units, offset }));

/** One layer's weights and biases at the values of their codes. */
interface LayerValues {
  /** [input][unit], row after row */
  readonly kernel: Float64Array;
  readonly bias: Float64Array;
}

/** What one layer did with a batch, as the way back needs it. */
interface LayerPass {
  readonly inputs: RowMatrix;
  readonly outputs: RowMatrix;
  /** d output / d sum by the straight-through estimator, the dropout's factor included. */
  readonly slopes: Float64Array;
}

/**
 * The forward pass of the integer network in training: every weight, bias and activation is the value of its code,
 * rounded and saturated by `fixed/`, and sums are exact. TensorFlow.js computes in 32-bit floats, where they are not;
 * therefore the network is one operation of its own, in 64-bit floats. Its features are values of input codes
 * already, see `quantizeSamples`.
 *
 * The way back takes each rounding for the identity (the straight-through estimator; Bengio and others, 2013). An
 * activation outside its format passes nothing back; a weight or bias outside its format is only let back in.
 */
export function quantizedForward(tf: Tf, network: DenseChain, plan: QuantizationPlan): BatchForward {
  const slots = slotsOf(network);
  const activations = network.layers.map(({ activation }) => activation);
  const outputs = (slots.at(-1) as LayerSlot).units;
  return (parameters, features, notes) => {
    const factors = notes?.dropout?.map((factor) => factor?.dataSync<'float32'>());
    const operation = tf.customGrad((weights) => {
      const values = (weights as Tensor1D).dataSync<'float32'>();
      const layers = quantizeParameters(values, slots, plan);
      const rows = { values: Float64Array.from(features.dataSync<'float32'>()), columns: plan.input.length };
      const passes = passForward(rows, layers, activations, plan, factors);
      const logits = Float32Array.from((passes.at(-1) as LayerPass).outputs.values);
      const gradFunc = (upstream: Tensor2D) => {
        const gradient = passBack(upstream.dataSync<'float32'>(), passes, layers, slots);
        return tf.tensor1d(onlyBackIntoRange(gradient, values, slots, plan));
      };
      return { value: tf.tensor2d(logits, [features.shape[0], outputs]), gradFunc } as never;
    });
    return operation(parameters) as Tensor2D;
  };
}

/**
 * Every layer's outputs for a batch, as exact values of codes.
 *
 * @param features values of input codes [sample][input]
 */
export function quantizedLayers(
  network: DenseChain,
  parameters: Float32Array,
  plan: QuantizationPlan,
  features: readonly (readonly number[])[],
): RowMatrix[] {
  const layers = quantizeParameters(parameters, slotsOf(network), plan);
  const rows = { values: Float64Array.from(features.flat()), columns: plan.input.length };
  const activations = network.layers.map(({ activation }) => activation);
  return passForward(rows, layers, activations, plan).map(({ outputs }) => outputs);
}

function quantizeParameters(
  parameters: Float32Array,
  slots: readonly LayerSlot[],
  plan: QuantizationPlan,
): LayerValues[] {
  return slots.map(({ inputs, units, offset }, index) => {
    const { weights, bias } = plan.layers[index];
    const kernel = new Float64Array(inputs * units);
    for (let at = 0; at < kernel.length; at++) {
      const weight = parameters[offset + at];
      // Most weights of a pruned network are 0, and 0 is a code of every format.
      if (weight !== 0) kernel[at] = fakeQuantizeWeight(weight, weights[at % units]);
    }
    const biases = Float64Array.from(bias, (wanted, unit) =>
      fakeQuantize(parameters[offset + kernel.length + unit], wanted),
    );
    return { kernel, bias: biases };
  });
}

function passForward(
  rows: RowMatrix,
  layers: readonly LayerValues[],
  activations: readonly ChainActivation[],
  plan: QuantizationPlan,
  dropout?: readonly (Float32Array | undefined)[],
): LayerPass[] {
  const passes: LayerPass[] = [];
  let inputs = rows;
  layers.forEach((layer, index) => {
    const sums = affine(inputs, layer);
    const pass = {
      inputs,
      ...activate(sums, activations[index], plan.layers[index].output, dropout?.[index]),
    };
    passes.push(pass);
    inputs = pass.outputs;
  });
  return passes;
}

function affine({ values, columns }: RowMatrix, { kernel, bias }: LayerValues): RowMatrix {
  const units = bias.length;
  const samples = values.length / columns;
  const sums = new Float64Array(samples * units);
  for (let sample = 0; sample < samples; sample++) {
    const begin = sample * units;
    sums.set(bias, begin);
    for (let input = 0; input < columns; input++) {
      const value = values[sample * columns + input];
      if (value === 0) continue;
      for (let unit = 0; unit < units; unit++) sums[begin + unit] += value * kernel[input * units + unit];
    }
  }
  return { values: sums, columns: units };
}

function activate(
  { values: sums, columns }: RowMatrix,
  activation: ChainActivation,
  output: LayerQuantization['output'],
  dropout: Float32Array | undefined,
): Pick<LayerPass, 'outputs' | 'slopes'> {
  const values = new Float64Array(sums.length);
  const slopes = new Float64Array(sums.length);
  const ranges = output === 'exact' ? undefined : output.map(realRangeOf);
  // A table, if there is one, is asked for the sum.
  const exact = exactPart(activation);
  for (let at = 0; at < sums.length; at++) {
    const active = activateReal(exact, sums[at]);
    const unit = at % columns;
    const factor = dropout?.[at] ?? 1;
    const isInside = ranges === undefined || (active >= ranges[unit].low && active <= ranges[unit].high);
    values[at] = factor * (output === 'exact' ? active : fakeOutput(active, output[unit]));
    slopes[at] = isInside ? factor * slopeAtSum(activation, sums[at]) : 0;
  }
  return { outputs: { values, columns }, slopes };
}

/** The smallest and the largest value that is let through. */
function realRangeOf({ format, limits }: UnitOutput): { readonly low: number; readonly high: number } {
  const step = 2 ** -fractionOf(format);
  const { low, high } = limits ?? rangeOf(format);
  return { low: low * step, high: high * step };
}

/** The gradient of the loss by all parameters, from that by the logits. */
function passBack(
  upstream: ArrayLike<number>,
  passes: readonly LayerPass[],
  layers: readonly LayerValues[],
  slots: readonly LayerSlot[],
): Float32Array {
  const last = slots.at(-1) as LayerSlot;
  const gradient = new Float32Array(last.offset + (last.inputs + 1) * last.units);
  let byOutputs: Float64Array = Float64Array.from(upstream);
  for (let index = passes.length - 1; index >= 0; index--) {
    const { inputs, slopes } = passes[index];
    const bySums = byOutputs.map((value, at) => value * slopes[at]);
    gradient.set(gradientOfLayer(inputs, bySums, slots[index].units), slots[index].offset);
    if (index > 0) byOutputs = gradientOfInputs(bySums, layers[index]);
  }
  return gradient;
}

function gradientOfLayer({ values, columns }: RowMatrix, bySums: Float64Array, units: number): Float64Array {
  const gradient = new Float64Array((columns + 1) * units);
  const samples = values.length / columns;
  for (let sample = 0; sample < samples; sample++) {
    for (let unit = 0; unit < units; unit++) {
      const slope = bySums[sample * units + unit];
      if (slope === 0) continue;
      for (let input = 0; input < columns; input++) {
        gradient[input * units + unit] += slope * values[sample * columns + input];
      }
      gradient[columns * units + unit] += slope;
    }
  }
  return gradient;
}

function gradientOfInputs(bySums: Float64Array, { kernel, bias }: LayerValues): Float64Array {
  const units = bias.length;
  const inputs = kernel.length / units;
  const samples = bySums.length / units;
  const gradient = new Float64Array(samples * inputs);
  for (let sample = 0; sample < samples; sample++) {
    for (let input = 0; input < inputs; input++) {
      let sum = 0;
      for (let unit = 0; unit < units; unit++) {
        sum += bySums[sample * units + unit] * kernel[input * units + unit];
      }
      gradient[sample * inputs + input] = sum;
    }
  }
  return gradient;
}

/** A descent would move a parameter against its gradient: out of its format it may not go. */
function onlyBackIntoRange(
  gradient: Float32Array,
  parameters: Float32Array,
  slots: readonly LayerSlot[],
  plan: QuantizationPlan,
): Float32Array {
  slots.forEach(({ inputs, units, offset }, index) => {
    const { weights, bias } = plan.layers[index];
    const ranges = [weights.map(realRangeOf), bias.map(realRangeOf)];
    for (let at = 0; at < (inputs + 1) * units; at++) {
      const { low, high } = ranges[at < inputs * units ? 0 : 1][at % units];
      const value = parameters[offset + at];
      const slope = gradient[offset + at];
      if ((value > high && slope < 0) || (value < low && slope > 0)) gradient[offset + at] = 0;
    }
  });
  return gradient;
}
