import { present } from '../../core/objects.js';
import type { Config } from '../config.js';
import { USUAL_STUDENT } from '../config-layers.js';
import type { RunStage } from '../engine.js';
import { json } from '../json.js';
import type { Model } from '../model.js';
import { readData } from './data.js';
import { readLogits } from './teacher.js';
import { trainedProduct } from './train.js';

/**
 * Distils the student, and trains it once more without a teacher, from the same weights and with the same batches: what
 * differs is the teacher. Absent from runs whose configuration does not deploy the student.
 */
export function distillStage({ config }: Model, distillation: NonNullable<Config['distillation']>): RunStage {
  const { teacher: _, hidden = USUAL_STUDENT, layers, ...options } = distillation;
  const { backend } = config.training;
  const student = layers === undefined ? { hidden } : { layers };
  const settings = { ...present(options), ...student, backend, seed: config.seed };
  return {
    name: 'distill',
    title: 'Distil the student',
    room: 'learn',
    after: ['data', 'teacher'],
    settings,
    async make(inputs, onProgress) {
      const { distill, trainAlone } = await import('../../learn/distill.js');
      const { checkpoints } = inputs;
      const data = readData(inputs.product('data'));
      const taught = await distill(
        readLogits(inputs.product('teacher')),
        data.train,
        { ...settings, checkpoints },
        onProgress,
      );
      const alone = { ...settings, name: 'scratch', checkpoints };
      const scratch = await trainAlone(data.train, alone, onProgress);
      return new Map([
        ['trained.json', json(await trainedProduct(taught, data))],
        ['scratch.json', json(await trainedProduct(scratch, data))],
      ]);
    },
  };
}
