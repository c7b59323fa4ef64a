import type { FloatAdd } from '../../float/layers/add.js';
import type { TrainedKind } from './kind.js';
import { activated } from './parts.js';

export const add: TrainedKind<FloatAdd> = {
  kind: 'add',
  forward:
    (tf, { signs, activation }) =>
    (read) =>
      activated(
        tf,
        activation,
        tf.addN(read.map((values, at) => (signs[at] === 1 ? values : tf.neg(values)))),
      ),
};
