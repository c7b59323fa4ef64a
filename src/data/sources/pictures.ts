import path from 'node:path';
import { counted } from '../../core/errors.js';
import { hashOf } from '../../core/hash.js';
import { present } from '../../core/objects.js';
import { printShape, sizeOf } from '../../network/tensor.js';
import type { Dataset } from '../dataset.js';
import { listPictures, type PictureList } from '../images/folder.js';
import {
  LEVEL_PARTS,
  levelsIn,
  type PictureReport,
  type PictureStore,
  storePictures,
} from '../images/store.js';
import { rowsOf } from '../packed.js';
import { countClasses, firstInTurn } from './amount.js';
import type { PictureSource, SourceKind } from './kind.js';

/** Grey levels that a picture's values can have. */
const LEVELS = { low: 0, high: 255 };

/** A folder of pictures, with a folder for each class. */
export const pictures: SourceKind = {
  member: 'pictures',
  places: ({ pictures: source }) => [(source as PictureSource).folder],
  files: ({ pictures: source }, folder) => {
    const { folder: own } = source as PictureSource;
    return listPictures(path.join(folder, own)).files.map((file) => path.posix.join(own, file));
  },
  load: async ({ pictures: source, first }, folder, { cache, onProgress }) => {
    const { folder: own, ...stated } = source as PictureSource;
    const options = present(stated);
    const place = path.join(folder, own);
    const all = listPictures(place);
    const chosen = firstInTurn(all.labels, all.parts, first);
    const files = chosen.rows.map((row) => all.files[row]);
    const index = path.join(cache, `${hashOf([path.resolve(place), options]).slice(0, 16)}.json`);
    const { store, kept, report } = await storePictures(place, files, index, options, onProgress);
    try {
      const labels = kept.map((number) => all.labels[chosen.rows[number]]);
      const features = rowsOf(kept.length, sizeOf(store), (row) =>
        Array.from(levelsIn(store, row), (level) => level / LEVEL_PARTS),
      );
      return {
        featureNames: [],
        features,
        labels,
        classes: all.classes,
        shape: store.shape,
        range: LEVELS,
        picture: { antialias: options.antialias },
        ...partsOf(chosen.parts, kept),
        report: reportOf(all, store, labels, report),
      };
    } finally {
      store.close();
    }
  },
};

/** What is left of the parts when broken pictures are gone. */
function partsOf(parts: Dataset['parts'], kept: readonly number[]): Pick<Dataset, 'parts'> {
  if (parts === undefined) return {};
  const rows = new Map(kept.map((number, row) => [number, row]));
  const left = (part: readonly number[]) => part.flatMap((number) => rows.get(number) ?? []);
  return { parts: { train: left(parts.train), test: left(parts.test) } };
}

function reportOf(
  { classes, otherFiles }: PictureList,
  { shape, count }: PictureStore,
  labels: readonly number[],
  { turned, alphaDropped, resized, skipped }: PictureReport,
): Dataset['report'] {
  const notes: [number, string][] = [
    [resized, 'brought to this size'],
    [turned, 'turned as their cameras say'],
    [alphaDropped, 'with transparency, whose colours were taken as they are'],
  ];
  const [first] = skipped;
  return {
    form: `pictures of ${printShape(shape)}`,
    rows: count,
    columns: [],
    firstRows: [],
    droppedColumns: [],
    ignoredColumns: [],
    missing: {},
    droppedRows: 0,
    classCounts: countClasses(labels, classes),
    notes: [
      ...notes.flatMap(([number, words]) => (number === 0 ? [] : [`${counted(number, 'picture')} ${words}`])),
      ...(first === undefined
        ? []
        : [
            `${counted(skipped.length, 'broken picture')} left out, the first ${first.file}: ${first.reason}`,
          ]),
      ...(otherFiles.length === 0
        ? []
        : [`${counted(otherFiles.length, 'file')} left out that are no pictures`]),
    ],
    warnings: [],
  };
}
