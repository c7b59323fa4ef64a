import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readText } from '../../src/core/files.js';
import { Random } from '../../src/core/random.js';
import { describeDifference, describeMeasured } from '../../src/cosim/record.js';
import { simulate } from '../../src/cosim/simulate.js';
import { STALL_PATTERNS } from '../../src/cosim/stalls.js';
import { planDesign } from '../../src/emit/plan.js';
import { C_STYLES } from '../../src/exchange/c/style.js';
import { networkFromJson, networkToJson } from '../../src/network/json.js';
import { referenceModel } from '../../src/network/reference.js';
import type { QuantizedNetwork } from '../../src/network/types.js';
import { runAll } from '../exchange/c/harness.js';
import { CACHE, complaints, edit, emitTo, proveFolder, samplingFinds } from '../prove/designs.js';
import { randomGraph } from '../support/graphs.js';
import { randomInput } from '../support/networks.js';
import { HARDWARE, RANDOM_ARCHITECTURES } from '../support/random-designs.js';

const FIRST = Number(process.env.SEED ?? 1);
const ROUNDS = Number(process.env.ROUNDS ?? 12);
/** Many seeds take turns at the engines and beats, one of each a seed; few go through all. */
const IN_TURN = process.env.IN_TURN === '1';
/** A head whose layers have no lanes, codes that are alike in two slots, samples that go in two by two. */
const ONCE_REFUSED = new Map(
  [94, 202, 20_079].map((seed) => {
    const file = `${seed}.json`;
    return [seed, networkFromJson(readText(path.join(import.meta.dirname, 'refused', file)), file)];
  }),
);
const seeds = [...Array.from({ length: ROUNDS }, (_, index) => FIRST + index), ...ONCE_REFUSED.keys()];

const graphOf = (seed: number): QuantizedNetwork =>
  ONCE_REFUSED.get(seed) ??
  randomGraph(new Random(seed, 'conformance'), { maxInputs: 4, maxLayers: 5, maxCodes: 8 });

const WIDTHS = [8, 32, 'all'] as const;

/** Icarus is there to read the Verilog once more: it has each graph in one width. */
const simulatorsOf = (seed: number, width: (typeof WIDTHS)[number]) =>
  IN_TURN || WIDTHS[seed % WIDTHS.length] === width
    ? (['embedded', 'icarus'] as const)
    : (['embedded'] as const);

/** Every kind of layer, in networks with branches, drawn by the kinds themselves. */
describe.each(RANDOM_ARCHITECTURES)('%s designs of random graphs', (architecture) => {
  const turn = RANDOM_ARCHITECTURES.indexOf(architecture);
  const beats = WIDTHS.flatMap((width, index) =>
    seeds
      .filter(
        (seed) =>
          !IN_TURN || seed % (WIDTHS.length * RANDOM_ARCHITECTURES.length) === WIDTHS.length * turn + index,
      )
      .map((seed) => ({ width, seed })),
  );

  it.each(beats)('equal the reference in every layer, under stalls: %o', async ({ width, seed }) => {
    const random = new Random(seed, 'conformance options');
    const graph = graphOf(seed);
    const folder = emitTo(graph, { ...HARDWARE[architecture](random, graph), stream: { width } });
    const stalls = random.pick(STALL_PATTERNS);
    for (const engine of simulatorsOf(seed, width)) {
      const record = await simulate(folder, {
        traceLayers: true,
        cacheFolder: CACHE,
        engine,
        random: 60,
        seed,
        stalls,
      });
      const { difference, interval, latency } = record;
      expect(difference === null ? 'no difference' : describeDifference(difference)).toBe('no difference');
      const cycles = `${describeMeasured(interval)}; ${describeMeasured(latency)}`;
      expect(record.passed, cycles).toBe(true);
    }
  });

  it.each(beats)('are proved: %o', async ({ width, seed }) => {
    const random = new Random(seed, 'conformance options');
    const graph = graphOf(seed);
    const hardware = { ...HARDWARE[architecture](random, graph), stream: { width } };
    const certificate = await proveFolder(emitTo(graph, hardware));
    expect([certificate.status, ...complaints(certificate)]).toEqual(['proved']);
  });
});

it.each(C_STYLES)('C code of random graphs equals the reference: %s', (style) => {
  const networks = seeds.map((seed) => graphOf(seed));
  const random = new Random(FIRST, 'conformance inputs');
  const samples = networks.map((network) => Array.from({ length: 50 }, () => randomInput(random, network)));
  const answers = runAll(networks, samples, style);
  networks.forEach((network, index) => {
    const run = referenceModel(network);
    const wanted = samples[index].map((codes) => run(codes).outputs);
    expect(
      answers[index].map(({ outputs }) => outputs),
      networkToJson(network),
    ).toEqual(wanted);
  });
});

describe.each(['serial', 'mixed'])('what goes round a layer of %s designs', (architecture) => {
  const designOf = (seed: number) => {
    const network = graphOf(seed);
    return { network, hardware: HARDWARE[architecture](new Random(seed, 'depths'), network) };
  };
  /** The first graphs with a place that holds three samples or more. */
  const deep = Array.from({ length: 500 }, (_, index) => index + 1).flatMap((seed) => {
    const { network, hardware } = designOf(seed);
    const fifo = planDesign(network, hardware).facts.fifos?.find(({ depth }) => depth > 2);
    return fifo === undefined ? [] : [{ seed, ...fifo }];
  });

  it('is there in enough graphs', () => {
    expect(deep.length).toBeGreaterThan(4);
  });

  it.each(deep.slice(0, 5))(
    'has room for exactly as many samples as need it: %o',
    async ({ seed, layer, depth }) => {
      const { network, hardware } = designOf(seed);
      const folder = emitTo(network, hardware);
      expect(await samplingFinds(folder, 300)).toBe(false);
      expect((await proveFolder(folder)).status).toBe('proved');
      edit(folder, `rtl/random_${layer}.v`, (text) =>
        text.replace(`.DEPTH       (${depth})`, `.DEPTH       (${depth - 1})`),
      );
      expect(await samplingFinds(folder, 300)).toBe(true);
      expect((await proveFolder(folder)).status).not.toBe('proved');
    },
  );
});
