import type { DenseChain } from '../float/chain.js';
import { nonZerosOf } from '../float/tensor.js';

/** How large a layer is, and how much of it is left. */
export interface LayerSize {
  readonly name: string;
  readonly weights: number;
  readonly nonZeroWeights: number;
  readonly biases: number;
  readonly nonZeroBiases: number;
}

export interface NetworkSize {
  readonly layers: readonly LayerSize[];
  /** Weights and biases. */
  readonly parameters: number;
  readonly nonZeros: number;
  readonly weights: number;
  readonly nonZeroWeights: number;
}

/** Parameters and non-zeros, layer by layer and in all. */
export function sizeOf(network: DenseChain): NetworkSize {
  const layers = network.layers.map(({ name, kernel, bias }) => ({
    name,
    weights: kernel.values.length,
    nonZeroWeights: nonZerosOf(kernel.values),
    biases: bias.length,
    nonZeroBiases: nonZerosOf(bias),
  }));
  const total = (member: Exclude<keyof LayerSize, 'name'>) =>
    layers.reduce((sum, layer) => sum + layer[member], 0);
  return {
    layers,
    parameters: total('weights') + total('biases'),
    nonZeros: total('nonZeroWeights') + total('nonZeroBiases'),
    weights: total('weights'),
    nonZeroWeights: total('nonZeroWeights'),
  };
}
