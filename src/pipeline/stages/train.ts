import { present } from '../../core/objects.js';
import type { FloatNetwork } from '../../float/types.js';
import type { Evaluation } from '../../learn/metrics.js';
import type { NetworkSize } from '../../learn/size.js';
import type { EpochRecord, Trained } from '../../learn/training.js';
import { USUAL_HIDDEN } from '../config-layers.js';
import type { RunStage } from '../engine.js';
import { json } from '../json.js';
import type { Model } from '../model.js';
import { type DataProduct, readData } from './data.js';

/** `trained.json`: a float network, how it came about and how good it is. */
export interface TrainedProduct {
  readonly network: FloatNetwork;
  readonly history: readonly EpochRecord[];
  readonly backend: string;
  readonly size: NetworkSize;
  readonly train: Evaluation;
  readonly test: Evaluation;
}

/** Trains the base network. */
export function trainStage({ config }: Model): RunStage {
  const { files: _, ...options } = config.training;
  const { hidden = USUAL_HIDDEN, layers, seed } = config;
  const settings = { ...present(options), ...(layers === undefined ? { hidden } : { layers }), seed };
  return {
    name: 'train',
    title: 'Train the base network',
    room: 'learn',
    after: ['data'],
    settings,
    async make(inputs, onProgress) {
      const { trainBase, untrained, DEFAULT_BASE } = await import('../../learn/base.js');
      const { checkFormats } = await import('../../quantize/check-formats.js');
      const data = readData(inputs.product('data'));
      // What only quantization would say, after the training.
      const planned = untrained(data.train, { ...DEFAULT_BASE, ...settings }, 'training base');
      checkFormats(planned.network, config.quantization);
      return trainedFiles(await trainBase(data.train, settings, onProgress), data);
    },
  };
}

/** The product of a training. */
export async function trainedFiles(
  { network, history, backend }: Trained,
  data: DataProduct,
): Promise<Map<string, string>> {
  const { evaluateFloat } = await import('../../learn/metrics.js');
  const { sizeOf } = await import('../../learn/size.js');
  const product: TrainedProduct = {
    network,
    history,
    backend,
    size: sizeOf(network),
    train: evaluateFloat(network, data.train),
    test: evaluateFloat(network, data.test),
  };
  return new Map([['trained.json', json(product)]]);
}
