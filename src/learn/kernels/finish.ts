import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { type Call, size } from './call.js';
import type { Kernel } from './kernel.js';
import type { Address } from './machine.js';

/** How sums become values of codes, in 32-bit floats; lists have an item per unit. */
export interface FinishAttributes {
  /** From a sum to a code that is not rounded yet: powers of two. */
  readonly scales: readonly number[];
  readonly lows: readonly number[];
  readonly highs: readonly number[];
  /** The value of code 1. */
  readonly steps: readonly number[];
  /** What negative sums are multiplied by, and where positive ones end. */
  readonly negative: number;
  readonly bound: number;
  /** A code is rounded up where so much of it is left, or more. */
  readonly least: number;
}

type Work = (call: Call, at: Address, rest: readonly number[]) => void;

function onRows(call: Call, shape: readonly number[], at: Address, attributes: NamedAttrMap, work: Work) {
  const { scales, lows, highs, steps, negative, bound, least } = attributes as unknown as FinishAttributes;
  // A map's rows are longer than its channels.
  const repeat = shape.length > 2 ? shape[shape.length - 2] : 1;
  const length = repeat * scales.length;
  const table = call.room(4 * length);
  [scales, lows, highs, steps].forEach((list, number) => {
    const numbers = call.numbers(table + number * length * 4, length);
    for (let begin = 0; begin < length; begin += list.length) numbers.set(list, begin);
  });
  work(call, at, [size(shape) / length, length, table, negative, bound, least]);
}

/** Sums become values of codes. */
export const quantizedFinish: Kernel = {
  name: 'QuantizedFinish',
  compute(call, { x }, attributes) {
    const at = call.input(x);
    onRows(call, x.shape, at, attributes, ({ machine }, from, rest) => machine.finish(from, ...rest));
    return call.output(at, x.shape);
  },
};

/** Its straight-through gradient. */
export const quantizedFinishGrad: Kernel = {
  name: 'QuantizedFinishGrad',
  compute(call, { x, dy }, attributes) {
    const at = call.input(x);
    const to = call.input(dy);
    onRows(call, x.shape, at, attributes, ({ machine }, from, rest) =>
      machine.finish_gradient(from, to, ...rest),
    );
    return call.output(to, x.shape);
  },
};
