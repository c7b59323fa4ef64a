import type { OnProgress } from '../../core/progress.js';
import type { StudyData, StudyNetwork } from '../../report/study-data.js';
import type { Model } from '../model.js';
import { crossValidate } from './cross-validation.js';
import { accuracyCurves } from './curves.js';
import { distillStudy, samplesOfSplit, sweepDistillation, withDistillation } from './distill.js';
import { hardwareCost } from './hardware-cost.js';
import { evaluateMade, Maker, nonZerosOf } from './make.js';
import { recipeOf } from './recipe.js';
import { type Variant, variantOf } from './variants.js';

export interface StudyRequest {
  readonly model: Model;
  readonly threads?: number | undefined;
  /** Where what is finished is kept, so that a study that was stopped goes on from there. */
  readonly folder: string;
  readonly onProgress: OnProgress;
}

/**
 * The whole study of a model's recipe, as its configuration's section `study` says: variants cross-validated and
 * compared, distillation and its sweep, accuracy against bits.
 *
 * @throws pipeline/*, data/*, learn/*, quantize/*, hardware/*
 */
export async function runStudy(request: StudyRequest): Promise<StudyData> {
  const { model, threads, folder, onProgress } = request;
  const { folds, repeats, variants: names, bits, seeds, temperatures, alphas } = model.config.study;
  const variants = names.map((name) => variantOf(name, 'study.variants'));
  const common = { threads, folder, onProgress };
  const subjects = variants.map((variant) => ({ name: variant.name, model, variant }));
  const student = withDistillation(model, {});
  return {
    crossValidation: await crossValidate({ subjects, folds, repeats, seed: model.config.seed, ...common }),
    networks: await makeNetworks(model, variants, onProgress),
    distillation: await distillStudy(student, onProgress),
    sweep: await sweepDistillation({ model: student, temperatures, alphas, folds, repeats: 1, ...common }),
    curves: await accuracyCurves({ model, bits, folds, seeds, ...common }),
  };
}

async function makeNetworks(
  model: Model,
  variants: readonly Variant[],
  onProgress: OnProgress,
): Promise<StudyNetwork[]> {
  const recipe = recipeOf(model);
  const { train, test } = samplesOfSplit(model, recipe.clip);
  const maker = new Maker(() => train, model.config.seed, onProgress);
  const networks: StudyNetwork[] = [];
  for (const variant of variants) {
    const made = await maker.make(recipe, variant);
    const facts = {
      name: variant.name,
      history: made.history,
      test: evaluateMade(made, test),
      nonZeros: nonZerosOf(made),
    };
    const isInteger = made.kind === 'integer';
    networks.push(isInteger ? { ...facts, cost: hardwareCost(made.network, model.config.hardware) } : facts);
  }
  return networks;
}
