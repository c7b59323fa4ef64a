import type { FloatConcat } from '../../float/layers/concat.js';
import type { FloatMove } from '../../float/layers/move.js';
import type { FloatUpsample } from '../../float/layers/upsample.js';
import type { ConcatLayer } from '../../network/layers/concat.js';
import { kindOf } from '../../network/layers/index.js';
import type { MoveLayer } from '../../network/layers/move.js';
import type { UpsampleLayer } from '../../network/layers/upsample.js';
import type { Layer } from '../../network/types.js';
import type { QuantizeContext, QuantizeKind } from './kind.js';

/** Kinds that only move codes are the same in both networks, where codes of one format come to lie in each channel. */
function checked<L extends Layer>(layer: L, { inputs }: QuantizeContext): L {
  kindOf(layer).check(layer, inputs, 'layers');
  return layer;
}

export const concat: QuantizeKind<FloatConcat> = {
  kind: 'concat',
  moves: true,
  quantize: ({ name, axis }, context): ConcatLayer => checked({ kind: 'concat', name, axis }, context),
};

export const move: QuantizeKind<FloatMove> = {
  kind: 'move',
  moves: true,
  quantize: ({ name, move: wanted }, context): MoveLayer =>
    checked({ kind: 'move', name, move: wanted }, context),
};

export const upsample: QuantizeKind<FloatUpsample> = {
  kind: 'upsample',
  moves: true,
  quantize: ({ name, factors }, context): UpsampleLayer =>
    checked({ kind: 'upsample', name, factors }, context),
};
