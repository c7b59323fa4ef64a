import { type Command, Option } from 'commander';
import { percent, whole } from '../../core/number-text.js';
import { present } from '../../core/objects.js';
import { type FileComparison, RUNTIMES } from '../../pipeline/comparison.js';
import { declareActivation, declareArchitecture, kernelsOf } from '../architecture-options.js';
import type { CliCommand } from '../command.js';
import { wholeNumber } from '../option-parsers.js';
import { printTable } from '../table.js';

/** A trained network beside what became of it. */
export const compare: CliCommand = {
  name: 'compare',
  summary: 'the original file beside the integer network, layer by layer',
  examples: [
    [
      'espalier compare net.onnx --design build/net --data test.csv',
      'a float network beside the design that `compile` made of it',
    ],
    ['espalier compare net_int8.tflite', 'a network of whole numbers beside LiteRT, on random samples'],
    ['espalier compare net_qdq.onnx --data test.csv', 'beside ONNX Runtime, where it is installed'],
  ],
  declare(command: Command) {
    command
      .argument('<model>', 'a file of any format in docs/import.md, known by its contents')
      .option('--design <folder>', 'that was made of it; a file of whole numbers needs none')
      .option('--data <file>', 'CSV of samples as the network was trained on')
      .option('--label <column>', 'the label in them, where they do not tell')
      .option(
        '--random <n>',
        'samples of a file of whole numbers without --data',
        wholeNumber('--random', 1),
        20,
      )
      .option('--seed <n>', 'of random samples', wholeNumber('--seed'), 0)
      .addOption(
        new Option(
          '--runtime <program>',
          'what runs the original: the program that it is for, or our own evaluation (without it: the program where it ' +
            'is installed)',
        ).choices(RUNTIMES),
      );
    declareArchitecture(command);
    command.option(
      '--input <format>',
      'of the input, where neither a file of whole numbers nor a design says it',
    );
    declareActivation(command);
  },
  async run([model], { shape, layers, activation, transpose, kernels, input: format, ...request }) {
    const { compareModel } = await import('../../pipeline/compare.js');
    const { weightOptions } = await import('../../pipeline/compile-config.js');
    const { readLayers } = await import('../../pipeline/layers-file.js');
    const { parseFormat } = await import('../../fixed/format.js');
    const { activations } = weightOptions({ activation });
    const stated = layers === undefined ? undefined : readLayers(layers);
    const input = format === undefined ? undefined : parseFormat(format, '--input');
    const options = present({
      ...{ shape, activations, layers: stated, transpose, kernels: kernelsOf(kernels), input },
    });
    const { design, data, label, random, seed, runtime } = request;
    const { warnings, ...comparison } = await compareModel({
      ...{ model, options, design, data, label, random, seed, runtime },
    });
    const status = warnings.length === 0 ? 0 : 1;
    return { result: comparison, text: describe(comparison), status, warnings };
  },
};

const number = (value: number) => String(Number(value.toPrecision(3)));

function describe({
  original,
  instead,
  samples,
  layers,
  agreement,
  accuracy,
}: Omit<FileComparison, 'warnings'>): string {
  const hasCodes = layers.some(({ differing }) => differing !== null);
  const isMixed = layers.some((layer) => layer.original !== original);
  const rows = layers.map((layer) => [
    layer.layer,
    ...(isMixed ? [layer.original] : []),
    whole(layer.values),
    ...(hasCodes ? [layer.differing === null ? '' : whole(layer.differing)] : []),
    number(layer.largestDifference),
    number(layer.meanDifference),
    number(layer.largestValue),
  ]);
  const titles = [
    'layer',
    ...(isMixed ? ['original in'] : []),
    'values',
    ...(hasCodes ? ['other codes'] : []),
    'largest difference',
    'mean difference',
    'largest value',
  ];
  const lines = [
    ...(agreement === null ? [] : [`same class in ${percent(agreement)} of ${whole(samples)} samples`]),
    ...(accuracy === null
      ? []
      : [`accuracy ${percent(accuracy.original)} of the original, ${percent(accuracy.integer)} here`]),
  ];
  return [
    `the original in ${original} beside the integer network, ${whole(samples)} samples`,
    ...(instead === null ? [] : [`these are our own numbers, since ${instead}`]),
    '',
    printTable(titles, rows, { numeric: titles.map((_, at) => at).slice(isMixed ? 2 : 1) }),
    ...(lines.length === 0 ? [] : ['', ...lines]),
  ].join('\n');
}
