import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ignoreProgress } from '../../../src/core/progress.js';
import { fitScaler, scaleRow } from '../../../src/data/scaler.js';
import { loadSource, sourceFiles, sourcePlaces } from '../../../src/data/sources/index.js';
import type { SourceOptions } from '../../../src/data/sources/kind.js';
import { divideRows } from '../../../src/data/split.js';
import { messageOfAsync } from '../../support/messages.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'sources-'));
const put = (name: string, content: Uint8Array | string) => writeFileSync(path.join(folder, name), content);
const work = { cache: path.join(folder, 'cache'), onProgress: ignoreProgress };
const load = (options: SourceOptions) => loadSource(options, folder, work);
/** The message of a refusal, without the folder's path. */
const refused = async (options: SourceOptions) =>
  (await messageOfAsync(() => load(options))).replaceAll(`${folder}${path.sep}`, '');

/** An IDX file of bytes. */
const idx = (shape: readonly number[], values: readonly number[]) =>
  Uint8Array.from([0, 0, 8, shape.length, ...shape.flatMap((length) => [0, 0, 0, length]), ...values]);

/** A .npy file of bytes. */
function npy(shape: readonly number[], values: readonly number[]): Uint8Array {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const head = Buffer.from(`\x93NUMPY\x01\x00\x00\x00${text}`, 'latin1');
  head.writeUInt16LE(text.length, 8);
  return new Uint8Array([...head, ...values]);
}

put('images.idx.gz', gzipSync(idx([4, 2, 2], [...Array(16).keys()])));
put('labels.idx', idx([4], [7, 3, 3, 7]));
put('three.idx', idx([3], [7, 3, 3]));
put(
  'set.npz',
  zipSync({
    'x_train.npy': npy([3, 2, 3], [...Array(18).keys()]),
    'y_train.npy': npy([3, 2], [1, 0, 0, 1, 0, 1]),
    'x_test.npy': npy([1, 2, 3], [9, 9, 9, 9, 9, 9]),
    'y_test.npy': npy([1, 2], [1, 0]),
  }),
);
put('odd.npz', zipSync({ 'images.npy': npy([1, 4], [0, 0, 0, 0]), 'labels.npy': npy([1], [0]) }));

describe('arrays', () => {
  it('in IDX files are maps of one channel, zipped or not; numbers that occur are the classes', async () => {
    const data = await load({ arrays: { samples: 'images.idx.gz', labels: 'labels.idx' } });
    expect(data).toMatchObject({
      features: [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9, 10, 11],
        [12, 13, 14, 15],
      ],
      labels: [1, 0, 0, 1],
      classes: ['3', '7'],
      shape: [2, 2, 1],
      range: { low: 0, high: 255 },
    });
    expect(data.parts).toBeUndefined();
    expect(data.report.form).toBe('arrays of 2x2x1 bytes');
  });

  it('of a .npz by their usual names are divided as whoever made them did', async () => {
    const data = await load({ arrays: 'set.npz', first: 2 });
    expect(data.parts).toEqual({ train: [0, 1], test: [2] });
    expect(data.labels).toEqual([0, 1, 0]);
    expect(data.features[2]).toEqual([9, 9, 9, 9, 9, 9]);
    expect(divideRows(data, undefined, 1)).toEqual({ train: [0, 1], validation: [], test: [2] });
    expect(divideRows(data, { method: 'sklearn', test: 0.5, seed: 1 }, 1).test).toHaveLength(2);
  });

  it('have the shape and the classes that are stated', async () => {
    const arrays = { samples: 'set.npz:x_train', labels: 'set.npz:y_train' };
    const data = await load({ arrays, shape: [6], classes: ['no', 'yes'] });
    expect([data.shape, data.classes, data.labels]).toEqual([[6], ['no', 'yes'], [0, 1, 1]]);
    expect(sourceFiles({ arrays }, folder)).toEqual(['set.npz']);
  });

  it.each<[SourceOptions, string]>([
    [
      { arrays: { samples: 'images.idx.gz', labels: 'three.idx' } },
      'three.idx: got 3 labels, wanted 4, one for each sample of images.idx.gz [data/array-rows]',
    ],
    [
      { arrays: { samples: 'set.npz:x_trian', labels: 'labels.idx' } },
      'set.npz:x_trian: got no array x_trian, wanted FILE.npz:NAME with one of "x_train", "y_train", "x_test", "y_test" (did you mean x_train?) [data/array-name]',
    ],
    [
      { arrays: 'odd.npz' },
      'odd.npz: got the arrays "images", "labels", wanted x_train and y_train, x_test and y_test; or x and y (data.arrays: { samples: FILE.npz:NAME, labels: FILE.npz:NAME } says which is which) [data/array-names]',
    ],
    [
      { arrays: { samples: 'odd.npz:images', labels: 'odd.npz:labels' } },
      'odd.npz:labels: got the label 0 for every sample, wanted two classes at least [data/array-labels]',
    ],
    [
      { arrays: { samples: 'images.idx.gz', labels: 'labels.idx' }, classes: ['a', 'b'] },
      'labels.idx: got the label 3, wanted numbers below 2, as many as data.classes has names [data/array-labels]',
    ],
    [
      { arrays: { samples: 'images.idx.gz', labels: 'labels.idx' }, shape: [3, 3, 1] },
      'images.idx.gz: got samples of 4 values, wanted 3x3x1 = 9 values, as data.shape says [data/shape]',
    ],
    [
      { arrays: { samples: 'labels.idx', labels: 'labels.idx' } },
      'labels.idx: got an array of 4, wanted samples x values of each [data/array-format]',
    ],
  ])('are refused: %j', async (options, message) => {
    expect(await refused(options)).toBe(message);
  });
});

describe('a table', () => {
  put('table.csv', 'a,b,c,d,label\n0,1,2,3,no\n4,5,6,7,yes\n');

  it('with a shape has a picture in each row', async () => {
    const data = await load({ file: 'table.csv', label: 'label', shape: [2, 2, 1] });
    expect([data.shape, data.featureNames]).toEqual([
      [2, 2, 1],
      ['a', 'b', 'c', 'd'],
    ]);
    expect(await refused({ file: 'table.csv', label: 'label', shape: [2, 3, 1] })).toBe(
      'table.csv: got samples of 4 values, wanted 2x3x1 = 6 values, as data.shape says [data/shape]',
    );
  });
});

describe('a folder of pictures', () => {
  const lay = async (name: string, level: number) => {
    const file = path.join(folder, 'photos', name);
    mkdirSync(path.dirname(file), { recursive: true });
    await sharp(Uint8Array.of(level, level, level, level), {
      raw: { width: 2, height: 2, channels: 1 },
    }).toFile(file);
  };

  it('is read by class, broken ones left out and told of', async () => {
    for (const [name, level] of [
      ['cat/1.png', 10],
      ['cat/2.png', 20],
      ['dog/1.png', 30],
      ['dog/2.png', 40],
    ] as const)
      await lay(name, level);
    put('photos/dog/broken.png', 'no picture');
    const options = { folder: 'photos', color: 'grey', orientation: 'apply', antialias: false } as const;
    const data = await load({ pictures: { ...options, broken: 'skip' } });
    expect(data).toMatchObject({ labels: [0, 0, 1, 1], classes: ['cat', 'dog'], shape: [2, 2, 1] });
    expect(data.features.map(([level]) => level)).toEqual([10, 20, 30, 40]);
    expect(data.report.notes).toEqual([
      '1 broken picture left out, the first dog/broken.png: bytes that begin with 6e6f207069637475',
    ]);
    const source = { pictures: { ...options, broken: 'refuse' } } as const;
    expect(await refused(source)).toMatch(/^photos.dog.broken.png: .* \[data\/image-broken\]$/);
    expect(sourcePlaces(source, folder)).toEqual(['photos']);
    expect(sourceFiles(source, folder)).toContain('photos/dog/broken.png');
  });
});

describe('maps', () => {
  const dataset = async () => load({ arrays: { samples: 'images.idx.gz', labels: 'labels.idx' } });

  it('are found gzipped where only that is there', async () => {
    const source = { arrays: { samples: 'images.idx', labels: 'labels.idx' } };
    expect(sourceFiles(source, folder)).toEqual(['images.idx.gz', 'labels.idx']);
    expect((await load(source)).features).toEqual((await dataset()).features);
  });

  it('are scaled by one range: their kind’s, or the one of the training rows', async () => {
    const data = await dataset();
    expect(scaleRow(fitScaler(data, [0, 1]), [0, 51, 255, 102])).toEqual([0, 0.2, 1, 0.4]);
    const { range: _, ...unknown } = data;
    const { minimum, maximum } = fitScaler(unknown, [1, 2]);
    expect([minimum, maximum]).toEqual([Array(4).fill(4), Array(4).fill(11)]);
  });

  it('are scaled by mean and deviation where that is asked for', async () => {
    const scaler = fitScaler(await dataset(), [0, 1, 2, 3], 'train', 0, 'standard');
    const rows = (await dataset()).features.map((row) => scaleRow(scaler, row));
    const all = rows.flat();
    const mean = all.reduce((sum, value) => sum + value, 0) / all.length;
    expect(mean).toBeCloseTo(0, 12);
    expect(all.reduce((sum, value) => sum + value ** 2, 0) / all.length).toBeCloseTo(1, 12);
  });
});
