import path from 'node:path';
import { present } from '../../core/objects.js';
import type { DataReport, Dataset } from '../../data/dataset.js';
import type { Split } from '../../data/split.js';
import type { Samples } from '../../learn/samples.js';
import type { Encoder } from '../../network/types.js';
import type { RunStage } from '../engine.js';
import { json } from '../json.js';
import type { Model } from '../model.js';

/** `data.json`: the samples, scaled, and how they came about. */
export interface DataProduct {
  readonly featureNames: readonly string[];
  readonly classes: readonly string[];
  readonly split: Split;
  readonly scaler: Encoder;
  readonly report: DataReport;
  readonly train: Samples;
  readonly test: Samples;
  /** Every row of the file in its order, scaled. */
  readonly all: Samples;
}

/** Reads the table, splits its rows and scales its features. */
export function dataStage({ folder, config }: Model): RunStage {
  const { file, split, fitOn, clip, ...rest } = config.data;
  const options = present(rest);
  const table = path.join(folder, file);
  const seeded = { ...split, seed: split.seed ?? config.seed };
  return {
    name: 'data',
    title: 'Read and split the data',
    room: 'learn',
    after: [],
    settings: { split: seeded, fitOn, clip, options },
    files: { [file]: table },
    async make() {
      const { loadDataset } = await import('../../data/dataset.js');
      const { splitRows } = await import('../../data/split.js');
      const { fitScaler } = await import('../../data/scaler.js');
      const { samplesOf } = await import('../../learn/samples.js');
      const dataset: Dataset = loadDataset(table, options);
      const rows = splitRows(dataset, seeded);
      const scaler = fitScaler(dataset, rows.train, fitOn, clip);
      const samples = (part: readonly number[]) => samplesOf(dataset, scaler, part, clip > 0);
      const product: DataProduct = {
        featureNames: dataset.featureNames,
        classes: dataset.classes,
        split: rows,
        scaler,
        report: dataset.report,
        train: samples(rows.train),
        test: samples(rows.test),
        all: samples([...dataset.labels.keys()]),
      };
      return new Map([['data.json', json(product)]]);
    },
  };
}
