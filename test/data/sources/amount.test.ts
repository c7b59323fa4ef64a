import { describe, expect, it } from 'vitest';
import { checkAmount, firstInTurn, firstOf } from '../../../src/data/sources/amount.js';
import { messageOf } from '../../support/messages.js';

describe('what an array holds', () => {
  it('is no more than memory has room for', () => {
    expect(() => checkAmount('samples.npy', 171_196, [28, 28, 1])).not.toThrow();
    expect(messageOf(() => checkAmount('samples.npy', 171_197, [28, 28, 1]))).toBe(
      'samples.npy: got 171197 samples of 28 x 28 x 1 values, wanted at most 171196, which is what is held in memory at a time (`first` takes only so many; pictures in folders are read from the disk) [data/too-much]',
    );
  });
});

describe('the first samples', () => {
  const labels = [0, 0, 0, 1, 2, 2, 0, 1];
  const parts = { train: [0, 1, 2, 3, 4, 5], test: [6, 7] };

  it('are those that stand first, or of a source sorted by class those of each', () => {
    expect(firstOf(labels, undefined, 3)).toEqual({ rows: [0, 1, 2] });
    expect(firstInTurn(labels, undefined, 3)).toEqual({ rows: [0, 3, 4] });
    expect(firstInTurn(labels, undefined, 5).rows.map((row) => labels[row])).toEqual([0, 0, 1, 2, 2]);
    expect(firstInTurn(labels, undefined).rows).toEqual([...labels.keys()]);
  });

  it('leave those for tests as they are', () => {
    expect(firstOf(labels, parts, 1)).toEqual({ rows: [0, 6, 7], parts: { train: [0], test: [1, 2] } });
    expect(firstInTurn(labels, parts, 4)).toEqual({
      rows: [0, 1, 3, 4, 6, 7],
      parts: { train: [0, 1, 2, 3], test: [4, 5] },
    });
  });
});
