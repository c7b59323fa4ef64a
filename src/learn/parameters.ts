import type { Random } from '../core/random.js';
import type { DenseChain } from '../float/chain.js';
import { inputsOf } from '../float/graph.js';
import { layerNames } from '../float/model.js';

/**
 * All weights and biases of a network in one row of 32-bit floats: layer by layer the kernel [input][unit], row after
 * row, then the bias. An optimizer's step and a pruning mask are then single operations, whatever the layers.
 */
export type Parameters = Float32Array;

/** What of a network training does not change. */
export interface Architecture {
  readonly name: string;
  readonly inputs: number;
  readonly layers: readonly Pick<DenseChain['layers'][number], 'name' | 'activation'>[];
  /** Units of each layer. */
  readonly units: readonly number[];
  readonly head: DenseChain['head'];
}

/** Where one layer's numbers stand among the parameters. */
export interface LayerSlot {
  readonly inputs: number;
  readonly units: number;
  /** The kernel begins here, and its `inputs × units` numbers are followed by `units` biases. */
  readonly offset: number;
}

export function architectureOf(network: DenseChain): Architecture {
  const { name, head } = network;
  return {
    name,
    inputs: inputsOf(network),
    head,
    layers: network.layers.map((layer) => ({ name: layer.name, activation: layer.activation })),
    units: network.layers.map((layer) => layer.bias.length),
  };
}

/** A multilayer perceptron: rectified hidden layers, then one logit for two classes or one per class for more. */
export function perceptron(
  name: string,
  inputs: number,
  hidden: readonly number[],
  classes: number,
): Architecture {
  return {
    name,
    inputs,
    layers: layerNames(hidden.length + 1).map((layer, index) => ({
      name: layer,
      activation: index < hidden.length ? 'relu' : 'linear',
    })),
    units: [...hidden, classes === 2 ? 1 : classes],
    head: classes === 2 ? 'binary' : 'argmax',
  };
}

export function slotsOf({ inputs, units }: Pick<Architecture, 'inputs' | 'units'>): LayerSlot[] {
  let offset = 0;
  return units.map((count, index) => {
    const slot = { inputs: index === 0 ? inputs : units[index - 1], units: count, offset };
    offset += (slot.inputs + 1) * slot.units;
    return slot;
  });
}

export function parameterCount(architecture: Pick<Architecture, 'inputs' | 'units'>): number {
  return slotsOf(architecture).reduce((sum, { inputs, units }) => sum + (inputs + 1) * units, 0);
}

/** Glorot's uniform initialisation (2010), biases 0. */
export function glorotUniform(architecture: Architecture, random: Random): Parameters {
  const parameters = new Float32Array(parameterCount(architecture));
  for (const { inputs, units, offset } of slotsOf(architecture)) {
    const limit = Math.sqrt(6 / (inputs + units));
    for (let at = offset; at < offset + inputs * units; at++) {
      parameters[at] = (2 * random.float() - 1) * limit;
    }
  }
  return parameters;
}

export function flatten(network: DenseChain): Parameters {
  return Float32Array.from(network.layers.flatMap(({ kernel, bias }) => [...kernel.values, ...bias]));
}

export function unflatten(architecture: Architecture, parameters: Parameters): DenseChain {
  const { name, inputs, layers, head } = architecture;
  const slots = slotsOf(architecture);
  return {
    name,
    input: { shape: [inputs] },
    head,
    layers: layers.map((layer, index) => {
      const { inputs: rows, units, offset } = slots[index];
      const end = offset + rows * units;
      return {
        kind: 'dense',
        ...layer,
        kernel: { shape: [rows, units], values: Float64Array.from(parameters.subarray(offset, end)) },
        bias: Float64Array.from(parameters.subarray(end, end + units)),
      };
    }),
  };
}
