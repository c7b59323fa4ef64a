import type { FloatUpsample } from '../../float/layers/upsample.js';
import type { TrainedKind } from './kind.js';

export const upsample: TrainedKind<FloatUpsample> = {
  kind: 'upsample',
  forward: (tf, { factors: [down, across] }, [[height, width, channels]]) => {
    return ([map]) => {
      const samples = map.shape[0];
      // Copies along axes of their own: the gradient is a plain sum over them.
      const rows = tf.reshape(map, [samples * height, 1, width * channels]);
      const tall = tf.concat(
        Array.from({ length: down }, () => rows),
        1,
      );
      const cells = tf.reshape(tall, [samples * height * down * width, 1, channels]);
      const wide = tf.concat(
        Array.from({ length: across }, () => cells),
        1,
      );
      return tf.reshape(wide, [samples, height * down, width * across, channels]);
    };
  },
};
