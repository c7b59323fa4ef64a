import { z } from 'zod';
import { isMap, printShape } from '../../network/tensor.js';
import { activateAll, type FloatActivation } from '../activation.js';
import { problems } from '../problems.js';
import { type FloatTensor, mapped, matrixOf, TENSOR, VALUES } from '../tensor.js';
import { activatedBounds, weighted } from './bounds.js';
import type { FloatKind, Forward, Shape } from './kind.js';
import { ACTIVATION, checkActivation, checkTensor, oneRead } from './parts.js';

/** Every unit reads every input: sum[u] = bias[u] + Σ_i input_i × kernel[i][u]. */
export interface FloatDense {
  readonly kind: 'dense';
  readonly name: string;
  readonly from?: readonly string[];
  /** Weights [input][unit]; a pruned weight is exactly 0. */
  readonly kernel: FloatTensor;
  /** [unit] */
  readonly bias: Float64Array;
  readonly activation: FloatActivation;
}

/** A layer whose weights stand in rows, one for each input. */
export const denseOf = <A extends FloatActivation>(
  name: string,
  kernel: readonly (readonly number[])[],
  bias: Iterable<number>,
  activation: A,
): FloatDense & { readonly activation: A } => ({
  kind: 'dense',
  name,
  kernel: matrixOf(kernel),
  bias: Float64Array.from(bias),
  activation,
});

function shape({ kernel, bias, activation }: FloatDense, inputs: readonly Shape[], where: string): Shape {
  const read = oneRead(inputs, where);
  if (isMap(read)) {
    const got = `a map of ${printShape(read)}`;
    throw problems.shape(where, got, 'a list of units: a move that reshapes makes one of it');
  }
  const units = bias.length;
  if (units === 0) throw problems.shape(`${where}.bias`, '0 units', 'at least one unit');
  checkTensor(kernel, [read[0], units], 'inputs x units', `${where}.kernel`);
  checkActivation(activation, units, `${where}.activation`);
  return [units];
}

function sums({ values }: FloatTensor, bias: Float64Array): Forward {
  const units = bias.length;
  const inputs = values.length / units;
  return ([features], samples) => {
    const given = new Float64Array(samples * units);
    for (let sample = 0; sample < samples; sample++) {
      const begin = sample * units;
      given.set(bias, begin);
      for (let input = 0; input < inputs; input++) {
        const value = features[sample * inputs + input];
        if (value === 0) continue;
        const row = input * units;
        for (let unit = 0; unit < units; unit++) given[begin + unit] += values[row + unit] * value;
      }
    }
    return given;
  };
}

export const dense: FloatKind<FloatDense> = {
  kind: 'dense',
  shape,
  forward: ({ kernel, bias, activation }) => {
    const weigh = sums(kernel, bias);
    return (inputs, samples) => activateAll(activation, weigh(inputs, samples), bias.length);
  },
  bounds: ({ kernel, bias, activation }, _, [given]) => {
    const positive = mapped(kernel, (weight) => Math.max(weight, 0));
    const negative = mapped(kernel, (weight) => Math.min(weight, 0));
    const all = weighted(sums(positive, bias), sums(negative, new Float64Array(bias.length)), given);
    return activatedBounds(activation, all, bias.length);
  },
  parameters: ({ kernel, bias }) => [
    { role: 'weights', member: 'kernel', values: kernel.values },
    { role: 'bias', member: 'bias', values: bias },
  ],
  macs: ({ kernel }) => kernel.values.length,
  json: z.strictObject({
    kind: z.literal('dense'),
    name: z.string(),
    kernel: TENSOR,
    bias: VALUES,
    activation: ACTIVATION,
  }),
};
