import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { shown } from '../../src/core/errors.js';
import * as library from '../../src/index.js';
import { filesOf } from '../support/cli.js';
import { type HostileCase, newSandbox, refuseAll } from '../support/hostile.js';
import { messageOf } from '../support/messages.js';

const sandbox = newSandbox('library');
sandbox.write('weights/w1.csv', '0.5,1.5\n-2,1\n');
sandbox.write('weights/b1.csv', '0.25,-1\n');
const WEIGHTS = path.join(sandbox.folder, 'weights');
const DESIGN = path.join(sandbox.folder, 'design');

const FOLDER = path.join(sandbox.folder, 'd');

const config = library.compileConfig(undefined, { input: 'unit', bits: 8 });
const float = library.readWeights([WEIGHTS], { name: 'net' });
const { network } = library.quantizeNetwork({ network: float }, [], config.quantization);
const GENERATOR = { version: '0', command: 'test' };
const serial = { architecture: 'serial' };
library.writeDesign(DESIGN, library.emitDesign(network, serial, GENERATOR));

/** Callers without types. */
type Anything = (...args: unknown[]) => unknown;
const FUNCTIONS = { ...library };
const call = (name: keyof typeof library, ...args: unknown[]) => (FUNCTIONS[name] as Anything)(...args);

const ARGUMENT = 'library/argument';
const onProgress = () => undefined;
const model = { name: 'm', file: 'espalier.yaml', folder: '.', place: 'm', command: 'c', config: {} };
const request = { folds: 2, repeats: 1, folder: 'f', onProgress, model };

const CIRCLE: Record<string, unknown> = {};
CIRCLE.itself = CIRCLE;

/** Function, arguments, place, code. */
type Row = readonly [name: keyof typeof library, args: readonly unknown[], where: string, code?: string];

const ROWS: readonly Row[] = [
  ['parseFormat', [], 'parseFormat, text'],
  ['parseFormat', [8], 'parseFormat, text'],
  ['parseFormat', ['fixed<8>'], 'format', 'fixed/format-syntax'],
  ['parseFormat', ['fixed<99,1>'], 'format', 'fixed/format-width'],
  ['parseFormat', ['fixed<8,1>', 'here', 'more'], 'parseFormat'],
  ['printFormat', [null], 'printFormat, format'],
  ['printFormat', [{ signed: true, width: Number.NaN, integer: 1 }], 'printFormat, format.width'],
  ['printFormat', [{ signed: true, width: 8, integer: 5000 }], 'printFormat, format'],
  ['printFormat', [{ signed: 1, width: 8, integer: 1 }], 'printFormat, format.signed'],
  ['networkFromJson', [], 'networkFromJson, text'],
  ['networkFromJson', [new Uint8Array(3)], 'networkFromJson, text'],
  ['networkFromJson', ['{}'], 'network.json.schema', 'network/schema'],
  ['networkFromJson', ['{'], 'network.json', 'network/schema'],
  ['networkToJson', [null], 'networkToJson, network'],
  ['networkToJson', [{}], 'networkToJson, network.input'],
  ['networkToJson', [{ ...network, layers: [] }], 'networkToJson, network'],
  ['networkToJson', [{ ...network, layers: [{ kind: 'dense' }] }], 'networkToJson, network'],
  ['networkToJson', [{ ...network, name: '../net' }], 'networkToJson, network'],
  ['networkToJson', [{ ...network, head: { kind: 'argmin' } }], 'networkToJson, network'],
  ['referenceModel', [3n], 'referenceModel, network'],
  ['referenceModel', [CIRCLE], 'referenceModel, network.input'],
  ['readWeights', [WEIGHTS, { name: 'net' }], 'readWeights, sources'],
  ['readWeights', [[], { name: 'net' }], 'readWeights, sources'],
  ['readWeights', [[WEIGHTS]], 'readWeights, options'],
  ['readWeights', [[WEIGHTS], { name: 'a b' }], 'readWeights, options.name'],
  ['readWeights', [[WEIGHTS], { name: 'net', head: 'softmax' }], 'readWeights, options.head'],
  ['readWeights', [[WEIGHTS], { name: 'net', sett: 'x' }], 'readWeights, options.sett'],
  ['compileConfig', [], 'compileConfig, overrides'],
  ['compileConfig', [7, {}], 'compileConfig, file'],
  ['compileConfig', [undefined, { bits: Number.NaN }], 'compileConfig, overrides.bits'],
  ['compileConfig', [undefined, { bits: 0 }], 'compileConfig, overrides.bits'],
  ['compileConfig', [undefined, { bits: 33 }], 'compileConfig, overrides.bits'],
  ['compileConfig', [undefined, { lanes: 0 }], 'compileConfig, overrides.lanes'],
  ['compileConfig', [undefined, { lanse: 2 }], 'compileConfig, overrides.lanse'],
  ['compileConfig', [undefined, { effort: 4 }], 'compileConfig, overrides.effort'],
  ['compileConfig', [undefined, { input: 'u8' }], 'compileConfig, overrides.input'],
  ['compileConfig', [undefined, { rounding: 'UP' }], 'compileConfig, overrides.rounding'],
  ['compileConfig', [undefined, { format: { hidden: 'fixed<8,1>' } }], '--format', 'cli/option-value'],
  ['compileConfig', [undefined, { format: 'fixed<8,1>' }], 'compileConfig, overrides.format'],
  ['compileWeights', [], 'compileWeights, request'],
  ['compileWeights', [{ weights: WEIGHTS, name: 'net', config }], 'compileWeights, request.weights'],
  ['compileWeights', [{ weights: [WEIGHTS], name: '../n', config }], 'compileWeights, request.name'],
  [
    'compileWeights',
    [{ weights: [WEIGHTS], name: 'net', config: {} }],
    'compileWeights, request.config.quantization',
  ],
  [
    'compileWeights',
    [{ weights: [WEIGHTS], name: 'net', config: { ...config, hardware: undefined } }],
    'compileWeights, request.config.hardware',
  ],
  ['emitDesign', [], 'emitDesign, network'],
  ['emitDesign', [network], 'emitDesign, hardware'],
  ['emitDesign', [network, {}, GENERATOR], 'emitDesign, hardware.architecture'],
  ['emitDesign', [network, serial], 'emitDesign, generator'],
  ['emitDesign', [network, serial, {}], 'emitDesign, generator.version'],
  [
    'emitDesign',
    [network, { architecture: 'systolic' }, GENERATOR],
    'hardware.architecture',
    'hardware/architecture',
  ],
  ['emitDesign', [network, { ...serial, lanes: 0 }, GENERATOR], 'hardware.lanes', 'hardware/option'],
  ['emitDesign', [network, { ...serial, lanes: Number.NaN }, GENERATOR], 'hardware.lanes', 'hardware/option'],
  ['emitDesign', [network, { ...serial, lanse: 1 }, GENERATOR], 'hardware.lanse', 'hardware/unknown-option'],
  ['writeDesign', [], 'writeDesign, folder'],
  ['writeDesign', ['', new Map()], 'writeDesign, folder'],
  ['writeDesign', [FOLDER, {}], 'writeDesign, files'],
  ['writeDesign', [FOLDER, new Map()], 'writeDesign, files'],
  ...['../x', 'a/../../x', '/tmp/x', 'C:\\x', 'a\0b', '', './x', 'a//b'].map(
    (file): Row => [
      'writeDesign',
      [
        'd',
        new Map([
          ['manifest.json', '{}'],
          [file, ''],
        ]),
      ],
      'writeDesign, files',
    ],
  ),
  ['writeDesign', [FOLDER, new Map<string, unknown>([['manifest.json', 5]])], 'writeDesign, files'],
  ['simulate', [], 'simulate, folder'],
  ['simulate', [DESIGN, null], 'simulate, options'],
  ['simulate', [DESIGN, { seed: -1 }], 'simulate, options.seed'],
  ['simulate', [DESIGN, { random: 1e300 }], 'simulate, options.random'],
  ['simulate', [DESIGN, { random: Number.NaN }], 'simulate, options.random'],
  ['simulate', [DESIGN, { threads: 0.5 }], 'simulate, options.threads'],
  ['simulate', [DESIGN, { engine: 'modelsim' }], 'engine', 'cosim/option'],
  ['simulate', [DESIGN, { engine: 'embedded', stalls: 'some' }], 'stalls', 'cosim/option'],
  ['simulate', [DESIGN, { engine: 'embedded', rows: [[1]] }], 'data row 0', 'network/row-width'],
  ['simulate', [DESIGN, { rows: 'x' }], 'simulate, options.rows'],
  ['simulate', [DESIGN, { onProgress: 'x' }], 'simulate, options.onProgress'],
  ['simulate', [sandbox.folder], sandbox.folder, 'emit/not-a-design'],
  ['readModel', [null], 'readModel, place'],
  ['readModel', [sandbox.folder], sandbox.folder, 'pipeline/model-missing'],
  ['readModel', ['.', -1], 'readModel, seed'],
  ['runModel', [], 'runModel, request'],
  ['runModel', [{}], 'runModel, request.onProgress'],
  ['runModel', [{ onProgress, seed: 0.5 }], 'runModel, request.seed'],
  ['runModel', [{ onProgress, force: 'yes' }], 'runModel, request.force'],
  ['runModel', [{ onProgress, model: sandbox.folder }], sandbox.folder, 'pipeline/model-missing'],
  ['compareStudy', [{}], 'compareStudy, request.model'],
  ['compareStudy', [{ model, folder: 'f', onProgress }], 'compareStudy, request.model.config'],
  ['crossValidate', [{ ...request, subjects: [] }], 'crossValidate, request.subjects'],
  ['crossValidate', [{ subjects: [{}], folds: 2, repeats: 1 }], 'crossValidate, request.subjects[0].name'],
  ['distillStudy', [{}], 'distillStudy, model.name'],
  ['distillStudy', [model, onProgress], 'distillStudy, model.config'],
  ['sweepDistillation', [], 'sweepDistillation, request'],
  ['sweepDistillation', [{ ...request, temperatures: [0] }], 'sweepDistillation, request.model.config'],
  ['evaluateRecipes', [{ folds: 1 }], 'evaluateRecipes, request.folds'],
  ['evaluateRecipes', [{ folds: 2, repeats: 0 }], 'evaluateRecipes, request.repeats'],
  ['evaluateRecipes', [{ folds: 2, repeats: 1, variants: [] }], 'evaluateRecipes, request.variants'],
  ['searchWidths', [{}], 'searchWidths, request.model'],
  ['quantizeNetwork', [], 'quantizeNetwork, source'],
  ['quantizeNetwork', [{ network: float }], 'quantizeNetwork, rows'],
  ['quantizeNetwork', [{ network: float }, [['a']], config.quantization], 'quantizeNetwork, rows[0][0]'],
  ['quantizeNetwork', [{ network: float }, [], {}], 'quantizeNetwork, config'],
  [
    'quantizeNetwork',
    [{ network: { ...float, inputs: 3 } }, [], config.quantization],
    'quantizeNetwork, source.network',
  ],
  [
    'quantizeNetwork',
    [{ network: { ...float, head: 'binary' } }, [], config.quantization],
    'quantizeNetwork, source.network',
  ],
  [
    'quantizeNetwork',
    [{ network: float }, [[1]], config.quantization],
    'calibration row 0',
    'quantize/row-width',
  ],
  ['quantizeAware', [{ network: float }, {}, config.quantization], 'quantizeAware, samples.features'],
  [
    'quantizeAware',
    [{ network: float }, { features: [[1, 0]], labels: [0, 1], classes: ['a', 'b'] }, config.quantization],
    'quantizeAware, samples',
  ],
  [
    'quantizeAware',
    [{ network: float }, { features: [[1, 0]], labels: [2], classes: ['a', 'b'] }, config.quantization],
    'quantizeAware, samples',
  ],
  [
    'quantizeAware',
    [
      { network: float },
      { features: [[1, 0]], labels: [0], classes: ['a', 'b'] },
      config.quantization,
      { epochs: 0 },
    ],
    'epochs',
    'learn/option',
  ],
];

const told = (args: readonly unknown[]) =>
  args
    .map((value) => shown(value instanceof Map ? [...value] : value))
    .map((text) => (text.length > 60 ? `${text.slice(0, 60)}…` : text))
    .join(', ')
    .replaceAll(sandbox.folder, 'BOX');

refuseAll(
  'the library’s functions refuse',
  ROWS.map(
    ([name, args, where, code = ARGUMENT], at): HostileCase => ({
      name: `${at}: ${name}(${told(args)})`,
      code,
      where,
      act: () => call(name, ...args),
    }),
  ),
);

describe('the library', () => {
  it('refuses codes that are none', () => {
    const run = library.referenceModel(network);
    expect(messageOf(() => (run as Anything)('10'))).toBe(
      'referenceModel(network), codes: got "10", wanted a list of codes [library/argument]',
    );
    expect(messageOf(() => run([0, Number.NaN]))).toBe(
      'net: input 1: got NaN, wanted a whole number from 0 to 255 (ufixed<8,0>) [network/code-out-of-range]',
    );
  });

  it('says what was wanted of a network', () => {
    expect(messageOf(() => library.networkToJson({ ...network, labels: 5 } as never))).toBe(
      'networkToJson, network.labels: got 5, wanted a list of names [library/argument]',
    );
    const odd = { ...network, layers: [{ ...network.layers[0], name: '1st' }] };
    expect(messageOf(() => library.networkToJson(odd))).toMatch(
      /, wanted a network, as networkFromJson gives it \(network\.layers\[0\]\.name: got "1st", wanted letters, digits and underscores, beginning with a letter\) \[library\/argument\]$/,
    );
  });

  it('has written nothing', () => {
    sandbox.expectNothingOutside();
    const design = [...filesOf(sandbox.folder).keys()].filter((file) => !/^(?:weights|design)\//.test(file));
    expect(design).toEqual([]);
  });
});
