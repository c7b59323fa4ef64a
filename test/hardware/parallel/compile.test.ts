import { expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { compileCircuit } from '../../../src/hardware/parallel/compile.js';
import { outputsOf } from '../../../src/hardware/parallel/interpret.js';
import type { LevelsPerStage } from '../../../src/hardware/parallel/pipeline.js';
import type { Effort } from '../../../src/hardware/parallel/search.js';
import { lowerNetwork } from '../../../src/network/affine.js';
import { referenceModel } from '../../../src/network/reference.js';
import type { DenseNetwork, QuantizedNetwork } from '../../../src/network/types.js';
import { randomInput, randomNetwork } from '../../support/networks.js';

const EFFORTS: readonly Effort[] = [0, 1, 2, 3];
const LEVELS: readonly LevelsPerStage[] = ['none', 'layer', 1, 3];

interface Kind {
  readonly what: string;
  readonly make: (random: Random) => QuantizedNetwork;
  readonly networks: number;
}

const KINDS: readonly Kind[] = [
  {
    what: 'any finish',
    make: (random) => randomNetwork(random, { anyFinishes: true }),
    networks: 60,
  },
  { what: 'single bits', make: (random) => randomNetwork(random, { maxWidth: 1 }), networks: 40 },
  {
    what: 'a few bits',
    make: (random) => randomNetwork(random, { maxWidth: 3, maxInputs: 2, maxUnits: 3, maxLayers: 2 }),
    networks: 40,
  },
  {
    what: 'wide words',
    make: (random) => randomNetwork(random, { maxWidth: 18, maxInputs: 4 }),
    networks: 10,
  },
  {
    what: 'deep networks',
    make: (random) => randomNetwork(random, { maxWidth: 5, maxUnits: 8, maxLayers: 6 }),
    networks: 30,
  },
  {
    what: 'wide layers',
    make: (random) => randomNetwork(random, { maxInputs: 24, maxUnits: 12, maxLayers: 2 }),
    networks: 5,
  },
  { what: 'the widest sums', make: widestNetwork, networks: 5 },
];

/** One sum of up to 54 bits, more than a JavaScript number has: only its own numbers stay within 2^53. */
function widestNetwork(random: Random): DenseNetwork {
  const input = { signed: true, width: 26, integer: 26 };
  const weight = { signed: false, width: 26, integer: 26 };
  const bias = { signed: true, width: 10, integer: 10 };
  const code = () => [random.integer(2 ** 25, 2 ** 26 - 1)];
  return {
    name: 'widest',
    input: { formats: [input, input, input], names: [] },
    layers: [
      {
        kind: 'dense',
        name: 'sum',
        kernel: { formats: [weight], codes: [code(), code(), code()] },
        bias: { formats: [bias], codes: [random.integer(-512, 511)] },
        activation: 'linear',
        output: 'exact',
      },
    ],
    head: { kind: 'values' },
    labels: [],
    provenance: {},
  };
}

const FIRST = Number(process.env.SEED ?? 1);

it.each(KINDS)(
  '$what: every effort, at random depths, says what the network says',
  ({ what, make, networks }) => {
    for (let seed = FIRST; seed < FIRST + networks; seed++) {
      const random = new Random(seed, `parallel circuits, ${what}`);
      const network = make(random);
      const inputs = Array.from({ length: 12 }, () => randomInput(random, network));
      const reference = referenceModel(network);
      const wanted = inputs.map((input) => reference(input).outputs);
      const affine = lowerNetwork(network);
      for (const effort of EFFORTS) {
        const options = {
          form: 'optimized',
          effort,
          adderLevelsPerStage: random.pick(LEVELS),
          adderRows: random.pick([2, 3] as const),
          tableBits: 16,
          seed,
          maxLuts: 1e6,
        } as const;
        const circuit = compileCircuit(affine, options);
        const got = inputs.map((input) => outputsOf(circuit, input));
        expect([seed, options, got]).toEqual([seed, options, wanted]);
      }
    }
  },
);
