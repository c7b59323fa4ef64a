import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumpyRandom } from '../../src/data/numpy-random.js';
import { splitRows, stratifiedFolds } from '../../src/data/split.js';
import { messageOf } from '../support/messages.js';

const MODEL = path.join(import.meta.dirname, '../../models/wdbc');
const expectedRows = (part: string) =>
  readFileSync(path.join(MODEL, `split-sklearn-seed42-${part}.txt`), 'utf8')
    .trim()
    .split('\n')
    .map(Number);

const samples = (...counts: number[]) => ({
  labels: counts.flatMap((count, label) => new Array<number>(count).fill(label)),
  classes: counts.map((_, label) => `class${label}`),
});
const countOf = (rows: readonly number[], { labels }: { labels: readonly number[] }, label: number) =>
  rows.filter((row) => labels[row] === label).length;
const sorted = (rows: readonly number[]) => rows.toSorted((a, b) => a - b);
describe("scikit-learn's split", () => {
  it('gives its rows in its order', () => {
    const split = splitRows(samples(357, 212), { method: 'sklearn', seed: 42, test: 0.25 });
    expect(split.test).toEqual(expectedRows('test'));
    expect(split.train).toEqual(expectedRows('train'));
  });

  it("gives numpy's permutations for other seeds", () => {
    // numpy.random.RandomState(seed).permutation(10)
    expect(new NumpyRandom(0).permutation(10)).toEqual([2, 8, 4, 9, 1, 6, 7, 3, 0, 5]);
    expect(new NumpyRandom(4294967295).permutation(10)).toEqual([6, 9, 5, 1, 8, 0, 7, 4, 2, 3]);
  });

  it.each([
    [-1, 0.25, 'split.seed: got -1, wanted a whole number from 0 to 4294967295 [data/split]'],
    [42, 1, 'split.test: got 1, wanted a fraction of at least 0 and below 1 [data/split]'],
    [42, 0, 'split.test: got 0 of 10 rows, wanted rows for both training and testing [data/split]'],
  ])('refuses seed %d with test %d', (seed, test, wanted) => {
    expect(messageOf(() => splitRows(samples(5, 5), { method: 'sklearn', seed, test }))).toBe(wanted);
  });
});

describe('the stratified split', () => {
  it('divides every class alike, each row in one part', () => {
    const dataset = samples(357, 212);
    const options = { method: 'stratified', seed: 7, test: 0.25, validation: 0.1 } as const;
    const { train, validation, test } = splitRows(dataset, options);
    expect(sorted([...train, ...validation, ...test])).toEqual([...dataset.labels.keys()]);
    expect([countOf(test, dataset, 0), countOf(test, dataset, 1)]).toEqual([89, 53]);
    expect([countOf(validation, dataset, 0), countOf(validation, dataset, 1)]).toEqual([36, 21]);
    expect(test).not.toEqual(sorted(test));
  });

  it('is a function of its seed', () => {
    const of = (seed: number) => splitRows(samples(30, 20), { method: 'stratified', seed, test: 0.3 });
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });

  it('leaves every class in every wanted part, however small it is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 3, max: 9 }), { minLength: 2, maxLength: 4 }),
        fc.double({ min: 0.01, max: 0.49, noNaN: true }),
        fc.double({ min: 0.01, max: 0.49, noNaN: true }),
        fc.integer(),
        (counts, test, validation, seed) => {
          const dataset = samples(...counts);
          const split = splitRows(dataset, { method: 'stratified', seed, test, validation });
          expect(sorted(Object.values(split).flat())).toEqual([...dataset.labels.keys()]);
          for (const part of Object.values(split)) {
            for (const label of counts.keys()) expect(countOf(part, dataset, label)).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('refuses a class that is too small for the parts', () => {
    const options = { method: 'stratified', seed: 1, test: 0.2, validation: 0.2 } as const;
    expect(messageOf(() => splitRows(samples(9, 2), options))).toBe(
      'class class1: got 2 samples, wanted at least 3 (one for each part of the split) [data/class-too-small]',
    );
  });

  it('refuses parts that leave nothing for training', () => {
    const options = { method: 'stratified', seed: 1, test: 0.5, validation: 0.5 } as const;
    expect(messageOf(() => splitRows(samples(9, 9), options))).toBe(
      'split: got test + validation = 1, wanted a sum below 1 [data/split]',
    );
  });
});

describe('stratified folds', () => {
  it('tests every row once and spreads every class evenly', () => {
    const dataset = samples(357, 212);
    const folds = stratifiedFolds(dataset, 10, 3);
    expect(folds).toHaveLength(10);
    expect(sorted(folds.flatMap(({ test }) => test))).toEqual([...dataset.labels.keys()]);
    for (const { train, test } of folds) {
      expect(sorted([...train, ...test])).toEqual([...dataset.labels.keys()]);
      expect([35, 36]).toContain(countOf(test, dataset, 0));
      expect([21, 22]).toContain(countOf(test, dataset, 1));
      expect([56, 57]).toContain(test.length);
    }
  });

  it('is a function of its seed', () => {
    expect(stratifiedFolds(samples(20, 10), 5, 1)).toEqual(stratifiedFolds(samples(20, 10), 5, 1));
    expect(stratifiedFolds(samples(20, 10), 5, 1)).not.toEqual(stratifiedFolds(samples(20, 10), 5, 2));
  });

  it('refuses more folds than a class has samples', () => {
    expect(messageOf(() => stratifiedFolds(samples(20, 1), 5, 1))).toBe(
      'class class1: got 1 sample, wanted at least 5 (one for each fold) [data/class-too-small]',
    );
  });

  it('refuses a single fold', () => {
    expect(messageOf(() => stratifiedFolds(samples(5, 5), 1, 1))).toBe(
      'folds: got 1, wanted a whole number of at least 2 [data/split]',
    );
  });
});

it('divides a class of a million rows', () => {
  const { train, validation, test } = splitRows(samples(1_000_000, 10), {
    method: 'stratified',
    seed: 1,
    test: 0.25,
  });
  expect([train.length, validation.length, test.length]).toEqual([750_007, 0, 250_003]);
});
