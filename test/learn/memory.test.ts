import { describe, expect, it } from 'vitest';
import { untrainedGraph } from '../../src/learn/base.js';
import { train } from '../../src/learn/loop.js';
import { fittingBatch } from '../../src/learn/memory.js';
import { crossEntropy } from '../../src/learn/objective.js';
import { DEFAULT_TRAINING } from '../../src/learn/options.js';
import { TrainingRun } from '../../src/learn/run.js';
import { loadTensorflow } from '../../src/learn/tensorflow.js';
import { messageOfAsync } from '../support/messages.js';

const LAYERS = [
  { conv: 16, padding: 'same', activation: 'relu' },
  { batchNorm: true },
  { maxPool: 2 },
  { conv: 16, activation: { leaky: 0.25 } },
  { flatten: true },
  { dense: 2 },
];

function trainingOf(side: number, count: number, layers: readonly object[] = LAYERS) {
  const samples = {
    features: Array.from({ length: count }, (_, row) => Array<number>(side * side).fill((row % 7) / 7)),
    labels: Array.from({ length: count }, (_, row) => row % 2),
    classes: ['a', 'b'],
    shape: [side, side, 1],
  };
  const { network: start } = untrainedGraph(samples, { name: 'net', layers: layers as never, seed: 1 });
  const options = { ...DEFAULT_TRAINING, epochs: 1, batchSize: count, dropout: 0 };
  return { task: 'training net', start, samples, objective: crossEntropy(samples, 'argmax'), options };
}

describe('memory that does not suffice', () => {
  const failing = (error: Error) => ({
    forward: () => () => {
      throw error;
    },
  });

  // The first to take memory here: it never gives any back.
  it('is reckoned with more than a step takes, and less than three times as much', async () => {
    const { tf } = await loadTensorflow('wasm');
    const of = trainingOf(64, 64);
    const run = new TrainingRun(tf, { ...of, options: { ...of.options, dropout: 0.2 } });
    const { wasm } = tf.backend() as unknown as { readonly wasm: { readonly HEAPU8: Uint8Array } };
    const before = wasm.HEAPU8.length;
    await run.epoch();
    run.dispose();
    const taken = (wasm.HEAPU8.length - before) / 64;
    const reckoned = 2 ** 32 / fittingBatch(of.start);
    expect(reckoned).toBeGreaterThan(taken);
    expect(reckoned).toBeLessThan(3 * taken);
  });

  it('says which batch fits', async () => {
    const of = trainingOf(128, 64);
    const fits = fittingBatch(of.start);
    const broken = {
      ...of,
      options: { ...of.options, batchSize: 5000 },
      ...failing(new WebAssembly.RuntimeError('memory access out of bounds')),
    };
    expect(fits).toBe(122);
    expect(await messageOfAsync(() => train(broken))).toBe(
      `training net: got too little memory for a batch of 5000, wanted a batch of at most ${fits} (batchSize: ${fits}) [learn/memory]`,
    );
    const arrays = { ...of, ...failing(new RangeError('Array buffer allocation failed')) };
    expect(await messageOfAsync(() => train(arrays))).toContain(
      'wanted a batch of at most 32 (batchSize: 32)',
    );
  });

  it('says that nothing fits, and takes no other fault for one of memory', async () => {
    const of = trainingOf(24, 2, [
      { upsample: 128 },
      { conv: 16 },
      { globalPool: true },
      { flatten: true },
      { dense: 2 },
    ]);
    expect(
      await messageOfAsync(() => train({ ...of, ...failing(new WebAssembly.RuntimeError('out of bounds')) })),
    ).toBe(
      'training net: got too little memory for a batch of 2, wanted a smaller network: not one sample fits (larger strides and ' +
        'pools make smaller maps) [learn/memory]',
    );
    expect(await messageOfAsync(() => train({ ...of, ...failing(new TypeError('another')) }))).toBe(
      'another',
    );
  });
});
