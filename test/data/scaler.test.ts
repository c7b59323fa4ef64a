import { describe, expect, it } from 'vitest';
import { parseDataset } from '../../src/data/dataset.js';
import { encodeRow, fitMinMax, fitPercentiles, fitScaler, scaleRow } from '../../src/data/scaler.js';
import { parseFormat } from '../../src/fixed/format.js';
import { samplesOf } from '../../src/learn/samples.js';
import { messageOf } from '../support/messages.js';

const dataset = parseDataset('a,b,y\n1,5,0\n3,5,1\n11,5,1\n', 'data.csv', { label: 'y' });

describe('the MinMax scaler', () => {
  it('is fitted on the training rows, or on all when asked', () => {
    expect(fitScaler(dataset, [0, 1])).toEqual({ kind: 'minmax', minimum: [1, 5], maximum: [3, 5] });
    expect(fitScaler(dataset, [0, 1], 'all')).toEqual({
      kind: 'minmax',
      minimum: [1, 5],
      maximum: [11, 5],
    });
  });

  it('leaves values beyond the range beyond it, and a constant feature at 0', () => {
    const scaler = fitScaler(dataset, [0, 1]);
    expect(scaleRow(scaler, [2, 5])).toEqual([0.5, 0]);
    expect(scaleRow(scaler, [11, 7])).toEqual([5, 0]);
  });

  it('ends at percentiles where outliers shall not count', () => {
    const rows = Array.from({ length: 101 }, (_, row) => [row === 100 ? 1e6 : row, 7]);
    expect(fitPercentiles(rows, 5)).toEqual({ kind: 'minmax', minimum: [5, 7], maximum: [95, 7] });
    expect(fitPercentiles(rows, 0)).toEqual(fitMinMax(rows));
    expect(fitScaler(dataset, [0, 1, 2], 'train', 40)).toEqual({
      kind: 'minmax',
      minimum: [3, 5],
      maximum: [3, 5],
    });
    const clipped = samplesOf(dataset, fitScaler(dataset, [0, 1]), [0, 1, 2], true);
    expect(clipped.features).toEqual([
      [0, 0],
      [1, 0],
      [1, 0],
    ]);
  });

  it('does not change the rows it looks at', () => {
    const rows = [[2], [1], [3]];
    fitMinMax(rows);
    expect(rows).toEqual([[2], [1], [3]]);
  });

  it('refuses a sample of another width', () => {
    const scaler = fitMinMax(dataset.features);
    expect(messageOf(() => scaleRow(scaler, [1]))).toBe(
      'sample: got 1 feature, wanted 2 features [data/feature-count]',
    );
    expect(messageOf(() => encodeRow(scaler, [parseFormat('ufixed<8,0>')], [1, 2]))).toBe(
      'sample: got 2 features, wanted 1 feature [data/feature-count]',
    );
  });
});

describe('input codes', () => {
  const scaler = { kind: 'minmax', minimum: [0], maximum: [1] } as const;
  const codeOf = (value: number, format: string) => encodeRow(scaler, [parseFormat(format)], [value])[0];

  it('are rounded half up', () => {
    expect(codeOf(0.5 / 256, 'ufixed<8,0>')).toBe(1);
    expect(codeOf(1.5 / 256, 'ufixed<8,0>')).toBe(2);
    expect(codeOf(0.49 / 256, 'ufixed<8,0>')).toBe(0);
    expect(codeOf(-0.5 / 128, 'fixed<8,1>')).toBe(0);
  });

  it('saturate at the ends of the format', () => {
    expect(codeOf(1, 'ufixed<8,0>')).toBe(255);
    expect(codeOf(-3, 'ufixed<8,0>')).toBe(0);
    expect(codeOf(-3, 'fixed<8,1>')).toBe(-128);
  });
});
