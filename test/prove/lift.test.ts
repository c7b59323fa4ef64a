import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { Algebra } from '../../src/prove/algebra.js';
import type { Atom, Code, InputAtom, LinearForm } from '../../src/prove/forms.js';
import { lift, liftedBounds } from '../../src/prove/lift.js';
import { numberOf } from '../../src/prove/number.js';

const INPUTS = 5;
const WIDTH = 6;

/** A number as adders give it: a name, and its value for the inputs. */
interface Word {
  readonly form: LinearForm;
  readonly value: (x: readonly bigint[]) => bigint;
}

/** Adders over slices of inputs and of each other, some inverted, as bit heaps have them. */
function randomAdders(random: Random, algebra: Algebra, count: number): Word[] {
  const words: Word[] = Array.from({ length: INPUTS }, (_, unit) => ({
    form: algebra.input(0, unit, 0n, 2n ** BigInt(WIDTH) - 1n),
    value: (x) => x[unit],
  }));
  while (words.length < count) {
    const rows = Array.from({ length: random.integer(2, 3) }, () => randomRow(random, algebra, words));
    const sum = rows.reduce((form, row) => algebra.add(form, row.form), algebra.constant(0n));
    words.push({
      form: algebra.named(sum),
      value: (x) => rows.reduce((total, row) => total + row.value(x), 0n),
    });
  }
  return words;
}

function randomRow(random: Random, algebra: Algebra, words: readonly Word[]): Word {
  const word = random.pick(words);
  const width = random.integer(1, 9);
  const from = random.integer(0, 3);
  const bits = algebra.word(word.form, from + width).slice(from);
  const inverted = random.float() < 0.4;
  const row: Code[] = inverted ? bits.map((code) => algebra.not(code)) : bits;
  const shift = random.integer(0, 3);
  return {
    form: algebra.scale(numberOf(row, 'unsigned', algebra) as LinearForm, 2n ** BigInt(shift)),
    value: (x) => {
      const slice = BigInt.asUintN(width, word.value(x) >> BigInt(from));
      return (inverted ? 2n ** BigInt(width) - 1n - slice : slice) << BigInt(shift);
    },
  };
}

const randomInputs = (random: Random): bigint[] =>
  Array.from({ length: INPUTS }, () => BigInt(random.integer(0, 2 ** WIDTH - 1)));

const sumAt = (linear: ReadonlyMap<Atom, bigint>, x: readonly bigint[]): bigint =>
  [...linear].reduce((sum, [atom, coefficient]) => sum + coefficient * x[(atom as InputAtom).unit], 0n);

describe('sums of named sums', () => {
  it('are opened to what they are, modulo what is asked for', () => {
    const random = new Random(1, 'lift');
    let opened = 0;
    for (let round = 0; round < 120; round++) {
      const algebra = new Algebra({ namedSums: true });
      for (const { form, value } of randomAdders(random, algebra, 9)) {
        const bits = random.integer(1, 8);
        const lifted = lift(form, bits);
        if (lifted === undefined) continue;
        opened += 1;
        for (let point = 0; point < 20; point++) {
          const x = randomInputs(random);
          const floor = (sumAt(lifted.linear, x) + lifted.constant) >> BigInt(lifted.shift);
          expect(BigInt.asUintN(bits, floor)).toBe(BigInt.asUintN(bits, value(x)));
        }
      }
    }
    expect(opened).toBeGreaterThan(600);
  });

  it('stay within the bounds that are found for them', () => {
    const random = new Random(2, 'lift');
    for (let round = 0; round < 120; round++) {
      const algebra = new Algebra({ namedSums: true });
      const words = randomAdders(random, algebra, 9);
      const points = Array.from({ length: 20 }, () => randomInputs(random));
      for (const { form, value } of words) {
        const { low, high } = liftedBounds(form) ?? form;
        for (const x of points) {
          expect(value(x)).toBeGreaterThanOrEqual(low);
          expect(value(x)).toBeLessThanOrEqual(high);
        }
      }
    }
  });

  it('are whole again when their parts went through different adders', () => {
    const algebra = new Algebra({ namedSums: true });
    const [a, b, c] = [0, 1, 2].map((unit) => algebra.input(0, unit, 0n, 255n));
    const sum = algebra.named(algebra.add(a, algebra.scale(b, 3n)));
    const low = algebra.named(
      algebra.add(numberOf(algebra.word(sum, 4), 'unsigned', algebra) as LinearForm, c),
    );
    const high = numberOf(algebra.word(sum, 10).slice(4), 'unsigned', algebra) as LinearForm;
    // The upper bits of the sum, and the carries out of the lower ones: (a + 3b + c) / 16.
    const whole = algebra.named(algebra.add(high, algebra.floor(low, 4)));
    const lifted = lift(whole, 10);
    expect(lifted?.shift).toBe(4);
    expect([...(lifted?.linear ?? [])].map(([atom, factor]) => [(atom as InputAtom).unit, factor])).toEqual(
      expect.arrayContaining([
        [0, 1n],
        [1, 3n],
        [2, 1n],
      ]),
    );
    expect(lifted?.constant).toBe(0n);
  });

  it('are not opened where bits are missing', () => {
    const algebra = new Algebra({ namedSums: true });
    const [a, b, c] = [0, 1, 2].map((unit) => algebra.input(0, unit, 0n, 255n));
    const sum = algebra.named(algebra.add(a, b));
    const holed = [...algebra.word(sum, 2), ...algebra.word(sum, 9).slice(3)];
    const whole = algebra.named(algebra.add(numberOf(holed, 'unsigned', algebra) as LinearForm, c));
    expect(lift(whole, 9)).toBeUndefined();
  });
});
