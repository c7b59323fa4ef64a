import path from 'node:path';
import { EspalierError } from '../core/errors.js';
import { present } from '../core/objects.js';
import type { PlacedArray } from '../data/arrays/number-array.js';
import { arrayFile, arrayReader } from '../data/arrays/read.js';
import type { Imported } from '../exchange/importers/importer.js';
import { importNetwork } from '../exchange/importers/index.js';
import { outputsOf } from '../float/graph.js';
import type { FloatNetwork } from '../float/types.js';
import type { Config } from './config.js';

/** A teacher that is not the run's own: a model's file, or what it said of the samples. */
export type StatedTeacher = NonNullable<NonNullable<Config['distillation']>['teacher']>;

/** By its file, with what that leaves open or without. */
type StatedModel = Exclude<StatedTeacher, { readonly logits: unknown }>;

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
  return [file, ...filesBeside(teacher, folder)];
}

/** What a model has its weights in. */
function filesBeside(teacher: StatedModel, folder: string): string[] {
  try {
    return (modelOf(teacher, folder).beside ?? []).map((file) => path.relative(folder, file)).sort();
  } catch (error) {
    // What is wrong with it is said where it is asked.
    if (error instanceof EspalierError) return [];
    throw error;
  }
}

function modelOf(teacher: StatedModel, folder: string): Imported {
  const { model, shape, layers } = typeof teacher === 'string' ? { model: teacher } : teacher;
  const options = present({ shape, layers: layers && { file: 'distillation.teacher', layers } });
  return importNetwork(path.join(folder, model), options);
}

/** @throws file/*, exchange/import-*, float/*, data/array-* */
export function readTeacher(teacher: StatedTeacher, folder: string): ReadTeacher {
  if (typeof teacher === 'object' && 'logits' in teacher)
    return { given: arrayReader(folder)(teacher.logits) };
  const { network } = modelOf(teacher, folder);
  // A model that ends without a softmax gives logits all the same.
  return { ...network, head: outputsOf(network) === 1 ? 'binary' : 'argmax' };
}
