import { isDeepStrictEqual } from 'node:util';
import { parseChainActivation, printFloatActivation } from '../float/activation.js';
import type { ChainActivation, ChainLayer, DenseChain } from '../float/chain.js';
import { problems } from './problems.js';

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
  ['softplus', 'softplus'],
  ['softsign', 'softsign'],
].map(([name, text]) => ({ name, activation: parseChainActivation(text) as ChainActivation }));

/** Why TensorFlow.js has no such model, in words; undefined where it has. */
export function tfjsLacks({ layers, head }: DenseChain): string | undefined {
  const named = head === 'values' ? layers : layers.slice(0, -1);
  const odd = named.find((layer) => nameOf(layer) === undefined);
  return odd && `layer ${odd.name} has the activation ${printFloatActivation(odd.activation)}`;
}

const nameOf = ({ activation }: ChainLayer): string | undefined =>
  NAMES.find((one) => isDeepStrictEqual(one.activation, activation))?.name;

/** The name that a layer's activation has there. @throws exchange/activation */
export function tfjsActivation(layer: ChainLayer): string {
  const known = nameOf(layer);
  if (known !== undefined) return known;
  const { name, activation } = layer;
  throw problems.activation(
    `layer ${name}`,
    printFloatActivation(activation),
    'a TensorFlow.js model',
    NAMES.map((one) => one.name),
  );
}
