import type { FloatConcat } from '../../float/layers/concat.js';
import type { TrainedKind } from './kind.js';

export const concat: TrainedKind<FloatConcat> = {
  kind: 'concat',
  forward:
    (tf, { axis }) =>
    (read) =>
      tf.concat([...read], axis + 1),
};
