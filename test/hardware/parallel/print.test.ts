import path from 'node:path';
import { expect, it } from 'vitest';
import { compileCircuit } from '../../../src/hardware/parallel/compile.js';
import { printCircuit } from '../../../src/hardware/parallel/print.js';
import { lowerNetwork } from '../../../src/network/affine.js';
import type { DenseNetwork } from '../../../src/network/types.js';

const WEIGHT = { signed: true, width: 5, integer: 2 };

/** Three inputs, two hidden units that have a difference in common, one output. */
const NETWORK: DenseNetwork = {
  name: 'sample',
  input: { formats: Array(3).fill({ signed: false, width: 4, integer: 0 }), names: [] },
  layers: [
    {
      kind: 'dense',
      name: 'hidden',
      kernel: {
        formats: [WEIGHT, WEIGHT],
        codes: [
          [5, 10],
          [-5, -10],
          [1, 7],
        ],
      },
      bias: { formats: [WEIGHT, WEIGHT], codes: [3, -2] },
      activation: 'relu',
      output: Array(2).fill({
        format: { signed: false, width: 4, integer: 1 },
        rounding: 'RND',
        overflow: 'SAT',
      }),
    },
    {
      kind: 'dense',
      name: 'output',
      kernel: { formats: [WEIGHT], codes: [[6], [-3]] },
      bias: { formats: [WEIGHT], codes: [1] },
      activation: 'linear',
      output: 'exact',
    },
  ],
  head: { kind: 'values' },
  labels: [],
  provenance: {},
};

const OPTIONS = { seed: 1, adderRows: 3, tableBits: 16, maxLuts: 1000 } as const;

/** The same of two bits everywhere: six bits into every hidden unit, four into the output. */
const TWO_BITS: DenseNetwork = {
  ...NETWORK,
  input: { formats: Array(3).fill({ signed: false, width: 2, integer: 0 }), names: [] },
  layers: NETWORK.layers.map((layer) => ({
    ...layer,
    output:
      layer.output === 'exact'
        ? 'exact'
        : layer.output.map((unit) => ({ ...unit, format: { signed: false, width: 2, integer: 1 } })),
  })),
};

it('a circuit with tables reads as its sample', async () => {
  const options = { ...OPTIONS, form: 'optimized', effort: 1, adderLevelsPerStage: 1 } as const;
  const file = path.join(import.meta.dirname, '..', '..', 'samples', 'parallel', 'tables.txt');
  await expect(printCircuit(compileCircuit(lowerNetwork(TWO_BITS), options))).toMatchFileSnapshot(file);
});

it.each([
  ['naive', { ...OPTIONS, form: 'naive', effort: 0, adderLevelsPerStage: 'none' }],
  ['csd', { ...OPTIONS, form: 'csd', effort: 0, adderLevelsPerStage: 'none' }],
  ['optimized', { ...OPTIONS, form: 'optimized', effort: 1, adderLevelsPerStage: 1 }],
] as const)('the circuit of the form %s reads as its sample', async (name, options) => {
  const file = path.join(import.meta.dirname, '..', '..', 'samples', 'parallel', `${name}.txt`);
  await expect(printCircuit(compileCircuit(lowerNetwork(NETWORK), options))).toMatchFileSnapshot(file);
});
