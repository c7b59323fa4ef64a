import path from 'node:path';
import type { Content } from '../../core/content.js';
import { pick } from '../../core/lazy-list.js';
import { present } from '../../core/objects.js';
import type { Dataset } from '../../data/dataset.js';
import { type PackedNumbers, packNumbers, unpackNumbers } from '../../data/packed.js';
import { sourceFiles } from '../../data/sources/index.js';
import type { Split } from '../../data/split.js';
import { type Samples, samplesOf } from '../../learn/samples.js';
import type { Encoder } from '../../network/types.js';
import type { Product, RunStage } from '../engine.js';
import { json } from '../json.js';
import type { Model } from '../model.js';

/** The samples, scaled, and how they came about. */
export interface DataProduct extends Omit<Dataset, 'features' | 'labels'> {
  readonly split: Split;
  readonly scaler: Encoder;
  readonly train: Samples;
  readonly test: Samples;
  /** Every row of the source in its order, scaled. */
  readonly all: Samples;
}

/** `data.json`: all but the features, which stand in `features.bin` as they were read. */
interface Stored extends Omit<Dataset, 'features'> {
  readonly split: Split;
  readonly scaler: Encoder;
  readonly clips: boolean;
  readonly packed: Omit<PackedNumbers, 'content'>;
}

/** Reads the samples, splits them and fits the scaler. @param cache where decoded pictures are kept */
export function dataStage({ folder, config }: Model, cache: string): RunStage {
  const { split, fitOn, clip, scale, ...rest } = config.data;
  const options = present(rest);
  const { seed } = config;
  return {
    name: 'data',
    title: 'Read and split the data',
    room: 'learn',
    after: [],
    settings: { split: split ?? null, seed: split?.seed ?? seed, fitOn, clip, scale: scale ?? null, options },
    files: Object.fromEntries(sourceFiles(options, folder).map((file) => [file, path.join(folder, file)])),
    async make(_inputs, onProgress) {
      const { loadSource } = await import('../../data/sources/index.js');
      const { divideRows } = await import('../../data/split.js');
      const { fitScaler } = await import('../../data/scaler.js');
      const { features, ...dataset } = await loadSource(options, folder, { cache, onProgress });
      const rows = divideRows(dataset, split, seed);
      const { content, ...packed } = packNumbers(features);
      const stored: Stored = {
        ...dataset,
        split: rows,
        scaler: fitScaler({ ...dataset, features }, rows.train, fitOn, clip, scale),
        clips: clip > 0,
        packed,
      };
      return new Map<string, Content>([
        ['data.json', json(stored)],
        ['features.bin', content],
      ]);
    },
  };
}

/** What the stage has left. */
export function readData(product: Product): DataProduct {
  const { packed, clips, ...stored } = product.json<Stored>('data.json');
  const { labels, ...rest } = stored;
  const dataset = { ...stored, features: unpackNumbers(packed, path.join(product.folder, 'features.bin')) };
  const all = samplesOf(dataset, stored.scaler, [...labels.keys()], clips);
  const part = (rows: readonly number[]): Samples => ({
    ...all,
    features: pick(all.features, rows),
    labels: rows.map((row) => all.labels[row]),
  });
  return { ...rest, train: part(stored.split.train), test: part(stored.split.test), all };
}
