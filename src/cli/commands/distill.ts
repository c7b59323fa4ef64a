import path from 'node:path';
import { type Command, Option } from 'commander';
import { percent, whole } from '../../core/number-text.js';
import { present } from '../../core/objects.js';
import type { OutputFolder } from '../../pipeline/output-folder.js';
import type { DistillationSweep, DistillStudy } from '../../report/study-data.js';
import type { CliCommand, Options } from '../command.js';
import { decimal, decimals, wholeNumber } from '../option-parsers.js';
import { printTable } from '../table.js';

const TEMPERATURES = [1, 2, 5, 10, 20];
const ALPHAS = [0, 0.1, 0.3, 0.5, 0.9];

/** A small network that learns from a larger one, beside the same without a teacher. */
export const distill: CliCommand = {
  name: 'distill',
  summary: 'teach a small network by a larger one; accuracy and hardware of teacher, distilled and scratch',
  examples: [
    ['espalier distill models/wdbc', 'the base network teaches 5 hidden units (T 10, alpha 0.1)'],
    ['espalier distill --hidden 8,4 --temperature 4', 'two hidden layers'],
    ['espalier distill --teacher keras/model.json --out build/student', 'somebody else’s teacher'],
    ['espalier distill --teacher-logits teacher.npy', 'a teacher of any size, run elsewhere'],
    ['espalier distill --sweep --cv 5 --repeats 2', 'which temperature and alpha, cross-validated'],
  ],
  kept: 'finished folds of a sweep are kept, and the next one goes on from there',
  declare(command: Command) {
    command
      .argument('[model]', 'folder with an espalier.yaml (default: this one, or the only one in models/)')
      .option('--teacher <file>', 'a model’s file of any format that is imported (default: the base network)')
      .addOption(
        new Option(
          '--teacher-logits <file>',
          'what a teacher said of the samples: .npy, IDX or FILE.npz:NAME',
        ).conflicts('teacher'),
      )
      .option(
        '--hidden <units>',
        'units of each of the student’s hidden layers, such as 5',
        decimals('--hidden'),
      )
      .option('--temperature <T>', 'logits are divided by it', decimal('--temperature'))
      .option('--alpha <share>', 'weight of the labels; the rest is the teacher’s', decimal('--alpha'))
      .option('--no-square', 'leave the factor T² out')
      .option('--epochs <n>', 'of the student’s training', wholeNumber('--epochs', 1))
      .option('--seed <n>', 'in place of the configuration’s', wholeNumber('--seed'))
      .option('--out <folder>', 'write the three networks there as TensorFlow.js models')
      .option(
        '--sweep',
        'try every temperature with every alpha instead, cross-validated on the training rows',
      )
      .option('--temperatures <list>', 'of the sweep', decimals('--temperatures'), TEMPERATURES)
      .option('--alphas <list>', 'of the sweep', decimals('--alphas'), ALPHAS)
      .option('--cv <folds>', 'of the sweep', wholeNumber('--cv', 2), 5)
      .option('--repeats <n>', 'of the sweep', wholeNumber('--repeats', 1), 1)
      .option(
        '--threads <n>',
        'worker threads, 0 for none (default: one for each core)',
        wholeNumber('--threads'),
      )
      .option('--build <folder>', 'where finished folds are kept', 'build');
  },
  async run([place], options, { onProgress, tasks }) {
    const { modelInputs, readModel } = await import('../../pipeline/model.js');
    const { distillStudy, modelFiles, sweepDistillation, withDistillation } = await import(
      '../../pipeline/study/distill.js'
    );
    const { studyCache } = await import('../../pipeline/run.js');
    const read = readModel(place, options.seed);
    const model = withDistillation(read, changes(options, read.folder));
    if (options.sweep === true) {
      const { temperatures, alphas, cv: folds, repeats, threads } = options;
      const folder = studyCache(options.build, [model]);
      tasks.begin('Sweep temperature and alpha');
      const request = { model, temperatures, alphas, folds, repeats, threads, folder, onProgress };
      const result = await sweepDistillation(request);
      tasks.end(`${result.points.length} points, ${folds * repeats} folds`);
      return { result, text: describeSweep(result), status: 0 };
    }
    const { checkOutput, writeOutput } = await import('../../pipeline/output-folder.js');
    const output =
      options.out === undefined ? undefined : distillationFolder(options.out, modelInputs(model));
    if (output !== undefined) checkOutput(output);
    tasks.begin('Distil');
    const result = await distillStudy(model, onProgress);
    tasks.end(`${result.trainRows} rows`);
    if (output !== undefined) writeOutput(output, modelFiles(result));
    return { result, text: describe(result), status: 0 };
  },
};

const distillationFolder = (folder: string, inputs: readonly string[]): OutputFolder => ({
  folder,
  product: 'distillation',
  seal: 'distillation.json',
  inputs,
  isChosen: true,
});

function changes(options: Options, modelFolder: string) {
  const { hidden, temperature, alpha, epochs, square, teacher, teacherLogits } = options;
  // On a command line a path is relative to where one stands, in a configuration to its file.
  const fromModel = (file: string) => path.relative(modelFolder, file);
  return present({
    hidden,
    temperature,
    alpha,
    epochs,
    scaleByTemperature: square === false ? false : undefined,
    ...(teacher !== undefined && { teacher: fromModel(teacher) }),
    ...(teacherLogits !== undefined && { teacher: { logits: fromModel(teacherLogits) } }),
  });
}

function describe({ networks, temperature, alpha, scaleByTemperature, testRows }: DistillStudy): string {
  const rows = networks.map(({ name, hidden, float, integer, agreement, cost }) => [
    name,
    hidden.join('-'),
    percent(float.accuracy),
    percent(integer.accuracy),
    agreement === null ? '' : percent(agreement),
    `${whole(cost.nonZeros)} of ${whole(cost.parameters)}`,
    whole(cost.interval),
    whole(cost.romBits),
  ]);
  const head = ['', 'hidden', 'accuracy', 'integer', 'as teacher', 'non-zeros', 'cycles', 'ROM bits'];
  const factor = scaleByTemperature ? 'with' : 'without';
  return [
    printTable(head, rows, { numeric: [2, 3, 4, 5, 6, 7] }),
    '',
    `T = ${temperature}, alpha = ${alpha}, ${factor} T²; ${testRows} test samples of one split: see --sweep and evaluate`,
  ].join('\n');
}

function describeSweep({ points, scratch, base, folds, repeats, samples }: DistillationSweep): string {
  const hundredths = (share: number) => (share * 100).toFixed(2);
  const rows = points.map(({ temperature, alpha, accuracy, gain }) => [
    String(temperature),
    String(alpha),
    `${hundredths(accuracy.mean)} ± ${hundredths(accuracy.deviation)}`,
    `${hundredths(gain.difference.mean)} [${hundredths(gain.difference.low)}, ${hundredths(gain.difference.high)}]`,
    gain.pValue.toFixed(3),
  ]);
  return [
    printTable(['T', 'alpha', 'accuracy %', 'over scratch, points', 'p'], rows, { numeric: [0, 1, 2, 3, 4] }),
    '',
    `scratch ${hundredths(scratch.mean)} ± ${hundredths(scratch.deviation)} %, base network ${hundredths(base.mean)} ± ` +
      `${hundredths(base.deviation)} %; ${repeats} × ${folds} folds of the ${samples} training rows`,
  ].join('\n');
}
