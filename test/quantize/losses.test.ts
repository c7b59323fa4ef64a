import { describe, expect, it } from 'vitest';
import { lazyList } from '../../src/core/lazy-list.js';
import { parseFormat } from '../../src/fixed/format.js';
import type { DenseChain } from '../../src/float/chain.js';
import { losses } from '../../src/quantize/losses.js';
import { QUANTIZATION_SHAPE } from '../../src/quantize/options.js';
import { vanished } from '../../src/quantize/warnings.js';
import { quantizeNetwork } from '../../src/quantize/widths.js';
import { chainOf } from '../support/chains.js';

/** A network of two units and one, whose hidden kernel is given. */
function tensorsOf(kernel: readonly (readonly number[])[], settings: object = { bits: 8 }) {
  const network: DenseChain = chainOf({
    name: 'net',
    inputs: kernel.length,
    layers: [
      { kind: 'dense', name: 'hidden', kernel, bias: [0.1, 0.2], activation: 'relu' },
      { kind: 'dense', name: 'output', kernel: [[0.5], [-0.8]], bias: [0.25], activation: 'linear' },
    ],
    head: 'binary',
  });
  return quantizeNetwork({ network }, [], QUANTIZATION_SHAPE.parse({ input: 'unit', ...settings })).tensors;
}

const warningsOf = (kernel: readonly (readonly number[])[], settings: object = { bits: 8 }) =>
  vanished(tensorsOf(kernel, settings), [], QUANTIZATION_SHAPE.parse(settings)).map((one) => one.toJSON());

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
      typical: 0.25,
      leastUnit: 0.003,
    });
  });

  it('is a warning where one weight is far too large, with the layer that made it so coarse', () => {
    const wanted = 'less than a tenth of them';
    const kernel = [
      [0.5, -0.3],
      [0.7, 1e30],
      [-0.2, 0.9],
    ];
    expect(warningsOf(kernel)).toEqual([
      {
        code: 'quantize/vanished',
        where: 'hidden.weights',
        got: '5 of 6 values that are not zero rounded to zero',
        wanted,
        hint:
          'is the largest weight of hidden, 1e+30, right? if so: more bits (--bits, or --format ' +
          "'hidden.weights=…'), or a format for each unit (quantization.granularity: unit)",
      },
      {
        code: 'quantize/vanished',
        where: 'hidden.bias',
        got: '2 of 2 values that are not zero rounded to zero',
        wanted,
        hint:
          'its step is that of input, 0.00391, times that of hidden.weights, 9.9e+27: is the largest weight of hidden, ' +
          '1e+30, right?',
      },
      {
        code: 'quantize/vanished',
        where: 'output.bias',
        got: '1 of 1 value that is not zero rounded to zero',
        wanted,
        hint:
          'its step is that of hidden.output, 4.95e+27, times that of output.weights, 0.00781: --calibration FILE takes ' +
          'the range of hidden.output from samples',
      },
    ]);
  });

  it('proposes no bits where the largest weight is too small for any', () => {
    const kernel = [
      [0.5e-300, -0.3e-300],
      [0.7e-300, 1e-300],
      [-0.2e-300, 0.9e-300],
    ];
    const [{ where, hint }] = warningsOf(kernel);
    expect({ where, hint }).toEqual({
      where: 'hidden.weights',
      hint:
        'the largest, 1e-300, is too small to count in any sum: are the weights right? --scale ' +
        'hidden.weights=FACTOR multiplies them',
    });
  });

  it('proposes no format for each unit where that stands already', () => {
    const kernel = [
      [0.5, -0.3],
      [0.7, 1e30],
      [-0.2, 0.9],
    ];
    const [{ where, hint }] = warningsOf(kernel, { bits: 8, granularity: 'unit' });
    expect({ where, hint }).toEqual({
      where: 'hidden.weights',
      hint: "is the largest weight of hidden, 1e+30, right? if so: more bits (--bits, or --format 'hidden.weights=…')",
    });
  });

  it('is none where many small weights vanish and none is out of all proportion', () => {
    const kernel = withSmall(...Array(18).fill(0.016));
    const [record] = tensorsOf(kernel, { bits: 4 }).filter(({ tensor }) => tensor === 'weights');
    expect(record).toMatchObject({ vanished: 18, nonZeros: 36 });
    expect(warningsOf(kernel, { bits: 4 }).map(({ where }) => where)).toEqual([]);
  });

  it('is the less, the finer the formats: the advice helps', () => {
    const kernel = [
      [100, 0.01],
      [0.03, 0.02],
    ];
    expect(warningsOf(kernel).map(({ where }) => where)).toEqual(['hidden.weights']);
    expect(warningsOf(kernel, { bits: 16 })).toEqual([]);
  });
});

it('looks at each row once: rows may lie on a disk', () => {
  let made = 0;
  const rows = lazyList(50, (row) => {
    made += 1;
    return [row / 100, row % 2 === 0 ? 3 : 0, -0.001];
  });
  const format = parseFormat('fixed<4,2>');
  const chosen = [0, 1, 2].map(() => ({ format, rounding: 'RND', overflow: 'SAT' }) as const);
  expect(losses(rows, chosen)).toMatchObject({ saturated: 25, vanished: 62, nonZeros: 124, largest: 3 });
  expect(made).toBe(50);
});
