import type { FloatDense } from '../../float/layers/dense.js';
import type { DenseLayer } from '../../network/layers/dense.js';
import { finishOf } from './finish.js';
import type { QuantizeKind } from './kind.js';
import { isDead, quantizeWeights } from './weights.js';

export const dense: QuantizeKind<FloatDense> = {
  kind: 'dense',
  moves: false,
  quantize: (layer, context): DenseLayer => {
    const weights = quantizeWeights(layer, context);
    const units = layer.bias.length;
    const { formats, codes } = weights.kernel;
    const rows = Array.from({ length: codes.length / units }, (_, row) =>
      codes.slice(row * units, (row + 1) * units),
    );
    const range = isDead(weights) ? { low: 0, high: 0 } : context.range;
    return {
      kind: 'dense',
      name: layer.name,
      kernel: { formats, codes: rows },
      bias: weights.bias,
      ...finishOf(layer, units, { ...context, range }),
    };
  },
};
