import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limiter } from '../../src/fixed/limits.js';
import { ROUNDINGS } from '../../src/fixed/requantize.js';
import { narrowScale } from '../../src/hardware/narrow-scale.js';
import { type Finish, finisher, scalingFinish } from '../../src/network/finish.js';

const wanteds = fc
  .record({
    activation: fc.constantFrom({ kind: 'linear' } as const, { kind: 'relu' } as const),
    multiplier: fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }),
    shift: fc.integer({ min: 31, max: 42 }),
    twice: fc.boolean(),
    rounding: fc.constantFrom(...ROUNDINGS),
    signed: fc.boolean(),
    width: fc.integer({ min: 1, max: 9 }),
    overflow: fc.constantFrom('SAT' as const, 'SAT' as const, 'WRAP' as const),
  })
  .map(
    ({ activation, multiplier, shift, twice, rounding, signed, width, overflow }): Finish =>
      scalingFinish(
        activation,
        { multiplier, shift, twice },
        {
          format: { signed, width, integer: width },
          rounding: twice ? 'RND' : rounding,
          overflow,
        },
      ),
  );
const intervals = fc
  .tuple(fc.integer({ min: -9000, max: 9000 }), fc.integer({ min: 0, max: 9000 }))
  .map(([low, span]) => ({ low, high: low + span }));

describe('a shorter scale', () => {
  it('gives every sum of the interval the code that it has', () => {
    let found = 0;
    let short = 0;
    fc.assert(
      fc.property(wanteds, intervals, (wanted, { low, high }) => {
        const narrow = narrowScale(wanted, { low, high });
        if (narrow === undefined) return;
        found += 1;
        if (narrow.multiplier < 2 ** 16) short += 1;
        const limit = limiter(wanted.limits);
        const relu = wanted.activation.kind === 'relu';
        const run = finisher(wanted);
        for (let sum = low; sum <= high; sum++) {
          const number = Math.floor((sum * narrow.multiplier + narrow.offset) / 2 ** narrow.shift);
          const code = limit(relu ? Math.max(number, 0) : number);
          if (code !== run(sum)) expect([sum, code]).toEqual([sum, run(sum)]);
        }
      }),
      { numRuns: 400 },
    );
    expect(found).toBeGreaterThan(120);
    expect(short).toBeGreaterThan(0.7 * found);
  });
});
