import path from 'node:path';
import { type Command, Option } from 'commander';
import { whole } from '../../core/number-text.js';
import { present } from '../../core/objects.js';
import { MAX_CHOSEN_WIDTH } from '../../fixed/format.js';
import { OVERFLOWS, ROUNDINGS } from '../../fixed/requantize.js';
import { accountLines } from '../../pipeline/account.js';
import type { Compiled, FileIntegers } from '../../pipeline/compile.js';
import { describeEstimate } from '../../report/summary.js';
import { declareActivation, declareArchitecture, kernelsName, kernelsOf } from '../architecture-options.js';
import type { CliCommand, Options } from '../command.js';
import { commandLine } from '../command-line.js';
import { designLines } from '../design-lines.js';
import { evaluationLines, fidelityLines } from '../fidelity-text.js';
import { declareHardware } from '../hardware-options.js';
import { meaningLines } from '../meaning-text.js';
import { assignments, assignmentsOr, wholeNumber } from '../option-parsers.js';
import { problems } from '../problems.js';
import { streamText } from '../stream-text.js';
import { cycles, printTable } from '../table.js';

/** Where a design went is not in the design, nor is any machine's path. */
const OPTION_KINDS = {
  silent: ['out', 'json', 'quiet'],
  paths: ['weights', 'config', 'calibration', 'data', 'layers'],
};

/** What is said of files of weights alone, and what of models. */
const WEIGHT_OPTIONS = ['set', 'bias', 'scale', 'codes'];
const MODEL_OPTIONS = ['shape', 'layers', 'kernels'];

/** Weight CSVs of anybody's → a design. */
export const compile: CliCommand = {
  name: 'compile',
  summary: 'Verilog from a trained network: a file of another tool, or weights in CSV files',
  examples: [
    ['espalier compile net.onnx --calibration rows.csv', 'whatever the file is, it is known by its contents'],
    ['espalier compile net.pt --activation relu', 'a chain of Linear layers from a PyTorch state_dict'],
    [
      'espalier compile --weights weights/ --calibration rows.csv',
      'formats chosen from weights and samples; design in build/weights',
    ],
    [
      'espalier compile --weights weights/ --input unit --set pruned --lanes 4',
      'w1_pruned.csv, b1_pruned.csv, … on 4 multipliers',
    ],
    [
      "espalier compile --weights w1.csv b1.csv --bits 8 --input 'ufixed<8,0>'",
      'widths and input format as given',
    ],
    [
      "espalier compile --weights weights/ --input unit --format 'hidden.weights=fixed<8,2>'",
      'codes on a known grid stay as they are',
    ],
  ],
  declare(command: Command) {
    command
      .argument('[model]', 'a trained network in any format of docs/import.md; instead of --weights')
      .option(
        '--weights <paths...>',
        'a folder of weights in CSV, .npy, .mem or .mif files, or the files: w1.csv, b1.csv, …; instead of a model',
      )
      .option('--set <name>', 'of several sets in the folder the files whose name ends so')
      .option('--no-bias', 'layers without a bias file have no bias')
      .option(
        '--scale <factor>',
        'what the numbers in the files are multiplied with: 2^-8 for codes with 8 fraction bits; of some alone: ' +
          'bias=2^-16, hidden.weights=2^-6; repeatable',
        assignmentsOr('all', '--scale', 'FACTOR or PLACE=FACTOR, such as 2^-8 or bias=2^-16'),
      )
      .option(
        '--codes <[place=]format>',
        'of words in .mif and .mem files, and of the tensors then: fixed<16,4>; of some alone: bias=fixed<16,5>; repeatable',
        assignmentsOr('all', '--codes', 'FORMAT or PLACE=FORMAT, such as fixed<16,4> or bias=fixed<16,5>'),
      )
      .option('--config <file>', 'an espalier.yaml: its quantization, hardware and name; options win')
      .option('--out <folder>', 'where the design goes (default: build/NAME)')
      .option(
        '--name <name>',
        'name of the network and the top module (default: the folder of the weights, and the set)',
      )
      .addOption(new Option('--head <kind>', 'what the outputs say').choices(['binary', 'argmax', 'values']))
      .option('--calibration <file>', 'CSV of samples as the network was trained on: formats follow from it')
      .option('--data <file>', 'CSV of samples that the design is tried on, beside the weights')
      .option('--label <column>', 'the label in them, or in one of them, where they do not tell')
      .option(
        '--bits <width>',
        'width of every format that is not given',
        wholeNumber('--bits', 1, MAX_CHOSEN_WIDTH),
      )
      .option('--input <format>', 'format of the inputs, such as ufixed<8,0>; unit: they lie in 0…1')
      .option(
        '--format <layer.tensor=format>',
        'of weights, bias or output of a layer; repeatable',
        assignments('--format', 'LAYER.TENSOR=FORMAT, such as hidden.weights=fixed<8,1>'),
      )
      .addOption(new Option('--rounding <mode>', 'wherever none is stated').choices(ROUNDINGS))
      .addOption(new Option('--overflow <mode>', 'wherever none is stated').choices(OVERFLOWS))
      .option('--probability', 'the sigmoid of the logit by table');
    declareArchitecture(command);
    declareActivation(command, " (of CSV files' layers without it: relu)");
    declareHardware(command);
  },
  async run([model], options) {
    checkSources(model, options);
    const { compileWeights } = await import('../../pipeline/compile.js');
    const { compileConfig, nameOf, weightOptions } = await import('../../pipeline/compile-config.js');
    const { checkOutput, designFolder, writeOutput } = await import('../../pipeline/output-folder.js');
    const { blocking } = await import('../../core/early-exit.js');
    const config = compileConfig(options.config, options);
    const { set, head, calibration, data, label, weights = [] } = options;
    const name = options.name ?? config.name ?? nameOf(model ?? weights[0], set);
    const folder = options.out ?? path.join('build', name);
    const inputs = [...weights, model, options.config, options.layers, calibration, data].filter(
      (file) => file !== undefined,
    );
    const output = designFolder(folder, { inputs, isChosen: options.out !== undefined });
    checkOutput(output);
    // An option that negates is there, and true, where nobody wrote it.
    const { bias, ...others } = options;
    const program = model === undefined ? 'espalier compile' : `espalier compile ${path.basename(model)}`;
    const shape = options.shape?.join('x');
    const command = commandLine(program, present({ ...(bias ? others : options), shape }), OPTION_KINDS);
    const { files, warnings, ...facts } = blocking(() =>
      compileWeights({
        weights,
        model,
        shape: options.shape,
        layers: options.layers,
        kernels: kernelsOf(options.kernels),
        set,
        head,
        calibration,
        data,
        label,
        ...weightOptions(options),
        name,
        config,
        command,
      }),
    );
    writeOutput(output, files);
    const result = { folder, files: [...files.keys()].sort(), ...facts };
    return { result, text: describe(folder, facts), status: 0, warnings };
  },
};

/** One source, and what is said of it. @throws cli/usage */
function checkSources(model: string | undefined, options: Options): void {
  const refuse = (got: string) => problems.usage('espalier compile', got);
  if (options.weights === undefined && model === undefined) throw refuse('no model and no --weights');
  if (options.weights !== undefined && model !== undefined) throw refuse('a model, and --weights');
  const [others, source] = model === undefined ? [MODEL_OPTIONS, '--weights'] : [WEIGHT_OPTIONS, 'a model'];
  const isStated = (name: string) => (name === 'bias' ? !options.bias : options[name] !== undefined);
  const other = others.find(isStated);
  if (other !== undefined) throw refuse(`${source}, and --${other === 'bias' ? 'no-bias' : other}`);
}

function describe(folder: string, compiled: Omit<Compiled, 'files' | 'warnings'>): string {
  const { manifest, tensors, account, encoder, integers, fidelity, evaluations, nonZeros, parameters } =
    compiled;
  const { timing, roms, estimate, stream } = manifest;
  const bits = roms.reduce((sum, rom) => sum + rom.width * rom.depth, 0);
  return [
    ...accountLines(account),
    '',
    tensorTable(tensors),
    '',
    ...(integers === null ? inputLines(tensors, encoder) : [...integerLines(integers), '']),
    ...(fidelity === null ? [] : [...fidelityLines(fidelity), '']),
    ...evaluations.flatMap((evaluation) => [...evaluationLines(evaluation), '']),
    `${whole(nonZeros)} of ${whole(parameters)} parameters are not zero; ${whole(bits)} ROM bits`,
    `one inference every ${cycles(timing.interval)}, after ${whole(timing.latency)}`,
    streamText(stream),
    ...(estimate === undefined
      ? []
      : [`${describeEstimate(estimate)} on ${estimate.target} by the cost model, before synthesis`]),
    '',
    ...designLines(folder, manifest),
  ].join('\n');
}

/** What the codes of a file's own network mean. */
function integerLines({ meanings, kernels }: FileIntegers): string[] {
  return [
    // Those of all tensors are `import`'s to tell.
    ...meaningLines([meanings[0], meanings[meanings.length - 1]]),
    '',
    `sums are scaled as ${kernelsName(kernels)} does (--kernels); the integers are the file's own`,
  ];
}

/** What was taken for granted of the inputs. */
function inputLines(tensors: Compiled['tensors'], encoder: Compiled['encoder']): string[] {
  const { from } = tensors.find(({ tensor }) => tensor === 'input')!;
  if (encoder !== null) {
    return [
      'features are in different units: each is scaled to 0…1 first, by its range in the calibration (input.encoder)',
    ];
  }
  return from === 'unit' ? ['inputs are taken to lie in 0…1, as --input unit says'] : [];
}

/** Every tensor's format, and what rounding the weights to it lost. */
function tensorTable(tensors: Compiled['tensors']): string {
  const head = ['layer', 'tensor', 'format', 'from', 'largest error', 'saturated', 'became zero'];
  const rows = tensors.map(({ layer, tensor, format, from, maxError, saturated, vanished, nonZeros }) => [
    layer,
    tensor,
    typeof format === 'string' ? format : `${format.length} formats, one per unit`,
    from,
    maxError?.toExponential(1) ?? '',
    saturated === undefined ? '' : whole(saturated),
    vanished === undefined || nonZeros === undefined ? '' : `${whole(vanished)} of ${whole(nonZeros)}`,
  ]);
  return printTable(head, rows, { numeric: [4, 5, 6] });
}
