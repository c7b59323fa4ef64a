import { z } from 'zod';
import type { Random } from '../../core/random.js';
import { readJson } from '../json-parts.js';
import { problems } from '../problems.js';
import { printShape, type Shaped, sizeOf, type Tensor } from '../tensor.js';
import type { LayerKind, NamedTensor } from './kind.js';
import { wiredTensor, wireEvaluator } from './wires.js';

/** Several tensors beside one another along an axis. It costs nothing. */
export interface ConcatLayer {
  readonly kind: 'concat';
  readonly name: string;
  readonly from?: readonly string[];
  /** From 0: of a list the only one, of a map height, width, channels. */
  readonly axis: number;
}

export function concatenated(axis: number, inputs: readonly Shaped[]): number[] {
  const along = inputs.reduce((sum, { shape }) => sum + shape[axis], 0);
  return inputs[0].shape.map((length, at) => (at === axis ? along : length));
}

/** For each code given the number of the code read, those of all tensors counted on. */
export function concatWires(axis: number, inputs: readonly Shaped[]): number[] {
  // A run of codes that stay together: everything from the axis on.
  const runs = inputs.map(({ shape }) => sizeOf({ shape: shape.slice(axis) }));
  const count = sizeOf({ shape: inputs[0].shape.slice(0, axis) });
  const wires: number[] = [];
  for (let run = 0; run < count; run++) {
    let start = 0;
    inputs.forEach((tensor, number) => {
      for (let at = 0; at < runs[number]; at++) wires.push(start + run * runs[number] + at);
      start += sizeOf(tensor);
    });
  }
  return wires;
}

function differOnlyAlong(axis: number, one: Shaped, other: Shaped): boolean {
  const [first, second] = [one, other].map(({ shape }) =>
    printShape(shape.map((length, at) => (at === axis ? 0 : length))),
  );
  return first === second;
}

function check(layer: ConcatLayer, inputs: readonly Tensor[], path: string): void {
  const where = `${path} (${layer.name})`;
  const [{ shape }] = inputs;
  if (inputs.length < 2) throw problems.networkShape(where, 'one tensor', 'two or more to be put together');
  if (layer.axis >= shape.length) {
    throw problems.networkShape(
      `${where}.axis`,
      String(layer.axis),
      `an axis of ${printShape(shape)}, below ${shape.length}`,
    );
  }
  const other = inputs.find((tensor) => !differOnlyAlong(layer.axis, inputs[0], tensor));
  if (other !== undefined) {
    throw problems.networkShape(
      where,
      `tensors of ${printShape(shape)} and ${printShape(other.shape)}`,
      `tensors that differ along axis ${layer.axis} only`,
    );
  }
  if (wiredTensor(concatenated(layer.axis, inputs), concatWires(layer.axis, inputs), inputs) === undefined) {
    throw problems.networkShape(where, 'tensors of different formats', 'one format in each channel');
  }
}

const SHAPE = z.strictObject({ kind: z.literal('concat'), name: z.string(), axis: z.int().min(0) });

function sample(random: Random, name: string, given: readonly NamedTensor[]): ConcatLayer | undefined {
  const first = random.pick(given);
  const { shape } = first.tensor;
  const axis = random.integer(0, shape.length - 1);
  const fitting = given.filter(({ tensor }) => differOnlyAlong(axis, first.tensor, tensor));
  // The same one may come twice.
  const read = [first, ...Array.from({ length: random.integer(1, 2) }, () => random.pick(fitting))];
  const inputs = read.map(({ tensor }) => tensor);
  if (wiredTensor(concatenated(axis, inputs), concatWires(axis, inputs), inputs) === undefined)
    return undefined;
  return { kind: 'concat', name, from: read.map((one) => one.name), axis };
}

export const concat: LayerKind<ConcatLayer> = {
  kind: 'concat',
  gives: 'wires',
  check,
  type: (layer, inputs) =>
    wiredTensor(concatenated(layer.axis, inputs), concatWires(layer.axis, inputs), inputs) as Tensor,
  evaluator: (layer, inputs) => wireEvaluator(concatWires(layer.axis, inputs), inputs),
  lower: (layer, inputs) => ({ kind: 'wires', from: concatWires(layer.axis, inputs) }),
  weights: () => [],
  toJson: ({ kind, name, axis }) => ({ kind, name, axis }),
  fromJson: (json, path) => readJson(SHAPE, json, path),
  version: () => 2,
  describe: ({ axis }) => `concat along axis ${axis}`,
  sample,
};
