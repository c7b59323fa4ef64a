import type { OnProgress } from '../../core/progress.js';
import type { CrossValidation } from '../../report/study-data.js';
import { type Model, readModel } from '../model.js';
import { studyCache } from '../run.js';
import { crossValidate, type Subject } from './cross-validation.js';
import { finalVariant } from './recipe.js';
import { variantOf } from './variants.js';

export interface EvaluateRequest {
  readonly model?: string | undefined;
  /** Names of variants; absent: the one that `espalier run` makes hardware of. */
  readonly variants?: readonly string[] | undefined;
  /** Another model on the same data, whose recipe is compared with the first. */
  readonly against?: string | undefined;
  readonly folds: number;
  readonly repeats: number;
  /** In place of the configuration's. */
  readonly seed?: number | undefined;
  readonly threads?: number | undefined;
  /** Finished folds are kept in a cache in here. */
  readonly build: string;
  readonly onProgress: OnProgress;
}

/**
 * Cross-validates recipes: variants of a model's, and the same variants of another's.
 *
 * @throws pipeline/*, data/*, learn/*, quantize/*
 */
export async function evaluateRecipes(request: EvaluateRequest): Promise<CrossValidation> {
  const model = readModel(request.model, request.seed);
  const other = request.against === undefined ? undefined : readModel(request.against, request.seed);
  const subjects = [
    ...subjectsOf(model, request.variants, other),
    ...subjectsOf(other, request.variants, model),
  ];
  const { folds, repeats, threads, onProgress } = request;
  const folder = studyCache(request.build, other === undefined ? [model] : [model, other]);
  return crossValidate({ subjects, folds, repeats, seed: model.config.seed, threads, folder, onProgress });
}

function subjectsOf(
  model: Model | undefined,
  names: readonly string[] | undefined,
  other: Model | undefined,
): Subject[] {
  if (model === undefined) return [];
  const variants = names ?? [finalVariant(model.config)];
  return variants.map((name) => ({
    // Two models of one name are told apart by their folders.
    name: other === undefined ? name : `${other.name === model.name ? model.folder : model.name}: ${name}`,
    model,
    variant: variantOf(name, '--variants'),
  }));
}
