import type { Problem } from '../../core/errors.js';
import { present } from '../../core/objects.js';
import type { OnProgress } from '../../core/progress.js';
import { spread } from '../../core/spread.js';
import { MOST_HELD } from '../../data/packed.js';
import { foldNetwork } from '../../float/fold.js';
import type { FloatNetwork } from '../../float/types.js';
import type { DistillationLoss } from '../../learn/distillation-loss.js';
import type { Evaluation } from '../../learn/metrics.js';
import type { Samples } from '../../learn/samples.js';
import type { EpochRecord } from '../../learn/training.js';
import type { Layer } from '../../network/types.js';
import type { AwareOptions } from '../../quantize/aware.js';
import type { QuantizationConfig } from '../../quantize/options.js';
import type { UnrangedSource } from '../../quantize/quantized.js';
import type { QuantizeResult } from '../../quantize/widths.js';
import type { RunStage } from '../engine.js';
import { json } from '../json.js';
import type { Model } from '../model.js';
import { readData } from './data.js';
import { deployedStage } from './prune.js';
import { readLogits } from './teacher.js';
import type { TrainedProduct } from './train.js';

/** `quantized.json`, beside `network.json`: how the formats were chosen, and how good the integer network is. */
export interface QuantizedProduct extends Omit<QuantizeResult, 'network'> {
  /** The network before its weights were rounded. */
  readonly float: FloatNetwork;
  /** The epochs of the training in the formats of the integer network; absent when quantized after training. */
  readonly history?: readonly EpochRecord[];
  readonly train: Evaluation;
  readonly test: Evaluation;
  readonly parameters: number;
  readonly nonZeros: number;
  /** Where the network loses by its formats, on the training rows. */
  readonly warnings: readonly Problem[];
}

/** Training rows on which the integer network is compared with the float one, at most. */
const MOST_JUDGED = 2000;

/** Turns the last float network into whole numbers. */
export function quantizeStage({ name, config }: Model): RunStage {
  const from = config.pruning === undefined ? deployedStage(config) : 'prune';
  const { quantization, quantizationAware } = config;
  const { taught: isTaught = false, ...options } = quantizationAware ?? {};
  const aware = quantizationAware && { ...options, seed: config.seed, backend: config.training.backend };
  const loss = isTaught && config.distillation ? lossOf(config.distillation) : undefined;
  const settings = { name, quantization, ...present({ aware, loss }) };
  return {
    name: 'quantize',
    title: 'Quantize',
    room: 'quantize',
    after: ['data', from, ...(loss === undefined ? [] : ['teacher'])],
    settings,
    async make(inputs, onProgress) {
      const { networkToJson } = await import('../../network/json.js');
      const { evaluateInteger } = await import('../../quantize/evaluate.js');
      const { judge } = await import('../../quantize/warnings.js');
      const { nonZeros, parameters } = await import('../../network/layers/index.js');
      const data = readData(inputs.product('data'));
      const trained = inputs.product(from);
      const source = {
        network: { ...foldNetwork(trained.json<TrainedProduct>('trained.json').network).network, name },
        inputNames: data.featureNames,
        encoder: data.scaler,
        labels: data.classes,
        provenance: { data: inputs.product('data').hash, weights: trained.hash },
      };
      const taught = loss && { ...readLogits(inputs.product('teacher')), ...loss };
      const { network, ...facts } = await quantizeTrained(
        source,
        data.train,
        {
          quantization,
          ...present({ aware: aware && { ...aware, taught, checkpoints: inputs.checkpoints } }),
        },
        onProgress,
      );
      const count = (of: (layer: Layer) => number) =>
        network.layers.reduce((sum, layer) => sum + of(layer), 0);
      const { tensors, float } = facts;
      const rows = { calibration: judgedRows(data.train), data: [] };
      const product: QuantizedProduct = {
        ...facts,
        warnings: judge(float, { network, tensors }, rows, quantization).warnings,
        train: evaluateInteger(network, data.train),
        test: evaluateInteger(network, data.test),
        parameters: count(parameters),
        nonZeros: count(nonZeros),
      };
      return new Map([
        ['network.json', networkToJson(network)],
        ['quantized.json', json(product)],
      ]);
    },
  };
}

/** Held, as each is looked at several times. */
function judgedRows({ features }: Samples): readonly (readonly number[])[] {
  const fitting = Math.max(1, Math.floor(MOST_HELD / features[0].length));
  return [...spread(features, Math.min(MOST_JUDGED, fitting))];
}

/** How a teacher counts, of a section that says more. */
const lossOf = ({ temperature, alpha, scaleByTemperature }: DistillationLoss): DistillationLoss => ({
  temperature,
  alpha,
  scaleByTemperature,
});

interface QuantizeSettings {
  readonly quantization: QuantizationConfig;
  readonly aware?: AwareOptions;
}

/** After training, or trained on in its formats where the settings say so. */
export async function quantizeTrained(
  source: UnrangedSource,
  samples: Samples,
  { quantization, aware }: QuantizeSettings,
  onProgress: OnProgress,
): Promise<QuantizeResult & Pick<QuantizedProduct, 'float' | 'history'>> {
  if (aware === undefined) {
    const { quantizeNetwork } = await import('../../quantize/widths.js');
    return { ...quantizeNetwork(source, samples.features, quantization), float: source.network };
  }
  const { quantizeAware } = await import('../../quantize/aware.js');
  const { trained, ...result } = await quantizeAware(source, samples, quantization, aware, onProgress);
  return { ...result, float: trained.network, history: trained.history };
}
