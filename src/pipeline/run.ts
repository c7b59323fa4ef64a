import path from 'node:path';
import type { Problem } from '../core/errors.js';
import { present } from '../core/objects.js';
import { addFiles } from '../core/owned-folder.js';
import type { OnProgress } from '../core/progress.js';
import { warningsOf } from '../report/warnings.js';
import { type Product, type RunOptions, type RunStage, runStages, type StageReport } from './engine.js';
import { type Model, modelInputs, readModel } from './model.js';
import { checkApart, pictureCache, synthesisRecords } from './places.js';
import { problems } from './problems.js';
import type { DataProduct } from './stages/data.js';
import { stagesOf } from './stages/index.js';
import type { QuantizedProduct } from './stages/quantize.js';
import { REPORT_FILE, REPORT_FILES } from './stages/report.js';
import type { TrainedProduct } from './stages/train.js';

export const DEFAULT_BUILD = 'build';

/** Compiled simulators, kept by their content for all models together. */
export const simulatorCache = (build: string): string => path.join(build, '.cache', 'cosim');

/** Finished folds of cross-validations, searches and sweeps, likewise. @throws file/input-in-output */
export function studyCache(build: string, models: readonly Model[]): string {
  const folder = path.join(build, '.cache', 'study');
  checkApart(folder, models.flatMap(modelInputs));
  return folder;
}

/** Unfinished trainings of a model's stages. */
const checkpointFolder = (build: string, { name }: Model): string =>
  path.join(build, '.cache', 'training', name);

export interface RunRequest {
  /** The model's folder or its espalier.yaml; absent: where we are, or the only model in `models/`. */
  readonly model?: string | undefined;
  /** Products go into a folder of the model's name in here; default `build`. */
  readonly build?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly force?: boolean | undefined;
  /** Also make and cross-validate every variant, and report on them. */
  readonly study?: boolean | undefined;
  /** In place of the configuration's. */
  readonly seed?: number | undefined;
  readonly onProgress: OnProgress;
  readonly onStage?: NonNullable<RunOptions['onStage']>;
}

export interface RunResult {
  readonly model: string;
  readonly folder: string;
  readonly stages: readonly StageReport[];
  readonly products: ReadonlyMap<string, Product>;
  /** What a user should know of what was made. */
  readonly warnings: readonly Problem[];
  /** The HTML report; absent when the run stopped before it. */
  readonly report?: string;
}

/**
 * Runs a model's stages in order; what has not changed since the last run is kept.
 *
 * @throws pipeline/*, and whatever a stage throws
 */
export async function runModel(request: RunRequest): Promise<RunResult> {
  const model = readModel(request.model, request.seed);
  const build = request.build ?? DEFAULT_BUILD;
  const folder = path.join(build, model.name);
  const { from, until, force = false, study = false, onProgress, onStage } = request;
  const caches = {
    simulators: simulatorCache(build),
    study: studyCache(build, [model]),
    pictures: pictureCache(build),
    syntheses: synthesisRecords(build, path.join(folder, 'design')),
  };
  const stages = stagesOf(model, caches, study);
  checkStage('--from', from, stages);
  checkStage('--until', until, stages);
  const { reports, products } = await runStages(stages, {
    folder,
    checkpoints: checkpointFolder(build, model),
    inputs: modelInputs(model),
    force,
    beside: REPORT_FILES,
    onProgress,
    ...present({ from, until, onStage }),
  });
  const product = products.get('report');
  const trained = (stage: string) => products.get(stage)?.json<TrainedProduct>('trained.json');
  const table = products.get('data')?.json<Pick<DataProduct, 'report'>>('data.json').report.warnings ?? [];
  const quantized = products.get('quantize')?.json<QuantizedProduct>('quantized.json');
  const found = warningsOf({ base: trained('train'), pruned: trained('prune'), quantized });
  const warnings = [...table, ...found];
  const result = { model: model.name, folder, stages: reports, products, warnings };
  if (product === undefined) return result;
  // Where one looks for them first.
  addFiles(folder, new Map(REPORT_FILES.map((file) => [file, product.text(file)])));
  const report = path.join(folder, REPORT_FILE);
  return { ...result, report };
}

function checkStage(option: string, name: string | undefined, stages: readonly RunStage[]): void {
  const names = stages.map((stage) => stage.name);
  if (name === undefined || names.includes(name)) return;
  const isOfStudy = name === 'variants' || name === 'cross-validate';
  throw problems.stageAbsent(
    option,
    name,
    names,
    isOfStudy ? '`--study` adds it' : `the configuration has no section for it`,
  );
}
