import { expect, it } from 'vitest';
import { isLazy, lazyList } from '../../src/core/lazy-list.js';
import { spread } from '../../src/core/spread.js';

it.each([
  [[0, 1, 2, 3, 4, 5, 6, 7], 4, [0, 2, 4, 6]],
  [[0, 1, 2, 3, 4], 3, [0, 1, 3]],
  [[0, 1], 2, [0, 1]],
  [[0, 1], 9, [0, 1]],
])('of %j at most %d: %j', (items, most, wanted) => {
  expect(spread(items, most)).toEqual(wanted);
});

it('leaves items of a lazy list where they are', () => {
  const made: number[] = [];
  const items = lazyList(10, (at) => {
    made.push(at);
    return at;
  });
  const some = spread(items, 3);
  expect(made).toEqual([]);
  expect([isLazy(some), [...some]]).toEqual([true, [0, 3, 6]]);
});
