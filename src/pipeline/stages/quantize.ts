import type { Evaluation } from '../../learn/metrics.js';
import type { QuantizeResult } from '../../quantize/widths.js';
import type { Stage } from '../engine.js';
import { json } from '../json.js';
import type { Model } from '../model.js';
import type { DataProduct } from './data.js';
import type { TrainedProduct } from './train.js';

/** `quantized.json`, beside `network.json`: how the formats were chosen, and how good the integer network is. */
export interface QuantizedProduct extends Omit<QuantizeResult, 'network'> {
  readonly train: Evaluation;
  readonly test: Evaluation;
  readonly parameters: number;
  readonly nonZeros: number;
}

/** Turns the last float network into whole numbers. */
export function quantizeStage({ name, config }: Model): Stage {
  const from = config.pruning === undefined ? 'train' : 'prune';
  return {
    name: 'quantize',
    title: 'Quantize',
    room: 'quantize',
    code: import.meta.filename,
    after: ['data', from],
    settings: { name, quantization: config.quantization },
    async make(inputs) {
      const { quantizeNetwork } = await import('../../quantize/widths.js');
      const { networkToJson } = await import('../../network/json.js');
      const { evaluateInteger } = await import('../../quantize/evaluate.js');
      const { kindOf } = await import('../../network/layers/index.js');
      const data = inputs.product('data').json<DataProduct>('data.json');
      const trained = inputs.product(from);
      const { network, ...facts } = quantizeNetwork(
        {
          network: { ...trained.json<TrainedProduct>('trained.json').network, name },
          inputNames: data.featureNames,
          encoder: data.scaler,
          labels: data.classes,
          provenance: { data: inputs.product('data').hash, weights: trained.hash },
        },
        data.train.features,
        config.quantization,
      );
      const count = (what: 'nonZeros' | 'parameters') =>
        network.layers.reduce((sum, layer) => sum + kindOf(layer)[what](layer), 0);
      const product: QuantizedProduct = {
        ...facts,
        train: evaluateInteger(network, data.train),
        test: evaluateInteger(network, data.test),
        parameters: count('parameters'),
        nonZeros: count('nonZeros'),
      };
      return new Map([
        ['network.json', networkToJson(network)],
        ['quantized.json', json(product)],
      ]);
    },
  };
}
