import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { type Deal, dealInterval, dealLanes, type NeuronRun } from '../../src/hardware/serial/deal.js';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const wordsOf = (runs: readonly NeuronRun[]): number => sum(runs.map(({ from, to }) => to - from));
const stepsOf = (deal: Deal): number => Math.max(...deal.map(wordsOf));

/** Every word once; a sum that goes on from another begins after that one has gone through a register. */
function checkDeal(lengths: readonly number[], deal: Deal): void {
  const walked = lengths.map((length) => Array<number>(length).fill(0));
  deal.forEach((runs, lane) => {
    expect(runs.length).toBeGreaterThan(0);
    runs.forEach(({ neuron, from, to, continues }, at) => {
      expect(to).toBeGreaterThan(from);
      for (let word = from; word < to; word++) walked[neuron][word]++;
      if (!continues) return;
      expect(at).toBe(runs.length - 1);
      const [before] = deal[lane - 1];
      expect(before).toMatchObject({ neuron, to: from });
      expect(wordsOf(runs.slice(0, at))).toBeGreaterThan(before.to - before.from);
    });
  });
  expect(walked).toEqual(lengths.map((length) => Array<number>(length).fill(1)));
}

function randomLengths(random: Random): number[] {
  const longest = random.integer(1, 60);
  return Array.from({ length: random.integer(1, 40) }, () => random.integer(1, longest));
}

describe('dealLanes', () => {
  it('gives every lane work in 95 % of the cycles, or as many as any schedule can', () => {
    const random = new Random(1, 'deal');
    for (let round = 0; round < 500; round++) {
      const lengths = randomLengths(random);
      const laneCount = random.integer(1, 24);
      const deal = dealLanes(lengths, laneCount);
      checkDeal(lengths, deal);
      const total = sum(lengths);
      const count = Math.min(laneCount, total);
      expect(deal.length).toBeLessThanOrEqual(count);
      const share = total / (deal.length * stepsOf(deal));
      expect(share).toBeGreaterThanOrEqual(Math.min(0.95, total / (count * Math.ceil(total / count))));
      if (total > 19 * count) expect(share).toBeGreaterThanOrEqual(0.95);
    }
  });

  it('leaves neurons whole where that costs less than a twentieth of the cycles', () => {
    const random = new Random(2, 'deal');
    for (let round = 0; round < 100; round++) {
      const lengths = Array.from({ length: 64 }, () => random.integer(5, 30));
      const deal = dealLanes(lengths, random.integer(1, 6));
      expect(deal.flat()).toHaveLength(lengths.length);
    }
  });

  it('cuts between neighbours: the first words begin a lane, the last end the next', () => {
    expect(dealLanes([6, 6, 6], 2)).toEqual([
      [
        { neuron: 1, from: 0, to: 3, continues: false },
        { neuron: 2, from: 0, to: 6, continues: false },
      ],
      [
        { neuron: 0, from: 0, to: 6, continues: false },
        { neuron: 1, from: 3, to: 6, continues: true },
      ],
    ]);
  });

  it('fills lanes with a neuron that has more words than there are steps', () => {
    expect(dealLanes([10], 4)).toEqual([
      [{ neuron: 0, from: 0, to: 3, continues: false }],
      [{ neuron: 0, from: 3, to: 6, continues: false }],
      [{ neuron: 0, from: 6, to: 9, continues: false }],
      [{ neuron: 0, from: 9, to: 10, continues: false }],
    ]);
  });
});

describe('dealInterval', () => {
  it('reaches the interval on as few lanes as have room for the words', () => {
    const random = new Random(3, 'deal');
    for (let round = 0; round < 300; round++) {
      const lengths = randomLengths(random);
      const interval = random.integer(1, 80);
      const deal = dealInterval(lengths, interval);
      checkDeal(lengths, deal);
      expect(stepsOf(deal)).toBeLessThanOrEqual(interval);
      expect(deal).toHaveLength(Math.ceil(sum(lengths) / interval));
    }
  });
});
