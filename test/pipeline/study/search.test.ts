import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ignoreProgress } from '../../../src/core/progress.js';
import { readModel } from '../../../src/pipeline/model.js';
import { type SearchRequest, searchWidths } from '../../../src/pipeline/study/search.js';
import {
  bitsOf,
  evenWidths,
  layerKnobs,
  narrowed,
  shapeOf,
  unitKnobs,
} from '../../../src/pipeline/study/widths.js';
import { messageOfAsync } from '../../support/messages.js';
import { QUICK_RECIPE, StudyFolder } from '../../support/study.js';

let folder: StudyFolder;
beforeAll(() => {
  folder = new StudyFolder();
  folder.writeModel('line');
});
afterAll(() => folder.remove());

const search = (changes: Partial<SearchRequest> = {}) =>
  searchWidths({
    model: readModel(folder.at('line')),
    weights: 'pruned',
    method: 'ptq',
    margin: 0.02,
    level: 'layer',
    folds: 3,
    repeats: 1,
    threads: 0,
    folder: folder.at('kept'),
    onProgress: ignoreProgress,
    ...changes,
  });

describe('widths', () => {
  // Two networks of 2-2-1: the first unit has 1 weight in one of them.
  const shape = shapeOf(2, [
    { layers: ['hidden', 'output'], units: [[2, 2], [2]] },
    { layers: ['hidden', 'output'], units: [[1, 2], [2]] },
  ]);

  it('are counted in bits, a weight that is 0 in none', () => {
    const widths = evenWidths(shape, 4);
    expect(widths.layers).toEqual({ hidden: { weights: 4, activations: 4 }, output: { weights: 4 } });
    // Inputs, 1.5 + 2 hidden weights, 2 activations, 2 output weights.
    expect(bitsOf(widths, shape)).toBe(4 * (2 + 3.5 + 2 + 2));
  });

  it('are narrowed knob by knob, to the narrowest', () => {
    const [input, hidden, activations, output] = layerKnobs(shape);
    const widths = evenWidths(shape, 3);
    expect(narrowed(widths, input, shape)).toEqual({ ...widths, input: 2 });
    expect(narrowed(widths, hidden, shape)?.layers.hidden).toEqual({ weights: 2, activations: 3 });
    expect(narrowed(widths, activations, shape)?.layers.hidden).toEqual({ weights: 3, activations: 2 });
    expect(narrowed(narrowed(widths, output, shape) ?? widths, output, shape)).toBeUndefined();
    expect(narrowed(evenWidths(shape, 1), input, shape)).toBeUndefined();
    const [first] = unitKnobs(shape);
    expect(first).toEqual({ kind: 'unit', layer: 'hidden', unit: 1 });
    expect(narrowed(widths, first, shape)?.layers.hidden.weights).toEqual([3, 2]);
  });
});

describe('a search for widths', () => {
  it('ends with widths that hold the margin, where each step was one that did and saved bits', async () => {
    const { float, steps, widths, bits, accuracy, margin } = await search({ level: 'unit' });
    expect(accuracy.mean).toBeGreaterThanOrEqual(float.mean - margin);
    const taken = steps.filter((step) => step.taken);
    expect(taken.at(-1)).toMatchObject({ widths, bits, accuracy });
    expect(taken[0].change).toBe('all');
    for (const [index, step] of taken.entries()) {
      expect(step.holds).toBe(true);
      if (index > 0) expect(step.bits).toBeLessThan(taken[index - 1].bits);
    }
    for (const step of steps) expect(step.holds).toBe(step.accuracy.mean >= float.mean - margin);
    // Every width for all below the first that holds was tried, and did not.
    const even = steps.filter(({ level }) => level === 'network');
    expect(even.slice(0, -1).every(({ holds }) => !holds)).toBe(true);
    expect(steps.some(({ level }) => level === 'unit')).toBe(true);
  });

  it('goes on where it was stopped, to the same end', async () => {
    const kept = folder.at('stopped');
    let calls = 0;
    const stopped = search({
      folder: kept,
      onProgress: ({ done }) => {
        if (done > 0) calls += 1;
        if (calls === 8) throw new Error('stopped');
      },
    });
    await expect(stopped).rejects.toThrow('stopped');
    let ran = 0;
    const resumed = await search({ folder: kept, onProgress: ({ done }) => (ran += done > 0 ? 1 : 0) });
    let fresh = 0;
    const whole = await search({
      folder: folder.at('fresh'),
      onProgress: ({ done }) => (fresh += done > 0 ? 1 : 0),
    });
    expect(resumed).toEqual(whole);
    expect(ran).toBe(fresh - 8);
  });

  it('trains on in the formats it tries when asked', async () => {
    const { method, accuracy, float } = await search({ method: 'qat', level: 'network', weights: 'base' });
    expect(method).toBe('qat');
    expect(accuracy.mean).toBeGreaterThanOrEqual(float.mean - 0.02);
  });

  it('warns where what it found always says the same', async () => {
    // One row in nine is of the other class, and nothing tells which.
    const rows = Array.from(
      { length: 90 },
      (_, row) => `0.5,0.5,${row % 7},${row % 9 === 0 ? 'high' : 'low'}`,
    );
    writeFileSync(folder.at('rare.csv'), ['a,b,c,y', ...rows, ''].join('\n'));
    folder.writeModel('rare', undefined, 'rare.csv');
    const { warnings } = await search({ level: 'network', model: readModel(folder.at('rare')) });
    expect(warnings).toEqual([
      {
        code: 'pipeline/search-one-class',
        where: 'search, margin 0.02',
        got: 'widths at which rare says one and the same class for every sample',
        wanted: 'samples of several classes',
        hint: 'allow a smaller margin; if it is small: do the float networks know more than which class is frequent?',
      },
    ]);
    expect((await search({ level: 'network' })).warnings).toEqual([]);
  });

  it('never looks at test rows', async () => {
    const [plain, nonsense] = folder.likeModels();
    const found = await search({ model: plain, level: 'network' });
    expect(await search({ model: nonsense, level: 'network' })).toEqual(found);
  });
});

describe('a search that cannot be', () => {
  it('is refused', async () => {
    expect(await messageOfAsync(() => search({ margin: -0.1 }))).toBe(
      'margin: got -0.1, wanted a share of at least 0 and below 1 [learn/option]',
    );
    expect(await messageOfAsync(() => search({ folds: 70 }))).toMatch(
      /^class high: got \d+ samples, wanted at least 70 \(one for each fold\) \[data\/class-too-small\]$/,
    );
  });

  it('says so when no width holds the margin', async () => {
    // Integers trained on with a rate that ruins them.
    const ruined = QUICK_RECIPE.replace('{ epochs: 3, learningRate: 0.01', '{ epochs: 3, learningRate: 5');
    const model = readModel(folder.writeModel('ruined', ruined));
    expect(await messageOfAsync(() => search({ model, method: 'qat', margin: 0 }))).toMatch(
      /^search, margin 0: got an accuracy of 0\.\d{4} with 16 bits everywhere, wanted at least 0\.\d{4} \(allow a larger margin\) \[pipeline\/search-margin\]$/,
    );
  });
});
