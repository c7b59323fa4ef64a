import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { APPROACHES } from '../../src/emit/architectures.js';
import { CONFIG } from '../../src/pipeline/checked-config.js';
import { readConfig } from '../../src/pipeline/read-config.js';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-config-'));

function read(text: string) {
  const file = path.join(folder, 'espalier.yaml');
  writeFileSync(file, text);
  return readConfig(CONFIG, file, 'espalier.yaml');
}

/** The whole message that a text is refused with. */
function refusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    return (error as Error).message;
  }
  return 'not refused';
}

const architectures = APPROACHES.map(({ name }) => name).join(', ');

const SMALL = 'data: { file: data.csv }\nhidden: [4]\n';

describe('reading espalier.yaml', () => {
  it('fills in the defaults', () => {
    const config = read(SMALL);
    expect(config.data).toEqual({
      file: 'data.csv',
      fitOn: 'train',
      clip: 0,
    });
    expect(config.hidden).toEqual([4]);
    expect(config.pruning).toBeUndefined();
    expect(config.training.files).toEqual({
      weights: 'w{n}_base.csv',
      bias: 'b{n}_base.csv',
      style: 'pandas',
    });
    expect(config.quantization.bits).toBe('auto');
  });

  it('takes layers in place of hidden units, as they are written', () => {
    const layers = '[{ conv: 4, stride: 2 }, { dropout: 0.1 }, { flatten: true }, { dense: 3, name: last }]';
    const config = read(
      `data: { arrays: a.npz }\nlayers: ${layers}\nquantization: { layers: { last: {} } }\n`,
    );
    expect(config.layers).toEqual([
      { conv: 4, stride: 2 },
      { dropout: 0.1 },
      { flatten: true },
      { dense: 3, name: 'last' },
    ]);
    expect([config.hidden, config.training.dropout]).toEqual([undefined, undefined]);
  });

  it('takes the first micro-architecture where only its options stand', () => {
    expect(read(`${SMALL}hardware: { lanes: 2 }\n`).hardware).toMatchObject({
      architecture: 'serial',
      lanes: 2,
    });
  });

  it.each([
    [
      'a kind of layer that there is not, and the likely one',
      'data: { file: a.csv }\nlayers: [{ convv: 4 }]\n',
      'espalier.yaml:2:12, layers[0]: got the unknown key "convv", wanted one of conv, depthwise, maxPool, averagePool, globalPool, batchNorm, activation, upsample, flatten, dense, add, concat, dropout (did you mean conv?) [pipeline/config-key]',
    ],
    [
      'a member that a layer has not',
      'data: { file: a.csv }\nlayers:\n  - { conv: 4, strides: 2 }\n',
      'espalier.yaml:3:16, layers[0]: got the unknown key "strides", wanted one of conv, kernel, stride, dilation, padding, groups, activation, name, from (did you mean stride?) [pipeline/config-key]',
    ],
    [
      'an activation of a layer that there is not',
      'data: { file: a.csv }\nlayers: [{ dense: 4, activation: gauss }]\n',
      'espalier.yaml:2:34, layers[0].activation: got "gauss", wanted linear, relu, relu6, clip:BOUND, or leaky_relu:SLOPE with a slope of m/2^s, such as 1/8; or by a table sigmoid, tanh, hard_sigmoid, hard_swish, silu, elu, selu, gelu, gelu_tanh, mish, softplus, softsign; or {leaky: SLOPE} [pipeline/config-value]',
    ],
    [
      'a name of a layer that is not there',
      'data: { file: a.csv }\nlayers: [{ conv: 4 }, { add: [conv1, imput] }]\n',
      'espalier.yaml:2:30, layers[1].add: got ["conv1","imput"], wanted names of layers before it: "input", "conv1" (did you mean input?) [pipeline/config-value]',
    ],
    [
      'layers beside hidden units',
      `${SMALL}layers: [{ dense: 3 }]\n`,
      'espalier.yaml:2:9, hidden: got [4], wanted hidden or layers, not both [pipeline/config-value]',
    ],
    [
      'two places of the data',
      'data: { file: a.csv, arrays: a.npz }\n',
      'espalier.yaml:1:30, data.arrays: got "a.npz", wanted one of file, arrays, pictures: data.file stands already [pipeline/config-value]',
    ],
    [
      'what only a table has, of arrays',
      'data: { arrays: a.npz, label: digit }\n',
      'espalier.yaml:1:31, data.label: got "digit", wanted nothing: data.arrays has no label [pipeline/config-value]',
    ],
    [
      'a format as HLS writes it, and what it is here',
      `${SMALL}quantization: { input: 'ap_ufixed<8,0>' }\n`,
      'espalier.yaml:3:24, quantization.input: got "ap_ufixed<8,0>", wanted a format such as fixed<8,1> or ufixed<8,0> ' +
        '(did you mean ufixed<8,0>?) [pipeline/config-value]',
    ],
    [
      'a word that may stand for a format, nearly',
      `${SMALL}quantization: { input: uint }\n`,
      'espalier.yaml:3:24, quantization.input: got "uint", wanted a format such as fixed<8,1> or ufixed<8,0> ' +
        '(did you mean unit?) [pipeline/config-value]',
    ],
    [
      'a teacher in integer formats, of a network that has none',
      `${SMALL}quantizationAware: { taught: true }\n`,
      'espalier.yaml:3:30, quantizationAware.taught: got true, wanted false, or deploy: distilled: the teacher is that of the student [pipeline/config-value]',
    ],
    [
      'an unknown key, and the likely one',
      `${SMALL}trainig: { epochs: 3 }\n`,
      'espalier.yaml:3:1: got the unknown key "trainig", wanted one of name, seed, data, hidden, layers, deploy, training, pruning, ' +
        'distillation, quantization, quantizationAware, hardware, simulation, study (did you mean training?) [pipeline/config-key]',
    ],
    [
      'an unknown key in a section',
      `${SMALL}training:\n  epochs: 3\n  batch: 8\n`,
      'espalier.yaml:5:3, training: got the unknown key "batch", wanted one of activation, epochs, batchSize, optimizer, ' +
        'learningRate, schedule, weightDecay, augment, keep, patience, l1, dropout, holdOut, backend, files [pipeline/config-key]',
    ],
    [
      'an unknown key in a chosen variant',
      'data:\n  file: data.csv\n  split: { method: sklearn, sed: 42 }\nhidden: [4]\n',
      'espalier.yaml:3:29, data.split: got the unknown key "sed", wanted one of method, test, seed ' +
        '(did you mean seed?) [pipeline/config-key]',
    ],
    [
      'a word for a number',
      `${SMALL}training:\n  epochs: many\n`,
      'espalier.yaml:4:11, training.epochs: got "many", wanted auto or a whole number from 1 to 1000000 [pipeline/config-value]',
    ],
    [
      'a mistyped word beside numbers',
      `${SMALL}training:\n  epochs: atuo\n`,
      'espalier.yaml:4:11, training.epochs: got "atuo", wanted auto or a whole number from 1 to 1000000 (did you mean auto?) ' +
        '[pipeline/config-value]',
    ],
    [
      'a number where a word stands for one too',
      `${SMALL}training:\n  epochs: 0\n`,
      'espalier.yaml:4:11, training.epochs: got 0, wanted a whole number from 1 to 1000000 [pipeline/config-value]',
    ],
    [
      'a number out of range',
      `${SMALL}pruning: { power: 0 }\n`,
      'espalier.yaml:3:19, pruning.power: got 0, wanted a number above 0 [pipeline/config-value]',
    ],
    [
      'a mistyped choice',
      `${SMALL.replace('csv', 'csv, fitOn: al')}`,
      'espalier.yaml:1:32, data.fitOn: got "al", wanted one of train, all (did you mean all?) [pipeline/config-value]',
    ],
    [
      'a method that there is not',
      `${SMALL.replace('csv', 'csv, split: { method: sklern }')}`,
      'espalier.yaml:1:42, data.split.method: got "sklern", wanted one of stratified, keras, sklearn ' +
        '(did you mean sklearn?) [pipeline/config-value]',
    ],
    [
      'an item of a list',
      'data: { file: data.csv }\nhidden:\n  - 4\n  - 0\n',
      'espalier.yaml:4:5, hidden[1]: got 0, wanted a whole number from 1 to 8192 [pipeline/config-value]',
    ],
    [
      'a missing value',
      'data: { ignore: [id] }\n',
      'espalier.yaml:1:7, data.file: got nothing, wanted a file name, or in its place data.arrays or data.pictures [pipeline/config-value]',
    ],
    [
      'a format that is none',
      `${SMALL}quantization:\n  layers:\n    hidden: { weights: fixed<8.1> }\n`,
      'espalier.yaml:5:24, quantization.layers.hidden.weights: got "fixed<8.1>", wanted a format such as fixed<8,1> ' +
        'or ufixed<8,0> (did you mean fixed<8,1>?) [pipeline/config-value]',
    ],
    [
      'a format that is too wide',
      `${SMALL}quantization: { input: 'fixed<60,1>' }\n`,
      'espalier.yaml:3:24, quantization.input: got "fixed<60,1>", wanted a format such as fixed<8,1> or ufixed<8,0> ' +
        '[pipeline/config-value]',
    ],
    [
      'formats of a layer that there is not',
      `${SMALL}quantization:\n  layers:\n    hiden: { weights: "fixed<8,1>" }\n`,
      'espalier.yaml:5:5, quantization.layers: got the unknown key "hiden", wanted one of hidden, output ' +
        '(did you mean hidden?) [pipeline/config-key]',
    ],
    [
      'an option that the micro-architecture does not have',
      `${SMALL}hardware: { architecture: serial, lane: 2 }\n`,
      'espalier.yaml:3:35, hardware: got the unknown key "lane", wanted one of multipliers, lanes, interval, maps, operands, stream, inputs, board, layers, architecture ' +
        '(did you mean lanes?) [pipeline/config-key]',
    ],
    [
      'an option that the micro-architecture does not have, where none is named',
      `${SMALL}hardware: { lane: 2 }\n`,
      'espalier.yaml:3:13, hardware: got the unknown key "lane", wanted one of multipliers, lanes, interval, maps, operands, stream, inputs, board, layers, architecture ' +
        '(did you mean lanes?) [pipeline/config-key]',
    ],
    [
      'a micro-architecture that there is not',
      `${SMALL}hardware: { architecture: seriel }\n`,
      `espalier.yaml:3:27, hardware.architecture: got "seriel", wanted one of ${architectures} ` +
        '(did you mean serial?) [pipeline/config-value]',
    ],
    [
      'an unknown key beside a format',
      `${SMALL}quantization:\n  layers:\n    hidden: { weights: { format: "fixed<8,1>", rouding: TRN } }\n`,
      'espalier.yaml:5:48, quantization.layers.hidden.weights: got the unknown key "rouding", wanted one of format, ' +
        'rounding, overflow (did you mean rounding?) [pipeline/config-key]',
    ],
    [
      'a list where a section belongs',
      `${SMALL}training: [1]\n`,
      'espalier.yaml:3:11, training: got [1], wanted a section with keys [pipeline/config-value]',
    ],
    [
      'a file name with folders',
      `${SMALL}training: { files: { weights: "a/w{n}.csv" } }\n`,
      'espalier.yaml:3:31, training.files.weights: got "a/w{n}.csv", wanted a file name with {n} for the number of ' +
        'the layer, without folders [pipeline/config-value]',
    ],
    [
      'broken YAML',
      'data: { file: data.csv\nhidden: 3\n',
      'espalier.yaml:2:1: got Flow map in block collection must be sufficiently indented and end with a }, wanted a ' +
        'YAML document [pipeline/config-syntax]',
    ],
    [
      'the same key twice',
      `${SMALL}seed: 1\nseed: 2\n`,
      'espalier.yaml:4:1: got Map keys must be unique, wanted a YAML document [pipeline/config-syntax]',
    ],
    [
      'an empty file',
      '',
      'espalier.yaml:1:1, data: got nothing, wanted a section with keys [pipeline/config-value]',
    ],
  ])('refuses %s', (_, text, message) => {
    expect(refusal(text)).toBe(message);
  });

  it('refuses a file that is not there', () => {
    expect(() => readConfig(CONFIG, path.join(folder, 'none.yaml'), 'none.yaml')).toThrow(
      `${path.join(folder, 'none.yaml')}: got no such file or folder, wanted a readable file [file/unreadable]`,
    );
  });
});
