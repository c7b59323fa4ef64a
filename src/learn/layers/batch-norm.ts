import type { GradSaveFunc, Tensor } from '@tensorflow/tfjs-core';
import type { FloatBatchNorm } from '../../float/layers/batch-norm.js';
import { channelMoments, channelNormalize, channelNormalizeGrad } from '../kernels/normalize.js';
import type { Tf } from '../tensorflow.js';
import type { TrainedKind } from './kind.js';

export const batchNorm: TrainedKind<FloatBatchNorm> = {
  kind: 'batch_norm',
  forward:
    (tf, { epsilon }) =>
    ([values], { gamma, beta, mean, variance }, { training, count }) => {
      if (!training) return tf.batchNorm(values, mean, variance, beta, gamma, epsilon) as Tensor;
      const isKnown = tf.getKernel(channelMoments.name, tf.getBackend()) !== undefined;
      const normed = isKnown ? byKernels(tf, values, epsilon) : byParts(tf, values, epsilon);
      count('mean', normed.mean);
      count('variance', normed.variance);
      return normed.output(gamma, beta);
    },
};

interface Normed {
  readonly mean: Tensor;
  readonly variance: Tensor;
  readonly output: (gamma: Tensor, beta: Tensor) => Tensor;
}

/** In a few walks over the batch, there and back. */
function byKernels(tf: Tf, values: Tensor, epsilon: number): Normed {
  const run = <T>({ name }: { readonly name: string }, inputs: Record<string, Tensor>) =>
    tf.engine().runKernel(name, inputs, { epsilon }) as T;
  const [mean, variance] = run<Tensor[]>(channelMoments, { x: values });
  const operation = tf.customGrad((...inputs) => {
    const [x, gamma, beta, save] = inputs as unknown as [Tensor, Tensor, Tensor, GradSaveFunc];
    save([x, gamma, mean, variance]);
    const gradFunc = (dy: Tensor, [x, gamma, mean, variance]: Tensor[]) =>
      run<Tensor[]>(channelNormalizeGrad, { x, dy, gamma, mean, variance });
    return { value: run<Tensor>(channelNormalize, { x, gamma, beta, mean, variance }), gradFunc };
  });
  return { mean, variance, output: (gamma, beta) => operation(values, gamma, beta) };
}

function byParts(tf: Tf, values: Tensor, epsilon: number): Normed {
  const axes = values.shape.slice(0, -1).map((_, axis) => axis);
  const { mean, variance } = tf.moments(values, axes);
  const output = (gamma: Tensor, beta: Tensor): Tensor => {
    const factor = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
    return tf.add(tf.mul(tf.sub(values, mean), factor), beta);
  };
  return { mean, variance, output };
}
