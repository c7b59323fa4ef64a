import type { QuantizedNetwork } from '../network/types.js';
import { withRawInputs } from '../quantize/raw-inputs.js';
import { type HardwareConfig, readInputs } from './hardware-config.js';
import type { Manifest } from './manifest.js';

/**
 * The network that a design is equal to, and what the manifest says of its inputs: the one given, or where whole numbers
 * go in, that one with its quantizer as the first layer.
 *
 * @throws hardware/*, quantize/raw-*
 */
export function designNetwork(
  network: QuantizedNetwork,
  hardware: HardwareConfig,
): { readonly network: QuantizedNetwork } & Pick<Manifest, 'inputs'> {
  const raw = readInputs(hardware);
  if (raw === undefined) return { network };
  const { network: whole, decimals, error } = withRawInputs(network, raw);
  return { network: whole, inputs: { decimals, error } };
}
