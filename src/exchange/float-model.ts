import { isDenseChain } from '../float/chain.js';
import { floatToJson } from '../float/json.js';
import type { FloatNetwork } from '../float/types.js';
import { writeTfjsModel } from './tfjs.js';
import { tfjsLacks } from './tfjs-activation.js';

/**
 * A float network for whoever goes on from here: a TensorFlow.js model, or `float.json` where that has no such layers or
 * activations.
 *
 * @returns file name → content
 */
export const floatModelFiles = (network: FloatNetwork): Map<string, string | Uint8Array> =>
  isDenseChain(network) && tfjsLacks(network) === undefined
    ? writeTfjsModel(network)
    : new Map([['float.json', floatToJson(network)]]);
