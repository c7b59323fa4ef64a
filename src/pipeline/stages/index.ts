import type { RunStage } from '../engine.js';
import type { Model } from '../model.js';
import { crossValidateStage } from './cross-validate.js';
import { dataStage } from './data.js';
import { designStage } from './design.js';
import { distillStage } from './distill.js';
import { pruneStage } from './prune.js';
import { quantizeStage } from './quantize.js';
import { reportStage } from './report.js';
import { simulateStage } from './simulate.js';
import { teacherStage } from './teacher.js';
import { trainStage } from './train.js';
import { variantsStage } from './variants.js';
import { weightsStage } from './weights.js';

/** Names of all stages, in order: what `--from` and `--until` take. */
export const STAGE_NAMES = [
  'data',
  'train',
  'teacher',
  'distill',
  'prune',
  'weights',
  'quantize',
  'design',
  'simulate',
  'variants',
  'cross-validate',
  'report',
] as const;

/** Where stages keep what outlives their products. */
export interface Caches {
  /** Compiled simulators. */
  readonly simulators: string;
  /** Networks and folds of the study. */
  readonly study: string;
  /** Decoded pictures. */
  readonly pictures: string;
  /** Records of syntheses. */
  readonly syntheses: readonly string[];
}

/** The stages of a model, every one after those it reads; those of the study only where one is wanted. */
export function stagesOf(model: Model, caches: Caches, withStudy: boolean): RunStage[] {
  const { pruning, deploy, distillation } = model.config;
  return [
    dataStage(model, caches.pictures),
    ...(deploy === 'distilled' && distillation !== undefined
      ? studentStages(model, distillation)
      : [trainStage(model)]),
    ...(pruning === undefined ? [] : [pruneStage(model, pruning)]),
    weightsStage(model),
    quantizeStage(model),
    designStage(model),
    simulateStage(model, caches.simulators),
    ...(withStudy ? [variantsStage(model, caches.study), crossValidateStage(model, caches.study)] : []),
    reportStage(model, withStudy, caches.syntheses),
  ];
}

/** A teacher from a file is asked before anything is trained. */
function studentStages(model: Model, distillation: NonNullable<Model['config']['distillation']>): RunStage[] {
  const first = [trainStage(model), teacherStage(model, distillation)];
  return [
    ...(distillation.teacher === undefined ? first : first.reverse()),
    distillStage(model, distillation),
  ];
}
