import { givenInput, type QuantizationConfig, requantizesOf, widthsOf } from './options.js';
import { checkProbability } from './probability.js';

/** A network that is yet to be trained. */
interface Planned {
  readonly inputs: number;
  readonly layers: readonly { readonly name: string }[];
  /** Of each layer. */
  readonly units: readonly number[];
  readonly head: 'binary' | 'argmax' | 'values';
}

/**
 * Says before a training what quantizing would say after it: that a list of formats or widths has not one for each
 * input or unit, or that a probability is wanted where there is none.
 *
 * @throws quantize/units, quantize/probability
 */
export function checkFormats({ inputs, layers, units, head }: Planned, config: QuantizationConfig): void {
  const input = givenInput(config);
  if (input !== undefined) requantizesOf(input, inputs, config, 'quantization.input');
  layers.forEach(({ name }, index) => {
    for (const [tensor, given] of Object.entries(config.layers[name] ?? {})) {
      if (given === undefined || given === 'exact') continue;
      requantizesOf(given, units[index], config, `quantization.layers.${name}.${tensor}`);
    }
    if (typeof config.bits !== 'object') return;
    for (const tensor of ['weights', 'activations'] as const)
      widthsOf(config.bits, tensor, name, units[index]);
  });
  checkProbability(config, head, units[units.length - 1]);
}
