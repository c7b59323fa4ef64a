import { readdirSync } from 'node:fs';
import path from 'node:path';
import { present } from '../core/objects.js';
import type { PlacedArray } from '../data/arrays/number-array.js';
import { arrayFile, arrayReader } from '../data/arrays/read.js';
import { importNetwork } from '../exchange/importers/index.js';
import { outputsOf } from '../float/graph.js';
import type { FloatNetwork } from '../float/types.js';
import type { Config } from './config.js';

/** A teacher that is not the run's own: a model's file, or what it said of the samples. */
export type StatedTeacher = NonNullable<NonNullable<Config['distillation']>['teacher']>;

/** Such a teacher, read. */
export type ReadTeacher = FloatNetwork | GivenLogits;

export interface GivenLogits {
  readonly given: PlacedArray;
}

/** Files that a teacher is read from, relative to its configuration. */
export function teacherFiles(teacher: StatedTeacher | undefined, folder: string): string[] {
  if (teacher === undefined) return [];
  if (typeof teacher === 'object' && 'logits' in teacher) return [arrayFile(folder, teacher.logits)];
  const file = typeof teacher === 'string' ? teacher : teacher.model;
  return [file, ...weightsBeside(file, folder)];
}

/** A model.json has its weights beside it. */
function weightsBeside(file: string, folder: string): string[] {
  if (!file.endsWith('.json')) return [];
  const beside = path.dirname(file);
  try {
    const names = readdirSync(path.join(folder, beside)).filter((name) => name.endsWith('.bin'));
    return names.sort().map((name) => path.join(beside, name));
  } catch {
    // That the model is not there is said where it is read.
    return [];
  }
}

/** @throws file/*, exchange/import-*, float/*, data/array-* */
export function readTeacher(teacher: StatedTeacher, folder: string): ReadTeacher {
  if (typeof teacher === 'object' && 'logits' in teacher)
    return { given: arrayReader(folder)(teacher.logits) };
  const { model, shape, layers } = typeof teacher === 'string' ? { model: teacher } : teacher;
  const file = path.join(folder, model);
  const options = present({ shape, layers: layers && { file: 'distillation.teacher', layers } });
  const { network } = importNetwork(file, options);
  // A model that ends without a softmax gives logits all the same.
  return { ...network, head: outputsOf(network) === 1 ? 'binary' : 'argmax' };
}
