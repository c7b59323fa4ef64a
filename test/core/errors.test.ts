import { expect, it } from 'vitest';
import { EspalierError } from '../../src/core/errors.js';

it('tells the beginning of what is very long', () => {
  const { got, message } = new EspalierError({
    code: 'a/b',
    where: 'w1.csv',
    got: '1'.repeat(1_000_000),
    wanted: 'a number',
  });
  expect(got).toBe(`${'1'.repeat(4000)}… (996000 more characters)`);
  expect(message).toBe(`w1.csv: got ${got}, wanted a number [a/b]`);
});
