import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import type { EngineChoice } from '../../src/cosim/plan.js';
import { describeDifference, describeMeasured } from '../../src/cosim/record.js';
import { simulate } from '../../src/cosim/simulate.js';
import { STALL_PATTERNS } from '../../src/cosim/stalls.js';
import type { HardwareConfig } from '../../src/emit/hardware-config.js';
import { readDesign } from '../../src/emit/read-design.js';
import { BEAT_WIDTHS } from '../../src/emit/stream.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { CACHE, complaints, emitTo, proveFolder } from '../prove/designs.js';
import { randomMapGraph } from '../support/map-graphs.js';
import { HARDWARE } from '../support/random-designs.js';

const FIRST = Number(process.env.SEED ?? 1);
const ROUNDS = Number(process.env.ROUNDS ?? 4);

interface MixedDesign {
  readonly seed: number;
  readonly network: QuantizedNetwork;
  readonly hardware: HardwareConfig;
}

/** The first ones that repeat cells and have an engine of their own for some layers. */
function designsFrom(first: number, count: number): MixedDesign[] {
  const designs: MixedDesign[] = [];
  for (let seed = first; designs.length < count; seed++) {
    const random = new Random(seed, 'mixed maps');
    const network = randomMapGraph(random);
    if (!network.layers.some(({ kind }) => kind === 'upsample')) continue;
    const stream = { width: random.pick(BEAT_WIDTHS) };
    const design = { seed, network, hardware: { ...HARDWARE.mixed(random, network), stream } };
    const { engines = [], sources } = readDesign(emitTo(network, design.hardware)).manifest;
    const isMixed = new Set(engines.map(({ engine }) => engine)).size > 1;
    if (isMixed && sources.some(({ file }) => file.endsWith('espalier_repeat.v'))) designs.push(design);
  }
  return designs;
}

/** Icarus takes a minute for some of them: it has a part. */
const simulatorsOf = (seed: number): EngineChoice[] =>
  seed % 2 === 0 ? ['embedded', 'icarus'] : ['embedded'];

/** A field that hangs on more sums, or on more orders of decisions, than the prover goes through stays open. */
const OPEN =
  /: (it hangs on \d+ different sums, though no input was found for which it is wrong|there are more than \d+ orders of decisions)$/;

describe('designs of several engines in which cells are repeated', () => {
  it.each(designsFrom(FIRST, ROUNDS))(
    'equal the reference as fast as predicted, and are proved: $seed',
    async ({ seed, network, hardware }) => {
      const folder = emitTo(network, hardware);
      const stalls = new Random(seed, 'stalls of mixed maps').pick(STALL_PATTERNS);
      for (const engine of simulatorsOf(seed)) {
        const options = { traceLayers: true, cacheFolder: CACHE, engine, random: 20, seed, stalls };
        const { difference, interval, latency, passed } = await simulate(folder, options);
        expect(difference === null ? 'no difference' : describeDifference(difference)).toBe('no difference');
        expect(passed, `${describeMeasured(interval)}; ${describeMeasured(latency)}`).toBe(true);
      }
      const certificate = await proveFolder(folder);
      expect(certificate.status).not.toBe('refuted');
      for (const complaint of complaints(certificate)) expect(complaint).toMatch(OPEN);
    },
  );
});
