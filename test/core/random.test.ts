import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';

describe('random numbers', () => {
  it('pick each item of a list', () => {
    const random = new Random(1, 'pick');
    const picked = new Set(Array.from({ length: 200 }, () => random.pick(['a', 'b', 'c'])));
    expect([...picked].toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('are not drawn from nothing', () => {
    const random = new Random(1);
    expect(() => random.pick([])).toThrow('a whole number from 0 to -1: there is none');
    expect(() => random.integer(3, 2)).toThrow('a whole number from 3 to 2: there is none');
    expect(random.integer(3, 3)).toBe(3);
  });
});
