import path from 'node:path';
import { present } from '../../core/objects.js';
import { loadDataset } from '../dataset.js';
import type { SourceKind } from './kind.js';
import { shaped } from './shape.js';

/** A CSV file with a row for each sample. */
export const table: SourceKind = {
  member: 'file',
  places: ({ file }) => [file as string],
  files: ({ file }) => [file as string],
  load: async ({ file, label, positive, ignore, header, missing, shape }, folder) => {
    const place = path.join(folder, file as string);
    const dataset = loadDataset(place, present({ label, positive, ignore, header, missing }));
    if (shape === undefined) return dataset;
    return { ...dataset, shape: shaped([dataset.featureNames.length], shape, place) };
  },
};
