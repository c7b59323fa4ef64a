import { describe, expect, it, vi } from 'vitest';
import { Random } from '../../src/core/random.js';
import { emitDesign } from '../../src/emit/design.js';
import type { Manifest } from '../../src/emit/manifest.js';
import { planDesign } from '../../src/emit/plan.js';
import { parseManifest } from '../../src/emit/read-design.js';
import { markedWidth } from '../../src/emit/rom.js';
import { renderTemplate } from '../../src/emit/template.js';
import type { DenseNetwork } from '../../src/network/types.js';
import { hardwareCost } from '../../src/pipeline/study/hardware-cost.js';
import { randomGraph } from '../support/graphs.js';
import { HARDWARE, RANDOM_ARCHITECTURES } from '../support/random-designs.js';

vi.mock('../../src/emit/template.js', async (original) => {
  const module = await original<typeof import('../../src/emit/template.js')>();
  return { ...module, renderTemplate: vi.fn(module.renderTemplate) };
});

const BIT = { signed: false, width: 1, integer: 1 };
const SEEDS = Array.from({ length: 12 }, (_, index) => index + 1);

describe.each(RANDOM_ARCHITECTURES)('the plan of %s designs', (architecture) => {
  const designs = SEEDS.map((seed) => {
    const random = new Random(seed, 'plan');
    const network = randomGraph(random, { maxCodes: 20 });
    return { network, hardware: HARDWARE[architecture](random, network) };
  });

  it('is made without a line of text, and so are the numbers of a study', () => {
    vi.mocked(renderTemplate).mockClear();
    for (const { network, hardware } of designs) {
      planDesign(network, hardware);
      hardwareCost(network, hardware);
    }
    expect(renderTemplate).not.toHaveBeenCalled();
    planDesign(designs[0].network, designs[0].hardware).print({ version: '0', command: 'test' });
    expect(renderTemplate).toHaveBeenCalled();
  });

  it('is what the manifest says', () => {
    for (const { network, hardware } of designs) {
      const { facts, roms } = planDesign(network, hardware);
      const files = emitDesign(network, hardware, { version: '0', command: 'test' });
      const manifest: Manifest = parseManifest(files.get('manifest.json') as string);
      expect(manifest).toMatchObject(facts);
      expect(manifest.roms.map(({ file, width, depth }) => ({ file, width, depth }))).toEqual(
        roms.map((rom) => ({
          file: `rtl/${rom.name}.mem`,
          width: markedWidth(rom),
          depth: rom.words.length,
        })),
      );
    }
  });
});

it('is refused for samples and buses of more bits than anything reads', () => {
  const network = (width: number, inputs = 40_000): DenseNetwork => ({
    name: 'wide',
    input: { formats: Array(inputs).fill({ signed: false, width, integer: width }), names: [] },
    layers: [
      {
        kind: 'dense',
        name: 'sum',
        kernel: { formats: [BIT], codes: Array.from({ length: inputs }, (_, at) => [at === 0 ? 1 : 0]) },
        bias: { formats: [BIT], codes: [0] },
        activation: 'linear',
        output: 'exact',
      },
    ],
    head: { kind: 'values' },
    labels: [],
    provenance: {},
  });
  const hardware = { architecture: 'serial', stream: { width: 'all' } } as const;
  expect(planDesign(network(26), hardware).facts.stream.input.width).toBe(26 * 40_000);
  expect(() => planDesign(network(32), hardware)).toThrow(
    /^wide, its input: got a bus of 1,280,000 bits, wanted at most 1,048,576 bits .*\[emit\/bus-too-wide\]$/,
  );
  expect(() => planDesign(network(32), { architecture: 'parallel', stream: { width: 32 } })).toThrow(
    /^wide, the whole input: got a bus of 1,280,000 bits, .*\[emit\/bus-too-wide\]$/,
  );
  expect(
    planDesign(network(32), { architecture: 'serial', stream: { width: 32 } }).facts.stream.input.beats,
  ).toBe(40_000);
  expect(() => planDesign(network(500), hardware)).toThrow(
    /^wide, its input: got a sample of 20,000,000 bits, wanted at most 16,777,216 bits .*\[emit\/sample-too-wide\]$/,
  );
  expect(() =>
    planDesign(network(1, 2 ** 21 + 1), { architecture: 'serial', stream: { width: 32 } }),
  ).toThrow(/^wide: got 2,097,154 codes on buses, wanted at most 2,097,152 .*\[emit\/too-many-codes\]$/);
});
