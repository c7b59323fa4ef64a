import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';

describe('random numbers', () => {
  it('pick each item of a list', () => {
    const random = new Random(1, 'pick');
    const picked = new Set(Array.from({ length: 200 }, () => random.pick(['a', 'b', 'c'])));
    expect([...picked].toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('are not drawn from nothing', () => {
    expect(() => new Random(1).pick([])).toThrow('internal error: a choice among nothing');
  });
});
