import { z } from 'zod';
import { activateAll, type FloatActivation } from '../activation.js';
import { problems } from '../problems.js';
import { activatedBounds } from './bounds.js';
import type { FloatKind, Forward } from './kind.js';
import { ACTIVATION, alikeRead, checkActivation } from './parts.js';

/** Value by value the sum of several tensors of one shape, such as a residual connection's: Σ_i ± input_i. */
export interface FloatAdd {
  readonly kind: 'add';
  readonly name: string;
  readonly from?: readonly string[];
  /** One per tensor read: −1 subtracts it. */
  readonly signs: readonly (1 | -1)[];
  readonly activation: FloatActivation;
}

const sums =
  (signs: readonly number[]): Forward =>
  (inputs) => {
    const given = new Float64Array(inputs[0].length);
    inputs.forEach((values, number) => {
      for (let at = 0; at < given.length; at++) given[at] += signs[number] * values[at];
    });
    return given;
  };

export const add: FloatKind<FloatAdd> = {
  kind: 'add',
  shape: ({ signs, activation }, inputs, where) => {
    const shape = alikeRead(inputs, where);
    if (signs.length !== inputs.length) {
      throw problems.shape(`${where}.signs`, `${signs.length} signs`, `${inputs.length}, one per tensor`);
    }
    checkActivation(activation, shape[shape.length - 1], `${where}.activation`);
    return shape;
  },
  forward: ({ signs, activation }, [shape]) => {
    const sum = sums(signs);
    return (inputs, samples) => activateAll(activation, sum(inputs, samples), shape[shape.length - 1]);
  },
  bounds: ({ signs, activation }, [shape], given) => {
    const end = (positive: 'low' | 'high', negative: 'low' | 'high') =>
      sums(signs)(
        given.map((bounds, at) => bounds[signs[at] > 0 ? positive : negative]),
        1,
      );
    const all = { low: end('low', 'high'), high: end('high', 'low') };
    return activatedBounds(activation, all, shape[shape.length - 1]);
  },
  parameters: () => [],
  macs: () => 0,
  json: z.strictObject({
    kind: z.literal('add'),
    name: z.string(),
    signs: z.array(z.union([z.literal(1), z.literal(-1)])),
    activation: ACTIVATION,
  }),
};
