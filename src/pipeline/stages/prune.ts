import { present } from '../../core/objects.js';
import { shortDropout } from '../../learn/short-form.js';
import type { RunStage } from '../engine.js';
import type { Model } from '../model.js';
import { readData } from './data.js';
import { type TrainedProduct, trainedFiles } from './train.js';

/** The stage that trains what is deployed. */
export const deployedStage = ({ deploy }: Model['config']): 'train' | 'distill' =>
  deploy === 'distilled' ? 'distill' : 'train';

/** Prunes the network that is deployed while training it on; absent from runs whose configuration has no `pruning`. */
export function pruneStage({ config }: Model, pruning: NonNullable<Model['config']['pruning']>): RunStage {
  const { backend } = config.training;
  const { layers } = (config.deploy === 'distilled' ? config.distillation : config) ?? {};
  const from = deployedStage(config);
  const { files: _, dropout = layers && shortDropout(layers), ...options } = pruning;
  const settings = { ...present({ ...options, dropout }), backend, seed: config.seed };
  return {
    name: 'prune',
    title: 'Prune',
    room: 'learn',
    after: ['data', from],
    settings,
    async make(inputs, onProgress) {
      const { prune } = await import('../../learn/prune.js');
      const { checkpoints } = inputs;
      const data = readData(inputs.product('data'));
      const base = inputs.product(from).json<TrainedProduct>('trained.json');
      return trainedFiles(
        await prune(base.network, data.train, { ...settings, checkpoints }, onProgress),
        data,
      );
    },
  };
}
