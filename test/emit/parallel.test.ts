import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { emitDesign } from '../../src/emit/design.js';
import { referenceModel } from '../../src/network/reference.js';
import type { Outcome } from '../../src/network/types.js';
import { manifestOf, runIcarus, unpackFields } from '../support/icarus.js';
import { randomInput, randomNetwork } from '../support/networks.js';

const GENERATOR = { version: '0.0.0', command: 'espalier test' };

/** What the output stream's fields must carry. */
function fieldsOf(outcome: Outcome): number[] {
  const decided = [outcome.class, outcome.probability].filter((code) => code !== undefined);
  return [...outcome.outputs, ...decided];
}

const DEPTHS = [1, 2, 3, 'layer', 'none'] as const;

describe('parallel designs', () => {
  it.each((process.env.SEEDS ?? '0 1 2 3 4').split(' ').map(Number))(
    'random network %d: equal to the reference under stalls, one sample a cycle, latency as predicted',
    (seed) => {
      const random = new Random(seed, 'parallel co-simulation');
      const network = randomNetwork(random);
      const adderLevelsPerStage = DEPTHS[seed % DEPTHS.length];
      const hardware = { architecture: 'parallel', adderLevelsPerStage, adderRows: random.pick([2, 3]) };
      const files = emitDesign(network, hardware, GENERATOR);
      const manifest = manifestOf(files);
      const run = referenceModel(network);
      const samples = Array.from({ length: 40 }, () => randomInput(random, network));
      const wanted = samples.map((sample) => run(sample));
      const check = (options: { stall?: number; gap?: number; seed?: number }) => {
        const result = runIcarus(files, samples, options);
        const got = result.outputs.map(({ data }) => unpackFields(manifest.stream.output.fields, data));
        expect(got).toEqual(wanted.map(fieldsOf));
        return result;
      };
      check({ stall: 128, seed });
      const full = check({});
      const cycles = full.inputs.map(({ cycle }) => cycle);
      expect(cycles.map((cycle) => cycle - cycles[0])).toEqual(samples.map((_, at) => at));
      const delays = full.outputs.map(({ cycle }, at) => cycle - cycles[at]);
      expect(new Set(delays)).toEqual(new Set([manifest.timing.latency]));
    },
  );
});
