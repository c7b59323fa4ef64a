import { describe, expect, it } from 'vitest';
import type { BitsPoint, StudyReport, StudyVariant } from '../../src/report/study.js';
import { effectOf, leastBits, verdictsOf } from '../../src/report/verdict.js';

const MARGIN = 0.01;

const variant = (name: string, interval: number, flash: number): StudyVariant =>
  ({
    name,
    parameterBits: 100,
    accuracy: { mean: 0.97 },
    cost: {
      serial: [{ lanes: 1, interval, latency: interval, romBits: 10 * interval }],
      parallel: { luts: interval },
      tables: { flash, multiplies: interval },
    },
  }) as unknown as StudyVariant;

/** A study of one technique. */
function studyOf(low: number, mean: number, high: number, first: StudyVariant): StudyReport {
  const accuracy = { difference: { low, mean, high } };
  return {
    margin: MARGIN,
    variants: [first, variant('without', 400, 2000)],
    techniques: [{ name: 'it', first: first.name, second: 'without', accuracy }],
  } as unknown as StudyReport;
}

const answers = (low: number, mean: number, high: number, first: StudyVariant) => {
  const [{ effect, fpga, mcu }] = verdictsOf(studyOf(low, mean, high, first));
  return { effect, fpga, mcu };
};

describe('what is worth it', () => {
  it.each([
    [0.001, 0.02, 'better'],
    [-0.01, 0.02, 'kept'],
    [-0.01, -0.001, 'kept'],
    [-0.011, 0.02, 'unclear'],
    [-0.03, -0.001, 'worse'],
  ])('an interval from %d to %d: %s', (low, high, effect) => {
    expect(effectOf(low, high, MARGIN)).toBe(effect);
  });

  it('is what saves and surely costs little; likely, what costs little on average', () => {
    const small = variant('small', 100, 1000);
    expect(answers(-0.005, 0, 0.005, small)).toEqual({ effect: 'kept', fpga: 'yes', mcu: 'yes' });
    expect(answers(-0.03, 0, 0.03, small)).toEqual({ effect: 'unclear', fpga: 'likely', mcu: 'likely' });
    expect(answers(-0.03, -0.011, 0.01, small)).toEqual({ effect: 'unclear', fpga: 'no', mcu: 'no' });
    expect(answers(-0.03, -0.02, -0.01, small)).toEqual({ effect: 'worse', fpga: 'no', mcu: 'no' });
  });

  it('can differ between an FPGA and a microcontroller', () => {
    expect(answers(-0.005, 0, 0.005, variant('fast', 100, 2000))).toMatchObject({ fpga: 'yes', mcu: 'no' });
    expect(answers(-0.005, 0, 0.005, variant('tight', 400, 1000))).toMatchObject({ fpga: 'no', mcu: 'yes' });
  });

  it('is also what saves nothing but makes the network better', () => {
    expect(answers(0.001, 0.01, 0.02, variant('same', 400, 2000))).toMatchObject({ fpga: 'yes', mcu: 'yes' });
    expect(answers(0.001, 0.01, 0.02, variant('large', 400, 2500))).toMatchObject({
      fpga: 'yes',
      mcu: 'trade',
    });
  });

  it('states savings as without ÷ with', () => {
    const [{ savings }] = verdictsOf(studyOf(0, 0, 0, variant('small', 100, 1000)));
    expect(savings).toEqual({ parameterBits: 1, cycles: 4, romBits: 4, luts: 4, flash: 2, multiplies: 4 });
  });
});

describe('the least width', () => {
  const study = (means: Readonly<Record<number, number>>) =>
    ({
      margin: MARGIN,
      variants: [{ name: 'base', accuracy: { mean: 0.97 } }],
      bits: Object.entries(means).map(([bits, mean]) => {
        return { weights: 'base', numbers: 'ptq', bits: Number(bits), accuracy: { mean } } as BitsPoint;
      }),
    }) as unknown as StudyReport;

  it('is the one from which on all wider ones hold the margin', () => {
    expect(leastBits(study({ 2: 0.9, 3: 0.965, 4: 0.9, 6: 0.961, 8: 0.97 }), 'base', 'ptq')).toBe(6);
    expect(leastBits(study({ 2: 0.97, 8: 0.97 }), 'base', 'ptq')).toBe(2);
  });

  it('is none where the widest does not', () => {
    expect(leastBits(study({ 4: 0.97, 8: 0.9 }), 'base', 'ptq')).toBe(undefined);
  });
});
