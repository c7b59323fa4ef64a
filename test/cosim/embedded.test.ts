import { expect, it } from 'vitest';
import { loadDesign } from '../../src/cosim/design.js';
import { embedded } from '../../src/cosim/engines/embedded.js';
import { expectedBeats, stalledJob } from '../../src/cosim/prepare.js';
import { makeStimulus } from '../../src/network/stimulus.js';
import { CACHE, tinyDesign } from './fixture.js';

const BUILD = { selfChecks: false, traces: true, waves: false, cacheFolder: CACHE };

async function jobOf(random: number) {
  const design = loadDesign(tinyDesign());
  const stimulus = makeStimulus(design.network, { regressions: [], rows: [], random, seed: 1 });
  const beats = await expectedBeats(design, stimulus, { traceLayers: true });
  return { design, job: stalledJob(design, beats, 'mixed', 1) };
}

it('lets others in the process have a turn while it runs', async () => {
  const { design, job } = await jobOf(500_000);
  const built = await embedded.build(design, BUILD);
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
  }, 1);
  const { failure } = await built.run(job);
  clearInterval(timer);
  expect(failure).toBeNull();
  expect(turns).toBeGreaterThan(0);
});

it('gives runs that are asked for at once what it gives them one after the other', async () => {
  const [long, short] = [await jobOf(500_000), await jobOf(20)];
  const alone = await (await embedded.build(long.design, BUILD)).run(short.job);
  const built = await embedded.build(long.design, BUILD);
  const [, second] = await Promise.all([built.run(long.job), built.run(short.job)]);
  expect(second).toEqual(alone);
});
