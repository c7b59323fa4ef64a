import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDesign } from '../../src/cosim/design.js';
import type { Job } from '../../src/cosim/engine.js';
import { findEngine } from '../../src/cosim/engines/index.js';
import { KeptResults } from '../../src/cosim/kept.js';
import { expectedBeats, stalledJob } from '../../src/cosim/prepare.js';
import { simulate } from '../../src/cosim/simulate.js';
import { makeStimulus } from '../../src/network/stimulus.js';
import { newFolder, TINY, tinyDesign } from './fixture.js';

const OPTIONS = { engine: 'icarus', random: 200, seed: 1 } as const;

/** What a simulation with these options runs first, and what it runs on. */
async function firstBlock(folder: string, cacheFolder: string) {
  const design = loadDesign(folder);
  const build = { traces: false, waves: false, selfChecks: true, cacheFolder };
  const built = await findEngine('icarus').build(design, build);
  const stimulus = makeStimulus(TINY, { regressions: [], rows: [], ...OPTIONS, alone: 125 });
  const job = stalledJob(design, await expectedBeats(design, stimulus), 'mixed', 1);
  return { kept: new KeptResults(design, built, cacheFolder), job };
}

const leftIn = (cacheFolder: string) => readdirSync(path.join(cacheFolder, 'unfinished'));

describe('a simulation that is interrupted', () => {
  it('goes on from the blocks that it had finished, and then lets go of them', async () => {
    const cacheFolder = newFolder();
    const { kept, job } = await firstBlock(tinyDesign(), cacheFolder);
    const result = await kept.run(job);
    expect(leftIn(cacheFolder)).toHaveLength(1);
    const record = await simulate(tinyDesign(), { ...OPTIONS, cacheFolder });
    expect(record.timing.finishedBefore).toBe(1);
    expect(record.cycles).toBe(result.cycles);
    expect(leftIn(cacheFolder)).toEqual([]);
    const again = await simulate(tinyDesign(), { ...OPTIONS, cacheFolder });
    expect(again.timing.finishedBefore).toBe(0);
    const { timing: _, ...facts } = record;
    expect(again).toMatchObject(facts);
  });

  it('takes nothing for its own that other bytes have made', async () => {
    const cacheFolder = newFolder();
    const { kept, job } = await firstBlock(tinyDesign(), cacheFolder);
    await kept.run(job);
    const others: Job[] = [
      { ...job, seed: 2 },
      { ...job, stalls: Uint8Array.of(3) },
      { ...job, expected: job.expected.map((byte) => byte ^ 1) },
      { ...job, vectors: job.vectors.map((byte) => byte ^ 1) },
    ];
    for (const other of others) await kept.run(other);
    expect(kept.finishedBefore).toBe(0);
    const edited = tinyDesign([['- b', '+ b']]);
    const { kept: ofAnother, job: same } = await firstBlock(edited, cacheFolder);
    await ofAnother.run(same);
    expect(ofAnother.finishedBefore).toBe(0);
    expect(leftIn(cacheFolder)).toHaveLength(6);
  });
});
