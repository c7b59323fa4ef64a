import type { FloatAdd } from '../../float/layers/add.js';
import type { AddLayer } from '../../network/layers/add.js';
import { finishOf } from './finish.js';
import type { QuantizeKind } from './kind.js';

export const add: QuantizeKind<FloatAdd> = {
  kind: 'add',
  moves: false,
  quantize: (layer, context): AddLayer => {
    const { shape } = context.inputs[0];
    const units = shape[shape.length - 1];
    const { name, signs } = layer;
    return { kind: 'add', name, units, signs, ...finishOf(layer, units, context) };
  },
};
