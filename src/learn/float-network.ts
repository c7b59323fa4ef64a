import { type Activation, activateReal } from '../network/activation.js';

/**
 * A trained network in floating point, as plain data: what training leaves behind, what weight CSVs and other
 * people's files are read into, and what quantization starts from. The last layer gives logits; what follows from
 * them (sigmoid, softmax) is the head's matter.
 */
export interface FloatNetwork {
  readonly name: string;
  readonly inputs: number;
  readonly layers: readonly FloatDense[];
  /** `binary`: one logit, class 1 above 0; `argmax`: one logit per class; `values`: regression. */
  readonly head: 'binary' | 'argmax' | 'values';
}

export interface FloatDense {
  readonly kind: 'dense';
  readonly name: string;
  /** Weights [input][unit]; a pruned weight is exactly 0. */
  readonly kernel: readonly (readonly number[])[];
  /** [unit] */
  readonly bias: readonly number[];
  readonly activation: Activation;
}

/** The activations of every layer for one sample of scaled features; the last layer's are the logits. */
export function runFloat(network: FloatNetwork, features: readonly number[]): number[][] {
  const layers: number[][] = [];
  let values = features;
  for (const layer of network.layers) {
    const sums = layer.bias.slice();
    values.forEach((value, input) => {
      layer.kernel[input].forEach((weight, unit) => {
        sums[unit] += weight * value;
      });
    });
    const output = sums.map((sum) => activateReal(layer.activation, sum));
    layers.push(output);
    values = output;
  }
  return layers;
}

/** The class that logits speak for: above 0 of one, the first largest of several. */
export function classOf(logits: readonly number[]): number {
  if (logits.length === 1) return logits[0] > 0 ? 1 : 0;
  return logits.indexOf(Math.max(...logits));
}

/** What layers are called when nobody named them: `hidden` and `output`, or `hidden1`, `hidden2`, … `output`. */
export function layerNames(count: number): string[] {
  const hidden = Array.from({ length: count - 1 }, (_, index) =>
    count === 2 ? 'hidden' : `hidden${index + 1}`,
  );
  return [...hidden, 'output'];
}
