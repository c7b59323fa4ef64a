import { describe, expect, it } from 'vitest';
import { loadDesign } from '../../src/cosim/design.js';
import { aloneOf, paceOf } from '../../src/cosim/engine.js';
import { findEngine } from '../../src/cosim/engines/index.js';
import { measuringSamples } from '../../src/cosim/prepare.js';
import { hasResets, longestWait, stallSequence, watchDogOf } from '../../src/cosim/stalls.js';
import { blockTasks, stressTasks } from '../../src/cosim/tasks.js';
import { tinyDesign } from './fixture.js';

const TINY = loadDesign(tinyDesign());
/** The tiny design, as if a sample took so many cycles. */
const designOf = (interval: number): typeof TINY => {
  const timing = { ...TINY.manifest.timing, interval, latency: interval + 6 };
  return { ...TINY, manifest: { ...TINY.manifest, timing } };
};
const INTERVALS = [1, 93, 19_062, 100_000, 266_000, 1_253_638, 40_000_000];

describe.each(INTERVALS)('samples of %i cycles', (interval) => {
  const design = designOf(interval);

  it('are each in one block, and no block is without any', () => {
    for (const samples of [1, 2, 63, 64, 65, 67, 113, 241, 1_003, 100_259]) {
      const blocks = blockTasks(design, samples, 'mixed', 1);
      let next = 0;
      for (const { first, most } of blocks) {
        expect(first).toBe(next);
        expect(first).toBeLessThan(samples);
        next = first + most;
      }
      expect(next).toBeGreaterThanOrEqual(samples);
    }
  });

  it('are simulated in at least a few vectors, and in no more than a quarter of an hour of cycles', () => {
    const { pace } = findEngine('verilator');
    const random = paceOf(pace, interval);
    const alone = aloneOf(pace, interval, random);
    const [{ most: stressed }] = stressTasks(design, 1e6, { stalls: 'mixed', seed: 1 });
    expect(Math.min(random, alone)).toBeGreaterThanOrEqual(1);
    expect(stressed).toBeGreaterThanOrEqual(8);
    const vectors = random + 2 * alone + 3 * stressed + measuringSamples(design);
    const few = 80;
    expect(vectors * interval).toBeLessThan(Math.max(10 * pace.cycles, few * interval));
  });
});

describe.each(['mixed', 'resets'] as const)('the stalls %s of samples of a million cycles', (pattern) => {
  const { timing } = designOf(1_253_638).manifest;
  const sequence = stallSequence(pattern, timing, 1);

  it('let both sides go on, and take no more memory than there is', () => {
    expect(sequence.some((byte) => byte & 1)).toBe(true);
    expect(sequence.some((byte) => byte & 2)).toBe(true);
    expect(sequence.length).toBeLessThan(2 ** 28);
    expect(longestWait(sequence)).toBeLessThan(watchDogOf(timing, sequence));
    expect(hasResets(sequence)).toBe(pattern === 'resets');
  });
});

it('resets of samples of a million cycles leave time for the watch dog', () => {
  const { timing } = designOf(1_253_638).manifest;
  const sequence = stallSequence('resets', timing, 1);
  let longest = 0;
  for (let at = 0, since = 0; at < sequence.length; at++) {
    since = sequence[at] & 4 ? 0 : since + 1;
    if (since > longest) longest = since;
  }
  expect(longest).toBeGreaterThan(watchDogOf(timing, stallSequence('mixed', timing, 1)));
});
