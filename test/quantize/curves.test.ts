import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { fractionOf, rangeOf, valueOfCode } from '../../src/fixed/format.js';
import { activateFloat, parseChainActivation } from '../../src/float/activation.js';
import type { ChainActivation, DenseChain } from '../../src/float/chain.js';
import { CURVES } from '../../src/float/curves.js';
import { trainQuantized } from '../../src/learn/quantization-aware.js';
import type { LayerPlan } from '../../src/learn/quantization-plan.js';
import type { UnitOutput } from '../../src/network/layer-output.js';
import { referenceModel } from '../../src/network/reference.js';
import { planOf, quantizeAware } from '../../src/quantize/aware.js';
import { quantizationErrors } from '../../src/quantize/error.js';
import { measureFidelity } from '../../src/quantize/fidelity.js';
import { QUANTIZATION_SHAPE } from '../../src/quantize/options.js';
import { quantizeNetwork } from '../../src/quantize/widths.js';
import { chainOf } from '../support/chains.js';

function curved(
  random: Random,
  activation: ChainActivation,
  head: DenseChain['head'] = 'values',
): DenseChain {
  const draw = () => 1.5 * random.normal();
  const grid = (rows: number, columns: number) =>
    Array.from({ length: rows }, () => Array.from({ length: columns }, draw));
  return chainOf({
    name: 'curved',
    inputs: 3,
    head,
    layers: [
      { name: 'hidden', kernel: grid(3, 4), bias: grid(1, 4)[0], activation },
      { name: 'output', kernel: grid(4, 1), bias: [0.1], activation: 'linear' },
    ],
  });
}

const rowsOf = (random: Random, count: number) =>
  Array.from({ length: count }, () => Array.from({ length: 3 }, () => random.float()));

describe.each(Object.keys(CURVES))('a hidden layer of %s', (name) => {
  const activation = parseChainActivation(name) as ChainActivation;

  it('becomes a table whose codes are the nearest to the curve', () => {
    const random = new Random(1, name);
    const float = curved(random, activation);
    const { network, tensors } = quantizeNetwork(
      { network: float },
      rowsOf(random, 50),
      QUANTIZATION_SHAPE.parse({ bits: 7 }),
    );
    expect(network.layers[0].activation).toBe('linear');
    const [{ format, overflow, table }] = network.layers[0].output as readonly UnitOutput[];
    expect([format.width, overflow, table?.format.width]).toEqual([8, 'SAT', 7]);
    const step = 2 ** -fractionOf(table!.format);
    const { low, high } = rangeOf(table!.format);
    table!.codes.forEach((code, at) => {
      const index = valueOfCode(rangeOf(format).low + at, fractionOf(format));
      const value = activateFloat(activation, index, 0) / step;
      expect(Math.abs(code - Math.min(Math.max(value, low), high))).toBeLessThanOrEqual(0.5);
    });
    const own = tensors.filter(({ layer }) => layer === 'hidden').map(({ tensor, from }) => [tensor, from]);
    expect(own).toEqual([
      ['weights', 'range'],
      ['bias', 'range'],
      ['output', 'calibration'],
    ]);
  });

  it('is off by no more than its bound, and by little with many bits', () => {
    for (let seed = 1; seed <= 15; seed++) {
      const random = new Random(seed, `${name} errors`);
      const float = curved(random, activation);
      const rows = rowsOf(random, 60);
      const bits = random.integer(3, 10);
      const { network } = quantizeNetwork({ network: float }, rows, QUANTIZATION_SHAPE.parse({ bits }));
      for (const { layer, largest, bound } of quantizationErrors(float, network, rows)) {
        expect(largest, `seed ${seed}, ${layer}`).toBeLessThanOrEqual(bound * (1 + 1e-12));
      }
      if (bits < 8) continue;
      const { layers } = measureFidelity(float, network, rows, 'calibration');
      expect(layers[0].activation).toBe(name);
      expect(layers[0].error).toBeLessThan(0.1 * layers[0].spread + 0.02);
    }
  });
});

describe('training on through a table', () => {
  it('ends with the integer network, whose codes quantizing again gives', async () => {
    const random = new Random(3, 'aware');
    const float = curved(random, parseChainActivation('tanh') as ChainActivation, 'binary');
    const features = rowsOf(random, 60);
    const labels = features.map(([a, b]) => (a > b ? 1 : 0));
    const samples = { features, labels, classes: ['no', 'yes'] };
    const config = QUANTIZATION_SHAPE.parse({ bits: 6 });
    const result = await quantizeAware({ network: float }, samples, config, { epochs: 3, backend: 'cpu' });
    const [hidden] = result.network.layers;
    const [{ format, table }] = hidden.output as readonly UnitOutput[];
    const before = quantizeNetwork({ network: float }, features, config).network;
    const [wanted] = before.layers[0].output as readonly UnitOutput[];
    expect([format, table]).toEqual([wanted.format, wanted.table]);
    const run = referenceModel(result.network);
    const accuracy =
      features.filter((row, at) => {
        const codes = row.map((value, input) => {
          const own = result.network.input.formats[input];
          return Math.min(Math.round(value * 2 ** fractionOf(own)), rangeOf(own).high);
        });
        return run(codes).class === labels[at];
      }).length / features.length;
    expect(result.trained.history.at(-1)?.accuracy).toBeCloseTo(accuracy, 10);
  });

  it('refuses scales, which formats say', async () => {
    const random = new Random(3, 'aware');
    const float = curved(random, 'relu', 'binary');
    const samples = { features: rowsOf(random, 4), labels: [0, 1, 0, 1], classes: ['no', 'yes'] };
    const config = QUANTIZATION_SHAPE.parse({ bits: 6 });
    const { network } = quantizeNetwork({ network: float }, samples.features, config);
    const plan = planOf(network, config);
    const [hidden, output] = plan.layers as readonly LayerPlan[];
    const outputs = (hidden.output as readonly UnitOutput[]).map((wanted) => ({
      ...wanted,
      scale: { multiplier: 3, shift: 4 },
    }));
    const scaled = { ...plan, layers: [{ ...hidden, output: outputs }, output] };
    await expect(trainQuantized(float, scaled, samples)).rejects.toThrow(
      'plan, hidden.output: got a multiplier, wanted formats, which say the scale [learn/plan]',
    );
  });
});

describe('what a table cannot do is refused', () => {
  const tanh = parseChainActivation('tanh') as ChainActivation;
  const quantize = (float: DenseChain, given: object) => () =>
    quantizeNetwork({ network: float }, [[0, 0, 0]], QUANTIZATION_SHAPE.parse({ bits: 6, ...given }));
  const float = curved(new Random(1, 'refused'), tanh);

  it.each([
    [
      { layers: { hidden: { output: 'exact' } } },
      'quantization.layers.hidden.output: got exact, and the activation tanh, wanted a format: its values are rounded ' +
        'anyway [quantize/exact]',
    ],
    [
      { layers: { output: { index: 'fixed<8,3>' } } },
      'quantization.layers.output.index: got an index for the activation linear, wanted an activation that is looked ' +
        'up in a table, such as tanh [quantize/curve-index]',
    ],
    [
      { layers: { hidden: { index: 'fixed<9,3>' } } },
      'curved.layers[0] (hidden), unit 0.table: got an index of 9 bits, codes of 6 bits, wanted an index of at most ' +
        '8 bits, codes of at most 16 bits (a narrower output format, or limits, make the index narrower) [network/table]',
    ],
  ])('%j', (given, message) => {
    expect(quantize(float, given)).toThrow(message);
  });

  it('a curve before a class', () => {
    const layers = curved(new Random(1, 'head'), tanh).layers.map((layer) => ({
      ...layer,
      activation: tanh,
    }));
    expect(quantize({ ...float, head: 'binary', layers }, {})).toThrow(
      'layer output: got the activation tanh before the head binary, wanted the activation linear: classes are told by ' +
        "logits, and probabilities are the head's [quantize/curve-head]",
    );
  });
});
