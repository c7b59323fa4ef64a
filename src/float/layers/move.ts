import { z } from 'zod';
import { checkMove, MOVE_SHAPE, type Move, moved } from '../../network/layers/move.js';
import { rising } from './bounds.js';
import type { FloatKind, Shape } from './kind.js';
import { oneRead } from './parts.js';
import { wired } from './wires.js';

/** The same values in another order or shape: what the integer network's layer of this kind does. */
export interface FloatMove {
  readonly kind: 'move';
  readonly name: string;
  readonly from?: readonly string[];
  readonly move: Move;
}

const forward = ({ move: wanted }: FloatMove, inputs: readonly Shape[]) =>
  wired(moved(wanted, { shape: inputs[0] }).wires, inputs);

export const move: FloatKind<FloatMove> = {
  kind: 'move',
  shape: ({ move: wanted }, inputs, where) => {
    const shape = oneRead(inputs, where);
    checkMove(wanted, { shape }, `${where}.move`);
    return moved(wanted, { shape }).shape;
  },
  forward,
  bounds: (layer, inputs, given) => rising(forward(layer, inputs), given),
  parameters: () => [],
  macs: () => 0,
  json: z.strictObject({ kind: z.literal('move'), name: z.string(), move: MOVE_SHAPE }),
};
