import type { Stage } from '../engine.js';
import type { Model } from '../model.js';
import { dataStage } from './data.js';
import { designStage } from './design.js';
import { pruneStage } from './prune.js';
import { quantizeStage } from './quantize.js';
import { reportStage } from './report.js';
import { simulateStage } from './simulate.js';
import { studyStage } from './study.js';
import { trainStage } from './train.js';
import { weightsStage } from './weights.js';

/** Names of all stages, in order: what `--from` and `--until` take. */
export const STAGE_NAMES = [
  'data',
  'train',
  'prune',
  'weights',
  'quantize',
  'design',
  'simulate',
  'study',
  'report',
] as const;

/** Folders for what is kept by its content, for all models together. */
export interface Cache {
  /** Compiled simulators. */
  readonly simulators: string;
  /** Finished folds of cross-validations. */
  readonly study: string;
}

/**
 * The stages of a model, every one after those it reads.
 *
 * @param cache where what several runs share is kept
 * @param study whether the techniques are compared too, which takes long
 */
export function stagesOf(model: Model, cache: Cache, study: boolean): Stage[] {
  const { pruning } = model.config;
  return [
    dataStage(model),
    trainStage(model),
    ...(pruning === undefined ? [] : [pruneStage(model, pruning)]),
    weightsStage(model),
    quantizeStage(model),
    designStage(model),
    simulateStage(model, cache.simulators),
    ...(study ? [studyStage(model, cache.study)] : []),
    reportStage(model, study),
  ];
}
