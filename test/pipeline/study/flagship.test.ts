import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ignoreProgress } from '../../../src/core/progress.js';
import { PACKAGE_ROOT } from '../../../src/core/version.js';
import { evaluateRecipes } from '../../../src/pipeline/study/evaluate.js';

let build: string;
beforeAll(() => {
  build = mkdtempSync(path.join(tmpdir(), 'espalier-flagship-'));
});
afterAll(() => rmSync(build, { recursive: true }));

// 97.66 % over 10 × 10 folds; three folds of two thirds of the rows each are a little worse, and spread more.
it('the flagship’s integer network is accurate with at most 81 weights', async () => {
  const { subjects } = await evaluateRecipes({
    model: path.join(PACKAGE_ROOT, 'models', 'wdbc', 'flagship.yaml'),
    folds: 3,
    repeats: 1,
    threads: 0,
    build,
    onProgress: ignoreProgress,
  });
  const [{ name, accuracy, results }] = subjects;
  expect(name).toBe('pruned-qat');
  for (const { nonZeros } of results) expect(nonZeros.weights).toBeLessThanOrEqual(81);
  expect(accuracy.mean).toBeGreaterThan(0.96);
});
