import { printFloatActivation } from '../float/activation.js';
import type { ChainLayer } from '../float/chain.js';
import { problems } from './problems.js';

/**
 * The activation of a layer, for formats that are written with none or ReLU only.
 *
 * @throws exchange/activation
 */
export function plainActivation({ name, activation }: ChainLayer, format: string): 'linear' | 'relu' {
  if (typeof activation === 'string') return activation;
  throw problems.activation(`layer ${name}`, printFloatActivation(activation), format);
}
