import { describe, expect, it } from 'vitest';
import type { FloatNetwork } from '../../src/learn/float-network.js';
import { lossWarnings } from '../../src/quantize/losses.js';
import { QUANTIZATION_SHAPE } from '../../src/quantize/options.js';
import { quantizeNetwork } from '../../src/quantize/widths.js';

/** A network of two units and one, whose hidden kernel is given. */
function tensorsOf(kernel: readonly (readonly number[])[], settings: object = { bits: 8 }) {
  const network: FloatNetwork = {
    name: 'net',
    inputs: kernel.length,
    layers: [
      { kind: 'dense', name: 'hidden', kernel, bias: [0.1, 0.2], activation: 'relu' },
      { kind: 'dense', name: 'output', kernel: [[0.5], [-0.8]], bias: [0.25], activation: 'linear' },
    ],
    head: 'binary',
  };
  return quantizeNetwork({ network }, [], QUANTIZATION_SHAPE.parse({ input: 'unit', ...settings })).tensors;
}

/** Eighteen weights of 0.5, and below them these. */
const withSmall = (...small: number[]) =>
  Array.from({ length: 9 + small.length / 2 }, (_, row) =>
    row < 9 ? [0.5, 0.5] : small.slice(2 * row - 18, 2 * row - 16),
  );

describe('what rounding lost', () => {
  it('is counted against the values that were not zero', () => {
    const [record] = tensorsOf(
      [
        [1, 0],
        [-0.25, 0.003],
      ],
      { bits: 8 },
    ).filter(({ layer, tensor }) => layer === 'hidden' && tensor === 'weights');
    expect(record).toEqual({
      layer: 'hidden',
      tensor: 'weights',
      format: 'fixed<8,2>',
      from: 'range',
      maxError: 0.003,
      saturated: 0,
      vanished: 1,
      nonZeros: 3,
      largest: 1,
    });
  });

  it('is a warning wherever one weight has zeroed its neighbours, with that weight', () => {
    const advice = (place: string) =>
      'is the largest weight of hidden, 1e+30, right? if so: more bits (--bits), a finer format ' +
      `(--format '${place}=…'), or one per unit (quantization.granularity: unit)`;
    const wanted = 'less than a tenth of them';
    const kernel = [
      [0.5, -0.3],
      [0.7, 1e30],
      [-0.2, 0.9],
    ];
    expect(lossWarnings(tensorsOf(kernel))).toEqual([
      {
        code: 'quantize/vanished',
        where: 'hidden.weights',
        got: '5 of 6 values that are not zero rounded to zero',
        wanted,
        hint: advice('hidden.weights'),
      },
      {
        code: 'quantize/vanished',
        where: 'hidden.bias',
        got: '2 of 2 values that are not zero rounded to zero',
        wanted,
        hint: advice('hidden.bias'),
      },
      {
        code: 'quantize/vanished',
        where: 'output.bias',
        got: '1 of 1 value that is not zero rounded to zero',
        wanted,
        hint: advice('output.bias'),
      },
    ]);
  });

  it('is a warning from a tenth on', () => {
    const wheres = (...small: number[]) =>
      lossWarnings(tensorsOf(withSmall(...small))).map(({ where }) => where);
    expect(wheres(1e-9, 0)).toEqual([]);
    expect(wheres(1e-9, 1e-9)).toEqual(['hidden.weights']);
    expect(wheres(0, 0, 0, 0)).toEqual([]);
  });

  it('is the less, the finer the formats: the advice helps', () => {
    const kernel = [
      [100, 0.01],
      [50, 0.02],
    ];
    expect(lossWarnings(tensorsOf(kernel)).map(({ where }) => where)).toEqual(['hidden.weights']);
    expect(lossWarnings(tensorsOf(kernel, { bits: 16 }))).toEqual([]);
    expect(lossWarnings(tensorsOf(kernel, { bits: 8, granularity: 'unit' }))).toEqual([]);
  });
});
