import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../../src/data/dataset.js';
import { fitScaler } from '../../src/data/scaler.js';
import { splitRows } from '../../src/data/split.js';
import { trainBase } from '../../src/learn/base.js';
import { evaluateFloat } from '../../src/learn/metrics.js';
import { prune } from '../../src/learn/prune.js';
import { type Samples, samplesOf } from '../../src/learn/samples.js';
import { sizeOf } from '../../src/learn/size.js';
import type { Trained } from '../../src/learn/training.js';

const WDBC = path.join(import.meta.dirname, '../../models/wdbc/data.csv');

describe('the WDBC study', () => {
  let training: Samples;
  let test: Samples;
  let base: Trained;
  let pruned: Trained;

  beforeAll(async () => {
    const dataset = loadDataset(WDBC);
    const split = splitRows(dataset, { method: 'sklearn', seed: 42, test: 0.25 });
    const scaler = fitScaler(dataset, split.train);
    training = samplesOf(dataset, scaler, split.train);
    test = samplesOf(dataset, scaler, split.test);
    base = await trainBase(training, { epochs: 100 });
    pruned = await prune(base.network, training, { epochs: 100 });
  });

  it('learns the base model', () => {
    expect(sizeOf(base.network).parameters).toBe(513);
    expect(base.history).toHaveLength(100);
    expect(base.history[99].loss).toBeLessThan(0.2);
    expect(evaluateFloat(base.network, test).accuracy).toBeGreaterThan(0.95);
  });

  it('prunes six weights in ten and stays as good', () => {
    const { layers } = sizeOf(pruned.network);
    expect(layers.map(({ nonZeroWeights }) => nonZeroWeights)).toEqual([192, 6]);
    expect(evaluateFloat(pruned.network, test).accuracy).toBeGreaterThan(0.94);
    expect(pruned.history[0].validation).toBeDefined();
  });
});
