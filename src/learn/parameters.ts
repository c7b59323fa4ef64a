import type { Random } from '../core/random.js';
import type { ChainActivation, ChainLayer, DenseChain } from '../float/chain.js';
import { floatKindOf } from '../float/layers/index.js';
import type { FloatParameter } from '../float/layers/kind.js';
import { layerNames } from '../float/model.js';
import type { FloatTensor } from '../float/tensor.js';
import type { FloatNetwork } from '../float/types.js';

/**
 * All numbers that a network's layers keep in one row of 32-bit floats: layer by layer, member by member, each in
 * raster order. An optimizer's step and a pruning mask are then single operations, whatever the layers.
 */
export type Parameters = Float32Array;

/** Where one member of a layer stands among the parameters. */
export interface Slot {
  /** The layer's number. */
  readonly layer: number;
  readonly member: string;
  readonly role: FloatParameter['role'];
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/** A layer's member is a tensor, or a plain list of numbers. */
type Member = FloatTensor | Float64Array;

const isTensor = (member: Member): member is FloatTensor => 'values' in member && 'shape' in member;

export function slotsOf({ layers }: Pick<FloatNetwork, 'layers'>): Slot[] {
  let offset = 0;
  return layers.flatMap((layer, number) =>
    floatKindOf(layer)
      .parameters(layer)
      .map(({ member, role, values }) => {
        const own = (layer as unknown as Record<string, Member>)[member];
        const shape = isTensor(own) ? own.shape : [values.length];
        const slot = { layer: number, member, role, shape, offset, size: values.length };
        offset += values.length;
        return slot;
      }),
  );
}

/** Whether weights multiply what other layers give, and may be pruned: factors of a channel by itself do not. */
export const isKernel = ({ role, shape }: Slot): boolean => role === 'weights' && shape.length > 1;

/** The slots of the kernels, one for each layer that has one. */
export const kernelsOf = (network: Pick<FloatNetwork, 'layers'>): Slot[] => slotsOf(network).filter(isKernel);

export const parameterCount = (network: Pick<FloatNetwork, 'layers'>): number =>
  slotsOf(network).reduce((sum, { size }) => sum + size, 0);

/**
 * A multilayer perceptron, all numbers 0: hidden layers, then one logit for two classes or one per class for more.
 *
 * @param activationOf a hidden layer's, by its name
 */
export function perceptron(
  name: string,
  inputs: number,
  hidden: readonly number[],
  classes: number,
  activationOf: (layer: string) => ChainActivation = () => 'relu',
): DenseChain {
  const units = [...hidden, classes === 2 ? 1 : classes];
  const layers = layerNames(units.length).map((layer, index): ChainLayer => {
    const shape = [index === 0 ? inputs : units[index - 1], units[index]];
    return {
      kind: 'dense',
      name: layer,
      kernel: { shape, values: new Float64Array(shape[0] * shape[1]) },
      bias: new Float64Array(units[index]),
      activation: index < hidden.length ? activationOf(layer) : 'linear',
    };
  });
  return { name, input: { shape: [inputs] }, layers, head: classes === 2 ? 'binary' : 'argmax' };
}

export const INITIALIZERS = {
  /** Glorot and Bengio (2010). */
  glorot_uniform: (inputs: number, units: number) => Math.sqrt(6 / (inputs + units)),
  /** He and others (2015), for rectified layers. */
  he_uniform: (inputs: number) => Math.sqrt(6 / inputs),
};

export type InitializerName = keyof typeof INITIALIZERS;

/** Kernels drawn evenly up to the initializer's limit; all other numbers as they are. */
export function initialized(
  network: Pick<FloatNetwork, 'layers'>,
  random: Random,
  initializer: InitializerName = 'glorot_uniform',
): Parameters {
  const parameters = flatten(network);
  for (const { shape, offset, size } of kernelsOf(network)) {
    const window = shape.slice(0, -2).reduce((product, length) => product * length, 1);
    const [inputs, units] = shape.slice(-2).map((length) => length * window);
    const limit = INITIALIZERS[initializer](inputs, units);
    for (let at = offset; at < offset + size; at++) parameters[at] = (2 * random.float() - 1) * limit;
  }
  return parameters;
}

export function flatten({ layers }: Pick<FloatNetwork, 'layers'>): Parameters {
  const parts = layers.flatMap((layer) => floatKindOf(layer).parameters(layer));
  const all = new Float32Array(parts.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  for (const { values } of parts) {
    all.set(values, at);
    at += values.length;
  }
  return all;
}

/** A network with other numbers. */
export function unflatten<N extends FloatNetwork>(network: N, parameters: ArrayLike<number>): N {
  const layers = network.layers.map((layer) => ({ ...layer })) as unknown as Record<string, Member>[];
  for (const { layer, member, offset, size } of slotsOf(network)) {
    const values = Float64Array.from({ length: size }, (_, at) => parameters[offset + at]);
    const own = layers[layer][member];
    layers[layer][member] = isTensor(own) ? { ...own, values } : values;
  }
  return { ...network, layers };
}
