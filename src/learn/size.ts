import { placeFloatLayers } from '../float/graph.js';
import { floatKindOf } from '../float/layers/index.js';
import { nonZerosOf } from '../float/tensor.js';
import type { FloatLayer, FloatNetwork } from '../float/types.js';

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
  /** Multiplications of one sample; those by zero weights are left out of the second. */
  readonly macs: number;
  readonly nonZeroMacs: number;
}

function layerSize(layer: FloatLayer): LayerSize {
  const parameters = floatKindOf(layer).parameters(layer);
  const sum = (role: string, count: (values: Float64Array) => number) =>
    parameters.reduce((total, one) => (one.role === role ? total + count(one.values) : total), 0);
  return {
    name: layer.name,
    weights: sum('weights', ({ length }) => length),
    nonZeroWeights: sum('weights', nonZerosOf),
    biases: sum('bias', ({ length }) => length),
    nonZeroBiases: sum('bias', nonZerosOf),
  };
}

/** Parameters and non-zeros, layer by layer of those that have some, and in all; what training counts is none. */
export function sizeOf(network: FloatNetwork): NetworkSize {
  const layers = network.layers.map(layerSize).filter(({ weights, biases }) => weights + biases > 0);
  const total = (member: Exclude<keyof LayerSize, 'name'>) =>
    layers.reduce((sum, layer) => sum + layer[member], 0);
  return {
    layers,
    parameters: total('weights') + total('biases'),
    nonZeros: total('nonZeroWeights') + total('nonZeroBiases'),
    weights: total('weights'),
    nonZeroWeights: total('nonZeroWeights'),
    ...macsOf(network),
  };
}

/** Every weight of a layer takes part in as many multiplications as any other. */
function macsOf(network: FloatNetwork): Pick<NetworkSize, 'macs' | 'nonZeroMacs'> {
  const each = placeFloatLayers(network).map(({ layer, inputs }) => {
    const { weights, nonZeroWeights } = layerSize(layer);
    const macs = floatKindOf(layer).macs(layer, inputs);
    return { macs, nonZeroMacs: weights === 0 ? macs : (macs / weights) * nonZeroWeights };
  });
  const total = (member: 'macs' | 'nonZeroMacs') => each.reduce((sum, one) => sum + one[member], 0);
  return { macs: total('macs'), nonZeroMacs: total('nonZeroMacs') };
}
