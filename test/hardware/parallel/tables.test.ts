import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { buildCircuit } from '../../../src/hardware/parallel/build.js';
import { type Circuit, isSigned, operandsOf, widthOf } from '../../../src/hardware/parallel/circuit.js';
import { type CircuitOptions, compileCircuit } from '../../../src/hardware/parallel/compile.js';
import { circuitCost } from '../../../src/hardware/parallel/cost.js';
import { outputsOf } from '../../../src/hardware/parallel/interpret.js';
import { recodeWeights } from '../../../src/hardware/parallel/recode.js';
import { placeTables, tablesFor, unitFunctions } from '../../../src/hardware/parallel/tables.js';
import { groupsOfTable, lutsOfTable, truthOf } from '../../../src/hardware/parallel/truth-table.js';
import { verifyCircuit } from '../../../src/hardware/parallel/verify.js';
import { lowerNetwork } from '../../../src/network/affine.js';
import { referenceModel } from '../../../src/network/reference.js';
import type { DenseNetwork, QuantizedNetwork } from '../../../src/network/types.js';
import { randomInput, randomNetwork } from '../../support/networks.js';

const NO_LIMITS = { levels: 9, luts: 1e6 };

const OPTIONS: CircuitOptions = {
  form: 'optimized',
  effort: 1,
  adderLevelsPerStage: 'none',
  adderRows: 3,
  tableBits: 16,
  seed: 1,
  maxLuts: 1e6,
};

const tablesOf = ({ values }: Circuit) => values.filter(({ operation }) => operation.kind === 'table');

/** Tables for every unit for which some are found, cheap or dear. */
function withAllTables(network: QuantizedNetwork, maxBits: number): Circuit {
  const circuit = recodeWeights(buildCircuit(lowerNetwork(network)));
  const units = unitFunctions(circuit, maxBits).map((unit) => tablesFor(unit, NO_LIMITS));
  const tables = units.filter((unit) => unit !== undefined);
  return verifyCircuit(placeTables(circuit, tables), 'tables');
}

describe('tables', () => {
  it('say what random networks of few bits say', () => {
    let [tables, signed, chained, partial] = [0, 0, 0, 0];
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 4 }), (seed, maxWidth) => {
        const random = new Random(seed, 'tables');
        const network = randomNetwork(random, { maxWidth });
        const circuit = withAllTables(network, 14);
        for (const { operation, range } of tablesOf(circuit)) {
          tables += 1;
          if (isSigned(range)) signed += 1;
          const kinds = operandsOf(operation).map((value) => circuit.values[value].operation.kind);
          if (kinds.includes('table')) chained += 1;
          if (kinds.includes('join')) partial += 1;
        }
        const reference = referenceModel(network);
        for (let sample = 0; sample < 40; sample++) {
          const input = randomInput(random, network);
          expect(outputsOf(circuit, input)).toEqual(reference(input).outputs);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
    // The test says something of a shape only if it met it.
    expect(Math.min(tables, signed, chained, partial)).toBeGreaterThan(5);
  });

  it('read eight bits at most', () => {
    for (let seed = 0; seed < 60; seed++) {
      const circuit = withAllTables(randomNetwork(new Random(seed, 'table inputs'), { maxWidth: 3 }), 16);
      for (const { operation } of tablesOf(circuit)) {
        if (operation.kind !== 'table') continue;
        const inputs = Math.log2(operation.codes.length);
        expect(inputs).toBeLessThanOrEqual(8);
        const bits = operation.values.map((value) => widthOf(circuit.values[value].range));
        expect(bits.reduce((sum, width) => sum + width, 0)).toBe(inputs);
      }
    }
  });
});

/** One unit with ReLU to two bits; its inputs are `ufixed<bits,bits>`, its weights whole numbers. */
function oneUnit(bits: number, weights: readonly number[], shift: number): DenseNetwork {
  const weight = { signed: true, width: 8, integer: 8 };
  return {
    name: 'unit',
    input: { formats: weights.map(() => ({ signed: false, width: bits, integer: bits })), names: [] },
    layers: [
      {
        kind: 'dense',
        name: 'output',
        kernel: { formats: [weight], codes: weights.map((code) => [code]) },
        bias: { formats: [weight], codes: [0] },
        activation: 'relu',
        output: [
          {
            format: { signed: false, width: 2, integer: 2 + shift },
            rounding: 'TRN',
            overflow: 'SAT',
          },
        ],
      },
    ],
    head: { kind: 'values' },
    labels: [],
    provenance: {},
  };
}

describe('the choice', () => {
  const compile = (network: QuantizedNetwork, options: Partial<CircuitOptions> = {}) =>
    compileCircuit(lowerNetwork(network), { ...OPTIONS, ...options });

  it('is for a table where that takes fewer LUTs', () => {
    // Six bits in, two bits out: two LUTs, and no adder is left.
    const circuit = compile(oneUnit(2, [7, 5, -3], 3));
    expect(tablesOf(circuit)).toHaveLength(1);
    expect(circuit.values.some(({ operation }) => operation.kind === 'adder')).toBe(false);
    expect(circuitCost(circuit)).toEqual({ luts: 2, carryCells: 0, flipFlops: 0 });
  });

  it('is for arithmetic where a table is dear, or where it is not to be', () => {
    // a + b of eight bits each.
    expect(tablesOf(compile(oneUnit(8, [1, 1], 6)))).toEqual([]);
    expect(tablesOf(compile(oneUnit(2, [7, 5, -3], 3), { tableBits: 0 }))).toEqual([]);
    expect(tablesOf(compile(oneUnit(2, [7, 5, -3], 3), { tableBits: 5 }))).toEqual([]);
  });

  it('never takes more LUTs than arithmetic, at any effort', () => {
    let fewer = 0;
    for (let seed = 0; seed < 40; seed++) {
      const network = randomNetwork(new Random(seed, 'table costs'), { maxWidth: 3 });
      for (const effort of [0, 1] as const) {
        const [without, with_] = [0, 16].map((tableBits) => {
          return circuitCost(compile(network, { effort, tableBits })).luts;
        });
        expect(with_).toBeLessThanOrEqual(without);
        if (with_ < without) fewer += 1;
      }
    }
    expect(fewer).toBeGreaterThan(20);
  });
});

describe('LUTs of a table', () => {
  const table = (inputs: number, width: number, codeOf: (index: number) => number) => ({
    inputs,
    width,
    codes: Array.from({ length: 2 ** inputs }, (_, index) => codeOf(index)),
  });
  const ones = (index: number) => index.toString(2).replaceAll('0', '').length;

  it.each([
    { what: 'two bits of five inputs share one', table: table(5, 2, ones), luts: 1 + 0 },
    { what: 'three bits of five inputs take two', table: table(5, 3, ones), luts: 2 },
    { what: 'a bit of six inputs takes one', table: table(6, 1, (index) => ones(index) % 2), luts: 1 },
    { what: 'of seven inputs two', table: table(7, 1, (index) => ones(index) % 2), luts: 2 },
    { what: 'of eight inputs four', table: table(8, 1, (index) => ones(index) % 2), luts: 4 },
    { what: 'wires and constants none', table: table(3, 4, (index) => 8 + index), luts: 0 },
    { what: 'an inverter one', table: table(1, 1, (index) => 1 - index), luts: 1 },
    {
      what: 'a bit that reads fewer inputs goes beside one that reads more',
      table: table(5, 2, (index) => (ones(index) % 2) + 2 * (ones(index & 7) % 2)),
      luts: 1,
    },
  ])('$what', ({ table, luts }) => {
    expect(lutsOfTable(table)).toBe(luts);
  });

  it('are of the inputs that matter to a bit', () => {
    // Bit 0 is input 1 and input 2 together, bit 1 is input 0.
    const bits = table(3, 2, (index) => ((index >> 1) & (index >> 2) & 1) | ((index & 1) << 1));
    expect(groupsOfTable(bits)).toEqual([{ inputs: [1, 2], bits: [0] }]);
    expect(truthOf(bits, [1, 2], 0)).toBe(0b1000n);
  });
});
