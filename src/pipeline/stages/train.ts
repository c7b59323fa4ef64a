import { present } from '../../core/objects.js';
import type { FloatNetwork } from '../../float/types.js';
import type { Evaluation } from '../../learn/metrics.js';
import type { Samples } from '../../learn/samples.js';
import type { NetworkSize } from '../../learn/size.js';
import type { EpochRecord, Trained } from '../../learn/training.js';
import { STUDENT_LAYERS, USUAL_HIDDEN, USUAL_STUDENT } from '../config-layers.js';
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
  const student = studentOf(config);
  return {
    name: 'train',
    title: 'Train the base network',
    room: 'learn',
    after: ['data'],
    settings,
    async make(inputs, onProgress) {
      const { trainBase, untrained, DEFAULT_BASE } = await import('../../learn/base.js');
      const { checkFormats } = await import('../../quantize/check-formats.js');
      const { checkpoints } = inputs;
      const data = readData(inputs.product('data'));
      // What only quantization would say, after the training.
      for (const [task, stated, path] of [['training base', settings, 'layers'], ...student] as const) {
        const { network } = untrained(data.train, { ...DEFAULT_BASE, ...present(stated) }, task, path);
        if (student.length === 0 || stated !== settings) checkFormats(network, config.quantization);
      }
      return trainedFiles(await trainBase(data.train, { ...settings, checkpoints }, onProgress), data);
    },
  };
}

/** The student, where it is deployed: it must be possible before the teacher is trained, which may be long. */
function studentOf({ deploy, distillation, seed }: Model['config']) {
  if (deploy === 'base') return [];
  const { hidden = USUAL_STUDENT, layers, activation } = distillation ?? {};
  return [['distilling', { hidden, layers, activation, seed }, STUDENT_LAYERS]] as const;
}

/** The product of a training. */
export async function trainedFiles(trained: Trained, data: DataProduct): Promise<Map<string, string>> {
  return new Map([['trained.json', json(await trainedProduct(trained, data))]]);
}

/** What a training is worth. */
export async function trainedProduct(
  { network, history, backend }: Trained,
  data: DataProduct,
): Promise<TrainedProduct> {
  const { evaluateLogits } = await import('../../learn/metrics.js');
  const { teacherLogits } = await import('../../learn/distill.js');
  const { sizeOf } = await import('../../learn/size.js');
  // On the backend: in 64-bit floats a large network would be measured for longer than it was trained.
  const evaluate = async (samples: Samples) =>
    evaluateLogits(samples.labels, await teacherLogits(network, samples, backend), samples.classes);
  return {
    network,
    history,
    backend,
    size: sizeOf(network),
    train: await evaluate(data.train),
    test: await evaluate(data.test),
  };
}
