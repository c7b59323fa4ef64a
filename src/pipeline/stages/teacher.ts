import path from 'node:path';
import type { Content } from '../../core/content.js';
import { present } from '../../core/objects.js';
import { type PackedNumbers, packNumbers, unpackNumbers } from '../../data/packed.js';
import type { TeacherLogits } from '../../learn/distill.js';
import type { Config } from '../config.js';
import { STUDENT_LAYERS, USUAL_STUDENT } from '../config-layers.js';
import type { Product, RunStage } from '../engine.js';
import { json } from '../json.js';
import type { Model } from '../model.js';
import { type StatedTeacher, teacherFiles } from '../teacher.js';
import { type DataProduct, readData } from './data.js';
import type { TrainedProduct } from './train.js';

/** `teacher.json`: who taught, the base network or a file, and how `logits.bin` is packed. */
interface Stored {
  readonly teacher: string | null;
  readonly packed: Omit<PackedNumbers, 'content'>;
}

/**
 * Asks the teacher once what it says of every training sample: students of other temperatures ask no more. One from a
 * file stands before the training, so that what is wrong with it is said before that.
 */
export function teacherStage(
  { folder, config }: Model,
  distillation: NonNullable<Config['distillation']>,
): RunStage {
  const { teacher, hidden = USUAL_STUDENT, layers, activation } = distillation;
  const student = present({ hidden, layers, activation, seed: config.seed });
  const files = teacherFiles(teacher, folder);
  const { backend } = config.training;
  return {
    name: 'teacher',
    title: 'Ask the teacher',
    room: 'exchange',
    after: teacher === undefined ? ['data', 'train'] : ['data'],
    settings: { teacher: teacher ?? null, student, backend },
    files: Object.fromEntries(files.map((file) => [file, path.join(folder, file)])),
    async make(inputs) {
      const { checkTeacher, DEFAULT_DISTILL, teacherLogits } = await import('../../learn/distill.js');
      const { untrained } = await import('../../learn/base.js');
      const data = readData(inputs.product('data'));
      const whole = { ...DEFAULT_DISTILL, ...student };
      const { network } = untrained(data.train, whole, 'distilling', STUDENT_LAYERS);
      const asked =
        teacher === undefined
          ? inputs.product('train').json<TrainedProduct>('trained.json').network
          : await teacherOf(teacher, folder, data);
      checkTeacher(asked, network, data.train);
      const logits = 'logits' in asked ? asked.logits : await teacherLogits(asked, data.train, backend);
      const { content, ...packed } = packNumbers(logits);
      return new Map<string, Content>([
        ['teacher.json', json({ teacher: files[0] ?? null, packed } satisfies Stored)],
        ['logits.bin', content],
      ]);
    },
  };
}

async function teacherOf(teacher: StatedTeacher, folder: string, { train, split, all }: DataProduct) {
  const { readTeacher } = await import('../teacher.js');
  const read = readTeacher(teacher, folder);
  if (!('given' in read)) return read;
  const { givenLogits } = await import('../../learn/given-logits.js');
  return givenLogits(read.given, { rows: split.train, total: all.labels.length, samples: train });
}

/** What the stage has left. */
export function readLogits(product: Product): TeacherLogits {
  const { packed } = product.json<Stored>('teacher.json');
  return { logits: unpackNumbers(packed, path.join(product.folder, 'logits.bin')) };
}
