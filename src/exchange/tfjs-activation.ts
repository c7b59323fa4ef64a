import { isDeepStrictEqual } from 'node:util';
import { parseChainActivation, printFloatActivation } from '../float/activation.js';
import type { ChainActivation, ChainLayer, DenseChain } from '../float/chain.js';
import { problems } from './problems.js';

/** Activations of TensorFlow.js and Keras 2, by their names there, and what they are here. */
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

/** Keras writes some names otherwise. */
const ALIASES: Readonly<Record<string, string>> = { hardSigmoid: 'hard_sigmoid', silu: 'swish' };

export const TFJS_ACTIVATIONS: readonly string[] = NAMES.map(({ name }) => name);

/** The activation of a name there; undefined for others. */
export const activationNamed = (name: string): ChainActivation | undefined =>
  NAMES.find((known) => known.name === (ALIASES[name] ?? name))?.activation;

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
    TFJS_ACTIVATIONS,
  );
}
