import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { assignLanes } from '../../src/hardware/serial/assign.js';

const loadsOf = (lengths: readonly number[], lanes: readonly number[][]) =>
  lanes.map((lane) => lane.reduce((sum, neuron) => sum + lengths[neuron], 0));

/** The shortest longest lane of all deals, by trying them. */
function bestOfAll(lengths: readonly number[], laneCount: number): number {
  const loads = Array<number>(laneCount).fill(0);
  let best = Number.POSITIVE_INFINITY;
  const deal = (neuron: number) => {
    if (neuron === lengths.length) {
      best = Math.min(best, Math.max(...loads));
      return;
    }
    for (let lane = 0; lane < laneCount; lane++) {
      loads[lane] += lengths[neuron];
      if (Math.max(...loads) < best) deal(neuron + 1);
      loads[lane] -= lengths[neuron];
    }
  };
  deal(0);
  return best;
}

describe('assignLanes', () => {
  it('gives every neuron to one lane, the longest first in each', () => {
    const random = new Random(1, 'assign');
    for (let round = 0; round < 300; round++) {
      const lengths = Array.from({ length: random.integer(1, 40) }, () => random.integer(1, 30));
      const lanes = assignLanes(lengths, random.integer(1, 12));
      expect(lanes.flat().sort((a, b) => a - b)).toEqual(lengths.map((_, neuron) => neuron));
      for (const lane of lanes) {
        const inLane = lane.map((neuron) => lengths[neuron]);
        expect(inLane).toEqual([...inLane].sort((a, b) => b - a));
        expect(lane.length).toBeGreaterThan(0);
      }
    }
  });

  it('is the best possible for small layers', () => {
    const random = new Random(2, 'assign');
    for (let round = 0; round < 200; round++) {
      const lengths = Array.from({ length: random.integer(1, 9) }, () => random.integer(1, 12));
      const laneCount = random.integer(1, 4);
      const lanes = assignLanes(lengths, laneCount);
      expect(Math.max(...loadsOf(lengths, lanes))).toBe(bestOfAll(lengths, laneCount));
    }
  });

  it('improves on longest-first: 3,3,2,2,2 on two lanes takes 6, not 7', () => {
    expect(loadsOf([3, 3, 2, 2, 2], assignLanes([3, 3, 2, 2, 2], 2))).toEqual([6, 6]);
  });

  it('keeps within two words of the mean where neurons are many, the largest neuron being the floor', () => {
    const random = new Random(3, 'assign');
    for (let round = 0; round < 100; round++) {
      const laneCount = random.integer(2, 16);
      const lengths = Array.from({ length: laneCount * random.integer(3, 8) }, () => random.integer(1, 30));
      const total = lengths.reduce((sum, length) => sum + length, 0);
      const longest = Math.max(...loadsOf(lengths, assignLanes(lengths, laneCount)));
      expect(longest).toBeLessThanOrEqual(Math.max(Math.ceil(total / laneCount) + 2, ...lengths));
    }
  });

  it('says the same every time', () => {
    const random = new Random(4, 'assign');
    const lengths = Array.from({ length: 200 }, () => random.integer(1, 300));
    expect(assignLanes(lengths, 7)).toEqual(assignLanes(lengths, 7));
  });
});
