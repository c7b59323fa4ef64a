import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { assertNever } from '../core/assert.js';
import { type Activation, slopeOf } from '../network/activation.js';
import { type Architecture, slotsOf } from './parameters.js';
import type { Tf } from './tensorflow.js';

/**
 * The logits of a batch.
 *
 * @param parameters all weights and biases, as `parameters.ts` lays them out
 * @param features [sample][input]
 * @param dropout for each hidden layer the factors its activations are multiplied by, [sample][unit]
 */
export type Forward = (parameters: Tensor1D, features: Tensor2D, dropout?: readonly Tensor2D[]) => Tensor2D;

/** The network as it is, in 32-bit floats. */
export function forwardPass(tf: Tf, architecture: Architecture): Forward {
  const slots = slotsOf(architecture);
  const sizes = slots.flatMap(({ inputs, units }) => [inputs * units, units]);
  return (parameters, features, dropout) => {
    const parts = tf.split<Tensor1D>(parameters, sizes);
    let values = features;
    slots.forEach(({ inputs, units }, layer) => {
      const kernel: Tensor2D = tf.reshape(parts[2 * layer], [inputs, units]);
      const bias = parts[2 * layer + 1];
      const { activation } = architecture.layers[layer];
      values = dense(tf, values, kernel, bias, activation);
      if (dropout !== undefined && layer < dropout.length) values = tf.mul(values, dropout[layer]);
    });
    return values;
  };
}

/** What is not part of the multiplication has a gradient of its own. */
function dense(tf: Tf, a: Tensor2D, b: Tensor2D, bias: Tensor, activation: Activation): Tensor2D {
  if (typeof activation === 'string') return tf.fused.matMul({ a, b, bias, activation }) as Tensor2D;
  const sums = tf.fused.matMul({ a, b, bias }) as Tensor2D;
  switch (activation.kind) {
    case 'leaky_relu':
      return tf.leakyRelu(sums, slopeOf(activation));
    case 'clip':
      return tf.clipByValue(sums, 0, activation.bound);
    default:
      return assertNever(activation);
  }
}
