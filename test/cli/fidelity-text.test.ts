import { describe, expect, it } from 'vitest';
import { evaluationLines, fidelityLines } from '../../src/cli/fidelity-text.js';
import type { Fidelity } from '../../src/quantize/fidelity.js';

const UNLABELLED = {
  file: 't.csv',
  samples: 1_200,
  label: null,
  integer: null,
  float: null,
  agreement: null,
  difference: null,
} as const;

const fidelity = (from: Fidelity['from'], unusedBits: number): Fidelity => ({
  samples: 10,
  from,
  agreement: null,
  classes: { float: 0, integer: 0 },
  layers: [
    {
      layer: 'hidden',
      activation: 'relu',
      low: 0,
      high: 2,
      format: 'ufixed<8,4>',
      unusedBits,
      error: 0.01,
      spread: 1,
      worst: 0.02,
    },
  ],
});
const below = (shown: Fidelity) => fidelityLines(shown).slice(1);

describe('how a design does on a table', () => {
  it('is told to want a label where there is none', () => {
    const wanted = 'without a label there is no accuracy: --label names its column';
    expect(evaluationLines(UNLABELLED)).toEqual(['t.csv: 1,200 rows', wanted]);
    const [table, ...rest] = evaluationLines({ ...UNLABELLED, agreement: 0.995 });
    expect(table).toContain('same class');
    expect(rest).toEqual([wanted]);
  });
});

describe('what is said below the layers', () => {
  it('points to a calibration where ranges are wider than the data', () => {
    expect(below(fidelity('data', 3))).toEqual([
      '',
      'ranges are the worst case: --calibration FILE takes them from samples',
    ]);
  });

  it('is nothing, not even a blank line, where there is nothing to say', () => {
    expect(below(fidelity('data', 0))).toEqual([]);
    expect(below(fidelity('calibration', 3))).toEqual([]);
  });
});
