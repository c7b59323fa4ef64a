import { describe, expect, it } from 'vitest';
import type { Progress } from '../../src/core/progress.js';
import { Random } from '../../src/core/random.js';
import { trainBase } from '../../src/learn/base.js';
import type { Checkpoints } from '../../src/learn/options.js';
import { flatten } from '../../src/learn/parameters.js';
import { prune } from '../../src/learn/prune.js';
import { loadTensorflow } from '../../src/learn/tensorflow.js';
import { messageOfAsync } from '../support/messages.js';
import { blobs } from '../support/samples.js';

const samples = blobs(new Random(1, 'checkpoint'), 120, 2);
const quick = { epochs: 6, batchSize: 16, hidden: [6] } as const;

/** Checkpoints in memory, and what was read of them. */
function memory(): Checkpoints & { readonly states: Map<string, Uint8Array> } {
  const states = new Map<string, Uint8Array>();
  return { states, read: (task) => states.get(task), write: (task, state) => void states.set(task, state) };
}

class Killed extends Error {}

const killedAfter = (epoch: number) => (progress: Progress) => {
  if (progress.done === epoch) throw new Killed();
};

describe('a training that was stopped', () => {
  const images = {
    features: samples.features.map((row) => [...row, ...row, ...row, ...row]),
    labels: samples.labels,
    classes: samples.classes,
    shape: [4, 4, 1],
  };
  const layers = [
    { conv: 3, activation: 'relu' },
    { batchNorm: true },
    { dropout: 0.3 },
    { flatten: true },
    { dense: 2 },
  ];
  it.each(['adam', 'rmsprop', 'sgd'] as const)('goes on to the same bytes: %s', async (optimizer) => {
    const options = {
      ...quick,
      optimizer,
      schedule: 'cosine',
      layers,
      hidden: undefined,
      augment: { shift: 1, flip: true },
      holdOut: 0.2,
      keep: 'best',
    } as const;
    const whole = await trainBase(images, options);
    const checkpoints = memory();
    for (const epoch of [2, 3, 5]) {
      const work = trainBase(images, { ...options, checkpoints }, killedAfter(epoch));
      await expect(work).rejects.toBeInstanceOf(Killed);
    }
    const epochs: number[] = [];
    const resumed = await trainBase(images, { ...options, checkpoints }, ({ done }) => {
      // Within an epoch it may tell of a part.
      if (Number.isInteger(done)) epochs.push(done);
    });
    expect(epochs).toEqual([6]);
    expect(resumed).toEqual(whole);
    expect(flatten(resumed.network)).toEqual(flatten(whole.network));
  });

  it('keeps its mask', async () => {
    const { network } = await trainBase(samples, quick);
    const options = { epochs: 6, batchSize: 16, frequency: 5, endStep: 10, finalSparsity: 0.5 };
    const whole = await prune(network, samples, options);
    const checkpoints = memory();
    await expect(prune(network, samples, { ...options, checkpoints }, killedAfter(4))).rejects.toBeInstanceOf(
      Killed,
    );
    expect(await prune(network, samples, { ...options, checkpoints })).toEqual(whole);
  });

  it('begins anew from what is no state of it, and leaves nothing behind', async () => {
    const { tf } = await loadTensorflow();
    const whole = await trainBase(samples, quick);
    const before = tf.memory().numTensors;
    const checkpoints = memory();
    await trainBase(samples, { ...quick, hidden: [5], checkpoints });
    expect(await trainBase(samples, { ...quick, checkpoints })).toEqual(whole);
    for (const task of checkpoints.states.keys()) checkpoints.states.set(task, new Uint8Array([1, 2, 3]));
    expect(await trainBase(samples, { ...quick, checkpoints })).toEqual(whole);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the best epoch', () => {
  const noisy = {
    epochs: 40,
    batchSize: 8,
    hidden: [24],
    learningRate: 0.05,
    dropout: 0,
    holdOut: 0.3,
  } as const;
  const noise = new Random(2, 'noise');
  const hard = {
    ...samples,
    features: samples.features.map((row) => row.map((value) => value + 0.6 * noise.normal())),
  };

  it('is the one with the least loss on the samples held out, of a training that is otherwise the same', async () => {
    const last = await trainBase(hard, noisy);
    const best = await trainBase(hard, { ...noisy, keep: 'best' });
    const losses = last.history.map(({ validation }) => validation!.loss);
    const epoch = losses.indexOf(Math.min(...losses)) + 1;
    expect(epoch).toBeLessThan(40);
    expect(best).toMatchObject({ history: last.history, kept: epoch });
    const short = await trainBase(hard, { ...noisy, epochs: epoch });
    expect(flatten(best.network)).toEqual(flatten(short.network));
  });

  it('ends the training where none better follows', async () => {
    const { history } = await trainBase(hard, noisy);
    const stopped = await trainBase(hard, { ...noisy, patience: 3, keep: 'best' });
    const epoch = stopped.kept!;
    expect(stopped.history).toEqual(history.slice(0, epoch + 3));
    expect(stopped.history).not.toHaveLength(40);
  });

  it('of a pruning is as sparse as it shall be', async () => {
    const { network } = await trainBase(hard, noisy);
    const pruned = await prune(network, hard, {
      ...noisy,
      epochs: 8,
      frequency: 6,
      finalSparsity: 0.5,
      keep: 'best',
    });
    expect(pruned.history.at(-1)?.nonZeros).toBe(pruned.history[pruned.kept! - 1].nonZeros);
    expect(flatten(pruned.network).filter((value) => value !== 0)).toHaveLength(
      pruned.history.at(-1)!.nonZeros,
    );
  });

  it.each([
    [
      { keep: 'best' },
      'keep: got "best", wanted last, or a holdOut above 0: samples that tell which epoch is the best [learn/option]',
    ],
    [
      { patience: 2 },
      'patience: got 2, wanted none, or a holdOut above 0: samples that tell which epoch is the best [learn/option]',
    ],
    [{ patience: 0 }, 'patience: got 0, wanted a whole number of at least 1 [learn/option]'],
    [{ keep: 'first' }, 'keep: got "first", wanted last or best [learn/option]'],
    [
      { checkpoints: {} },
      'checkpoints: got {}, wanted an object with the functions read and write [learn/option]',
    ],
  ])('is not to be had without: %j', async (options, message) => {
    expect(await messageOfAsync(() => trainBase(samples, { ...quick, ...options } as never))).toBe(message);
  });
});
