import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Limits, rangeOfLimits } from '../../src/fixed/limits.js';
import { ROUNDINGS } from '../../src/fixed/requantize.js';
import {
  type Finish,
  type FinishPiece,
  finish,
  finisher,
  finishInterval,
  finishOn,
  isLimited,
  periodOf,
  pieceOn,
  roundingError,
  type SumActivation,
} from '../../src/network/finish.js';

/** A fraction of two whole numbers, the lower one positive: nothing is lost before the one rounding. */
interface Exact {
  readonly over: bigint;
  readonly under: bigint;
}

const floor = ({ over, under }: Exact): bigint => over / under - (over % under !== 0n && over < 0n ? 1n : 0n);

/** The definition again, in fractions of whole numbers of any size. */
function model({ activation, scaling, limits, table }: Finish, sum: number): bigint {
  const product = activated(activation, BigInt(sum)) * BigInt(scaling.multiplier);
  const once = rounded(scaled(product, scaling.shift), scaling.rounding);
  const index = limited(limits, roundedAgain(once, scaling.again));
  return table === undefined ? index : BigInt(table.codes[Number(index) - table.lowest]);
}

function activated(activation: SumActivation, sum: bigint): bigint {
  switch (activation.kind) {
    case 'linear':
      return sum;
    case 'relu':
      return sum < 0n ? 0n : sum;
    case 'leaky':
      return sum < 0n ? sum * BigInt(activation.multiplier) : sum * 2n ** BigInt(activation.shift);
  }
}

const scaled = (active: bigint, shift: number): Exact =>
  shift < 0
    ? { over: active * 2n ** BigInt(-shift), under: 1n }
    : { over: active, under: 2n ** BigInt(shift) };

function rounded(value: Exact, rounding: Finish['scaling']['rounding']): bigint {
  const down = floor(value);
  const twiceRest = 2n * (value.over - down * value.under);
  switch (rounding) {
    case 'TRN':
      return down;
    case 'RND':
      return twiceRest >= value.under ? down + 1n : down;
    case 'RND_CONV':
      return twiceRest > value.under || (twiceRest === value.under && down % 2n !== 0n) ? down + 1n : down;
  }
}

/** Half away from zero. */
function roundedAgain(once: bigint, again: number): bigint {
  const halves = {
    over: 2n * (once < 0n ? -once : once) + 2n ** BigInt(again),
    under: 2n ** BigInt(again + 1),
  };
  return again === 0 ? once : floor(halves) * (once < 0n ? -1n : 1n);
}

function limited(limits: Limits, code: bigint): bigint {
  switch (limits.kind) {
    case 'none':
      return code;
    case 'saturate':
      if (code < BigInt(limits.low)) return BigInt(limits.low);
      return code > BigInt(limits.high) ? BigInt(limits.high) : code;
    case 'wrap':
      return limits.signed ? BigInt.asIntN(limits.width, code) : BigInt.asUintN(limits.width, code);
  }
}

function onPiece(piece: FinishPiece, sum: number): number {
  switch (piece.kind) {
    case 'constant':
      return piece.code + 0;
    case 'linear':
      return sum * piece.factor + 0;
    case 'rounded': {
      const product = { over: BigInt(sum) * BigInt(piece.factor), under: 2n ** BigInt(piece.shift) };
      return Number(roundedAgain(rounded(product, piece.rounding), piece.again));
    }
    case 'wrapped': {
      const number = BigInt(onPiece(piece.number, sum));
      return Number(piece.signed ? BigInt.asIntN(piece.width, number) : BigInt.asUintN(piece.width, number));
    }
  }
}

const activations = fc.constantFrom<SumActivation>(
  { kind: 'linear' },
  { kind: 'relu' },
  { kind: 'leaky', multiplier: 1, shift: 3 },
  { kind: 'leaky', multiplier: 13, shift: 4 },
);

const limits = fc.oneof(
  fc
    .tuple(fc.integer({ min: -200, max: 200 }), fc.integer({ min: 0, max: 300 }))
    .map(([low, span]): Limits => ({ kind: 'saturate', low, high: low + span })),
  fc.record({
    kind: fc.constant('wrap' as const),
    signed: fc.boolean(),
    width: fc.integer({ min: 1, max: 10 }),
  }),
);

/** Odd ones of few bits, and of as many as there are. */
const multipliers = fc.oneof(
  fc.constant(1),
  fc.nat(40).map((half) => 2 * half + 1),
  fc.integer({ min: 2 ** 29, max: 2 ** 30 - 1 }).map((half) => 2 * half + 1),
);

/** What a multiplier's bits add to the shift. */
const bitsOf = (multiplier: number): number => (multiplier < 2 ** 20 ? 0 : 30);

const scalings = fc
  .record({
    multiplier: multipliers,
    shift: fc.integer({ min: -6, max: 14 }),
    rounding: fc.constantFrom(...ROUNDINGS),
    again: fc.constantFrom(0, 0, 1, 2, 5),
  })
  .map((scaling) => ({ ...scaling, shift: scaling.shift + bitsOf(scaling.multiplier) }));

const finishes = fc.oneof(
  fc.record({
    activation: activations,
    scaling: scalings,
    limits,
  }),
  fc.record({
    activation: activations,
    scaling: fc.record({
      multiplier: fc.constant(1),
      shift: fc.integer({ min: -6, max: 0 }),
      rounding: fc.constant('TRN' as const),
      again: fc.constant(0),
    }),
    limits: fc.constant({ kind: 'none' } as const),
  }),
);

/** Now and then a table behind limits that saturate. */
const withTables = fc
  .tuple(
    finishes,
    fc.integer({ min: 0, max: 4 }),
    fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1 }),
  )
  .map(([wanted, kind, codes]): Finish => {
    const { limits } = wanted;
    if (kind > 0 || limits.kind !== 'saturate') return wanted;
    const all = Array.from({ length: limits.high - limits.low + 1 }, (_, at) => codes[at % codes.length]);
    return { ...wanted, table: { lowest: limits.low, codes: all } };
  });

const sums = fc.integer({ min: -3000, max: 3000 });
const intervals = fc
  .tuple(sums, fc.integer({ min: 0, max: 700 }))
  .map(([low, span]) => ({ low, high: low + span }));

const RUNS = { numRuns: 3000 };
const codesOf = (wanted: Finish, low: number, high: number): number[] =>
  Array.from({ length: high - low + 1 }, (_, at) => Number(model(wanted, low + at)));

describe('a finish', () => {
  it('is its definition in exact fractions', () => {
    const wide = fc.oneof(sums, fc.integer({ min: -(2 ** 46), max: 2 ** 46 }));
    fc.assert(
      fc.property(withTables, wide, (wanted, sum) => {
        const { multiplier, shift } = wanted.scaling;
        const number = Number(activated(wanted.activation, BigInt(sum))) * multiplier * 2 ** -shift;
        fc.pre(Math.abs(number) < 2 ** 53);
        expect(finish(wanted, sum) + 0).toBe(Number(model(wanted, sum)));
      }),
      RUNS,
    );
  });

  it('gives of an interval the codes from the least to the largest that occur, but where some wrap', () => {
    fc.assert(
      fc.property(withTables, intervals, (wanted, { low, high }) => {
        const codes = codesOf(wanted, low, high);
        const least = Math.min(...codes);
        const largest = Math.max(...codes);
        const got = finishInterval(wanted, { low, high });
        if (wanted.table !== undefined) {
          expect(got.low).toBeLessThanOrEqual(least);
          expect(got.high).toBeGreaterThanOrEqual(largest);
        } else if (wanted.limits.kind === 'wrap' && isLimited(wanted, { low, high })) {
          expect(got.low).toBeLessThanOrEqual(least);
          expect(got.high).toBeGreaterThanOrEqual(largest);
          expect(got.low).toBeGreaterThanOrEqual(rangeOfLimits(wanted.limits)?.low as number);
          expect(got.high).toBeLessThanOrEqual(rangeOfLimits(wanted.limits)?.high as number);
        } else expect({ low: got.low + 0, high: got.high + 0 }).toEqual({ low: least, high: largest });
      }),
      RUNS,
    );
  });

  it('says where its limits cut', () => {
    fc.assert(
      fc.property(withTables, intervals, (wanted, { low, high }) => {
        const { table: _, ...plain } = wanted;
        const unlimited: Finish = { ...plain, limits: { kind: 'none' } };
        const codes = codesOf(plain, low, high);
        const cuts = codesOf(unlimited, low, high).some((code, at) => code !== codes[at]);
        expect(isLimited(wanted, { low, high })).toBe(cuts);
      }),
      RUNS,
    );
  });

  it('needs no activation where no sum is negative', () => {
    fc.assert(
      fc.property(withTables, intervals, sums, (wanted, interval, sum) => {
        const { activation } = finishOn(wanted, interval);
        if (interval.low >= 0) expect(activation.kind).toBe('linear');
        const within = Math.min(Math.max(sum, interval.low), interval.high);
        expect(finish(finishOn(wanted, interval), within)).toBe(finish(wanted, within));
      }),
      RUNS,
    );
  });

  it('is its piece wherever it has one', () => {
    let found = 0;
    fc.assert(
      fc.property(withTables, intervals, (wanted, { low, high }) => {
        const piece = pieceOn(wanted, { low, high });
        if (piece === undefined) return;
        found += 1;
        const codes = codesOf(wanted, low, high);
        expect(codes.map((_, at) => onPiece(piece, low + at))).toEqual(codes);
      }),
      RUNS,
    );
    expect(found).toBeGreaterThan(500);
  });

  it('has a piece on every single sum', () => {
    fc.assert(
      fc.property(withTables, sums, (wanted, sum) => {
        expect(pieceOn(wanted, { low: sum, high: sum })).toEqual({
          kind: 'constant',
          code: finishInterval(wanted, { low: sum, high: sum }).low,
        });
      }),
      RUNS,
    );
  });

  it('repeats itself with its period, if it has one', () => {
    fc.assert(
      fc.property(withTables, sums, (wanted, sum) => {
        const period = periodOf(wanted);
        if (period === undefined) return;
        const run = finisher(wanted);
        expect(run(sum + period)).toBe(run(sum));
      }),
      RUNS,
    );
  });

  it('rounds no further than it says', () => {
    fc.assert(
      fc.property(withTables, sums, (wanted, sum) => {
        const { table: _, ...plain } = wanted;
        const unlimited: Finish = { ...plain, limits: { kind: 'none' } };
        const active = Number(activated(wanted.activation, BigInt(sum)));
        const { multiplier, shift, again } = wanted.scaling;
        const exact = active * multiplier * 2 ** -(shift + again);
        expect(Math.abs(finish(unlimited, sum) - exact)).toBeLessThanOrEqual(roundingError(wanted));
      }),
      RUNS,
    );
  });
});
