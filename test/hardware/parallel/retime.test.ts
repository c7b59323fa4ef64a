import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { fewestRegisters, type KeptBits, type TimedNode } from '../../../src/hardware/parallel/retime.js';

/** Bits of all registers, the formula of its own. */
function registerBits(nodes: readonly TimedNode[], stages: readonly number[], last: number): number {
  const lists = nodes.flatMap(({ kept }, node) => kept.map((group) => ({ ...group, node })));
  return lists.reduce((sum, { bits, readers, areResults, node }) => {
    const ends = [...readers.map((reader) => stages[reader]), areResults ? last : stages[node]];
    return sum + bits * (Math.max(...ends) - stages[node]);
  }, 0);
}

function isAllowed(nodes: readonly TimedNode[], stages: readonly number[], last: number): boolean {
  return nodes.every(({ stage, fixed, readers, later }, node) => {
    const own = stages[node];
    return (
      own >= stage &&
      own <= last &&
      (!fixed || own === stage) &&
      readers.every((reader) => stages[reader] >= own) &&
      later.every((other) => stages[other] > own)
    );
  });
}

/** Two inputs, then nodes that read one or two before them; a register after every second of them. */
function randomNodes(random: Random, count: number): TimedNode[] {
  const readers: number[][] = Array.from({ length: count }, () => []);
  const later: number[][] = Array.from({ length: count }, () => []);
  const stages: number[] = [];
  for (let node = 0; node < count; node++) {
    const operands = node < 2 ? [] : [random.integer(0, node - 1), random.integer(0, node - 1)];
    let stage = 0;
    for (const operand of new Set(operands)) {
      const isFar = random.float() < 0.4;
      readers[operand].push(node);
      if (isFar) later[operand].push(node);
      stage = Math.max(stage, stages[operand] + (isFar ? 1 : 0));
    }
    stages.push(stage);
  }
  return stages.map((stage, node) => ({
    stage,
    fixed: node < 2,
    readers: readers[node],
    kept: keptBits(random, readers[node]),
    later: later[node],
  }));
}

/** All bits go to the first reader, some to the others too. */
function keptBits(random: Random, readers: readonly number[]): KeptBits[] {
  if (readers.length === 0) return [{ bits: random.integer(1, 9), readers: [], areResults: true }];
  return [readers.slice(0, 1), readers].map((some) => {
    return { bits: random.integer(1, 5), readers: some, areResults: false };
  });
}

function bestByTrying(nodes: readonly TimedNode[], last: number): number {
  let best = Number.POSITIVE_INFINITY;
  const stages = Array<number>(nodes.length).fill(0);
  const assign = (node: number): void => {
    if (node === nodes.length) {
      if (isAllowed(nodes, stages, last)) best = Math.min(best, registerBits(nodes, stages, last));
      return;
    }
    for (let stage = nodes[node].stage; stage <= last; stage++) {
      stages[node] = stage;
      assign(node + 1);
    }
  };
  assign(0);
  return best;
}

describe('registers', () => {
  it('are as few as can be', () => {
    const random = new Random(1, 'retiming');
    let improved = 0;
    for (let round = 0; round < 200; round++) {
      const nodes = randomNodes(random, 8);
      const last = Math.max(...nodes.map(({ stage }) => stage));
      const stages = fewestRegisters(nodes, last);
      expect(isAllowed(nodes, stages, last)).toBe(true);
      expect(registerBits(nodes, stages, last)).toBe(bestByTrying(nodes, last));
      const earliest = nodes.map(({ stage }) => stage);
      if (registerBits(nodes, earliest, last) > registerBits(nodes, stages, last)) improved += 1;
    }
    expect(improved).toBeGreaterThan(50);
  });
});
