import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangeOf } from '../../src/fixed/format.js';
import { encode, ROUNDINGS } from '../../src/fixed/requantize.js';
import { type Activation, activateReal, parseActivation } from '../../src/network/activation.js';
import { finish } from '../../src/network/finish.js';
import { exactFraction, exactUnit, roundedUnit } from '../../src/network/lower-finish.js';

const ACTIVATIONS = ['linear', 'relu', 'leaky_relu:3/8', 'relu6', 'clip:0.7', 'clip:0.01'];
const activations = fc.constantFrom(...ACTIVATIONS.map((text) => parseActivation(text) as Activation));
const sums = fc.integer({ min: -4000, max: 4000 });

const outputs = fc
  .record({
    format: fc.record({
      signed: fc.boolean(),
      width: fc.integer({ min: 1, max: 9 }),
      integer: fc.integer({ min: -1, max: 8 }),
    }),
    rounding: fc.constantFrom(...ROUNDINGS),
    overflow: fc.constant('SAT' as const),
    ends: fc.option(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    ),
  })
  .map(({ ends, ...output }) => {
    if (ends === null) return output;
    const { low, high } = rangeOf(output.format);
    const codes = ends.map((share) => Math.round(low + share * (high - low)) + 0).sort((a, b) => a - b);
    return { ...output, limits: { low: codes[0], high: codes[1] } };
  });

describe('the finish of a unit', () => {
  it('is the activation of the real sum, rounded once and saturated', () => {
    fc.assert(
      fc.property(
        activations,
        fc.integer({ min: -2, max: 12 }),
        outputs,
        sums,
        (activation, fraction, output, sum) => {
          const code = encode(activateReal(activation, sum * 2 ** -fraction), output);
          const { low, high } = 'limits' in output ? output.limits : rangeOf(output.format);
          const wanted = Math.min(Math.max(code, low), high);
          expect(finish(roundedUnit(activation, fraction, output), sum) + 0).toBe(wanted);
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('is the activation of the real sum where it leaves exactly', () => {
    const exact = activations.filter(
      (activation) => typeof activation === 'string' || activation.kind === 'leaky_relu',
    );
    fc.assert(
      fc.property(exact, fc.nat(8), fc.nat(4), sums, (activation, fraction, finer, sum) => {
        const code = finish(exactUnit(activation, fraction, fraction + finer), sum);
        const scale = 2 ** -exactFraction(activation, fraction + finer);
        expect(code * scale).toBe(activateReal(activation, sum * 2 ** -fraction));
      }),
    );
    const six = parseActivation('relu6') as Activation;
    expect([-9, 9, 25].map((sum) => finish(exactUnit(six, 2, 3), sum) / 8)).toEqual([0, 2.25, 6]);
  });
});
