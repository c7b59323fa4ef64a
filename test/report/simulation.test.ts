import { describe, expect, it } from 'vitest';
import type { Difference } from '../../src/cosim/diagnose.js';
import type { ReportData } from '../../src/report/data.js';
import { markdownOf } from '../../src/report/markdown.js';
import { simulation } from '../../src/report/sections/simulation.js';

const DIFFERENCE: Difference = {
  kind: 'layer',
  sample: 17,
  segment: 'data',
  origin: 'data row 17',
  cycle: 203,
  layer: 'conv1',
  field: 'unit 3',
  expected: { code: 12, value: 0.75 },
  got: { code: 13, value: 0.8125 },
  input: [1, 2],
  alone: true,
  wave: 'difference.vcd',
};

/** What the section says of a co-simulation that ended so. */
async function saidOf(differing: number, difference: Difference | null): Promise<string> {
  const timing = { predicted: 4, measured: { least: 4, greatest: 4 } };
  const record = {
    segments: [{ kind: 'data', start: 0, count: 60 }],
    engine: { version: 'Verilator' },
    stalls: 'mixed',
    seed: 42,
    layersCompared: [],
    interval: timing,
    latency: timing,
    differing,
    difference,
  };
  return markdownOf((await simulation({ simulation: record } as unknown as ReportData)).body);
}

describe('what the report says of a co-simulation', () => {
  it('is that all is equal, or what differs first, and where to look', async () => {
    expect(await saidOf(0, null)).toContain('Every output bit of every vector equals the integer network’s.');
    expect(await saidOf(1, DIFFERENCE)).toContain(
      '1 sample differs. The first: a wrong value in a layer at sample 17 (data row 17), cycle 203, layer conv1, unit 3: ' +
        'expected 12 (0.75), got 13 (0.8125).',
    );
    expect(await saidOf(1, DIFFERENCE)).toContain(
      'The sample alone, without stalls, shows it too; the waveform is `simulate/difference.vcd`.',
    );
  });

  it('is also that a sample alone does not show it', async () => {
    const { wave, ...unrepeated } = DIFFERENCE;
    const text = await saidOf(1234, { ...unrepeated, alone: false });
    expect(text).toContain('1,234 samples differ.');
    expect(text).toContain(
      'The sample alone, without stalls, does not show it: what went before it matters.',
    );
  });
});
