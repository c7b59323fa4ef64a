import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/core/random.js';
import { buildCircuit } from '../../../src/hardware/parallel/build.js';
import { type Circuit, operandsOf } from '../../../src/hardware/parallel/circuit.js';
import { compressSums } from '../../../src/hardware/parallel/compress.js';
import { outputsOf } from '../../../src/hardware/parallel/interpret.js';
import { recodeWeights } from '../../../src/hardware/parallel/recode.js';
import { verifyCircuit } from '../../../src/hardware/parallel/verify.js';
import { lowerNetwork } from '../../../src/network/affine.js';
import { referenceModel } from '../../../src/network/reference.js';
import type { Outcome } from '../../../src/network/types.js';
import { randomInput, randomNetwork } from '../../support/networks.js';

/** Every pass in the order in which they run, each with what it leaves no operation of. */
const PASSES: readonly { name: string; run: (circuit: Circuit) => Circuit; removes: string[] }[] = [
  { name: 'recode', run: recodeWeights, removes: ['product'] },
  { name: 'compress to two rows', run: (circuit) => compressSums(circuit, { rows: 2 }), removes: ['sum'] },
  { name: 'compress to three rows', run: (circuit) => compressSums(circuit, { rows: 3 }), removes: ['sum'] },
];

function expected({ outputs, class: decision, probability }: Outcome): number[] {
  return [...outputs, ...[decision, probability].filter((code) => code !== undefined)];
}

describe('every pass', () => {
  it('keeps what random networks say', () => {
    const random = new Random(11, 'parallel passes');
    const seen = new Set<string>();
    for (let round = 0; round < 300; round++) {
      const network = randomNetwork(random);
      const built = verifyCircuit(buildCircuit(lowerNetwork(network)), 'build');
      const recoded = verifyCircuit(recodeWeights(built), 'recode');
      const circuits = [
        built,
        recoded,
        ...PASSES.slice(1).map(({ name, run }) => verifyCircuit(run(recoded), name)),
      ];
      const reference = referenceModel(network);
      for (const circuit of circuits) for (const { operation } of circuit.values) seen.add(operation.kind);
      for (let sample = 0; sample < 12; sample++) {
        const input = randomInput(random, network);
        const wanted = expected(reference(input));
        for (const circuit of circuits) expect(outputsOf(circuit, input)).toEqual(wanted);
      }
    }
    // The test says something of an operation only if it met it.
    expect([...seen].sort()).toEqual(
      'adder clamp constant even greater input join product relu select shift sum table wrap'.split(' '),
    );
  });

  it('leaves none of the operations that it replaces', () => {
    const random = new Random(12, 'parallel passes');
    for (let round = 0; round < 50; round++) {
      const recoded = recodeWeights(buildCircuit(lowerNetwork(randomNetwork(random))));
      for (const { run, removes } of PASSES) {
        const kinds = run(recoded).values.map(({ operation }) => operation.kind);
        expect(kinds.filter((kind) => removes.includes(kind))).toEqual([]);
      }
    }
  });
});

describe('the circuit', () => {
  it('reads nothing that stands after its reader', () => {
    const circuit = buildCircuit(lowerNetwork(randomNetwork(new Random(8, 'parallel passes'))));
    const at = circuit.values.findLastIndex(({ operation }) => operationReads(operation));
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

const operationReads = (operation: Circuit['values'][number]['operation']) =>
  operandsOf(operation).length > 0;
