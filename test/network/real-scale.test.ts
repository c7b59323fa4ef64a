import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finisher } from '../../src/network/finish.js';
import { roundedUnit } from '../../src/network/lower-finish.js';
import { type ScalingKernel, scaleOf } from '../../src/network/real-scale.js';
import { messageOf } from '../support/messages.js';

const INT32 = { least: -(2n ** 31n), largest: 2n ** 31n - 1n };

/** The high half of a doubled product, as fixed-point libraries define it: with a nudge, cut off toward zero. */
function doublingHighMultiply(a: bigint, b: bigint): bigint {
  if (a === b && a === INT32.least) return INT32.largest;
  const product = a * b;
  return (product + (product >= 0n ? 2n ** 30n : 1n - 2n ** 30n)) / 2n ** 31n;
}

/** A division by a power of two that looks at the remainder, half away from zero. */
function divideByPowerOfTwo(a: bigint, exponent: bigint): bigint {
  const mask = 2n ** exponent - 1n;
  const threshold = (mask >> 1n) + (a < 0n ? 1n : 0n);
  return (a >> exponent) + ((a & mask) > threshold ? 1n : 0n);
}

/** The multiplier of 31 bits and the exponent of a factor. */
function decomposed(factor: number): { readonly multiplier: bigint; readonly exponent: number } {
  let [mantissa, exponent] = [factor, 0];
  for (; mantissa >= 1; exponent++) mantissa /= 2;
  for (; mantissa < 0.5; exponent--) mantissa *= 2;
  const multiplier = Math.round(mantissa * 2 ** 31);
  return multiplier === 2 ** 31
    ? { multiplier: 2n ** 30n, exponent: exponent + 1 }
    : { multiplier: BigInt(multiplier), exponent };
}

const KERNELS: Readonly<Record<Exclude<ScalingKernel, 'float'>, (sum: number, factor: number) => bigint>> = {
  twice: (sum, factor) => {
    const { multiplier, exponent } = decomposed(factor);
    const moved = BigInt(sum) << BigInt(Math.max(exponent, 0));
    return divideByPowerOfTwo(doublingHighMultiply(moved, multiplier), BigInt(Math.max(-exponent, 0)));
  },
  once: (sum, factor) => {
    const { multiplier, exponent } = decomposed(factor);
    const shift = BigInt(31 - exponent);
    return (BigInt(sum) * multiplier + 2n ** (shift - 1n)) >> shift;
  },
};

const WORD = { format: { signed: true, width: 40, integer: 40 }, overflow: 'SAT' } as const;
const scalerOf = (factor: number, kernel: ScalingKernel) =>
  finisher(roundedUnit('linear', 0, { ...WORD, ...scaleOf(factor, kernel) }));

/** Those of 32 bits that a factor above 1 leaves in 32 bits. */
const sumsFor = (factor: number) => {
  const most = Math.floor(Math.min(2 ** 31 - 1, (2 ** 31 - 1) / (2 * factor)));
  return fc.oneof(fc.integer({ min: -most, max: most }), fc.integer({ min: -300, max: 300 }));
};
const factors = fc.oneof(
  fc.double({ min: 2 ** -24, max: 2, noNaN: true }),
  fc.double({ min: 2 ** -30, max: 2 ** 12, noNaN: true }),
  // Ties, of both roundings.
  fc.tuple(fc.integer({ min: 1, max: 31 }), fc.integer({ min: 3, max: 29 })).map(([m, s]) => m * 2 ** -s),
);

describe('the scale of a real factor', () => {
  it.each(['twice', 'once'] as const)('rounds as the kernels that round %s', (kernel) => {
    fc.assert(
      fc.property(
        factors.chain((factor) => fc.tuple(fc.constant(factor), sumsFor(factor))),
        ([factor, sum]) => {
          expect(BigInt(scalerOf(factor, kernel)(sum))).toBe(KERNELS[kernel](sum, factor));
        },
      ),
      { numRuns: 20_000 },
    );
  });

  it('rounds ties by both signs: twice once up and once away from zero, once up, as floating point does to the even code', () => {
    const sums = [-12, -4, -3, -1, 1, 3, 4, 12];
    const all = (kernel: ScalingKernel) => sums.map(scalerOf(1 / 8, kernel)).map((code) => code + 0);
    expect(all('twice')).toEqual([-2, -1, 0, 0, 0, 1, 1, 2]);
    expect(all('once')).toEqual([-1, 0, 0, 0, 0, 0, 1, 2]);
    expect(all('float')).toEqual([-2, 0, 0, 0, 0, 0, 0, 2]);
  });

  it('is the factor to the last of its bits', () => {
    expect(scaleOf(0.3, 'twice')).toEqual({
      scale: { multiplier: 1288490189, shift: 32, twice: true },
      rounding: 'RND',
    });
    expect(scaleOf(1 - 2 ** -40, 'once')).toEqual({
      scale: { multiplier: 2 ** 30, shift: 30 },
      rounding: 'RND',
    });
    expect(scaleOf(Math.fround(0.3), 'float')).toEqual({
      scale: { multiplier: 10066330, shift: 25 },
      rounding: 'RND_CONV',
    });
    expect(scaleOf(2 ** -50, 'twice').scale).toEqual({ multiplier: 4096, shift: 62, twice: true });
    expect(scaleOf(1e-30, 'once').scale).toEqual({ multiplier: 1, shift: 62 });
  });
});

it.each([Number.POSITIVE_INFINITY, Number.NaN, 2 ** 31, -1])('a factor of %d is refused', (factor) => {
  expect(messageOf(() => scaleOf(factor, 'float'))).toBe(
    `a sum on its way to codes: got the factor ${factor} between the scales of what is read and of what is given, ` +
      'wanted a factor above 0 and below 2^31 (are the scales of all tensors right?) [network/scale-factor]',
  );
});
