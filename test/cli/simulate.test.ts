import { describe, expect, it } from 'vitest';
import { describeMutants } from '../../src/cli/commands/simulate.js';

describe('espalier simulate --mutate', () => {
  it('says of a fault that nobody noticed whether it is one', () => {
    const fault = { kind: '+ becomes -', file: 'rtl/a.v', line: 7, before: 'a + b', after: 'a - b' };
    const survivors = [
      { ...fault, sameCircuit: true },
      { ...fault, line: 9, sameCircuit: false },
    ];
    const record = {
      schema: 'espalier/mutations',
      version: 1,
      design: 'mine',
      engine: 'verilator',
      seed: 1,
      samples: 1_200,
      mutants: [{ ...fault, line: 3, caughtBy: 'output at sample 0, cycle 9' }, ...survivors],
      survivors,
      refused: 0,
    } as const;
    expect(describeMutants(record, (_, text) => text).split('\n')).toEqual([
      'faults   3, each on 1,200 vectors by verilator',
      'noticed  1',
      'not noticed: they change no behaviour, or the vectors are too weak',
      '  rtl/a.v:7: + becomes -: a + b → a - b (no fault: Yosys makes the same circuit of it)',
      '  rtl/a.v:9: + becomes -: a + b → a - b',
    ]);
  });
});
