import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ignoreProgress } from '../../../src/core/progress.js';
import { readTfjsModel } from '../../../src/exchange/tfjs.js';
import type { DenseChain } from '../../../src/float/chain.js';
import { matrixOf, rowsOf } from '../../../src/float/tensor.js';
import { teacherLogits } from '../../../src/learn/distill.js';
import { flatten } from '../../../src/learn/parameters.js';
import { type Model, readModel } from '../../../src/pipeline/model.js';
import {
  distillStudy,
  modelFiles,
  samplesOfSplit,
  sweepDistillation,
  withDistillation,
} from '../../../src/pipeline/study/distill.js';
import type { DistillStudy } from '../../../src/report/study-data.js';
import { messageOfAsync } from '../../support/messages.js';
import { npyFile } from '../../support/numpy.js';
import { StudyFolder } from '../../support/study.js';
import { writeFolder } from '../../support/write-folder.js';

let folder: StudyFolder;
let model: Model;
let study: DistillStudy;
beforeAll(async () => {
  folder = new StudyFolder();
  model = readModel(folder.writeModel('line'));
  study = await distillStudy(model, ignoreProgress);
});
afterAll(() => folder.remove());

describe('a study of distillation', () => {
  it('has teacher, student and the same student without a teacher, with the hardware each costs', () => {
    expect(study.networks.map(({ name, hidden }) => [name, hidden])).toEqual([
      ['teacher', [4]],
      ['distilled', [2]],
      ['scratch', [2]],
    ]);
    const [teacher, distilled, scratch] = study.networks;
    expect(teacher.agreement).toBe(1);
    expect(distilled.network).not.toEqual(scratch.network);
    expect(teacher.cost.parameters).toBe(3 * 4 + 4 + 4 + 1);
    expect(distilled.cost.parameters).toBe(3 * 2 + 2 + 2 + 1);
    for (const { cost, float, integer } of study.networks) {
      expect(float.samples).toBe(study.testRows);
      expect(integer.accuracy).toBeGreaterThan(0.6);
      expect(cost.nonZeros).toBeLessThanOrEqual(cost.parameters);
      expect(cost.romBits).toBeGreaterThanOrEqual(cost.parameterBits / 2);
      expect(cost.latency).toBeGreaterThanOrEqual(cost.interval);
    }
    expect(distilled.cost.interval).toBeLessThan(teacher.cost.interval);
  });

  it('takes a teacher from a file', async () => {
    writeFolder(folder.at('models'), modelFiles(study));
    const file = path.join(folder.at('models'), 'teacher', 'model.json');
    expect(readTfjsModel(file).layers[0].kernel.shape).toEqual([3, 4]);
    const taught = withDistillation(model, { teacher: path.relative(model.folder, file) });
    const again = await distillStudy(taught, ignoreProgress);
    expect(again.networks[0].history).toEqual([]);
    // The same teacher, through 32-bit floats that are exact: the same student.
    expect(again.networks[1].network).toEqual(study.networks[1].network);
  });

  it('sweeps temperature and alpha against the student without a teacher', async () => {
    const request = {
      model,
      folds: 2,
      repeats: 1,
      threads: 0,
      folder: folder.at('kept'),
      onProgress: ignoreProgress,
    };
    const sweep = await sweepDistillation({ ...request, temperatures: [1, 10], alphas: [0, 1] });
    expect(sweep.points.map(({ temperature, alpha }) => [temperature, alpha])).toEqual([
      [1, 0],
      [1, 1],
      [10, 0],
      [10, 1],
    ]);
    // With alpha 1 nobody teaches: temperature is no matter, and there is nothing to gain.
    expect(sweep.points[1].accuracy).toEqual(sweep.points[3].accuracy);
    expect(sweep.points[1].gain.difference.mean).toBe(0);
    for (const { accuracy, gain } of sweep.points) {
      expect(gain.difference.mean).toBeCloseTo(accuracy.mean - sweep.scratch.mean, 12);
    }
  });
});

describe('a sweep', () => {
  it('never looks at test rows', async () => {
    const grid = { temperatures: [4], alphas: [0.1], folds: 2, repeats: 1, threads: 0 };
    const request = { ...grid, folder: folder.at('swept'), onProgress: ignoreProgress };
    const [plain, nonsense] = folder.likeModels();
    const found = await sweepDistillation({ ...request, model: plain });
    expect(await sweepDistillation({ ...request, model: nonsense })).toEqual(found);
  });
});

describe('a distillation that cannot be', () => {
  const messageOf = (changes: Parameters<typeof withDistillation>[1]) =>
    messageOfAsync(() => distillStudy(withDistillation(model, changes), ignoreProgress));

  it('is refused', async () => {
    expect(await messageOf({ temperature: -1 })).toBe(
      'temperature: got -1, wanted a number above 0 [learn/option]',
    );
    expect(await messageOf({ alpha: 2 })).toBe('alpha: got 2, wanted a number from 0 to 1 [learn/option]');
    const request = {
      model,
      folds: 2,
      repeats: 1,
      threads: 0,
      folder: folder.at('kept'),
      onProgress: ignoreProgress,
    };
    expect(
      await messageOfAsync(() => sweepDistillation({ ...request, temperatures: [0], alphas: [0] })),
    ).toBe('temperature: got 0, wanted a number above 0 [learn/option]');
  });

  it('takes what a teacher said elsewhere, of which it knows no class of test samples', async () => {
    const { train, rows, total } = await samplesOfSplit(model, 0);
    const said = await teacherLogits(study.networks[0].network, train);
    const values = Array<number>(total).fill(0);
    rows.forEach((row, at) => {
      values[row] = said[at][0];
    });
    writeFileSync(path.join(model.folder, 'said.npy'), npyFile({ shape: [total, 1], values }));
    const taught = await distillStudy(
      withDistillation(model, { teacher: { logits: 'said.npy' } }),
      ignoreProgress,
    );
    expect(taught.networks.map(({ name, agreement }) => [name, agreement])).toEqual([
      ['distilled', null],
      ['scratch', null],
    ]);
    // In 32-bit floats whose sums were begun with other samples beside.
    const [wanted, got] = [study.networks[1], taught.networks[0]].map(({ network }) => flatten(network));
    got.forEach((value, at) => {
      expect(Math.abs(value - wanted[at])).toBeLessThan(1e-5);
    });
  });

  it('refuses a teacher of another input size', async () => {
    const [, , scratch] = study.networks;
    const wide = { ...(scratch.network as DenseChain), name: 'wide', input: { shape: [4] } };
    const kernel = matrixOf([...rowsOf(wide.layers[0].kernel), [0, 0]]);
    const network = { ...wide, layers: [{ ...wide.layers[0], kernel }, ...wide.layers.slice(1)] };
    const { writeTfjsModel } = await import('../../../src/exchange/tfjs.js');
    writeFolder(folder.at('wide'), writeTfjsModel(network));
    expect(await messageOf({ teacher: '../wide/model.json' })).toMatch(
      /^teacher .+: got 4 inputs, wanted 3 inputs, as the student scratch has \[learn\/teacher\]$/,
    );
  });
});
