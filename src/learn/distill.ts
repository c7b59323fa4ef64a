import { present } from '../core/objects.js';
import type { OnProgress } from '../core/progress.js';
import { inputsOf, outputsOf } from '../float/graph.js';
import type { FloatNetwork } from '../float/types.js';
import { isMap, printShape } from '../network/tensor.js';
import { type Given, type NetworkOptions, trainFrom, untrained } from './base.js';
import {
  checkDistillationLoss,
  DEFAULT_DISTILLATION,
  type DistillationLoss,
  distillationObjective,
} from './distillation-loss.js';
import { forwardPass } from './forward.js';
import { train } from './loop.js';
import { logitsOfAll, matrixOf } from './matrix.js';
import { crossEntropy } from './objective.js';
import { DEFAULT_TRAINING, type TrainingOptions } from './options.js';
import { flatten } from './parameters.js';
import { problems } from './problems.js';
import { holdOut, type Samples } from './samples.js';
import { type BackendChoice, loadTensorflow } from './tensorflow.js';
import type { Trained } from './training.js';

/** The network is the student's. */
export interface DistillOptions extends TrainingOptions, DistillationLoss, NetworkOptions {
  /** The share of the samples set aside for validation, in [0, 1). */
  readonly holdOut: number;
}

/** The WDBC study's student. */
export const DEFAULT_DISTILL: DistillOptions = {
  ...DEFAULT_TRAINING,
  ...DEFAULT_DISTILLATION,
  dropout: 0,
  name: 'distilled',
  hidden: [5],
  activation: 'relu',
  holdOut: 0,
};

/**
 * Whoever can judge samples: a trained network, one from a file, or several whose logits are averaged.
 */
export type Teacher = FloatNetwork | readonly FloatNetwork[];

/** What a teacher, run once or elsewhere, said of every sample, in the samples' order: [sample][unit]. */
export interface TeacherLogits {
  readonly logits: readonly (readonly number[])[];
}

/**
 * Trains a student from scratch on the labels and on a teacher's logits. With the same options {@link trainAlone} starts
 * from the same weights, and sees the samples in the same order: what differs is the teacher.
 *
 * @param samples scaled as the teacher's were
 * @throws learn/option, learn/teacher, learn/samples, learn/backend, learn/diverged, data/class-too-small
 */
export async function distill(
  teacher: Teacher | TeacherLogits,
  samples: Samples,
  options: Given<DistillOptions> = {},
  onProgress?: OnProgress,
): Promise<Trained> {
  const { network, how } = beginning(samples, options, 'distilling');
  return distillInto(teacher, network, samples, how, onProgress);
}

/**
 * Trains the student that {@link distill} would, on the labels alone: from the same weights, with the same batches and
 * the same samples set aside.
 *
 * @throws learn/option, learn/samples, learn/backend, learn/diverged, data/class-too-small
 */
export async function trainAlone(
  samples: Samples,
  options: Given<DistillOptions> = {},
  onProgress?: OnProgress,
): Promise<Trained> {
  const { network, how } = beginning(samples, options, 'training');
  return trainFrom(network, samples, how, `training ${how.name}`, onProgress);
}

function beginning(samples: Samples, options: Given<DistillOptions>, verb: string) {
  const whole: DistillOptions = { ...DEFAULT_DISTILL, ...present(options) };
  const { network, dropout } = untrained(samples, whole, `${verb} ${whole.name}`);
  return { network, how: { ...whole, dropout: options.dropout ?? dropout ?? whole.dropout } };
}

/**
 * The same for a student of any kind of layers, from the numbers that it has.
 *
 * @throws learn/option, learn/teacher, learn/samples, learn/backend, learn/diverged, data/class-too-small
 */
export async function distillInto<N extends FloatNetwork>(
  teacher: Teacher | TeacherLogits,
  start: N,
  samples: Samples,
  options: TrainingOptions & DistillationLoss & Pick<DistillOptions, 'holdOut'>,
  onProgress?: OnProgress,
): Promise<Trained<N>> {
  checkDistillationLoss(options);
  checkTeacher(teacher, start, samples);
  const { training, validation, trainingRows } = holdOut(samples, options.holdOut, options.seed);
  const logits =
    'logits' in teacher
      ? trainingRows.map((row) => teacher.logits[row])
      : await teacherLogits(teacher, training, options.backend);
  return train({
    task: `distilling ${start.name}`,
    start,
    samples: training,
    objective: distillationObjective(crossEntropy(training, start.head), logits, options),
    options,
    ...(validation && { validation }),
    ...(onProgress && { onProgress }),
  });
}

/** A teacher's logits for each sample, in 32-bit floats; the mean over several teachers. @throws learn/backend */
export async function teacherLogits(
  teacher: Teacher,
  samples: Samples,
  choice: BackendChoice = 'auto',
): Promise<number[][]> {
  const { tf } = await loadTensorflow(choice);
  const opinions: number[][][] = [];
  for (const one of teachersOf(teacher)) {
    const parameters = tf.tensor1d(flatten(one));
    const features = matrixOf(samples.features, one.input.shape);
    opinions.push(await logitsOfAll(tf, forwardPass(tf, one), parameters, features));
    parameters.dispose();
  }
  return opinions[0].map((first, row) =>
    first.map((_, unit) => opinions.reduce((sum, logits) => sum + logits[row][unit], 0) / opinions.length),
  );
}

const teachersOf = (teacher: Teacher): readonly FloatNetwork[] => ('layers' in teacher ? [teacher] : teacher);

/** @throws learn/teacher when the teacher cannot teach this student */
export function checkTeacher(
  teacher: Teacher | TeacherLogits,
  student: FloatNetwork,
  samples?: Pick<Samples, 'features'>,
): void {
  if ('logits' in teacher) {
    checkLogits(teacher, student, samples?.features.length);
    return;
  }
  const teachers = teachersOf(teacher);
  if (teachers.length === 0) throw problems.learnTeacher('teacher', 'no network', 'at least one');
  for (const one of teachers) {
    const where = `teacher ${one.name}`;
    const require = (got: number, wanted: number, what: string) => {
      if (got === wanted) return;
      throw problems.learnTeacher(
        where,
        `${got} ${what}`,
        `${wanted} ${what}, as the student ${student.name} has`,
      );
    };
    require(inputsOf(one), inputsOf(student), 'inputs');
    checkInputShape(one.input.shape, student, where);
    require(outputsOf(one), outputsOf(student), 'outputs');
    if (one.head === 'values') throw problems.learnTeacher(where, 'the head values', 'a classifier');
  }
}

/** A map is seen as a list too, but not as another map. */
function checkInputShape(shape: readonly number[], { name, input }: FloatNetwork, where: string): void {
  if (!isMap(shape) || !isMap(input.shape) || printShape(shape) === printShape(input.shape)) return;
  const wanted = `${printShape(input.shape)}, as the student ${name} has`;
  throw problems.learnTeacher(where, `an input of ${printShape(shape)}`, wanted);
}

function checkLogits({ logits }: TeacherLogits, student: FloatNetwork, samples = logits.length): void {
  const where = 'teacher.logits';
  if (logits.length !== samples) {
    throw problems.learnTeacher(where, `${logits.length} rows`, `${samples}, one per sample`);
  }
  const units = outputsOf(student);
  const odd = logits.findIndex((row) => row.length !== units || !row.every(Number.isFinite));
  if (odd < 0) return;
  const isShort = logits[odd].length !== units;
  const got = isShort ? `${logits[odd].length} numbers` : 'a number that is not finite';
  throw problems.learnTeacher(
    `${where}[${odd}]`,
    got,
    `${units} finite numbers, one per output of ${student.name}`,
  );
}
