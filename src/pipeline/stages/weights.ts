import type { RunStage } from '../engine.js';
import type { Model } from '../model.js';
import type { TrainedProduct } from './train.js';

/** What the student's CSVs are called. */
const STUDENT_FILES = { weights: 'w{n}_distilled.csv', bias: 'b{n}_distilled.csv', style: 'pandas' } as const;

/**
 * The trained weights as CSV files and TensorFlow.js models, for whoever goes on from here with other tools; where such
 * a model lacks a layer or an activation, `float.json` has the network in its place.
 */
export function weightsStage({ config }: Model): RunStage {
  const { training, pruning, deploy } = config;
  const sets = [
    { stage: 'train', folder: 'base', names: training.files },
    ...(deploy === 'base' ? [] : [{ stage: 'distill', folder: 'distilled', names: STUDENT_FILES }]),
    ...(pruning === undefined ? [] : [{ stage: 'prune', folder: 'pruned', names: pruning.files }]),
  ];
  return {
    name: 'weights',
    title: 'Write the weights',
    room: 'exchange',
    after: sets.map(({ stage }) => stage),
    settings: sets,
    async make(inputs) {
      const { floatModelFiles } = await import('../../exchange/float-model.js');
      const { weightFiles } = await import('../../exchange/weights.js');
      const files = new Map<string, string | Uint8Array>();
      for (const { stage, folder, names } of sets) {
        const { network } = inputs.product(stage).json<TrainedProduct>('trained.json');
        for (const [name, text] of weightFiles(network, names, names.style)) files.set(name, text);
        for (const [name, content] of floatModelFiles(network)) files.set(`${folder}/${name}`, content);
      }
      return files;
    },
  };
}
