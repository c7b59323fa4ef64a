import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { writeContent } from '../../src/core/content.js';
import { isLazy } from '../../src/core/lazy-list.js';
import type { DataReport } from '../../src/data/dataset.js';
import { MOST_HELD, packNumbers, rowsOf, unpackNumbers } from '../../src/data/packed.js';
import { fitScaler } from '../../src/data/scaler.js';
import { matrixOf } from '../../src/learn/matrix.js';
import { holdOut, pickSamples, samplesOf } from '../../src/learn/samples.js';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-packed-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('rows of numbers as bytes', () => {
  it.each([
    [
      'uint8',
      [
        [0, 255],
        [7, 1],
      ],
    ],
    [
      'uint16',
      [
        [0.5, 17.00390625],
        [255, 0],
      ],
    ],
    [
      'float32',
      [
        [0.5, -2],
        [300, 1],
      ],
    ],
    [
      'float64',
      [
        [0.1, 2 ** 60],
        [-0, 1e-300],
      ],
    ],
  ])('are kept exactly, as %s', (type, rows) => {
    const packed = packNumbers(rows);
    expect(packed.type).toBe(type);
    const file = path.join(folder, type);
    writeContent(file, packed.content);
    expect(unpackNumbers(packed, file)).toEqual(rows);
  });

  it('are held where they are few, and stay on the disk where they are many', () => {
    const row = (index: number) => [index % 256, (index >> 8) % 256];
    const many = MOST_HELD / 2 + 1;
    let made = 0;
    const rows = rowsOf(many, 2, (index) => {
      made += 1;
      return row(index);
    });
    expect(made).toBe(0);
    expect([rows.length, rows[70_000], rows[many - 1], rows[many]]).toEqual([
      many,
      row(70_000),
      row(many - 1),
      undefined,
    ]);
    expect(made).toBe(2);
    expect(isLazy(rowsOf(many - 1, 2, row))).toBe(false);
    const { content, ...packed } = packNumbers(rows);
    const file = path.join(folder, 'many');
    writeContent(file, content);
    const read = unpackNumbers(packed, file);
    expect(isLazy(read)).toBe(true);
    expect([read.length, read[70_000], read.slice(2, 4)]).toEqual([many, row(70_000), [row(2), row(3)]]);
  });
});

describe('samples that stay on the disk', () => {
  /** One number more than is held. */
  const count = MOST_HELD / 2 + 1;
  const features = rowsOf(count, 2, (index) => [index % 256, 255]);
  const labels = Array.from({ length: count }, (_, index) => index % 2);
  const dataset = { featureNames: [], features, labels, classes: ['a', 'b'], report: {} as DataReport };
  const scaler = fitScaler(dataset, [...labels.keys()]);
  const samples = samplesOf(dataset, scaler, [...labels.keys()]);

  it('are held by nothing that is made of them, and are the same', () => {
    const { training, validation } = holdOut(samples, 0.5, 1);
    const lists = [
      samples.features,
      training.features,
      validation!.features,
      pickSamples(samples, [5, 3]).features,
    ];
    expect(lists.map(isLazy)).toEqual([true, true, true, true]);
    expect(lists[3][1]).toEqual([3 / 255, 0]);
    expect(Object.keys(training.features)).toEqual([]);
  });

  it('go into batches from where they are', () => {
    const matrix = matrixOf(samples.features, [2]);
    expect(matrix.count).toBe(count);
    expect(Array.from(matrix.row(255))).toEqual([1, 0]);
    const held = Object.values(matrix).filter((member) => ArrayBuffer.isView(member));
    expect(held).toEqual([]);
  });
});
