import path from 'node:path';
import type { Stage } from '../engine.js';
import { json } from '../json.js';
import type { Model } from '../model.js';

/** Compares the techniques on the model's data: `study.json`. Long; what is finished is kept in `cache`. */
export function studyStage(model: Model, cache: string): Stage {
  const { folder, config } = model;
  const { simulation: _, ...settings } = config;
  const teacher = config.distillation?.teacher;
  const fileOf = (name: string) => [name, path.join(folder, name)];
  return {
    name: 'study',
    title: 'Study the techniques',
    room: 'emit',
    after: [],
    settings,
    files: Object.fromEntries([config.data.file, ...(teacher === undefined ? [] : [teacher])].map(fileOf)),
    async make(_inputs, onProgress) {
      const { runStudy } = await import('../study/study.js');
      return new Map([['study.json', json(await runStudy({ model, folder: cache, onProgress }))]]);
    },
  };
}
