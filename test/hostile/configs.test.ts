import { describe, expect, it } from 'vitest';
import { EspalierError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { readModel } from '../../src/pipeline/model.js';
import { runModel } from '../../src/pipeline/run.js';
import { cloudsCsv, SMALL_MODEL } from '../support/cli.js';
import { type HostileCase, newSandbox, refuseAll } from '../support/hostile.js';
import { mutated } from '../support/mutated.js';

const sandbox = newSandbox('configs');
sandbox.write('data.csv', cloudsCsv(40));

const DATA = 'data: { file: data.csv, label: ripe }\n';
const VALUE = 'pipeline/config-value';
const KEY = 'pipeline/config-key';
const SYNTAX = 'pipeline/config-syntax';

const tenfold = (name: string, of: string) => `${name}: &${name} [${Array(10).fill(of).join(', ')}]\n`;

/** What stands in espalier.yaml, the error's code, and the end of its place. */
type Row = readonly [text: string, code: string, where: string];

const ROWS: readonly Row[] = [
  // The document.
  ['', VALUE, ':1:1, data'],
  ['42\n', VALUE, ':1:1'],
  ['- 1\n', VALUE, ':1:1'],
  ['data: 5\n', VALUE, ':1:7, data'],
  ['data: [data.csv]\n', VALUE, ':1:7, data'],
  ['data: { label: y }\n', VALUE, ', data.file'],
  [`${DATA}seed: "5\n`, SYNTAX, ':3:1'],
  [`${DATA}\tseed: 5\n`, SYNTAX, ':2:1'],
  [`${DATA}${DATA}`, SYNTAX, ':2:1'],
  [`${DATA}---\nseed: 5\n`, SYNTAX, ':2:1'],
  [`${DATA}seed: *nothing\n`, SYNTAX, 'espalier.yaml'],
  [`${DATA}hidden: &h [*h]\n`, SYNTAX, ':2:13'],
  [`${DATA}study: &s { lanes: [1], bits: *s }\n`, SYNTAX, ':2:31'],
  [
    `${tenfold('a', 'x')}${tenfold('b', '*a')}${tenfold('c', '*b')}${tenfold('d', '*c')}${DATA}`,
    SYNTAX,
    'espalier.yaml',
  ],
  [`${DATA}hidden: ${'['.repeat(40)}${']'.repeat(40)}\n`, VALUE, 'hidden[0]'],
  [`${DATA}hidden: ${'['.repeat(30_000)}\n`, SYNTAX, ''],
  [`${DATA}hidden: ${'{a: '.repeat(3000)}1${'}'.repeat(3000)}\n`, SYNTAX, ''],
  [`${DATA}seed: !!js/function x\n`, SYNTAX, ':2:7'],
  [`${DATA}seed: !number 5\n`, SYNTAX, ':2:7'],
  [`${DATA}__proto__: { seed: 1 }\n`, SYNTAX, ':2:1'],
  [`${DATA}? {a: 1}\n: 5\n`, KEY, ''],
  [`${DATA}? [a]\n: 5\n`, KEY, ''],
  [`${DATA}null: 5\n`, KEY, ''],
  [`${DATA}1: 5\n`, KEY, ':1:1'],
  [`${DATA}constructor: 5\n`, KEY, ':2:1'],
  [`${DATA}hiden: [4]\n`, KEY, ':2:1'],
  // Numbers.
  ...[
    '.nan',
    '.inf',
    '-1',
    '0.5',
    '9007199254740993',
    '1e300',
    '"5"',
    'yes',
    'null',
    '[]',
    '0x',
    '1_000',
  ].map((value): Row => [`${DATA}seed: ${value}\n`, VALUE, ':2:7, seed']),
  [`${DATA}hidden: [1e15]\n`, VALUE, 'hidden[0]'],
  [`${DATA}hidden: [0]\n`, VALUE, 'hidden[0]'],
  [`${DATA}hidden: [4, -4]\n`, VALUE, 'hidden[1]'],
  [`${DATA}hidden: [${Array(33).fill(1)}]\n`, VALUE, 'hidden'],
  [`${DATA}hidden: 16\n`, VALUE, 'hidden'],
  [`${DATA}training: { epochs: 1e15 }\n`, VALUE, 'training.epochs'],
  [`${DATA}training: { epochs: many }\n`, VALUE, 'training.epochs'],
  [`${DATA}training: { batchSize: 0 }\n`, VALUE, 'training.batchSize'],
  [`${DATA}training: { learningRate: 0 }\n`, VALUE, 'training.learningRate'],
  [`${DATA}training: { learningRate: .inf }\n`, VALUE, 'training.learningRate'],
  [`${DATA}training: { dropout: 1 }\n`, VALUE, 'training.dropout'],
  [`${DATA}training: { optimizer: addam }\n`, VALUE, 'training.optimizer'],
  [`${DATA}training: { l1: -1 }\n`, VALUE, 'training.l1'],
  [`${DATA}study: { folds: 1 }\n`, VALUE, 'study.folds'],
  [`${DATA}study: { repeats: 1e9 }\n`, VALUE, 'study.repeats'],
  [`${DATA}study: { lanes: [] }\n`, VALUE, 'study.lanes'],
  [`${DATA}simulation: { random: 1e12 }\n`, VALUE, 'simulation.random'],
  [`${DATA}simulation: { engine: modelsim }\n`, VALUE, 'simulation.engine'],
  ['data: { file: data.csv, split: { method: stratified, test: 1 } }\n', VALUE, 'data.split.test'],
  ['data: { file: data.csv, split: { method: random } }\n', VALUE, 'data.split.method'],
  ['data: { file: data.csv, clip: 50 }\n', VALUE, 'data.clip'],
  ['data: { file: "" }\n', VALUE, 'data.file'],
  ['data: { file: "a\\0b" }\n', VALUE, 'data.file'],
  // Names.
  ...['1st', 'a b', '../up', 'a\\0b', '', 'naïve'].map(
    (name): Row => [`${DATA}name: "${name}"\n`, VALUE, ':2:7, name'],
  ),
  ...['w.csv', '{n}/w.csv', '..\\\\{n}.csv', '{n}\\n.csv', 'w{N}.csv'].map(
    (name): Row => [`${DATA}training: { files: { weights: "${name}" } }\n`, VALUE, 'training.files.weights'],
  ),
  // Formats.
  ...['fixed<8>', 'fixed<0,0>', 'fixed<54,1>', 'fixed<8,2000>', 'int8', '8'].map(
    (format): Row => [`${DATA}quantization: { input: "${format}" }\n`, VALUE, 'quantization.input'],
  ),
  [`${DATA}quantization: { input: [] }\n`, VALUE, 'quantization.input'],
  [`${DATA}quantization: { bits: 0 }\n`, VALUE, 'quantization.bits'],
  [`${DATA}quantization: { bits: 33 }\n`, VALUE, 'quantization.bits'],
  [`${DATA}quantization: { rounding: NEAREST }\n`, VALUE, 'quantization.rounding'],
  [
    `${DATA}quantization: { calibration: { method: percentile, percentile: 101 } }\n`,
    VALUE,
    'quantization.calibration.percentile',
  ],
  [`${DATA}hardware: { architecture: systolic }\n`, VALUE, 'hardware.architecture'],
  [`${DATA}hardware: { lanes: 0 }\n`, VALUE, 'hardware.lanes'],
  [`${DATA}hardware: { lanes: 1e16 }\n`, VALUE, 'hardware.lanes'],
  [`${DATA}hardware: { interval: 0 }\n`, VALUE, 'hardware.interval'],
  [`${DATA}hardware: { lanes: 2, interval: 9 }\n`, VALUE, 'hardware.interval'],
  [`${DATA}hardware: { architecture: parallel, lanes: 2 }\n`, KEY, 'hardware'],
  // What members say against each other.
  [`${DATA}pruning: { finalSparsity: [0.5] }\n`, VALUE, ':2:27, pruning.finalSparsity'],
  [`${DATA}pruning: { finalSparsity: [0.5, 0.5, 0.5] }\n`, VALUE, 'pruning.finalSparsity'],
  [`${DATA}pruning: { finalSparsity: [0.5, 1] }\n`, VALUE, 'pruning.finalSparsity[1]'],
  [`${DATA}pruning: { beginStep: 9, endStep: 3 }\n`, VALUE, 'pruning.endStep'],
  [`${DATA}training: { weightDecay: 2000 }\n`, VALUE, 'training.weightDecay'],
  [`${DATA}pruning: { channels: [0.5, 0.5] }\n`, VALUE, 'pruning.channels'],
  [`${DATA}training: { keep: best }\n`, VALUE, 'training.holdOut'],
  [`${DATA}quantizationAware: { patience: 3 }\n`, VALUE, 'quantizationAware.holdOut'],
  [`${DATA}pruning: { weightDecay: 1000 }\n`, VALUE, 'pruning.weightDecay'],
  [`${DATA}training: { files: { weights: "a{n}.csv", bias: "A{n}.csv" } }\n`, VALUE, 'training.files.bias'],
  [`${DATA}pruning: { files: { weights: "w{n}_base.csv" } }\n`, VALUE, 'pruning.files.weights'],
  [`${DATA}quantization: { layers: { hiden: { weights: "fixed<8,1>" } } }\n`, KEY, 'quantization.layers'],
  [`${DATA}hidden: [4, 4]\nquantization: { layers: { hidden: {} } }\n`, KEY, 'quantization.layers'],
  [`${DATA}quantization: { bits: { layers: { first: { weights: 3 } } } }\n`, KEY, 'quantization.bits.layers'],
  [`${DATA}quantization: { bits: { layers: { hidden: { weights: [3, 3] } } } }\n`, VALUE, 'hidden.weights'],
  [
    `${DATA}quantization: { layers: { hidden: { bias: ["fixed<8,1>", "fixed<8,1>"] } } }\n`,
    VALUE,
    'hidden.bias',
  ],
  [
    `${DATA}quantization: { layers: { hidden: { output: { format: ["fixed<8,1>", "fixed<8,1>"] } } } }\n`,
    VALUE,
    'hidden.output.format',
  ],
  [`${DATA}hardware: { lanes: { hidden: 2 } }\n`, VALUE, 'hardware.lanes'],
  [`${DATA}hardware: { layers: { hiden: { lanes: 2 } } }\n`, KEY, 'hardware.layers'],
  [`${DATA}hardware: { layers: { hidden: { engine: systolic } } }\n`, VALUE, 'hardware.layers.hidden.engine'],
  [`${DATA}hardware: { layers: { hidden: { effort: 2 } } }\n`, KEY, 'hardware.layers.hidden'],
  [
    `${DATA}hardware: { layers: { hidden: { engine: parallel, lanes: 2 } } }\n`,
    KEY,
    'hardware.layers.hidden',
  ],
  [`${DATA}hardware: { layers: { hidden: { lanes: 2, interval: 9 } } }\n`, VALUE, 'hidden.interval'],
  [`${DATA}hardware: { layers: { hidden: 2 } }\n`, VALUE, 'hardware.layers.hidden'],
  [`${DATA}quantizationAware: {}\nquantization: { bits: 30 }\n`, VALUE, 'quantization.bits'],
  [`${DATA}quantizationAware: {}\nquantization: { bits: { input: 25 } }\n`, VALUE, 'quantization.bits.input'],
  [`${DATA}quantizationAware: {}\nquantization: { input: "ufixed<30,0>" }\n`, VALUE, 'quantization.input'],
  ['data: { file: data.csv, label: ripe, ignore: [width, ripe] }\n', VALUE, 'data.ignore[1]'],
];

const read = (text: string) => {
  sandbox.write('espalier.yaml', text);
  return readModel(sandbox.folder);
};

refuseAll(
  'espalier.yaml is refused while it is read',
  ROWS.map(
    ([text, code, where]): HostileCase => ({
      name: text.length > 90 ? `${text.slice(0, 90)}… (${text.length})` : text,
      code,
      where,
      act: () => read(text),
    }),
  ),
);

refuseAll(
  'what the table and the configuration say against each other is refused before a training',
  (
    [
      ['data: { file: none.csv, label: ripe }\n', 'file/unreadable', 'none.csv'],
      ['data: { file: ., label: ripe }\n', 'file/unreadable', ''],
      ['data: { file: data.csv, label: kind }\n', 'data/unknown-column', 'data.label'],
      ['data: { file: data.csv }\n', 'data/no-label-column', 'data.csv'],
      ['data: { file: data.csv, label: ripe, ignore: [colour] }\n', 'data/unknown-column', 'data.ignore'],
      ['data: { file: data.csv, label: ripe, positive: maybe }\n', 'data/unknown-label', 'data.positive'],
      ['data: { file: data.csv, label: length }\n', 'data/measured-label', 'column "length"'],
      ['data: { file: data.csv, label: ripe, header: false }\n', 'data/unknown-column', 'data.label'],
      [`${DATA}quantization: { input: ["ufixed<8,0>"] }\n`, 'quantize/units', 'quantization.input'],
      [
        `${DATA}quantization: { layers: { output: { weights: ["fixed<8,1>", "fixed<8,1>"] } } }\n`,
        'quantize/units',
        'output.weights',
      ],
      [
        `${DATA}quantization: { bits: { layers: { output: { activations: [3, 3] } } } }\n`,
        'quantize/units',
        'output.activations',
      ],
      [
        `${DATA}quantization: { probability: { index: "fixed<40,4>" } }\n`,
        'quantize/probability-index',
        'quantization.probability.index',
      ],
      [
        `${DATA}quantization: { probability: { index: ["fixed<4,4>", "fixed<4,4>"] } }\n`,
        'quantize/units',
        'quantization.probability.index',
      ],
    ] as const
  ).map(
    ([text, code, where]): HostileCase => ({
      name: text,
      code,
      where,
      act: async () => {
        read(`${text}training: { epochs: 1000000 }\n`);
        const build = `${sandbox.folder}/build`;
        await runModel({ model: sandbox.folder, build, until: 'quantize', onProgress: () => undefined });
      },
    }),
  ),
);

describe('espalier.yaml with broken bytes', () => {
  it('is read, or refused with a place: 300 of a seed', () => {
    const random = new Random(7, 'configs');
    const good = Buffer.from(
      `${SMALL_MODEL}quantization: { layers: { hidden: { weights: 'fixed<8,2>' } } }\n`,
    );
    for (let run = 0; run < 300; run++) {
      const bytes = mutated(good, random);
      sandbox.write('espalier.yaml', bytes);
      try {
        readModel(sandbox.folder);
      } catch (error) {
        expect(error, bytes.toString('latin1')).toBeInstanceOf(EspalierError);
        expect((error as EspalierError).where).toMatch(/espalier\.yaml/);
      }
    }
  });
});
