import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFormatOr, formatFor, parseFormat, printFormat, rangeOf } from '../../src/fixed/format.js';
import {
  encode,
  OVERFLOWS,
  type Requantize,
  ROUNDINGS,
  requantize,
  requantizeInterval,
  shiftRight,
} from '../../src/fixed/requantize.js';
import { messageOf } from '../support/messages.js';

const spec = (
  format: string,
  rounding: Requantize['rounding'],
  overflow: Requantize['overflow'],
): Requantize => ({
  format: parseFormat(format),
  rounding,
  overflow,
});

describe('formats', () => {
  it.each([
    ['fixed<8,1>', -128, 127],
    ['ufixed<8,0>', 0, 255],
    ['fixed<1,1>', -1, 0],
    ['ufixed<4,-3>', 0, 15],
    ['ufixed<4,9>', 0, 15],
  ])('%s holds the codes %d to %d', (text, low, high) => {
    const format = parseFormat(text);
    expect(rangeOf(format)).toEqual({ low, high });
    expect(printFormat(format)).toBe(text);
  });

  it('refuses what is no format', () => {
    expect(() => parseFormat('fixed<8>', '--input-format')).toThrow(
      '--input-format: got "fixed<8>", wanted fixed<W,I> or ufixed<W,I> with whole numbers, such as fixed<8,1> ' +
        '[fixed/format-syntax]',
    );
    expect(() => parseFormat('ufixed<0,3>', 'x')).toThrow(
      'x: got ufixed<0,3>, wanted a width of 1 to 53 bits (codes stay within ±2^53) and a fraction of -1000 to ' +
        '1000 bits [fixed/format-width]',
    );
  });

  it.each([
    ['ap_ufixed<8,0>', 'ufixed<8,0>'],
    ['ap_fixed<8, -2, AP_RND, AP_SAT>', 'fixed<8,-2>'],
    ['UFixed<8,0>', 'ufixed<8,0>'],
    ['fixed(8,1)', 'fixed<8,1>'],
    ['fixed<8.1>', 'fixed<8,1>'],
  ])('refuses %s, and says what it is here', (text, likely) => {
    expect(messageOf(() => parseFormat(text, '--input'))).toBe(
      `--input: got ${JSON.stringify(text)}, wanted fixed<W,I> or ufixed<W,I> with whole numbers, such as fixed<8,1> ` +
        `(did you mean ${likely}?) [fixed/format-syntax]`,
    );
  });

  it.each([
    ['uint', ' (did you mean unit?)'],
    ['ap_fixed<8,1>', ' (did you mean fixed<8,1>?)'],
    ['banana', ''],
  ])('refuses %s where a word may stand, too', (text, hint) => {
    expect(messageOf(() => checkFormatOr('unit', text, '--input'))).toBe(
      `--input: got ${JSON.stringify(text)}, wanted unit, or fixed<W,I> or ufixed<W,I> with whole numbers, such as ` +
        `fixed<8,1>${hint} [fixed/format-syntax]`,
    );
    for (const good of ['unit', 'fixed<8,1>'])
      expect(() => checkFormatOr('unit', good, '--input')).not.toThrow();
  });

  it('finds the narrowest format of an interval', () => {
    expect(printFormat(formatFor({ low: -128, high: 127 }, 7))).toBe('fixed<8,1>');
    expect(printFormat(formatFor({ low: -129, high: 0 }, 7))).toBe('fixed<9,2>');
    expect(printFormat(formatFor({ low: 0, high: 256 }, 0))).toBe('ufixed<9,9>');
    expect(printFormat(formatFor({ low: 0, high: 0 }, 2))).toBe('ufixed<1,-1>');
  });
});

describe('rounding', () => {
  // Quarters from -1.5 to 1.5, rounded to whole numbers.
  it.each([
    ['TRN', [-2, -2, -1, -1, -1, -1, 0, 0, 0, 0, 1, 1, 1]],
    ['RND', [-1, -1, -1, -1, 0, 0, 0, 0, 1, 1, 1, 1, 2]],
    ['RND_CONV', [-2, -1, -1, -1, 0, 0, 0, 0, 0, 1, 1, 1, 2]],
  ] as const)('%s', (rounding, wanted) => {
    expect(wanted.map((_, at) => shiftRight(at - 6, 2, rounding) + 0)).toEqual(wanted);
  });

  it('is exact at the ends of the exact whole numbers', () => {
    expect(shiftRight(2 ** 53 - 1, 1, 'RND')).toBe(2 ** 52);
    expect(shiftRight(-(2 ** 53) + 1, 1, 'TRN')).toBe(-(2 ** 52));
    expect(shiftRight(2 ** 53 - 1, 53, 'RND')).toBe(1);
  });
});

describe('formats far apart', () => {
  it.each([
    [-1, 3000, 'fixed<8,8>', 'TRN', 'SAT', -1],
    [-1, 3000, 'fixed<8,8>', 'RND', 'SAT', 0],
    [5, -2000, 'fixed<8,8>', 'TRN', 'SAT', 127],
    [-5, -2000, 'fixed<8,8>', 'RND_CONV', 'SAT', -128],
    [0, -2000, 'fixed<8,8>', 'TRN', 'SAT', 0],
    [5, -2000, 'fixed<8,8>', 'TRN', 'WRAP', 0],
  ] as const)('%d × 2^-%d in %s, %s, %s: %d', (code, fraction, format, rounding, overflow, wanted) => {
    expect(requantize(code, fraction, spec(format, rounding, overflow)) + 0).toBe(wanted);
  });

  it.each([
    [1e300, 'SAT', 127],
    [-1e300, 'SAT', -128],
    [1e300, 'WRAP', 0],
  ] as const)('encodes %d at the finest fraction, %s: %d', (value, overflow, wanted) => {
    expect(encode(value, spec('fixed<8,-992>', 'RND', overflow))).toBe(wanted);
  });
});

describe('overflow', () => {
  it('saturates and wraps as two’s complement does', () => {
    expect(requantize(200, 0, spec('fixed<8,8>', 'TRN', 'SAT'))).toBe(127);
    expect(requantize(200, 0, spec('fixed<8,8>', 'TRN', 'WRAP'))).toBe(-56);
    expect(requantize(-1, 0, spec('ufixed<8,8>', 'TRN', 'WRAP'))).toBe(255);
    expect(requantize(-1, 0, spec('ufixed<8,8>', 'TRN', 'SAT'))).toBe(0);
    expect(requantize(127.5 * 4, 2, spec('fixed<8,8>', 'RND', 'WRAP'))).toBe(-128);
  });
});

const anySpec = fc.record({
  format: fc.record({
    signed: fc.boolean(),
    width: fc.integer({ min: 1, max: 9 }),
    integer: fc.integer({ min: -3, max: 9 }),
  }),
  rounding: fc.constantFrom(...ROUNDINGS),
  overflow: fc.constantFrom(...OVERFLOWS),
});

describe('properties', () => {
  it('agrees with big integers', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 12 }), anySpec, (code, fraction, wanted) => {
        expect(BigInt(requantize(code, fraction, wanted))).toBe(
          bigRequantize(BigInt(code), fraction, wanted),
        );
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('the interval holds every result, and its ends occur when nothing wraps', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -300, max: 300 }),
        fc.nat(200),
        fc.integer({ min: 0, max: 6 }),
        anySpec,
        (low, span, fraction, wanted) => {
          const results = Array.from({ length: span + 1 }, (_, at) => requantize(low + at, fraction, wanted));
          const interval = requantizeInterval({ low, high: low + span }, fraction, wanted);
          expect(Math.min(...results)).toBeGreaterThanOrEqual(interval.low);
          expect(Math.max(...results)).toBeLessThanOrEqual(interval.high);
          if (wanted.overflow === 'SAT') {
            expect([Math.min(...results) + 0, Math.max(...results) + 0]).toEqual([
              interval.low + 0,
              interval.high + 0,
            ]);
          }
        },
      ),
      { seed: 2, numRuns: 500 },
    );
  });

  it('keeps an interval that wraps as a whole, and gives up one that is torn', () => {
    const wrapped = spec('ufixed<4,4>', 'TRN', 'WRAP');
    expect(requantizeInterval({ low: 18, high: 21 }, 0, wrapped)).toEqual({ low: 2, high: 5 });
    expect(requantizeInterval({ low: -1, high: -1 }, 0, wrapped)).toEqual({ low: 15, high: 15 });
    expect(requantizeInterval({ low: 14, high: 18 }, 0, wrapped)).toEqual({ low: 0, high: 15 });
    expect(requantizeInterval({ low: 2, high: 18 }, 0, wrapped)).toEqual({ low: 0, high: 15 });
  });

  it('encodes a real number to the code that is nearest', () => {
    expect(encode(0.5, spec('ufixed<8,0>', 'RND', 'SAT'))).toBe(128);
    expect(encode(1, spec('ufixed<8,0>', 'RND', 'SAT'))).toBe(255);
    expect(encode(-3, spec('fixed<8,1>', 'RND', 'SAT'))).toBe(-128);
    expect(encode(2.5, spec('fixed<8,8>', 'RND_CONV', 'SAT'))).toBe(2);
    expect(encode(-2.5, spec('fixed<8,8>', 'RND', 'SAT'))).toBe(-2);
    expect(encode(-0, spec('fixed<8,8>', 'RND', 'SAT'))).toBe(0);
  });
});

/** The same definition in another arithmetic: floor division of big integers. */
function bigRequantize(code: bigint, fraction: number, { format, rounding, overflow }: Requantize): bigint {
  const shift = fraction - (format.width - format.integer);
  const floorDiv = (a: bigint, b: bigint) => (a - (((a % b) + b) % b)) / b;
  const unit = 2n ** BigInt(Math.abs(shift));
  let rounded = shift <= 0 ? code * unit : floorDiv(code, unit);
  if (shift > 0 && rounding !== 'TRN') {
    rounded = floorDiv(2n * code + unit, 2n * unit);
    const isTie = (2n * code + unit) % (2n * unit) === 0n;
    if (rounding === 'RND_CONV' && isTie && rounded % 2n !== 0n) rounded -= 1n;
  }
  if (overflow === 'WRAP') {
    return format.signed ? BigInt.asIntN(format.width, rounded) : BigInt.asUintN(format.width, rounded);
  }
  const { low, high } = rangeOf(format);
  if (rounded < BigInt(low)) return BigInt(low);
  return rounded > BigInt(high) ? BigInt(high) : rounded;
}
