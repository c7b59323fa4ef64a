import { type Command, Option } from 'commander';
import { whole } from '../../core/number-text.js';
import { LEVELS } from '../../pipeline/study/search.js';
import type { Widths } from '../../quantize/options.js';
import type { WidthSearch } from '../../report/study-data.js';
import type { CliCommand } from '../command.js';
import { decimal, wholeNumber } from '../option-parsers.js';
import { printTable } from '../table.js';

/** The smallest widths that keep the accuracy. */
export const search: CliCommand = {
  name: 'search',
  summary: 'find the smallest widths, per layer or per unit, that keep the accuracy within a margin',
  examples: [
    ['espalier search models/wdbc --margin 0.005', 'after training; half a point of accuracy may be lost'],
    ['espalier search --method qat --level unit', 'trained on in every format tried; down to single units'],
  ],
  kept: 'finished folds are kept, and the next run goes on from there',
  declare(command: Command) {
    command
      .argument('[model]', 'folder with an espalier.yaml (default: this one, or the only one in models/)')
      .option('--margin <share>', 'of accuracy that may be lost', decimal('--margin'), 0.005)
      .addOption(
        new Option('--method <name>', 'how a network is quantized').choices(['ptq', 'qat']).default('ptq'),
      )
      .addOption(new Option('--level <name>', 'how fine the widths are').choices(LEVELS).default('layer'))
      .addOption(
        new Option('--weights <name>', 'which network (default: as the model is run)').choices([
          'base',
          'pruned',
        ]),
      )
      .option(
        '--cv <folds>',
        'folds of the training rows that accuracy is measured on',
        wholeNumber('--cv', 2),
        5,
      )
      .option('--repeats <n>', 'repeats, each with other folds', wholeNumber('--repeats', 1), 1)
      .option('--seed <n>', 'in place of the configuration’s', wholeNumber('--seed'))
      .option(
        '--threads <n>',
        'worker threads, 0 for none (default: one for each core)',
        wholeNumber('--threads'),
      )
      .option('--build <folder>', 'where what has been tried is kept', 'build');
  },
  async run([place], options, { onProgress, tasks }) {
    const { readModel } = await import('../../pipeline/model.js');
    const { searchWidths } = await import('../../pipeline/study/search.js');
    const { studyCache } = await import('../../pipeline/run.js');
    const { margin, method, level, cv: folds, repeats, seed, threads, build } = options;
    const model = readModel(place, seed);
    const weights = options.weights ?? (model.config.pruning === undefined ? 'base' : 'pruned');
    const folder = studyCache(build, [model]);
    tasks.begin('Search widths');
    const { warnings, ...result } = await searchWidths({
      model,
      weights,
      method,
      margin,
      level,
      folds,
      repeats,
      threads,
      folder,
      onProgress,
    });
    tasks.end(`${result.steps.length} tried`);
    return { result, text: describe(result), status: 0, warnings };
  },
};

function describe({
  float,
  steps,
  widths,
  bits,
  accuracy,
  margin,
  method,
}: Omit<WidthSearch, 'warnings'>): string {
  const rows = steps
    .filter(({ taken }) => taken)
    .map((step) => [step.level, step.change, whole(step.bits), hundredths(step.accuracy.mean)]);
  return [
    printTable(['level', 'narrower', 'bits', 'accuracy %'], rows, { numeric: [2, 3] }),
    '',
    `float ${hundredths(float.mean)} %; ${method} within ${hundredths(margin)} points: ${hundredths(accuracy.mean)} % with ` +
      `${whole(bits)} bits of inputs, weights and activations`,
    'quantization:',
    `  bits: ${printWidths(widths)}`,
  ].join('\n');
}

const hundredths = (share: number) => (share * 100).toFixed(2);

/** In YAML, as espalier.yaml takes it. */
function printWidths({ input, layers }: Widths): string {
  const own = Object.entries(layers).map(([name, { weights, activations }]) => {
    const members = [
      `weights: ${JSON.stringify(weights).replaceAll(',', ', ')}`,
      ...(activations === undefined ? [] : [`activations: ${JSON.stringify(activations)}`]),
    ];
    return `${name}: { ${members.join(', ')} }`;
  });
  return `{ input: ${input}, layers: { ${own.join(', ')} } }`;
}
