import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { Algebra } from '../../src/prove/algebra.js';
import { C1, type Code, type LinearForm } from '../../src/prove/forms.js';
import { CompiledFunction, type Resolve, type Variable } from '../../src/prove/function.js';
import { numberOf } from '../../src/prove/number.js';

/** A form with the function that it stands for. */
interface Sample {
  readonly form: LinearForm;
  readonly value: (x: readonly bigint[]) => bigint;
}

const VARIABLES: readonly Variable[] = [
  { name: 'x0', low: 0, high: 1 },
  { name: 'x1', low: -8, high: 7 },
  { name: 'x2', low: 0, high: 15 },
  { name: 'x3', low: 3, high: 5 },
];

function randomSamples(random: Random, algebra: Algebra, count: number): Sample[] {
  const samples: Sample[] = VARIABLES.map(({ low, high }, unit) => ({
    form: algebra.input(0, unit, BigInt(low), BigInt(high)),
    value: (x) => x[unit],
  }));
  while (samples.length < count) samples.push(randomSample(random, algebra, samples));
  return samples;
}

/** Under a name, where sums have one. */
function sumOf(a: LinearForm, b: LinearForm, algebra: Algebra): LinearForm {
  const sum = algebra.add(a, b);
  return algebra.options.namedSums ? algebra.named(sum) : sum;
}

function randomSample(random: Random, algebra: Algebra, samples: readonly Sample[]): Sample {
  const [a, b] = [random.pick(samples), random.pick(samples)];
  const k = BigInt(random.integer(-9, 9));
  const shift = random.integer(0, 6);
  switch (random.integer(0, 5)) {
    case 0:
      return { form: sumOf(a.form, b.form, algebra), value: (x) => a.value(x) + b.value(x) };
    case 1:
      return { form: algebra.scale(a.form, k), value: (x) => a.value(x) * k };
    case 2:
      return { form: algebra.add(a.form, algebra.constant(k)), value: (x) => a.value(x) + k };
    case 3:
      return { form: algebra.floor(a.form, shift), value: (x) => a.value(x) >> BigInt(shift) };
    case 4: {
      // Some bits of one, some of the other, read as a number.
      const [low, high] = [random.integer(0, 4), random.integer(1, 4)];
      const bits = [...algebra.word(a.form, low), ...algebra.word(b.form, high + 1)];
      const signed = random.float() < 0.5;
      const width = bits.length;
      return {
        form: numberOf(bits, signed ? 'signed' : 'unsigned', algebra) as LinearForm,
        value: (x) => {
          const word =
            BigInt.asUintN(low, a.value(x)) + (BigInt.asUintN(high + 1, b.value(x)) << BigInt(low));
          return signed ? BigInt.asIntN(width, word) : word;
        },
      };
    }
    default: {
      const inverted = algebra.word(a.form, shift + 1).map((code) => algebra.not(code));
      const width = inverted.length;
      return {
        form: numberOf(inverted, 'signed', algebra) as LinearForm,
        value: (x) => BigInt.asIntN(width, ~a.value(x)),
      };
    }
  }
}

const randomPoint = (random: Random) => VARIABLES.map(({ low, high }) => random.integer(low, high));

describe('the algebra', () => {
  it.each(Array.from({ length: 30 }, (_, seed) => seed))('means what it says: seed %i', (seed) => {
    const random = new Random(seed, 'algebra');
    const algebra = new Algebra({ namedSums: seed % 2 === 1 });
    const samples = randomSamples(random, algebra, 60);
    const resolve: Resolve = (terms) =>
      terms.map(({ atom, coefficient }) => ({
        variable: VARIABLES[atom.kind === 'input' ? atom.unit : -1],
        coefficient,
      }));
    for (const { form, value } of samples) {
      const codes = algebra.word(form, 12);
      const compiled = new CompiledFunction(codes, algebra, VARIABLES, resolve);
      for (let count = 0; count < 40; count++) {
        const point = randomPoint(random);
        const wanted = value(point.map(BigInt));
        expect(wanted).toBeGreaterThanOrEqual(form.low);
        expect(wanted).toBeLessThanOrEqual(form.high);
        expect(compiled.run(point)).toBe(Number(BigInt.asUintN(12, wanted)));
      }
    }
  });
});
void C1;
void ((x: Code) => x);
