import type { Command } from 'commander';
import { percent, whole } from '../../core/number-text.js';
import { present } from '../../core/objects.js';
import type { FileComparison } from '../../pipeline/compare.js';
import { declareActivation, declareArchitecture, kernelsOf } from '../architecture-options.js';
import type { CliCommand } from '../command.js';
import { wholeNumber } from '../option-parsers.js';
import { printTable } from '../table.js';

/** Below it the integer network is not the one that was trained. */
const LEAST_AGREEMENT = 0.99;

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
    ['espalier compare net_qdq.onnx --data test.csv', "beside ONNX's own definition of every operator"],
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
      .option('--seed <n>', 'of random samples', wholeNumber('--seed'), 0);
    declareArchitecture(command);
    declareActivation(command);
  },
  async run([model], { shape, layers, activation, transpose, kernels, design, data, label, random, seed }) {
    const { compareModel } = await import('../../pipeline/compare.js');
    const { weightOptions } = await import('../../pipeline/compile-config.js');
    const { readLayers } = await import('../../pipeline/layers-file.js');
    const { activations } = weightOptions({ activation });
    const stated = layers === undefined ? undefined : readLayers(layers);
    const options = present({ shape, activations, layers: stated, transpose, kernels: kernelsOf(kernels) });
    const comparison = await compareModel({ model, options, design, data, label, random, seed });
    return { result: comparison, text: describe(comparison), status: isSame(comparison) ? 0 : 1 };
  },
};

/** Whole numbers are to be the same; of values as many classes as can be hoped for. */
function isSame({ layers, agreement }: FileComparison): boolean {
  return layers.every(({ differing }) => (differing ?? 0) === 0) && (agreement ?? 1) >= LEAST_AGREEMENT;
}

const number = (value: number) => String(Number(value.toPrecision(3)));

function describe({ original, samples, layers, agreement, accuracy }: FileComparison): string {
  const hasCodes = layers.some(({ differing }) => differing !== null);
  const rows = layers.map((layer) => [
    layer.layer,
    whole(layer.values),
    ...(hasCodes ? [whole(layer.differing ?? 0)] : []),
    number(layer.largestDifference),
    number(layer.meanDifference),
    number(layer.largestValue),
  ]);
  const titles = [
    'layer',
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
    '',
    printTable(titles, rows, { numeric: titles.map((_, at) => at).slice(1) }),
    ...(lines.length === 0 ? [] : ['', ...lines]),
  ].join('\n');
}
