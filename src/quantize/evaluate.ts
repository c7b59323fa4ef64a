import { fractionOf, valueOfCode } from '../fixed/format.js';
import { type Evaluation, evaluateLogits } from '../learn/metrics.js';
import type { Samples } from '../learn/samples.js';
import { layerFormats, referenceModel } from '../network/reference.js';
import type { QuantizedNetwork } from '../network/types.js';
import { inputCodes } from './input-codes.js';

/** How well the integer network does on scaled samples, by the reference model. */
export function evaluateInteger(network: QuantizedNetwork, samples: Samples): Evaluation {
  const run = referenceModel(network);
  const formats = layerFormats(network)[network.layers.length - 1];
  const logits = samples.features.map((row) =>
    run(inputCodes(network, row)).outputs.map((code, unit) => valueOfCode(code, fractionOf(formats[unit]))),
  );
  return evaluateLogits(samples.labels, logits, samples.classes);
}
