import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { decomposeColumns } from '../../../src/hardware/parallel/columns.js';
import { compileCircuit } from '../../../src/hardware/parallel/compile.js';
import { circuitCost } from '../../../src/hardware/parallel/cost.js';
import { canonicalDigits } from '../../../src/hardware/parallel/csd.js';
import { outputsOf } from '../../../src/hardware/parallel/interpret.js';
import type { Effort } from '../../../src/hardware/parallel/search.js';
import { inputItem, sumItem, type TermGraph } from '../../../src/hardware/parallel/term-graph.js';
import { lowerNetwork } from '../../../src/network/affine.js';
import { referenceModel } from '../../../src/network/reference.js';
import type { DenseNetwork } from '../../../src/network/types.js';
import { randomInput } from '../../support/networks.js';

const BYTE = { low: 0, high: 255 };

/** Weights [row][input] of rows that repeat a few with some weights changed. */
function alike(random: Random, rows: number, inputs: number, changed: number): number[][] {
  const models = Array.from({ length: 3 }, () =>
    Array.from({ length: inputs }, () => random.integer(-100, 100)),
  );
  return Array.from({ length: rows }, (_, row) =>
    models[row % 3].map((weight) => (random.float() < changed ? weight + random.integer(-3, 3) : weight)),
  );
}

function graphOf(weights: readonly (readonly number[])[]): TermGraph {
  const inputs = weights[0].length;
  return {
    inputs,
    items: Array.from({ length: inputs }, (_, input) => inputItem(BYTE, input)),
    rows: weights.map((row) =>
      row.flatMap((weight, item) => canonicalDigits(weight).map((digit) => ({ item, ...digit }))),
    ),
  };
}

/** What every row adds up to, by input. */
const weightsOf = ({ items, rows, inputs }: TermGraph) =>
  rows.map((row) => {
    const { weights } = sumItem(items, [...row]);
    return Array.from({ length: inputs }, (_, input) => weights.get(input) ?? 0);
  });

const bitsOf = ({ items, rows }: TermGraph) =>
  [...rows, ...items.map(({ terms }) => terms ?? [])]
    .flat()
    .reduce((sum, { item }) => sum + items[item].width, 0);

describe('column decomposition', () => {
  it('makes rows that are alike from each other', () => {
    for (let seed = 0; seed < 20; seed++) {
      const weights = alike(new Random(seed, 'columns'), 12, 10, 0.3);
      const graph = graphOf(weights);
      const before = bitsOf(graph);
      decomposeColumns(graph);
      expect(weightsOf(graph)).toEqual(weights);
      expect(bitsOf(graph)).toBeLessThan(0.85 * before);
    }
  });

  it('leaves rows that are not alike', () => {
    const random = new Random(1, 'columns');
    const weights = Array.from({ length: 8 }, () =>
      Array.from({ length: 12 }, () => (random.float() < 0.5 ? 0 : random.integer(-100, 100))),
    );
    const graph = graphOf(weights);
    decomposeColumns(graph);
    expect(graph).toEqual(graphOf(weights));
  });
});

it('networks of neurons that are alike take fewer LUTs from effort 2 on, and say the same', () => {
  const random = new Random(3, 'columns');
  const weight = { signed: true, width: 8, integer: 8 };
  const rows = alike(random, 12, 10, 0.3);
  const network: DenseNetwork = {
    name: 'alike',
    input: { formats: Array(10).fill({ signed: false, width: 8, integer: 8 }), names: [] },
    layers: [
      {
        kind: 'dense',
        name: 'output',
        kernel: {
          formats: Array(12).fill(weight),
          codes: rows[0].map((_, at) => rows.map((row) => row[at])),
        },
        bias: { formats: Array(12).fill(weight), codes: rows.map((_, row) => row) },
        activation: 'linear',
        output: 'exact',
      },
    ],
    head: { kind: 'values' },
    labels: [],
    provenance: {},
  };
  const compile = (effort: Effort) =>
    compileCircuit(lowerNetwork(network), {
      form: 'optimized',
      effort,
      adderLevelsPerStage: 'none',
      adderRows: 3,
      tableBits: 0,
      seed: 1,
      maxLuts: 1e6,
    });
  const [first, second] = [compile(1), compile(2)];
  expect(circuitCost(second).luts).toBeLessThan(0.9 * circuitCost(first).luts);
  const reference = referenceModel(network);
  for (let sample = 0; sample < 20; sample++) {
    const input = randomInput(random, network);
    expect(outputsOf(second, input)).toEqual(reference(input).outputs);
  }
});
