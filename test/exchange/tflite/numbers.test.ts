import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { halfBits, roundHalfAway, roundHalfEven, toHalf } from '../../../src/exchange/tflite/numbers.js';

describe('half precision', () => {
  it.each([
    [0.1, 0.0999755859375, 0x2e66],
    [1, 1, 0x3c00],
    [-2, -2, 0xc000],
    [65504, 65504, 0x7bff],
    [1e9, 65504, 0x7bff],
    [2 ** -14, 2 ** -14, 0x0400],
    [2 ** -24, 2 ** -24, 0x0001],
    [2 ** -25, 0, 0x0000],
    [1.5 * 2 ** -24, 2 * 2 ** -24, 0x0002],
    // A double that single precision would first round up to a tie.
    [1 + 2 ** -11 - 2 ** -40, 1, 0x3c00],
    [1 + 2 ** -11 + 2 ** -40, 1 + 2 ** -10, 0x3c01],
    [2 - 2 ** -12, 2, 0x4000],
  ])('of %d is %d', (value, half, bits) => {
    expect(toHalf(value)).toBe(half);
    expect(halfBits(half)).toBe(bits);
  });

  it('has the bits that Python packs', () => {
    const random = new Random(31, 'halves');
    const values = Array.from({ length: 3000 }, () => random.normal() * 2 ** random.integer(-26, 12));
    const program =
      'import struct, sys, json; ' +
      'print(json.dumps([int.from_bytes(struct.pack("<e", v), "little") for v in json.load(sys.stdin)]))';
    const packed = execFileSync('python3', ['-c', program], { input: JSON.stringify(values) });
    // Python keeps the sign of a zero.
    const wanted = JSON.parse(packed.toString()).map((bits: number) => (bits === 0x8000 ? 0 : bits));
    expect(values.map((value) => halfBits(toHalf(value)) & 0xffff)).toEqual(wanted);
  });
});

describe('rounding', () => {
  it('goes to the even neighbour, or away from zero', () => {
    expect([0.5, 1.5, -0.5, -1.5, 2.4].map(roundHalfEven)).toEqual([0, 2, 0, -2, 2]);
    expect([0.5, 1.5, -0.5, -1.5, 2.4].map(roundHalfAway)).toEqual([1, 2, -1, -2, 2]);
  });
});
