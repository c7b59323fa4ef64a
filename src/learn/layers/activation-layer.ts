import type { FloatActivationLayer } from '../../float/layers/activation-layer.js';
import type { TrainedKind } from './kind.js';
import { activated } from './parts.js';

export const activationLayer: TrainedKind<FloatActivationLayer> = {
  kind: 'activation',
  forward:
    (tf, { activation }) =>
    ([values]) =>
      activated(tf, activation, values),
};
