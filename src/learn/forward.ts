import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { type Architecture, type LayerSlot, slotsOf } from './parameters.js';
import type { Tf } from './tensorflow.js';

/**
 * Places in the forward pass where a training may put something of its own, such as fake quantization; a place that
 * is left out changes nothing. `layer` counts from 0.
 */
export interface ForwardHooks {
  input?(tf: Tf, features: Tensor2D): Tensor2D;
  kernel?(tf: Tf, kernel: Tensor2D, layer: number): Tensor2D;
  bias?(tf: Tf, bias: Tensor1D, layer: number): Tensor1D;
  /** After the activation function, before dropout; the last layer's are the logits. */
  activation?(tf: Tf, values: Tensor2D, layer: number): Tensor2D;
}

/**
 * The logits of a batch.
 *
 * @param parameters all weights and biases, as `parameters.ts` lays them out
 * @param features [sample][input]
 * @param dropout for each hidden layer the factors its activations are multiplied by, [sample][unit]
 */
export type Forward = (parameters: Tensor1D, features: Tensor2D, dropout?: readonly Tensor2D[]) => Tensor2D;

export function forwardPass(tf: Tf, architecture: Architecture, hooks: ForwardHooks): Forward {
  const slots = slotsOf(architecture);
  const sizes = slots.flatMap(({ inputs, units }) => [inputs * units, units]);
  return (parameters, features, dropout) => {
    const parts = tf.split<Tensor1D>(parameters, sizes);
    let values = hooks.input?.(tf, features) ?? features;
    slots.forEach((slot, layer) => {
      const { kernel, bias } = layerTensors(tf, parts, slot, layer, hooks);
      const { activation } = architecture.layers[layer];
      values = tf.fused.matMul({ a: values, b: kernel, bias, activation }) as Tensor2D;
      values = hooks.activation?.(tf, values, layer) ?? values;
      if (dropout !== undefined && layer < dropout.length) values = tf.mul(values, dropout[layer]);
    });
    return values;
  };
}

function layerTensors(
  tf: Tf,
  parts: readonly Tensor1D[],
  { inputs, units }: LayerSlot,
  layer: number,
  hooks: ForwardHooks,
) {
  const kernel: Tensor2D = tf.reshape(parts[2 * layer], [inputs, units]);
  const bias = parts[2 * layer + 1];
  return {
    kernel: hooks.kernel?.(tf, kernel, layer) ?? kernel,
    bias: hooks.bias?.(tf, bias, layer) ?? bias,
  };
}
