import { z } from 'zod';
import { assertNever } from '../../core/assert.js';
import type { Random } from '../../core/random.js';
import { readJson } from '../json-parts.js';
import { problems } from '../problems.js';
import { printShape, type Shaped, sizeOf, type Tensor } from '../tensor.js';
import { MOST_POSITIONS } from '../window.js';
import type { LayerKind, NamedTensor } from './kind.js';
import { boxOf, wiredTensor, wireEvaluator, ZERO } from './wires.js';

/**
 * The same codes in another order or shape. It costs nothing. `reshape` moves no code (to flatten, reshape to a list);
 * `permute` makes axis i of what it reads the one that `axes` has at i; `crop` keeps [begin, end) of each axis; `pad`
 * puts so many codes 0 before and after each.
 */
export interface MoveLayer {
  readonly kind: 'move';
  readonly name: string;
  readonly from?: readonly string[];
  readonly move: Move;
}

export type Move =
  | { readonly kind: 'reshape'; readonly shape: readonly number[] }
  | { readonly kind: 'permute'; readonly axes: readonly number[] }
  | { readonly kind: 'crop'; readonly begin: readonly number[]; readonly end: readonly number[] }
  | { readonly kind: 'pad'; readonly before: readonly number[]; readonly after: readonly number[] };

/** The shape given, and for each code of it the number of the code read. */
export function moved(move: Move, { shape }: Shaped): { shape: readonly number[]; wires: number[] } {
  const all = shape.map((length) => length);
  const none = shape.map(() => 0);
  switch (move.kind) {
    case 'reshape':
      return { shape: move.shape, wires: boxOf(shape, none, all) };
    case 'crop':
      return {
        shape: shape.map((_, axis) => move.end[axis] - move.begin[axis]),
        wires: boxOf(shape, move.begin, move.end),
      };
    case 'pad': {
      const given = shape.map((length, axis) => move.before[axis] + length + move.after[axis]);
      const inside = boxOf(
        given,
        move.before,
        shape.map((length, axis) => move.before[axis] + length),
      );
      const wires = Array<number>(sizeOf({ shape: given })).fill(ZERO);
      inside.forEach((place, at) => {
        wires[place] = at;
      });
      return { shape: given, wires };
    }
    case 'permute': {
      const strides = shape.map((_, axis) => sizeOf({ shape: shape.slice(axis + 1) }));
      const given = move.axes.map((axis) => shape[axis]);
      const wires = given.reduce<number[]>(
        (starts, length, at) =>
          starts.flatMap((start) =>
            Array.from({ length }, (_, index) => start + index * strides[move.axes[at]]),
          ),
        [0],
      );
      return { shape: given, wires };
    }
    default:
      return assertNever(move);
  }
}

function check(layer: MoveLayer, inputs: readonly Tensor[], path: string): void {
  const where = `${path} (${layer.name})`;
  if (inputs.length !== 1) throw problems.networkShape(where, `${inputs.length} tensors`, 'one');
  checkMove(layer.move, inputs[0], `${where}.move`);
  const { shape, wires } = moved(layer.move, inputs[0]);
  if (wiredTensor(shape, wires, inputs) === undefined) {
    throw problems.networkShape(where, 'codes of different formats in one channel', 'one format in each');
  }
}

/** @throws network/shape */
export function checkMove(move: Move, tensor: Shaped, path: string): void {
  const { shape } = tensor;
  const axes = (member: string, list: readonly number[]) => {
    if (list.length === shape.length) return;
    throw problems.networkShape(
      `${path}.${member}`,
      `${list.length} axes`,
      `${shape.length}, as ${printShape(shape)} has`,
    );
  };
  switch (move.kind) {
    case 'reshape':
      if (sizeOf(move) !== sizeOf(tensor) || (move.shape.length !== 1 && move.shape.length !== 3)) {
        const wanted = `[units] or [height, width, channels] of ${sizeOf(tensor)} codes in all`;
        throw problems.networkShape(`${path}.shape`, printShape(move.shape), wanted);
      }
      return;
    case 'permute':
      axes('axes', move.axes);
      if (move.axes.some((axis, at) => axis >= shape.length || move.axes.indexOf(axis) !== at)) {
        const wanted = `each axis from 0 to ${shape.length - 1} once`;
        throw problems.networkShape(`${path}.axes`, JSON.stringify(move.axes), wanted);
      }
      return;
    case 'crop':
      axes('begin', move.begin);
      axes('end', move.end);
      if (move.end.some((end, axis) => end > shape[axis] || end <= move.begin[axis])) {
        const got = `${JSON.stringify(move.begin)} to ${JSON.stringify(move.end)}`;
        throw problems.networkShape(path, got, `a box with something in it, inside ${printShape(shape)}`);
      }
      return;
    case 'pad': {
      axes('before', move.before);
      axes('after', move.after);
      const given = shape.map((length, axis) => move.before[axis] + length + move.after[axis]);
      if (sizeOf({ shape: given }) > MOST_POSITIONS) {
        throw problems.networkShape(path, printShape(given), `at most ${MOST_POSITIONS} codes`);
      }
      return;
    }
    default:
      assertNever(move);
  }
}

const NUMBERS = z.array(z.int().min(0)).min(1).max(3);
/** A {@link Move} in JSON. */
export const MOVE_SHAPE = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('reshape'), shape: NUMBERS }),
  z.strictObject({ kind: z.literal('permute'), axes: NUMBERS }),
  z.strictObject({ kind: z.literal('crop'), begin: NUMBERS, end: NUMBERS }),
  z.strictObject({ kind: z.literal('pad'), before: NUMBERS, after: NUMBERS }),
]);
const SHAPE = z.strictObject({ kind: z.literal('move'), name: z.string(), move: MOVE_SHAPE });

function sample(random: Random, name: string, given: readonly NamedTensor[]): MoveLayer | undefined {
  const read = random.pick(given);
  const { shape } = read.tensor;
  const begin = shape.map((length) => random.integer(0, length - 1));
  const crop: Move = {
    kind: 'crop',
    begin,
    end: shape.map((length, axis) => random.integer(begin[axis] + 1, length)),
  };
  const some = () => shape.map(() => random.pick([0, 0, 0, 1]));
  const moves: Move[] = [
    crop,
    { kind: 'pad', before: some(), after: some() },
    { kind: 'permute', axes: random.shuffled(shape.keys()) },
    { kind: 'reshape', shape: [sizeOf(read.tensor)] },
    { kind: 'reshape', shape: [1, sizeOf(read.tensor), 1] },
  ];
  const move = random.pick(moves);
  const { shape: wanted, wires } = moved(move, read.tensor);
  if (wiredTensor(wanted, wires, [read.tensor]) === undefined) return undefined;
  return { kind: 'move', name, from: [read.name], move };
}

export const move: LayerKind<MoveLayer> = {
  kind: 'move',
  gives: 'wires',
  check,
  type: (layer, inputs) => {
    const { shape, wires } = moved(layer.move, inputs[0]);
    return wiredTensor(shape, wires, inputs) as Tensor;
  },
  evaluator: (layer, inputs) => wireEvaluator(moved(layer.move, inputs[0]).wires, inputs),
  lower: (layer, inputs) => ({ kind: 'wires', from: moved(layer.move, inputs[0]).wires }),
  weights: () => [],
  toJson: ({ kind, name, move: wanted }) => ({ kind, name, move: wanted }),
  fromJson: (json, path) => readJson(SHAPE, json, path),
  version: () => 2,
  describe: ({ move: wanted }) => JSON.stringify(wanted),
  sample,
};
