import type { OnProgress } from '../core/progress.js';
import { inputsOf, outputsOf } from '../float/graph.js';
import { logitsOf } from '../float/model.js';
import type { FloatNetwork } from '../float/types.js';
import { type HiddenActivation, untrained } from './base.js';
import {
  checkDistillationLoss,
  DEFAULT_DISTILLATION,
  type DistillationLoss,
  distillationObjective,
} from './distillation-loss.js';
import { train } from './loop.js';
import { crossEntropy } from './objective.js';
import { DEFAULT_TRAINING, type TrainingOptions } from './options.js';
import { problems } from './problems.js';
import { holdOut, type Samples } from './samples.js';
import type { Trained } from './training.js';

export interface DistillOptions extends TrainingOptions, DistillationLoss {
  readonly name: string;
  /** Units of each of the student's hidden layers. */
  readonly hidden: readonly number[];
  readonly activation: HiddenActivation;
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

/**
 * Trains a student from scratch on the labels and on a teacher's logits. With the same seed it starts from the same
 * weights, and sees the samples in the same order, as `trainBase` with the student's hidden layers: what differs is
 * the teacher.
 *
 * @param samples scaled as the teacher's were
 * @throws learn/option, learn/teacher, learn/samples, learn/backend, learn/diverged, data/class-too-small
 */
export async function distill(
  teacher: Teacher,
  samples: Samples,
  options: Partial<DistillOptions> = {},
  onProgress?: OnProgress,
): Promise<Trained> {
  const whole = { ...DEFAULT_DISTILL, ...options };
  const task = `distilling ${whole.name}`;
  checkDistillationLoss(whole);
  const start = untrained(samples, whole, task);
  checkTeacher(teacher, start);
  const { training, validation } = holdOut(samples, whole.holdOut, whole.seed);
  const labels = crossEntropy(training, start.head);
  return train({
    task,
    start,
    samples: training,
    objective: distillationObjective(labels, teacherLogits(teacher, training), whole),
    options: whole,
    ...(validation && { validation }),
    ...(onProgress && { onProgress }),
  });
}

/** A teacher's logits for each sample; the mean over several teachers. */
export function teacherLogits(teacher: Teacher, samples: Samples): number[][] {
  const teachers = teachersOf(teacher);
  const judges = teachers.map((one) => logitsOf(one));
  return samples.features.map((row) => {
    const opinions = judges.map((judge) => judge(row));
    return opinions[0].map(
      (_, unit) => opinions.reduce((sum, logits) => sum + logits[unit], 0) / teachers.length,
    );
  });
}

const teachersOf = (teacher: Teacher): readonly FloatNetwork[] => ('layers' in teacher ? [teacher] : teacher);

/** @throws learn/teacher when the teacher cannot teach this student */
export function checkTeacher(teacher: Teacher, student: FloatNetwork): void {
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
    require(outputsOf(one), outputsOf(student), 'outputs');
    if (one.head === 'values') throw problems.learnTeacher(where, 'the head values', 'a classifier');
  }
}
