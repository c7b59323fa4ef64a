import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { buildCircuit } from '../../../src/hardware/parallel/build.js';
import { type Circuit, operandsOf, type Value } from '../../../src/hardware/parallel/circuit.js';
import { compressSums } from '../../../src/hardware/parallel/compress.js';
import { outputsOf } from '../../../src/hardware/parallel/interpret.js';
import { type LevelsPerStage, pipelineCircuit } from '../../../src/hardware/parallel/pipeline.js';
import { recodeWeights } from '../../../src/hardware/parallel/recode.js';
import { sharePairs } from '../../../src/hardware/parallel/share.js';
import { shareRows } from '../../../src/hardware/parallel/share-rows.js';
import { shareSums } from '../../../src/hardware/parallel/share-sums.js';
import type { TermGraph } from '../../../src/hardware/parallel/term-graph.js';
import { verifyCircuit } from '../../../src/hardware/parallel/verify.js';
import { lowerNetwork } from '../../../src/network/affine.js';
import { referenceModel } from '../../../src/network/reference.js';
import type { QuantizedNetwork } from '../../../src/network/types.js';
import { randomInput, randomNetwork } from '../../support/networks.js';

/** The network's circuit after every pass, in the passes' order. */
function allStages(network: QuantizedNetwork, rows: 2 | 3, levels: LevelsPerStage): Map<string, Circuit> {
  const circuits = new Map<string, Circuit>();
  const passes: [name: string, run: (circuit: Circuit) => Circuit][] = [
    ['recode', recodeWeights],
    ['share', (circuit) => shareSums(circuit, shareAnything)],
    ['compress', (circuit) => compressSums(circuit, { rows, trials: 3, random: new Random(1, 'heaps') })],
    ['pipeline', (circuit) => pipelineCircuit(circuit, levels)],
  ];
  let circuit = verifyCircuit(buildCircuit(lowerNetwork(network)), 'build');
  circuits.set('build', circuit);
  for (const [name, run] of passes) {
    circuit = verifyCircuit(run(circuit), name);
    circuits.set(name, circuit);
  }
  return circuits;
}

/** Shares whatever recurs, whether it pays or not. */
function shareAnything(graph: TermGraph): void {
  const options = { maxLevel: 4, threshold: -20, vary: () => 1 };
  shareRows(graph, options);
  sharePairs(graph, options);
}

const kindsOf = (circuit: Circuit) => new Set(circuit.values.map(({ operation }) => operation.kind));

describe('every pass', () => {
  it('keeps what random networks say', () => {
    const random = new Random(11, 'parallel passes');
    const seen = new Set<string>();
    for (let round = 0; round < 300; round++) {
      const network = randomNetwork(random, { anyFinishes: true });
      const levels = random.pick<LevelsPerStage>([1, 2, 3, 'layer', 'none']);
      const circuits = allStages(network, random.pick([2, 3]), levels);
      const reference = referenceModel(network);
      for (const circuit of circuits.values()) for (const kind of kindsOf(circuit)) seen.add(kind);
      for (let sample = 0; sample < 12; sample++) {
        const input = randomInput(random, network);
        const wanted = reference(input).outputs;
        for (const [pass, circuit] of circuits)
          expect([pass, outputsOf(circuit, input)]).toEqual([pass, wanted]);
      }
    }
    // The test says something of an operation only if it met it.
    expect([...seen].sort()).toEqual(
      'adder clamp constant even input join product register relu shift sum table wrap'.split(' '),
    );
  });

  it('leaves none of the operations that it replaces', () => {
    const random = new Random(12, 'parallel passes');
    for (let round = 0; round < 50; round++) {
      const circuits = allStages(randomNetwork(random), 3, 2);
      expect(kindsOf(circuits.get('recode') as Circuit)).not.toContain('product');
      expect(kindsOf(circuits.get('compress') as Circuit)).not.toContain('sum');
    }
  });
});

describe('a pipeline', () => {
  it('has as many registers on every path through a layer as the layer says', () => {
    const random = new Random(13, 'parallel passes');
    let deepest = 0;
    for (let round = 0; round < 100; round++) {
      const circuit = allStages(randomNetwork(random), 3, 1).get('pipeline') as Circuit;
      const depths: (number | undefined)[] = [];
      for (const value of circuit.values) depths.push(registersBefore(value, depths));
      let latency = 0;
      for (const layer of circuit.layers) {
        latency += layer.latency;
        for (const { value } of layer.units) expect(depths[value] ?? latency).toBe(latency);
      }
      deepest = Math.max(deepest, latency);
    }
    expect(deepest).toBeGreaterThan(4);
  });
});

describe('stages', () => {
  it('have no more adders in a row than they may', () => {
    const random = new Random(14, 'parallel passes');
    const longest = new Map<number, number>();
    for (let round = 0; round < 60; round++) {
      const levels = random.integer(1, 3);
      const circuit = allStages(randomNetwork(random), 3, levels).get('pipeline') as Circuit;
      const depths: number[] = [];
      for (const { operation } of circuit.values) {
        const below = Math.max(0, ...operandsOf(operation).map((operand) => depths[operand]));
        const own = operation.kind === 'adder' || operation.kind === 'clamp' ? 1 : 0;
        depths.push(operation.kind === 'register' ? 0 : below + own);
      }
      longest.set(levels, Math.max(longest.get(levels) ?? 0, ...depths));
    }
    expect([...longest].sort()).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });
});

/** Registers on the paths to a value, the same on all of them; undefined for what never changes. */
function registersBefore({ operation, name }: Value, depths: (number | undefined)[]) {
  if (operation.kind === 'input') return 0;
  const below = new Set(operandsOf(operation).map((operand) => depths[operand]));
  below.delete(undefined);
  expect([name, below.size <= 1]).toEqual([name, true]);
  const [depth] = below;
  if (depth === undefined) return undefined;
  return depth + (operation.kind === 'register' ? 1 : 0);
}

describe('the circuit', () => {
  it('reads nothing that stands after its reader', () => {
    const circuit = buildCircuit(lowerNetwork(randomNetwork(new Random(8, 'parallel passes'))));
    const at = circuit.values.findLastIndex(({ operation }) => operandsOf(operation).length > 0);
    expect(at).toBeGreaterThan(0);
    const values = circuit.values.map((value, number) =>
      number === at ? { ...value, operation: { kind: 'relu', value: at } as const } : value,
    );
    const { name } = circuit.values[at];
    expect(() => verifyCircuit({ ...circuit, values }, 'a defect')).toThrow(
      new Error(
        `internal error: after a defect: %${at} ${name} reads %${at}, which does not stand before it`,
      ),
    );
  });
});
