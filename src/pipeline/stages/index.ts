import type { Stage } from '../engine.js';
import type { Model } from '../model.js';
import { dataStage } from './data.js';
import { designStage } from './design.js';
import { pruneStage } from './prune.js';
import { quantizeStage } from './quantize.js';
import { reportStage } from './report.js';
import { simulateStage } from './simulate.js';
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
  'report',
] as const;

/**
 * The stages of a model, every one after those it reads.
 *
 * @param simulatorCache where compiled simulators are kept
 */
export function stagesOf(model: Model, simulatorCache: string): Stage[] {
  const { pruning } = model.config;
  return [
    dataStage(model),
    trainStage(model),
    ...(pruning === undefined ? [] : [pruneStage(model, pruning)]),
    weightsStage(model),
    quantizeStage(model),
    designStage(model),
    simulateStage(model, simulatorCache),
    reportStage(model),
  ];
}
