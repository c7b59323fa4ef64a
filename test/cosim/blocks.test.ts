import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDesign } from '../../src/cosim/design.js';
import { expectedBeats } from '../../src/cosim/prepare.js';
import { readRegressions } from '../../src/cosim/regressions.js';
import { type SimulateOptions, simulate } from '../../src/cosim/simulate.js';
import { makeStimulus } from '../../src/network/stimulus.js';
import { CACHE, newFolder, TINY, tinyDesign } from './fixture.js';

const OPTIONS = { engine: 'verilator', random: 170_000, cacheFolder: CACHE } as const;
const STIMULUS = makeStimulus(TINY, { regressions: [], rows: [], random: OPTIONS.random, seed: 1 });
/** In the third block, after the first has seen nothing of the kind. */
const SAMPLE = 100_000;

/** Wrong for one sample after one other: no sample alone shows it. */
function designWithHistory(): string {
  const [before, codes] = [...STIMULUS.vectors(SAMPLE - 1, SAMPLE + 1)].map(
    ([a, b]) => `16'd${(a & 255) | ((b & 255) << 8)}`,
  );
  return tinyDesign([
    ['reg                valid_q;', 'reg valid_q; reg [15:0] last_q;'],
    [
      'if (ready_o & valid_i) y_q <= a',
      `if (ready_o & valid_i) last_q <= data_i;
    if (ready_o & valid_i) y_q <= (last_q == ${before} && data_i == ${codes}) ? 11'd1 : a`,
    ],
  ]);
}

async function untimed(folder: string, options: SimulateOptions) {
  const { timing: _, ...record } = await simulate(folder, { ...OPTIONS, ...options });
  return record;
}

describe('the reference model in threads', () => {
  it('says the same as in one', async () => {
    const design = loadDesign(tinyDesign());
    const range = { traceLayers: true, first: 1_234, most: 41_001 };
    const alone = await expectedBeats(design, STIMULUS, { ...range, threads: 0 });
    expect(alone.samples).toBe(41_001);
    expect(alone.expected.subarray(-200).some((byte) => byte !== 0)).toBe(true);
    expect(await expectedBeats(design, STIMULUS, { ...range, threads: 3 })).toEqual(alone);
  });

  it('refuses what it refuses in one', async () => {
    const design = loadDesign(tinyDesign());
    const stimulus = makeStimulus(TINY, { regressions: [], rows: [[1, 200]], random: 30_000, seed: 1 });
    const messages = [0, 2].map(async (threads) => {
      const outcome = expectedBeats(design, stimulus, { threads });
      await expect(outcome).rejects.toThrow(
        'tiny: input 1: got 200, wanted a whole number from -128 to 127 (fixed<8,4>) [network/code-out-of-range]',
      );
    });
    await Promise.all(messages);
  });
});

describe('blocks of samples', () => {
  it('are run at a time as many as a whole number says', async () => {
    await expect(simulate(tinyDesign(), { ...OPTIONS, threads: 1.5 })).rejects.toThrow(
      'threads: got 1.5, wanted a whole number of at least 0 [cosim/option]',
    );
  });

  it('are each sample once, and show the same however many run at a time', async () => {
    const record = await untimed(tinyDesign(), { threads: 0 });
    expect(record).toMatchObject({ passed: true, samples: 170_007, differing: 0 });
    expect(await untimed(tinyDesign(), { threads: 3 })).toEqual(record);
  });

  it('show a difference that hangs on what was before it, and how it was found is kept', async () => {
    const folder = designWithHistory();
    const regressions = path.join(newFolder(), 'regressions.json');
    const record = await untimed(folder, { threads: 2, outputFolder: newFolder(), regressions });
    expect(record).toMatchObject({
      passed: false,
      differing: 1,
      difference: {
        kind: 'layer',
        sample: SAMPLE,
        origin: `random vector ${SAMPLE - 7}`,
        input: [...STIMULUS.vectors(SAMPLE, SAMPLE + 1)][0],
        got: { code: 1, value: 0.0625 },
        alone: false,
        wave: 'difference.vcd',
      },
    });
    const [{ seed, stalls }] = readRegressions(regressions);
    expect(stalls).toBe('mixed');
    // Of its block, whose stalls are not the first one's.
    expect(seed).not.toBe(1);
    expect(await untimed(folder, { threads: 0, outputFolder: newFolder() })).toEqual(record);
  });
});
