import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { Algebra } from '../../src/prove/algebra.js';
import { bitsRead } from '../../src/prove/bits-read.js';
import type { Code, LinearForm } from '../../src/prove/forms.js';
import { CompiledFunction, type Resolve, type Variable } from '../../src/prove/function.js';
import { numberOf } from '../../src/prove/number.js';

const LOW = -64;
const HIGH = 63;
const INPUTS = 3;

/** Some bits of sums, halves and slices of a few inputs. */
function randomBits(random: Random, algebra: Algebra): Code[] {
  const forms = Array.from({ length: INPUTS }, (_, unit) =>
    algebra.input(0, unit, BigInt(LOW), BigInt(HIGH)),
  );
  for (let count = 0; count < 5; count++) {
    const [a, b] = [random.pick(forms), random.pick(forms)];
    const slice = numberOf(algebra.word(a, random.integer(1, 5)), 'unsigned', algebra) as LinearForm;
    const sum = algebra.add(slice, algebra.scale(b, BigInt(random.integer(-6, 6))));
    forms.push(algebra.floor(algebra.named(sum), random.integer(0, 2)));
  }
  return algebra.word(forms[forms.length - 1], random.integer(1, 4));
}

describe('the bits that a function reads', () => {
  it('are all that it hangs on', () => {
    const random = new Random(1, 'bits read');
    let spared = 0;
    for (let round = 0; round < 200; round++) {
      const algebra = new Algebra({ namedSums: round % 2 === 0 });
      const codes = randomBits(random, algebra);
      const read = bitsRead(codes, algebra);
      const variables = Array.from({ length: INPUTS }, (_, unit): Variable => {
        return { name: `x${unit}`, low: LOW, high: HIGH };
      });
      const resolve: Resolve = (terms) =>
        terms.map(({ atom, coefficient }) => ({
          variable: variables[atom.kind === 'input' ? atom.unit : -1],
          coefficient,
        }));
      const compiled = new CompiledFunction(codes, algebra, variables, resolve);
      for (let point = 0; point < 10; point++) {
        const values = variables.map(() => random.integer(LOW, HIGH));
        const others = values.map((value, unit) => {
          const step = 2 ** (read.get(unit) ?? 0);
          const moved = value + step * random.integer(-20, 20);
          if (moved < LOW || moved > HIGH || moved === value) return value;
          spared += 1;
          return moved;
        });
        expect(compiled.run(others)).toBe(compiled.run(values));
      }
    }
    expect(spared).toBeGreaterThan(500);
  });
});
