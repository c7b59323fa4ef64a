import path from 'node:path';
import { present } from '../../core/objects.js';
import { ownCodeVersion } from '../code-version.js';
import type { Stage } from '../engine.js';
import { json } from '../json.js';
import type { Model } from '../model.js';
import { recipeOf } from '../study/recipe.js';

/** Compares the techniques on the model's data: `study.json`. Long; what is finished is kept in `cache`. */
export function studyStage(model: Model, cache: string): Stage {
  const { folder, config } = model;
  const { simulation: _, ...rest } = config;
  const { file } = config.data;
  // A teacher's file names others that hold its weights: the network is what counts.
  const { teacher } = recipeOf(model);
  return {
    name: 'study',
    title: 'Study the techniques',
    room: 'emit',
    after: [],
    settings: { ...rest, ...present({ teacher }), code: ownCodeVersion('study') },
    files: { [file]: path.join(folder, file) },
    async make(_inputs, onProgress) {
      const { runStudy } = await import('../study/study.js');
      return new Map([['study.json', json(await runStudy({ model, folder: cache, onProgress }))]]);
    },
  };
}
