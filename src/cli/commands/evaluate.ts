import type { Command } from 'commander';
import type { Estimate, SampleSummary } from '../../learn/statistics.js';
import { VARIANTS } from '../../pipeline/study/variants.js';
import type { CrossValidation, SubjectResult } from '../../report/study-data.js';
import type { CliCommand } from '../command.js';
import { listOf, wholeNumber } from '../option-parsers.js';
import { printTable } from '../table.js';

/** How good a recipe is: repeated stratified cross-validation, in parallel. */
export const evaluate: CliCommand = {
  name: 'evaluate',
  summary: 'cross-validate a model’s recipe: mean, 95 % interval, sensitivity, specificity, ROC AUC',
  examples: [
    ['espalier evaluate models/wdbc --cv 10 --repeats 10', 'the integer network that `run` makes, 100 folds'],
    ['espalier evaluate --variants pruned-qat,pruned-ptq,base', 'several, compared on the same folds'],
    ['espalier evaluate models/wdbc --against models/other', 'the recipes of two models, on the same folds'],
  ],
  kept: 'finished folds are kept, and the next run goes on from there',
  declare(command: Command) {
    const names = VARIANTS.map(({ name }) => name).join(', ');
    command
      .argument('[model]', 'folder with an espalier.yaml (default: this one, or the only one in models/)')
      .option('--cv <folds>', 'folds of each repeat', wholeNumber('--cv', 2), 10)
      .option('--repeats <n>', 'repeats, each with other folds', wholeNumber('--repeats', 1), 1)
      .option(
        '--variants <names>',
        `the first is compared with the others; of ${names}`,
        listOf('--variants'),
      )
      .option('--against <model>', 'another model on the same data, to compare with')
      .option('--seed <n>', 'in place of the configuration’s', wholeNumber('--seed'))
      .option(
        '--threads <n>',
        'worker threads, 0 for none (default: one for each core)',
        wholeNumber('--threads'),
      )
      .option('--build <folder>', 'where finished folds are kept', 'build');
  },
  async run([model], options, { onProgress, tasks }) {
    const { evaluateRecipes } = await import('../../pipeline/study/evaluate.js');
    const { cv, repeats, variants, against, seed, threads, build } = options;
    tasks.begin('Cross-validate');
    const result = await evaluateRecipes({
      model,
      variants,
      against,
      folds: cv,
      repeats,
      seed,
      threads,
      build,
      onProgress,
    });
    tasks.end(`${cv * repeats} folds`);
    return { result, text: describe(result), status: 0 };
  },
};

function describe({ folds, repeats, samples, subjects, comparisons }: CrossValidation): string {
  const rows = subjects.map((subject) => [
    subject.name,
    estimate(subject.accuracy),
    plusMinus(subject.sensitivity),
    plusMinus(subject.specificity),
    area(subject),
    count(subject.nonZeroWeights),
  ]);
  const head = [
    'variant',
    'accuracy ± sd [95 % interval]',
    'sensitivity',
    'specificity',
    'ROC AUC',
    'non-zero weights',
  ];
  const lines = comparisons.map(({ first, second, accuracy }) => {
    const { difference, better, same, worse, pValue } = accuracy;
    const points = `${signed(difference.mean)} points [${signed(difference.low)}, ${signed(difference.high)}]`;
    return `${first} − ${second}: ${points}, p = ${pValue.toFixed(3)}; better in ${better} folds, the same in ${same}, worse in ${worse}`;
  });
  return [
    printTable(head, rows),
    '',
    `${repeats} × ${folds} folds of ${samples} samples, stratified; intervals by the corrected resampled t-test`,
    ...lines,
  ].join('\n');
}

const hundredths = (share: number) => (share * 100).toFixed(2);
const signed = (share: number) => `${share < 0 ? '−' : '+'}${hundredths(Math.abs(share))}`;
const plusMinus = ({ mean, deviation }: Estimate) => `${hundredths(mean)} ± ${hundredths(deviation)} %`;
const estimate = (value: Estimate) =>
  `${plusMinus(value)} [${hundredths(value.low)}, ${hundredths(value.high)}]`;
const area = ({ rocAuc }: SubjectResult) =>
  rocAuc === undefined ? '–' : `${rocAuc.mean.toFixed(4)} ± ${rocAuc.deviation.toFixed(4)}`;
const count = ({ mean, deviation }: SampleSummary) =>
  deviation === 0 ? String(mean) : `${mean.toFixed(1)} ± ${deviation.toFixed(1)}`;
