import type { FloatScale } from '../../float/layers/scale.js';
import type { TrainedKind } from './kind.js';
import { activated } from './parts.js';

export const scale: TrainedKind<FloatScale> = {
  kind: 'scale',
  forward:
    (tf, { activation }) =>
    ([values], { factors, offsets }) =>
      activated(tf, activation, tf.add(tf.mul(values, factors), offsets)),
};
