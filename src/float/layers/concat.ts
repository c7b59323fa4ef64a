import { z } from 'zod';
import { concatenated, concatWires } from '../../network/layers/concat.js';
import { printShape } from '../../network/tensor.js';
import { problems } from '../problems.js';
import { rising } from './bounds.js';
import type { FloatKind, Shape } from './kind.js';
import { alikeRead } from './parts.js';
import { wired } from './wires.js';

/** Several tensors beside one another along an axis. */
export interface FloatConcat {
  readonly kind: 'concat';
  readonly name: string;
  readonly from?: readonly string[];
  /** From 0: of a list the only one, of a map height, width, channels. */
  readonly axis: number;
}

const tensors = (inputs: readonly Shape[]) => inputs.map((shape) => ({ shape }));

const forward = ({ axis }: FloatConcat, inputs: readonly Shape[]) =>
  wired(concatWires(axis, tensors(inputs)), inputs);

export const concat: FloatKind<FloatConcat> = {
  kind: 'concat',
  shape: ({ axis }, inputs, where) => {
    const [first] = inputs;
    if (axis >= first.length) {
      throw problems.shape(
        `${where}.axis`,
        String(axis),
        `an axis of ${printShape(first)}, below ${first.length}`,
      );
    }
    alikeRead(
      inputs.map((shape) => shape.map((length, at) => (at === axis ? 0 : length))),
      where,
    );
    return concatenated(axis, tensors(inputs));
  },
  forward,
  bounds: (layer, inputs, given) => rising(forward(layer, inputs), given),
  parameters: () => [],
  macs: () => 0,
  json: z.strictObject({ kind: z.literal('concat'), name: z.string(), axis: z.int().min(0) }),
};
