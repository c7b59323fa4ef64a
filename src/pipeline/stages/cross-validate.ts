import path from 'node:path';
import { sourceFiles } from '../../data/sources/index.js';
import type { CrossValidation } from '../../report/study-data.js';
import { ownCodeVersion } from '../code-version.js';
import type { RunStage } from '../engine.js';
import { json } from '../json.js';
import type { Model } from '../model.js';
import { recipeOf } from '../study/recipe.js';

/**
 * Cross-validates every variant of the study, base and pruned network at several widths, and the distillation at
 * several temperatures: `folds.json` is accuracy fold by fold, `comparison.json` what follows from it.
 *
 * @param storeFolder where finished folds are kept; `espalier evaluate` finds them too
 */
export function crossValidateStage(model: Model, storeFolder: string): RunStage {
  const { config, folder } = model;
  const { split: _, fitOn: __, ...data } = config.data;
  const { lanes: _lanes, margin: _margin, ...study } = config.study;
  return {
    name: 'cross-validate',
    title: 'Cross-validate the study',
    room: 'report',
    after: [],
    settings: {
      recipe: recipeOf(model),
      data,
      seed: config.seed,
      study,
      code: ownCodeVersion('study'),
    },
    files: Object.fromEntries(sourceFiles(data, folder).map((file) => [file, path.join(folder, file)])),
    async make(_inputs, onProgress) {
      const { compareStudy } = await import('../study/compare.js');
      const { validation, comparison } = await compareStudy({ model, folder: storeFolder, onProgress });
      return new Map([
        ['folds.json', json(foldTable(validation))],
        ['comparison.json', json(comparison)],
      ]);
    },
  };
}

/** Accuracies by subject, one per fold, repeat by repeat: for whoever does statistics of their own. */
function foldTable({ folds, repeats, seed, subjects }: CrossValidation) {
  const accuracy = subjects.map(({ name, results }) => [name, results.map(({ test }) => test.accuracy)]);
  return { folds, repeats, seed, accuracy: Object.fromEntries(accuracy) };
}
