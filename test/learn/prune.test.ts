import { describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { nonZerosOf } from '../../src/float/tensor.js';
import { trainBase } from '../../src/learn/base.js';
import { train } from '../../src/learn/loop.js';
import { crossEntropy } from '../../src/learn/objective.js';
import { DEFAULT_TRAINING } from '../../src/learn/options.js';
import { flatten, perceptron } from '../../src/learn/parameters.js';
import { DEFAULT_PRUNING, keepZeros, magnitudePruning, prune, sparsityAt } from '../../src/learn/prune.js';
import type { Masking } from '../../src/learn/training.js';
import { messageOfAsync } from '../support/messages.js';
import { blobs } from '../support/samples.js';

const turns = (masking: Masking, steps: number, parameters: readonly number[]) =>
  Array.from({ length: steps }, (_, step) => step).filter(
    (step) => masking.before(step, () => Float32Array.from(parameters)) !== undefined,
  );

describe('the sparsity schedule', () => {
  it('is the polynomial of Zhu and Gupta', () => {
    const at = (step: number) => sparsityAt(DEFAULT_PRUNING, step, 400, 0);
    expect(at(0)).toBeCloseTo(0.3, 12);
    expect(at(100)).toBeCloseTo(0.6 - 0.3 * 0.75 ** 3, 12);
    expect(at(200)).toBeCloseTo(0.6 - 0.3 * 0.5 ** 3, 12);
    expect(at(400)).toBe(0.6);
    expect(at(1000)).toBe(0.6);
  });

  it('never begins sparser than it ends', () => {
    expect(sparsityAt({ ...DEFAULT_PRUNING, finalSparsity: [0.6, 0.1] }, 0, 400, 1)).toBeCloseTo(0.1, 12);
  });

  const network = perceptron('tiny', 1, [], 2);

  it('makes masks from the beginning to the end, every so many steps', () => {
    expect(turns(magnitudePruning(network, DEFAULT_PRUNING, 500), 500, [1, 0])).toEqual([
      0, 100, 200, 300, 400,
    ]);
    const late = { ...DEFAULT_PRUNING, beginStep: 7, endStep: 30, frequency: 10 };
    expect(turns(magnitudePruning(network, late, 500), 500, [1, 0])).toEqual([7, 17, 27]);
  });

  it('reaches the final sparsity at once in a run shorter than the frequency', () => {
    const wide = perceptron('wide', 10, [], 2);
    const masking = magnitudePruning(wide, DEFAULT_PRUNING, 50);
    const weights = Float32Array.from([5, -1, 3, -4, 0.5, 2, -6, 8, 7, 9, 0.01]);
    expect(Array.from(masking.before(0, () => weights)!)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
  });

  it('drops the smallest of each kernel, of equal ones the first, and never a bias', () => {
    const two = perceptron('two', 2, [2], 2);
    const half = { ...DEFAULT_PRUNING, initialSparsity: 0.5, finalSparsity: 0.5 };
    const parameters = Float32Array.from([-3, 1, -1, 2, 0, 0, 0.1, -0.1, 0]);
    expect(Array.from(magnitudePruning(two, half, 1).before(0, () => parameters)!)).toEqual([
      1, 0, 0, 1, 1, 1, 0, 1, 1,
    ]);
  });
});

describe('pruning', () => {
  const samples = blobs(new Random(1, 'blobs'), 160, 2);
  const quick = { epochs: 30, batchSize: 16, learningRate: 0.01 };

  it('reaches each kernel’s sparsity, and what is 0 stays 0', async () => {
    const base = await trainBase(samples, { ...quick, hidden: [10] });
    const options = { ...quick, frequency: 20, finalSparsity: [0.7, 0.5] };
    const { network, history } = await prune(base.network, samples, options);
    const kept = network.layers.map(({ kernel }) => nonZerosOf(kernel.values));
    expect(kept).toEqual([12, 5]);
    const masked = history.map(({ nonZeros }) => nonZeros);
    expect(masked[0]).toBeLessThan(51);
    expect(masked).toEqual(masked.toSorted((a, b) => b - a));
    expect(history.at(-1)!.validation!.accuracy).toBeGreaterThan(0.85);
    expect(network.name).toBe('pruned');
  });

  it('keeps the zeros of a pruned network through another training', async () => {
    const base = await trainBase(samples, { ...quick, hidden: [6] });
    const pruned = (await prune(base.network, samples, { ...quick, frequency: 10 })).network;
    const options = { ...DEFAULT_TRAINING, ...quick, seed: 9 };
    const again = await train({
      task: 'again',
      start: pruned,
      samples,
      objective: crossEntropy(samples, pruned.head),
      options,
      masking: keepZeros(pruned),
    });
    const before = flatten(pruned);
    const after = flatten(again.network);
    expect(after).not.toEqual(before);
    const kernels = (values: Float32Array) => [...values.subarray(0, 24), ...values.subarray(30, 36)];
    expect(kernels(after).map((value) => value === 0)).toEqual(kernels(before).map((value) => value === 0));
  });

  it.each([
    [{ finalSparsity: 1 }, 'finalSparsity: got 1, wanted a share of at least 0 and below 1 [learn/option]'],
    [
      { finalSparsity: [0.5] },
      'finalSparsity: got [0.5], wanted a share of at least 0 and below 1 for each of the 2 layers [learn/option]',
    ],
    [
      { initialSparsity: -0.1 },
      'initialSparsity: got -0.1, wanted a share of at least 0 and below 1 [learn/option]',
    ],
    [{ power: 0 }, 'power: got 0, wanted a number above 0 [learn/option]'],
    [{ frequency: 0 }, 'frequency: got 0, wanted a whole number of at least 1 [learn/option]'],
    [{ beginStep: 1.5 }, 'beginStep: got 1.5, wanted a whole number of at least 0 [learn/option]'],
    [
      { beginStep: 10, endStep: 5 },
      'endStep: got 5, wanted a whole number of at least 10 (beginStep) [learn/option]',
    ],
    [{ holdOut: 1 }, 'holdOut: got 1, wanted a share of at least 0 and below 1 [learn/option]'],
  ])('refuses %j', async (options, wanted) => {
    const { network } = await trainBase(samples, { epochs: 1, hidden: [2] });
    expect(await messageOfAsync(() => prune(network, samples, options))).toBe(wanted);
  });
});
