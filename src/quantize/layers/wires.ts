import type { FloatConcat } from '../../float/layers/concat.js';
import type { FloatMove } from '../../float/layers/move.js';
import type { FloatUpsample } from '../../float/layers/upsample.js';
import type { ConcatLayer } from '../../network/layers/concat.js';
import type { MoveLayer } from '../../network/layers/move.js';
import type { UpsampleLayer } from '../../network/layers/upsample.js';
import type { QuantizeKind } from './kind.js';

/** Kinds that only move codes are the same in both networks. */

export const concat: QuantizeKind<FloatConcat> = {
  kind: 'concat',
  moves: true,
  quantize: ({ name, axis }): ConcatLayer => ({ kind: 'concat', name, axis }),
};

export const move: QuantizeKind<FloatMove> = {
  kind: 'move',
  moves: true,
  quantize: ({ name, move: wanted }): MoveLayer => ({ kind: 'move', name, move: wanted }),
};

export const upsample: QuantizeKind<FloatUpsample> = {
  kind: 'upsample',
  moves: true,
  quantize: ({ name, factors }): UpsampleLayer => ({ kind: 'upsample', name, factors }),
};
