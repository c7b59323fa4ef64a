import { describe, expect, it } from 'vitest';
import { checkAmount } from '../../../src/data/sources/amount.js';
import { messageOf } from '../../support/messages.js';

describe('what an array holds', () => {
  it('is no more than memory has room for', () => {
    expect(() => checkAmount('samples.npy', 171_196, [28, 28, 1])).not.toThrow();
    expect(messageOf(() => checkAmount('samples.npy', 171_197, [28, 28, 1]))).toBe(
      'samples.npy: got 171197 samples of 28 x 28 x 1 values, wanted at most 171196, which is what is held in memory at a time (`first` takes only so many; pictures in folders are read from the disk) [data/too-much]',
    );
  });
});
