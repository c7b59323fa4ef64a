import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ignoreProgress } from '../../../src/core/progress.js';
import { readModel } from '../../../src/pipeline/model.js';
import { studyStage } from '../../../src/pipeline/stages/study.js';
import { runStudy } from '../../../src/pipeline/study/study.js';
import type { StudyData } from '../../../src/report/study-data.js';
import { QUICK_RECIPE, StudyFolder } from '../../support/study.js';

const SMALL_STUDY = `
study: { variants: [pruned-qat, base], folds: 2, repeats: 2, bits: [3, 8], seeds: 3, temperatures: [4], alphas: [0.5] }
`;

let folder: StudyFolder;
beforeAll(() => {
  folder = new StudyFolder();
});
afterAll(() => folder.remove());

describe('a study', () => {
  let data: StudyData;
  const run = (cache: string) =>
    runStudy({
      model: readModel(folder.writeModel('line', `${QUICK_RECIPE}${SMALL_STUDY}`)),
      threads: 0,
      folder: folder.at(cache),
      onProgress: ignoreProgress,
    });
  beforeAll(async () => {
    data = await run('cache');
  });

  it('compares the variants on folds, and makes each once on the model’s own split', () => {
    const { crossValidation, networks } = data;
    expect(crossValidation.subjects.map(({ name }) => name)).toEqual(['pruned-qat', 'base']);
    expect(crossValidation.subjects[0].results).toHaveLength(4);
    expect(networks.map(({ name, cost }) => [name, cost !== undefined])).toEqual([
      ['pruned-qat', true],
      ['base', false],
    ]);
    const [pruned, base] = networks;
    expect(pruned.nonZeros.weights).toBeLessThanOrEqual(8);
    expect(base.nonZeros.weights).toBe(16);
    expect(base.history).toHaveLength(12);
    expect(pruned.history).toHaveLength(3);
    expect(base.test.samples).toBe(pruned.test.samples);
  });

  it('has accuracy against bits for both networks and both ways, with the spread over seeds', () => {
    const { curves, seeds, folds } = data.curves;
    expect([seeds, folds]).toEqual([3, 2]);
    expect(curves.map(({ weights, method }) => `${weights} ${method}`)).toEqual([
      'base ptq',
      'base qat',
      'pruned ptq',
      'pruned qat',
    ]);
    for (const { float, points } of curves) {
      expect(float.count).toBe(3);
      expect(points.map(({ bits }) => bits)).toEqual([3, 8]);
      for (const { accuracy } of points) expect(accuracy.count).toBe(3);
      // Eight bits are as good as floats on such data; a seed's accuracy is a share of all 90 rows.
      expect(Math.abs(points[1].accuracy.mean - float.mean)).toBeLessThan(0.05);
      expect(float.mean * 3 * 90).toBeCloseTo(Math.round(float.mean * 3 * 90), 6);
    }
  });

  it('has distillation and its sweep', () => {
    expect(data.distillation.networks).toHaveLength(3);
    expect(data.sweep?.points).toHaveLength(1);
  });

  it('is plain data, and the same when made again', async () => {
    expect(JSON.parse(JSON.stringify(data))).toEqual(data);
    expect(await run('another cache')).toEqual(data);
  });

  it('is a stage of a run when asked for', () => {
    const model = readModel(folder.at('line'));
    const stage = studyStage(model, folder.at('cache'));
    expect(Object.keys(stage.files ?? {})).toEqual(['../data.csv']);
    expect(stage.name).toBe('study');
  });
});
