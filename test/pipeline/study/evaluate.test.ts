import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ignoreProgress } from '../../../src/core/progress.js';
import { PACKAGE_ROOT } from '../../../src/core/version.js';
import { loadDataset } from '../../../src/data/dataset.js';
import { comparePaired } from '../../../src/learn/statistics.js';
import { type EvaluateRequest, evaluateRecipes } from '../../../src/pipeline/study/evaluate.js';
import { splitOf } from '../../../src/pipeline/study/fold.js';
import { QUICK_RECIPE, StudyFolder } from '../../support/study.js';

let folder: StudyFolder;
let model: string;
const at = (name: string) => folder.at(name);

beforeAll(() => {
  folder = new StudyFolder();
  model = folder.writeModel('line');
});
afterAll(() => folder.remove());

const evaluate = (changes: Partial<EvaluateRequest> = {}) =>
  evaluateRecipes({
    model,
    folds: 3,
    repeats: 2,
    threads: 0,
    build: at('build'),
    onProgress: ignoreProgress,
    ...changes,
  });

describe('cross-validating recipes', () => {
  it('tests every row once in each repeat, and sums up what the folds say', async () => {
    const { subjects, comparisons, samples, classes } = await evaluate({
      variants: ['pruned-qat', 'base', 'distilled', 'scratch-ptq', 'distilled-qat'],
    });
    expect(samples).toBe(90);
    expect(classes).toEqual(['high', 'low']);
    expect(subjects.map(({ name }) => name)).toEqual([
      'pruned-qat',
      'base',
      'distilled',
      'scratch-ptq',
      'distilled-qat',
    ]);
    for (const { results, accuracy, nonZeroWeights, sensitivity } of subjects) {
      expect(results.map(({ repeat, fold }) => [repeat, fold])).toEqual([
        [0, 0],
        [0, 1],
        [0, 2],
        [1, 0],
        [1, 1],
        [1, 2],
      ]);
      for (const repeat of [0, 1]) {
        const tested = results.filter((result) => result.repeat === repeat).map(({ test }) => test.samples);
        expect(tested.reduce((sum, count) => sum + count, 0)).toBe(90);
      }
      const mean = results.reduce((sum, { test }) => sum + test.accuracy, 0) / 6;
      expect(accuracy.mean).toBeCloseTo(mean, 12);
      expect(accuracy.low).toBeLessThan(mean);
      expect(accuracy.high).toBeGreaterThan(mean);
      expect(sensitivity.mean).toBeCloseTo(
        results.reduce((sum, { test }) => sum + test.classes[1].recall, 0) / 6,
        12,
      );
      expect(accuracy.mean).toBeGreaterThan(0.75);
      expect(nonZeroWeights.count).toBe(6);
    }
    // Of 3·4 + 4 weights half are pruned; the student has 3·2 + 2.
    expect(subjects[0].nonZeroWeights.mean).toBeLessThanOrEqual(8);
    expect(subjects[1].nonZeroWeights.mean).toBe(16);
    expect(subjects[2].nonZeroWeights.mean).toBe(8);
    const accuracies = subjects.map(({ results }) => results.map(({ test }) => test.accuracy));
    expect(comparisons[0]).toEqual({
      first: 'pruned-qat',
      second: 'base',
      accuracy: comparePaired(accuracies[0], accuracies[1], 1 / 2),
    });
  });

  it('divides the rows anew in each repeat, the same on every run', () => {
    const dataset = loadDataset(at('data.csv'), { label: 'y' });
    const place = { folds: 3, fold: 1, seed: 3 };
    const [first, second] = [0, 1].map((repeat) => splitOf(dataset, { ...place, repeat }).test);
    expect(first).not.toEqual(second);
    expect(splitOf(dataset, { ...place, repeat: 1 }).test).toEqual(second);
  });

  it('keeps finished folds when it is stopped, and goes on from them to the same result', async () => {
    const build = at('stopped');
    const stop = new Error('stopped');
    const stopped = evaluate({
      build,
      onProgress: ({ done }) => {
        if (done === 2) throw stop;
      },
    });
    await expect(stopped).rejects.toBe(stop);
    const kept = readdirSync(path.join(build, '.cache', 'study'));
    expect(kept).toHaveLength(2);
    const steps: number[] = [];
    const resumed = await evaluate({ build, onProgress: ({ total }) => steps.push(total) });
    expect(new Set(steps)).toEqual(new Set([4]));
    expect(resumed).toEqual(await evaluate({ build: at('other') }));
    const again = await evaluate({ build, onProgress: ({ total }) => steps.push(total) });
    expect(steps.at(-1)).toBe(0);
    expect(again).toEqual(resumed);
  });

  it('gives the same from worker threads', async () => {
    const worker = path.join(PACKAGE_ROOT, 'dist', 'pipeline', 'study', 'fold-worker.js');
    expect(existsSync(worker), 'the threads run the compiled code: npm run build').toBe(true);
    const alone = await evaluate({ variants: ['base-ptq'], build: at('alone') });
    const together = await evaluate({ variants: ['base-ptq'], build: at('together'), threads: 2 });
    expect(together).toEqual(alone);
  });

  it('compares the recipes of two models', async () => {
    const other = folder.writeModel(
      'other',
      QUICK_RECIPE.replace('bits: 6', 'bits: 2').replace('quantizationAware', '# '),
    );
    const { subjects, comparisons } = await evaluate({ variants: ['base-ptq'], against: other, repeats: 1 });
    expect(subjects.map(({ name }) => name)).toEqual(['line: base-ptq', 'other: base-ptq']);
    expect(comparisons[0].accuracy.difference.mean).toBeGreaterThan(0);
  });
});

describe('an evaluation that cannot be', () => {
  const messageOf = async (changes: Partial<EvaluateRequest>) =>
    ((await evaluate(changes).catch((error: Error) => error)) as Error).message;

  it('is refused before anything is trained', async () => {
    expect(await messageOf({ variants: ['prune-qat'] })).toBe(
      '--variants: got "prune-qat", wanted one of base, base-ptq, base-qat, pruned, pruned-ptq, pruned-qat, distilled, ' +
        'distilled-ptq, distilled-qat, scratch, scratch-ptq, scratch-qat (did you mean pruned-qat?) [pipeline/study-variant]',
    );
    expect(await messageOf({ folds: 60 })).toMatch(
      /^class (high|low): got \d+ samples, wanted at least 60 \(one for each fold\) \[data\/class-too-small\]$/,
    );
  });

  it('is refused when two models have other samples', async () => {
    folder.writeTable('data2.csv', 2);
    const other = folder.writeModel('elsewhere', undefined, 'data2.csv');
    const [file, first] = [path.join(other, '..', 'data2.csv'), path.join(model, '..', 'data.csv')];
    expect(await messageOf({ against: other })).toBe(
      `${file}: got other samples than ${first}, wanted the same samples, so that recipes are compared on the same ` +
        'folds [pipeline/study-data]',
    );
  });

  it('says which worker’s error it was', async () => {
    const wild = folder.writeModel(
      'wild',
      QUICK_RECIPE.replace('learningRate: 0.05', 'learningRate: 1e30, optimizer: sgd'),
    );
    const message = await messageOf({ model: wild, variants: ['base'], threads: 1, build: at('wild') });
    expect(message).toMatch(/^training base, epoch \d+: got a loss that is no finite number/);
  });
});
