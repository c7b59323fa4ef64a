import type { Tensor } from '@tensorflow/tfjs-core';
import { assertNever } from '../../core/assert.js';
import type { FloatMove } from '../../float/layers/move.js';
import type { Tf } from '../tensorflow.js';
import type { TrainedKind } from './kind.js';

export const move: TrainedKind<FloatMove> = {
  kind: 'move',
  forward:
    (tf, { move: wanted }) =>
    ([values]) =>
      moved(tf, wanted, values),
};

function moved(tf: Tf, wanted: FloatMove['move'], values: Tensor): Tensor {
  const samples = values.shape[0];
  switch (wanted.kind) {
    case 'reshape':
      return tf.reshape(values, [samples, ...wanted.shape]);
    case 'permute':
      return tf.transpose(values, [0, ...wanted.axes.map((axis) => axis + 1)]);
    case 'crop':
      return tf.slice(
        values,
        [0, ...wanted.begin],
        [samples, ...wanted.end.map((end, axis) => end - wanted.begin[axis])],
      );
    case 'pad':
      return tf.pad(values, [
        [0, 0],
        ...wanted.before.map((before, axis): [number, number] => [before, wanted.after[axis]]),
      ]);
    default:
      return assertNever(wanted);
  }
}
