import { foldNetwork } from '../float/fold.js';
import { inputsOf, outputsOf, placeFloatLayers } from '../float/graph.js';
import type { FloatNetwork } from '../float/types.js';
import { givenInput, type QuantizationConfig, requantizesOf, widthsOf } from './options.js';
import { checkProbability } from './probability.js';
import { checkLayerNames } from './quantize.js';

/**
 * Says before a training what quantizing would say after it: that a layer is not there, that a list of formats or widths
 * has not one for each input or unit, or that a probability is wanted where there is none.
 *
 * @param planned yet to be trained
 * @throws quantize/layer, quantize/units, quantize/probability
 */
export function checkFormats(planned: FloatNetwork, config: QuantizationConfig): void {
  const { network } = foldNetwork(planned);
  const { shape } = network.input;
  const input = givenInput(config);
  if (input !== undefined)
    requantizesOf(input, shape.length === 1 ? inputsOf(network) : shape[2], config, 'quantization.input');
  checkLayerNames(network, config, typeof config.bits === 'object' ? config.bits : { layers: {} });
  for (const { layer, output } of placeFloatLayers(network)) {
    const units = output[output.length - 1];
    for (const [tensor, given] of Object.entries(config.layers[layer.name] ?? {})) {
      if (given === undefined || given === 'exact') continue;
      requantizesOf(given, units, config, `quantization.layers.${layer.name}.${tensor}`);
    }
    if (typeof config.bits !== 'object') continue;
    for (const tensor of ['weights', 'activations'] as const)
      widthsOf(config.bits, tensor, layer.name, units);
  }
  checkProbability(config, network.head, outputsOf(network));
}
