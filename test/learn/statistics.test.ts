import { describe, expect, it } from 'vitest';
import {
  comparePaired,
  estimateOverFolds,
  shareInterval,
  studentQuantile,
  studentTail,
  summarize,
} from '../../src/learn/statistics.js';

describe('Student’s distribution', () => {
  it('has the quantiles of the tables', () => {
    expect(studentQuantile(0.975, 1)).toBeCloseTo(12.7062, 4);
    expect(studentQuantile(0.975, 2)).toBeCloseTo(4.30265, 5);
    expect(studentQuantile(0.975, 9)).toBeCloseTo(2.26216, 5);
    expect(studentQuantile(0.975, 99)).toBeCloseTo(1.98422, 5);
    expect(studentQuantile(0.995, 30)).toBeCloseTo(2.75, 4);
  });

  it('has the tail that is known in closed form for one and two degrees of freedom', () => {
    for (const t of [0, 0.1, 0.5, 1, 2, 7, 40]) {
      expect(studentTail(t, 1)).toBeCloseTo(0.5 - Math.atan(t) / Math.PI, 12);
      expect(studentTail(t, 2)).toBeCloseTo(0.5 - t / (2 * Math.sqrt(2 + t * t)), 12);
    }
  });
});

describe('the interval of a share', () => {
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %d in %d is Wilson’s, as published (Newcombe, 1998)', (right, samples, low, high) => {
    const found = shareInterval(right / samples, samples);
    expect(found.low).toBeCloseTo(low, 4);
    expect(found.high).toBeCloseTo(high, 4);
    expect(found.mean).toBe(right / samples);
  });

  it('stays within 0 and 1, and has the share in it', () => {
    for (const samples of [1, 3, 451, 10_000]) {
      expect(shareInterval(1, samples).high).toBe(1);
      expect(shareInterval(0, samples).low).toBe(0);
    }
  });
});

describe('measurements over folds', () => {
  it('are summed up by mean and sample deviation', () => {
    expect(summarize([2, 4, 4, 4, 5, 5, 7, 9])).toEqual({ count: 8, mean: 5, deviation: Math.sqrt(32 / 7) });
    expect(summarize([3])).toEqual({ count: 1, mean: 3, deviation: 0 });
  });

  it('get an interval that does not shrink to nothing by repeating', () => {
    const folds = [0.95, 0.97, 0.99, 0.97, 0.96];
    const once = estimateOverFolds(folds, 1 / 4);
    const often = estimateOverFolds(Array<number[]>(100).fill(folds).flat(), 1 / 4);
    const reach = once.deviation * Math.sqrt(1 / 5 + 1 / 4) * 2.7764451;
    expect(once.high - once.mean).toBeCloseTo(reach, 6);
    expect(once.mean - once.low).toBeCloseTo(reach, 6);
    expect(often.high - often.low).toBeGreaterThan(0.4 * (once.high - once.low));
  });

  it('are compared in pairs', () => {
    const first = [0.9, 0.95, 0.97, 1];
    const second = [0.9, 0.93, 0.99, 0.96];
    const { difference, better, same, worse, pValue } = comparePaired(first, second, 1 / 3);
    expect([better, same, worse]).toEqual([2, 1, 1]);
    expect(difference.mean).toBeCloseTo(0.01, 12);
    const t = 0.01 / (difference.deviation * Math.sqrt(1 / 4 + 1 / 3));
    expect(pValue).toBeCloseTo(2 * studentTail(t, 3), 12);
    expect(comparePaired(first, first, 1 / 3)).toMatchObject({ same: 4, pValue: 1 });
  });
});
