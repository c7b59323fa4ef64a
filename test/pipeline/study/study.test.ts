import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ignoreProgress } from '../../../src/core/progress.js';
import { readModel } from '../../../src/pipeline/model.js';
import { crossValidateStage } from '../../../src/pipeline/stages/cross-validate.js';
import { type Comparison, compareStudy } from '../../../src/pipeline/study/compare.js';
import { VARIANTS } from '../../../src/pipeline/study/variants.js';
import type { CrossValidation } from '../../../src/report/study-data.js';
import { QUICK_RECIPE, StudyFolder } from '../../support/study.js';

const SMALL_STUDY = `
study: { folds: 2, repeats: 3, bits: [3, 8], temperatures: [4], alphas: [0.5] }
`;

let folder: StudyFolder;
beforeAll(() => {
  folder = new StudyFolder();
});
afterAll(() => folder.remove());

describe('a study', () => {
  let validation: CrossValidation;
  let comparison: Comparison;
  const run = (cache: string, onProgress = ignoreProgress) =>
    compareStudy({
      model: readModel(folder.writeModel('line', `${QUICK_RECIPE}${SMALL_STUDY}`)),
      threads: 0,
      folder: folder.at(cache),
      onProgress,
    });
  beforeAll(async () => {
    ({ validation, comparison } = await run('cache'));
  });

  it('has every variant on all folds', () => {
    expect(comparison.subjects.map(({ name }) => name)).toEqual(VARIANTS.map(({ name }) => name));
    expect(validation.subjects.every(({ results }) => results.length === 6)).toBe(true);
  });

  it('compares what differs in one technique, fold by fold', () => {
    const accuracies = (name: string) =>
      validation.subjects
        .find((subject) => subject.name === name)
        ?.results.map(({ test }) => test.accuracy) ?? [];
    for (const { first, second, accuracy } of comparison.techniques) {
      const differences = accuracies(first).map((value, fold) => value - accuracies(second)[fold]);
      const mean = differences.reduce((sum, value) => sum + value, 0) / 6;
      expect(accuracy.difference.mean).toBeCloseTo(mean, 12);
      expect(accuracy.better).toBe(differences.filter((value) => value > 0).length);
    }
  });

  it('has accuracy against bits for both networks and both ways, with the spread over seeds', () => {
    expect(comparison.bits.map(({ weights, numbers, bits }) => `${weights} ${numbers} ${bits}`)).toEqual(
      ['base ptq', 'base qat', 'pruned ptq', 'pruned qat'].flatMap((kind) => [`${kind} 3`, `${kind} 8`]),
    );
    const [float] = validation.subjects;
    for (const { accuracy, bits, weights } of comparison.bits) {
      expect(accuracy.count).toBe(3);
      // Eight bits are as good as floats on such data; a seed's accuracy is a share of all 90 rows.
      if (bits === 8 && weights === 'base') {
        expect(Math.abs(accuracy.mean - float.accuracy.mean)).toBeLessThan(0.05);
      }
      expect(accuracy.mean * 3 * 90).toBeCloseTo(Math.round(accuracy.mean * 3 * 90), 6);
    }
  });

  it('sweeps the distillation on folds of the training rows alone', () => {
    expect(validation.samples).toBe(90);
    expect(comparison.sweep).toMatchObject({ folds: 2, repeats: 1, samples: 68, points: [{}] });
  });

  it('is plain data, and the same when made again, from kept folds or from none', async () => {
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
    const notes: unknown[] = [];
    const again = await run('cache', ({ note }) => notes.push(note));
    expect(new Set(notes)).toEqual(new Set(['every fold is known']));
    expect(again.comparison).toEqual(comparison);
    expect((await run('another cache')).comparison).toEqual(comparison);
  });

  it('is a stage that reads the table, whose place is no setting of its', () => {
    const stage = crossValidateStage(readModel(folder.at('line')), folder.at('cache'));
    expect(Object.keys(stage.files ?? {})).toEqual(['../data.csv']);
    expect(JSON.stringify(stage.settings)).not.toContain(folder.at('cache'));
  });
});
