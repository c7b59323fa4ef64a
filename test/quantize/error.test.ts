import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import type { DenseChain } from '../../src/float/chain.js';
import { inputsOf } from '../../src/float/graph.js';
import { codeHistograms } from '../../src/quantize/codes.js';
import { quantizationErrors } from '../../src/quantize/error.js';
import { QUANTIZATION_SHAPE } from '../../src/quantize/options.js';
import { quantizeNetwork } from '../../src/quantize/widths.js';
import { chainOf } from '../support/chains.js';

function randomFloats(random: Random, widths: readonly number[]): DenseChain {
  const layers = widths.slice(1).map((units, index) => ({
    kind: 'dense' as const,
    name: `layer${index + 1}`,
    kernel: Array.from({ length: widths[index] }, () =>
      Array.from({ length: units }, () => (random.float() < 0.4 ? 0 : random.normal())),
    ),
    bias: Array.from({ length: units }, () => random.normal()),
    activation: index === widths.length - 2 ? ('linear' as const) : ('relu' as const),
  }));
  return chainOf({ name: 'random', inputs: widths[0], layers, head: 'values' });
}

const rowsOf = (random: Random, count: number, inputs: number) =>
  Array.from({ length: count }, () => Array.from({ length: inputs }, () => random.float()));

describe('quantization errors', () => {
  it.each(['RND', 'RND_CONV', 'TRN'])('stay within their bound where nothing saturates: %s', (rounding) => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = new Random(seed, 'errors');
      const float = randomFloats(random, [
        random.integer(1, 6),
        random.integer(1, 6),
        random.integer(1, 4),
        1,
      ]);
      const rows = rowsOf(random, 60, inputsOf(float));
      const config = QUANTIZATION_SHAPE.parse({ bits: random.integer(3, 10), rounding });
      const { network } = quantizeNetwork({ network: float }, rows, config);
      for (const { layer, largest, bound } of quantizationErrors(float, network, rows)) {
        expect(largest, `seed ${seed}, ${layer}`).toBeLessThanOrEqual(bound * (1 + 1e-12));
      }
    }
  });

  it('reach the bound when a single weight and a single input are rounded as far as can be', () => {
    const float: DenseChain = chainOf({
      name: 'one',
      inputs: 1,
      head: 'values',
      layers: [{ kind: 'dense', name: 'out', kernel: [[0.5]], bias: [0], activation: 'linear' }],
    });
    const config = QUANTIZATION_SHAPE.parse({ bits: 4, input: 'ufixed<4,0>' });
    const { network } = quantizeNetwork({ network: float }, [[0], [1]], config);
    const [input, out] = quantizationErrors(float, network, [[1 / 32]]);
    expect([input.bound, input.largest]).toEqual([1 / 32, 1 / 32]);
    expect([out.bound, out.largest, out.mean]).toEqual([1 / 64, 1 / 64, 1 / 64]);
  });

  it('count rows apart in which something saturates, from that layer on', () => {
    const float: DenseChain = chainOf({
      name: 'two',
      inputs: 1,
      head: 'values',
      layers: [
        { kind: 'dense', name: 'hidden', kernel: [[1]], bias: [0], activation: 'relu' },
        { kind: 'dense', name: 'out', kernel: [[1]], bias: [0], activation: 'linear' },
      ],
    });
    const layers = {
      hidden: { weights: 'fixed<4,2>', output: 'ufixed<3,-1>' },
      out: { weights: 'fixed<4,2>' },
    };
    const config = QUANTIZATION_SHAPE.parse({ bits: 4, input: 'ufixed<4,0>', layers });
    const { network } = quantizeNetwork({ network: float }, [[1]], config);
    const [input, hidden, out] = quantizationErrors(float, network, [[0.25], [0.75]]);
    expect([input, hidden, out].map(({ samples, saturated }) => [samples, saturated])).toEqual([
      [2, 0],
      [1, 1],
      [1, 1],
    ]);
    expect([out.largest, out.largestOfAll]).toEqual([0, 0.75 - 7 / 16]);
  });
});

describe('histograms of codes', () => {
  it('count every code once, zeros apart, in at most 64 bins', () => {
    const random = new Random(5, 'codes');
    const float = randomFloats(random, [4, 5, 1]);
    const rows = rowsOf(random, 50, 4);
    const { network } = quantizeNetwork({ network: float }, rows, QUANTIZATION_SHAPE.parse({ bits: 12 }));
    const histograms = codeHistograms(network, rows);
    expect(histograms.map(({ layer, tensor, total }) => [layer, tensor, total])).toEqual([
      ['input', 'input', 200],
      ['layer1', 'weights', 20],
      ['layer1', 'outputs', 250],
      ['layer2', 'weights', 5],
      ['layer2', 'outputs', 50],
    ]);
    for (const { bins, zeros, total } of histograms) {
      expect(bins.length).toBeLessThanOrEqual(65);
      expect(bins.reduce((sum, { count }) => sum + count, zeros)).toBe(total);
    }
    const codes = network.layers[0].kernel.codes.flat();
    expect(histograms[1].zeros).toBe(codes.filter((code) => code === 0).length);
    for (const { from, to, count } of histograms[1].bins) {
      expect(codes.filter((code) => code !== 0 && code >= from && code <= to)).toHaveLength(count);
    }
  });
});
