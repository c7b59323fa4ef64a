import { z } from 'zod';
import type { Random } from '../../core/random.js';
import { readJson } from '../json-parts.js';
import { isMap, type MapShape, type Tensor } from '../tensor.js';
import { checkPositions, type Extent } from '../window.js';
import type { LayerKind, NamedTensor } from './kind.js';
import { mapRead, PAIR_SHAPE } from './window-json.js';
import { wireEvaluator } from './wires.js';

/** Every cell of a map `factors` times down and across: nearest neighbours. It costs nothing. */
export interface UpsampleLayer {
  readonly kind: 'upsample';
  readonly name: string;
  readonly from?: readonly string[];
  readonly factors: Extent;
}

export const upsampled = (factors: Extent, [height, width, channels]: MapShape): MapShape => [
  height * factors[0],
  width * factors[1],
  channels,
];

/** For each code given the number of the code read. */
export function upsampleWires(factors: Extent, shape: MapShape): number[] {
  const [height, width, channels] = upsampled(factors, shape);
  const wires: number[] = [];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const cell = Math.floor(row / factors[0]) * shape[1] + Math.floor(column / factors[1]);
      for (let channel = 0; channel < channels; channel++) wires.push(cell * channels + channel);
    }
  }
  return wires;
}

function check(layer: UpsampleLayer, inputs: readonly Tensor[], path: string): void {
  const where = `${path} (${layer.name})`;
  const [rows, columns] = upsampled(layer.factors, mapRead(inputs, where));
  checkPositions(rows, columns, where);
}

const SHAPE = z.strictObject({ kind: z.literal('upsample'), name: z.string(), factors: PAIR_SHAPE });

function sample(random: Random, name: string, given: readonly NamedTensor[]): UpsampleLayer | undefined {
  const maps = given.filter(({ tensor }) => isMap(tensor.shape));
  if (maps.length === 0) return undefined;
  return {
    kind: 'upsample',
    name,
    from: [random.pick(maps).name],
    factors: [random.integer(1, 2), random.integer(1, 2)],
  };
}

export const upsample: LayerKind<UpsampleLayer> = {
  kind: 'upsample',
  gives: 'wires',
  check,
  type: (layer, [{ shape, formats }]) => ({ shape: upsampled(layer.factors, shape as MapShape), formats }),
  evaluator: (layer, inputs) =>
    wireEvaluator(upsampleWires(layer.factors, inputs[0].shape as MapShape), inputs),
  lower: (layer, inputs) => ({
    kind: 'wires',
    from: upsampleWires(layer.factors, inputs[0].shape as MapShape),
  }),
  weights: () => [],
  toJson: ({ kind, name, factors }) => ({ kind, name, factors }),
  fromJson: (json, path) => readJson(SHAPE, json, path),
  version: () => 2,
  describe: ({ factors }) => `upsample ${factors.join('x')}`,
  sample,
};
