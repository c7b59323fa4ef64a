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

describe('serial designs', () => {
  it.each((process.env.SEEDS ?? '0 1').split(' ').map(Number))(
    'random network %d: equal to the reference under stalls, and as fast as predicted',
    (seed) => {
      const random = new Random(seed, 'serial co-simulation');
      const network = randomNetwork(random);
      const files = emitDesign(network, { architecture: 'serial', lanes: random.integer(1, 4) }, GENERATOR);
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
      check({ stall: 30, seed });
      const full = check({});
      const intervals = full.inputs
        .slice(-8)
        .map(({ cycle }, i, beats) => (i === 0 ? undefined : cycle - beats[i - 1].cycle));
      expect(new Set(intervals.slice(1))).toEqual(new Set([manifest.timing.interval]));
      const spaced = check({ gap: manifest.timing.latency });
      expect(new Set(spaced.outputs.map(({ cycle }, i) => cycle - spaced.inputs[i].cycle))).toEqual(
        new Set([manifest.timing.latency]),
      );
    },
  );
});
