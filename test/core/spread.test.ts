import { expect, it } from 'vitest';
import { spread } from '../../src/core/spread.js';

it.each([
  [[0, 1, 2, 3, 4, 5, 6, 7], 4, [0, 2, 4, 6]],
  [[0, 1, 2, 3, 4], 3, [0, 1, 3]],
  [[0, 1], 2, [0, 1]],
  [[0, 1], 9, [0, 1]],
])('of %j at most %d: %j', (items, most, wanted) => {
  expect(spread(items, most)).toEqual(wanted);
});
