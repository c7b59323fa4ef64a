import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { denseNetwork, fewBitNetwork } from '../../bench/support/networks.js';
import { sha256 } from '../../src/core/hash.js';
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

/** The design with the vendor's primitives in its adders, and models of them beside it. */
function withPrimitives(files: ReadonlyMap<string, string>): Map<string, string> {
  const manifest = manifestOf(files);
  const topFile = `rtl/${manifest.top}.v`;
  const models = readFileSync(path.join(import.meta.dirname, '..', '..', 'sim', 'models', 'xc7.v'), 'utf8');
  const top = (files.get(topFile) as string).replace('parameter XILINX = 0', 'parameter XILINX = 1');
  const sources = [{ file: 'rtl/xc7.v', sha256: sha256(models) }, ...manifest.sources];
  return new Map([
    ...files,
    ['rtl/xc7.v', models],
    [topFile, top],
    ['manifest.json', JSON.stringify({ ...manifest, sources })],
  ]);
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
      const check = (options: { stall?: number; gap?: number; seed?: number }, design = files) => {
        const result = runIcarus(design, samples, options);
        const got = result.outputs.map(({ data }) => unpackFields(manifest.stream.output.fields, data));
        expect(got).toEqual(wanted.map(fieldsOf));
        return result;
      };
      check({ stall: 128, seed });
      check({}, withPrimitives(files));
      const full = check({});
      const cycles = full.inputs.map(({ cycle }) => cycle);
      expect(cycles.map((cycle) => cycle - cycles[0])).toEqual(samples.map((_, at) => at));
      const delays = full.outputs.map(({ cycle }, at) => cycle - cycles[at]);
      expect(new Set(delays)).toEqual(new Set([manifest.timing.latency]));
    },
  );

  it("with tables, as constants and in the vendor's LUTs, say the same", () => {
    const inputs = new Set<string>();
    for (const [bits, fewest, most] of [
      [1, 7, 9],
      [2, 3, 5],
      [3, 2, 4],
    ]) {
      const shape = { shape: [12, 16, 12, 3], bits, fanIn: [fewest, most] } as const;
      const network = { ...fewBitNetwork({ ...shape, weightBits: 5 }), name: 'few' };
      const files = emitDesign(network, { architecture: 'parallel', adderLevelsPerStage: 1 }, GENERATOR);
      for (const text of files.values())
        for (const [, count] of text.matchAll(/espalier_table #\(\s*\.INPUTS \((\d)\)/g)) inputs.add(count);
      const random = new Random(bits, 'parallel tables');
      const samples = Array.from({ length: 200 }, () => randomInput(random, network));
      const run = referenceModel(network);
      const wanted = samples.map((sample) => fieldsOf(run(sample)));
      const { fields } = manifestOf(files).stream.output;
      for (const design of [files, withPrimitives(files)]) {
        const got = runIcarus(design, samples).outputs.map(({ data }) => unpackFields(fields, data));
        expect([bits, got]).toEqual([bits, wanted]);
      }
    }
    // Every body of the primitive was met.
    expect([...inputs].sort().join('')).toMatch(/5678$/);
  });

  it.each(['naive', 'csd'])('of the form %s, for comparison, say the same', (form) => {
    const random = new Random(form.length, 'parallel forms');
    const network = randomNetwork(random);
    const files = emitDesign(network, { architecture: 'parallel', form }, GENERATOR);
    const samples = Array.from({ length: 40 }, () => randomInput(random, network));
    const { fields } = manifestOf(files).stream.output;
    const got = runIcarus(files, samples).outputs.map(({ data }) => unpackFields(fields, data));
    const run = referenceModel(network);
    expect(got).toEqual(samples.map((sample) => fieldsOf(run(sample))));
  });

  it('have no more LUTs than a network may, unless the limit is lifted', () => {
    const network = randomNetwork(new Random(4, 'parallel limit'), { maxInputs: 12, maxUnits: 10 });
    const emit = (maxLuts: number) => emitDesign(network, { architecture: 'parallel', maxLuts }, GENERATOR);
    expect(() => emit(1)).toThrow(
      'random: hardware.architecture parallel: got a network of about 36 LUTs when it is unrolled, ' +
        'wanted at most 1 LUTs (hardware.maxLuts) (use hardware.architecture serial, prune further, ' +
        'or raise hardware.maxLuts (--max-luts)) [hardware/parallel-too-large]',
    );
    expect(emit(36).has('manifest.json')).toBe(true);
  });

  it('name a delayed input after the unit of the layer that it comes from', () => {
    const hardware = { architecture: 'parallel', adderLevelsPerStage: 1 };
    const files = emitDesign(denseNetwork([4, 12, 2], 1), hardware, GENERATOR);
    const text = files.get(`rtl/${manifestOf(files).top}_output.v`) as string;
    const delayed = [...text.matchAll(/^ {2}reg .* (\w+)_unit(\d+)\w*_q\w*;$/gm)];
    const units = (layer: string) =>
      delayed.filter((match) => match[1] === layer).map((match) => Number(match[2]));
    expect(Math.max(...units('hidden1'))).toBeGreaterThan(1);
    expect(Math.max(...units('output'))).toBeLessThan(2);
    expect(text).toMatch(/ wire .* hidden1_unit0 {2}= x_i\[\d+:0\];\n/);
  });

  it('are the same bytes for the same seed', () => {
    const network = randomNetwork(new Random(3, 'parallel bytes'), { maxInputs: 12, maxUnits: 10 });
    const emit = (seed: number) =>
      emitDesign(network, { architecture: 'parallel', effort: 3, seed }, GENERATOR);
    expect(emit(5)).toEqual(emit(5));
  });
});
