import { isDeepStrictEqual } from 'node:util';
import { type FloatActivation, parseChainActivation, printFloatActivation } from '../float/activation.js';
import type { ChainActivation, ChainLayer, DenseChain } from '../float/chain.js';

/** Activations that are written for TensorFlow.js and Keras 2, by their names there. */
const NAMES = [
  ['linear', 'linear'],
  ['relu', 'relu'],
  ['relu6', 'relu6'],
  ['sigmoid', 'sigmoid'],
  ['tanh', 'tanh'],
  ['hard_sigmoid', 'hard_sigmoid:0.2:0.5'],
  ['swish', 'silu'],
  ['elu', 'elu'],
  ['selu', 'selu'],
  ['gelu', 'gelu'],
  ['gelu_new', 'gelu_tanh'],
  ['mish', 'mish'],
  ['softplus', 'softplus'],
  ['softsign', 'softsign'],
].map(([name, text]) => ({ name, activation: parseChainActivation(text) as ChainActivation }));

/** Why TensorFlow.js has no such model, in words; undefined where it has. */
export function tfjsLacks({ layers, head }: DenseChain): string | undefined {
  const named = head === 'values' ? layers : layers.slice(0, -1);
  const odd = named.find((layer) => nameOf(layer) === undefined);
  return odd && `layer ${odd.name} has the activation ${printFloatActivation(odd.activation)}`;
}

const nameOf = ({ activation }: ChainLayer): string | undefined => activationNameOf(activation);

/** The name of an activation there; undefined where it has none. */
export const activationNameOf = (activation: FloatActivation): string | undefined =>
  NAMES.find((one) => isDeepStrictEqual(one.activation, activation))?.name;
