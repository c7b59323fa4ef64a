import { expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { compileCircuit } from '../../../src/hardware/parallel/compile.js';
import { outputsOf } from '../../../src/hardware/parallel/interpret.js';
import type { LevelsPerStage } from '../../../src/hardware/parallel/pipeline.js';
import type { Effort } from '../../../src/hardware/parallel/search.js';
import { lowerNetwork } from '../../../src/network/affine.js';
import { referenceModel } from '../../../src/network/reference.js';
import { type RandomNetworkLimits, randomInput, randomNetwork } from '../../support/networks.js';

const EFFORTS: readonly Effort[] = [0, 1, 2, 3];
const LEVELS: readonly LevelsPerStage[] = ['none', 'layer', 1, 3];

interface Kind {
  readonly what: string;
  readonly limits: RandomNetworkLimits;
  readonly networks: number;
}

const KINDS: readonly Kind[] = [
  { what: 'single bits', limits: { maxWidth: 1 }, networks: 40 },
  {
    what: 'a few bits',
    limits: { maxWidth: 3, maxInputs: 2, maxUnits: 3, maxLayers: 2 },
    networks: 40,
  },
  { what: 'wide words', limits: { maxWidth: 18, maxInputs: 4 }, networks: 10 },
  { what: 'deep networks', limits: { maxWidth: 5, maxUnits: 8, maxLayers: 6 }, networks: 30 },
  { what: 'wide layers', limits: { maxInputs: 24, maxUnits: 12, maxLayers: 2 }, networks: 5 },
];

const FIRST = Number(process.env.SEED ?? 1);

it.each(KINDS)(
  '$what: every effort and every depth say what the network says',
  ({ what, limits, networks }) => {
    for (let seed = FIRST; seed < FIRST + networks; seed++) {
      const random = new Random(seed, `parallel circuits, ${what}`);
      const network = randomNetwork(random, limits);
      const inputs = Array.from({ length: 12 }, () => randomInput(random, network));
      const reference = referenceModel(network);
      const wanted = inputs.map((input) => reference(input).outputs);
      const affine = lowerNetwork(network);
      for (const effort of EFFORTS) {
        for (const adderLevelsPerStage of LEVELS) {
          const adderRows = random.pick([2, 3] as const);
          const options = {
            form: 'optimized',
            effort,
            adderLevelsPerStage,
            adderRows,
            tableBits: 16,
            seed,
            maxLuts: 1e6,
          } as const;
          const circuit = compileCircuit(affine, options);
          expect([seed, options, inputs.map((input) => outputsOf(circuit, input))]).toEqual([
            seed,
            options,
            wanted,
          ]);
        }
      }
    }
  },
);
