import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/hash.js';
import { Random } from '../../src/core/random.js';
import { floatFromJson } from '../../src/float/json.js';
import { networkFromJson } from '../../src/network/json.js';
import { compileWeights } from '../../src/pipeline/compile.js';
import { compileConfig, type Overrides } from '../../src/pipeline/compile-config.js';
import { chainOf } from '../support/chains.js';
import { newFolder } from '../support/cli.js';

/** Weight files of a network in a new folder: kernels as lists of rows. */
function weightsOf(layers: readonly { kernel: readonly (readonly number[])[]; bias: readonly number[] }[]) {
  const folder = path.join(newFolder('compile'), 'w');
  mkdirSync(folder);
  layers.forEach(({ kernel, bias }, at) => {
    writeFileSync(path.join(folder, `w${at + 1}.csv`), kernel.map((row) => row.join(';')).join('\n'));
    writeFileSync(path.join(folder, `b${at + 1}.csv`), bias.join('\n'));
  });
  return folder;
}

/** Class 1 exactly where x < −0.5. */
const smallest = () =>
  weightsOf([
    { kernel: [[-1]], bias: [0] },
    { kernel: [[1]], bias: [-0.5] },
  ]);

function tableOf(rows: readonly (readonly (number | string)[])[], header?: readonly string[]): string {
  const file = path.join(newFolder('table'), 'rows.csv');
  const lines = [...(header === undefined ? [] : [header]), ...rows].map((row) => row.join(','));
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

const compile = (weights: string, overrides: Overrides, tables: object = {}) =>
  compileWeights({ weights: [weights], name: 'net', config: compileConfig(undefined, overrides), ...tables });

describe('a network whose inputs nobody described', () => {
  it('is not compiled', () => {
    expect(() => compile(smallest(), {})).toThrow(
      expect.objectContaining({ code: 'quantize/input-unknown', where: 'inputs of net' }),
    );
  });

  it('is warned of where the inputs stated make it a constant', () => {
    const { manifest, warnings } = compile(smallest(), { input: 'unit' });
    expect(manifest.unreadInputs).toEqual([0]);
    expect(warnings).toEqual([
      {
        code: 'quantize/reads-nothing',
        where: 'net',
        got: 'a design that reads none of its inputs: it always says the same',
        wanted: 'an output that depends on the inputs',
        hint: 'do the inputs take other values than those of ufixed<16,0>? --input and --calibration say which',
      },
      {
        code: 'quantize/untried',
        where: 'net',
        got: 'no samples: its formats were tried on random ones, as if inputs were all that ufixed<16,0> holds',
        wanted: 'samples of what it will see: with inputs in another range it loses what it knows',
        hint: '--data FILE tells the accuracy; --calibration FILE takes the ranges from samples, too',
      },
    ]);
    expect(manifest.warnings).toEqual(warnings);
  });

  it('works with the inputs as they are', () => {
    const rows = Array.from({ length: 61 }, (_, at) => [(at - 30) / 10, at < 25 ? 'low' : 'high']);
    const calibration = tableOf(rows, ['x', 'side']);
    const labelled = compile(smallest(), {}, { calibration, label: 'side' });
    expect(labelled.warnings).toEqual([]);
    expect(labelled.fidelity).toMatchObject({ from: 'calibration', samples: 61, agreement: 1 });
    // Labels are numbered in the order of their letters: high, low.
    expect(labelled.evaluations[0].integer).toMatchObject({
      kind: 'classes',
      confusion: [
        [36, 0],
        [0, 25],
      ],
    });
  });
});

/** Two features of unlike scales, and a network that tells whether a/1000 + b > 1. */
const unlike = () =>
  weightsOf([
    {
      kernel: [
        [0.002, -0.002],
        [2, -2],
      ],
      bias: [-2, 2],
    },
    { kernel: [[1], [-1]], bias: [0] },
  ]);

function unlikeRows(seed: number, count = 300) {
  const random = new Random(seed, 'unlike');
  return Array.from({ length: count }, () => {
    const [a, b] = [Math.round(1000 * random.float()), Number(random.float().toFixed(3))];
    return [a, b, a / 1000 + b > 1 ? 1 : 0];
  });
}

describe('raw features in different units', () => {
  it('are scaled by what the calibration shows, and keep the accuracy at few bits', () => {
    const [calibration, data] = [1, 2].map((seed) => tableOf(unlikeRows(seed), ['area', 'ratio', 'y']));
    const compiled = compile(unlike(), { bits: 8 }, { calibration, data, label: 'y' });
    expect(compiled.warnings).toEqual([]);
    const { minimum, maximum } = compiled.encoder!;
    expect([minimum.every((low) => low < 10), maximum[0] > 990, maximum[1] < 1.001]).toEqual([
      true,
      true,
      true,
    ]);
    const [, tried] = compiled.evaluations;
    expect(tried.samples).toBe(300);
    expect(tried.agreement).toBeGreaterThan(0.98);
    expect(tried.float).toMatchObject({ kind: 'classes', accuracy: 1 });
  });

  it('need a label in one of the two tables only', () => {
    const bare = tableOf(unlikeRows(1).map((row) => row.slice(0, 2)));
    const labelled = tableOf(unlikeRows(2), ['area', 'ratio', 'y']);
    const labels = (calibration: string, data: string) =>
      compile(unlike(), { bits: 8 }, { calibration, data, label: 'y' }).evaluations.map(({ label }) => label);
    expect(labels(bare, labelled)).toEqual(['y']);
    expect(labels(labelled, bare)).toEqual(['y', null]);
    expect(() => labels(bare, bare)).toThrow(
      `${bare}, --label: got "y", wanted one of the columns "column_1", "column_2" [data/unknown-column]`,
    );
  });

  it('outside of the format of the inputs are said to be, and not to want more bits', () => {
    const data = tableOf(unlikeRows(2), ['area', 'ratio', 'y']);
    const { warnings } = compile(unlike(), { input: 'unit' }, { data, label: 'y' });
    const codes = warnings.map(({ code }) => code);
    expect(codes).toEqual(['quantize/disagreement', 'quantize/one-class', 'quantize/out-of-range']);
    expect(warnings[0].hint).toMatch(
      /^input, ufixed<16,0>: [\d.]+ % by it alone; a format that holds its values \(quantize\/out-of-range\)$/,
    );
  });

  it('in one format at as many bits lose it, and that is said', () => {
    const data = tableOf(unlikeRows(2), ['area', 'ratio', 'y']);
    const { warnings, fidelity } = compile(
      unlike(),
      { bits: 8, input: 'ufixed<8,10>' },
      { data, label: 'y' },
    );
    expect(fidelity).toMatchObject({ from: 'data', samples: 300 });
    expect(fidelity?.agreement).toBeLessThan(0.9);
    expect(warnings[0]).toMatchObject({ code: 'quantize/disagreement', wanted: 'at most 1.0 %' });
    expect(warnings[0].hint).toMatch(
      /^input, ufixed<8,10>: [\d.]+ % by it alone; a format with more bits \(--input\)/,
    );
  });
});

describe('given formats that do not hold what is put into them', () => {
  const layers = [
    { kernel: [[-0.75, 1.5]], bias: [275, 0.25] },
    { kernel: [[1], [1]], bias: [0] },
  ];

  it('are warned of with the largest error: wrapped weights, saturated biases and inputs', () => {
    const calibration = tableOf(Array.from({ length: 13 }, (_, at) => [(at - 6) / 2]));
    const { warnings } = compile(
      weightsOf(layers),
      {
        input: 'ufixed<8,0>',
        overflow: 'WRAP',
        format: { 'hidden.weights': 'ufixed<8,1>', 'hidden.bias': 'fixed<16,6>' },
      },
      { calibration },
    );
    const outside = warnings.filter(({ code }) => code === 'quantize/out-of-range');
    expect(outside).toEqual([
      {
        code: 'quantize/out-of-range',
        where: 'hidden.weights',
        got: '1 value outside ufixed<8,1>: -0.75 became 1.25, an error of 2',
        wanted: 'a format that holds them',
        hint: "of that width this one holds them: --format 'hidden.weights=fixed<8,2>'",
      },
      {
        code: 'quantize/out-of-range',
        where: 'hidden.bias',
        got: '1 value outside fixed<16,6>: 275 became 19, an error of 256',
        wanted: 'a format that holds them',
        hint: "of that width this one holds them: --format 'hidden.bias=ufixed<16,9>'",
      },
      {
        code: 'quantize/out-of-range',
        where: 'input',
        got: '11 sample values outside ufixed<8,0>: -3 became 0, an error of 3',
        wanted: 'a format that holds them',
        hint: "of that width this one holds them: --input 'fixed<8,3>'; or no --input, and --calibration FILE",
      },
    ]);
  });

  it('say nothing of a value that is a step too large', () => {
    const weights = weightsOf([{ kernel: [[1], [-1]], bias: [0.25] }]);
    const { warnings } = compile(weights, {
      input: 'ufixed<8,0>',
      format: { 'output.weights': 'fixed<8,1>' },
    });
    expect(warnings.filter(({ code }) => code === 'quantize/out-of-range')).toEqual([]);
  });
});

it('keeps the weights beside the design, and the hashes of what it was made from', () => {
  const { files, manifest } = compile(smallest(), { input: 'fixed<8,3>' });
  const network = networkFromJson(files.get('network.json') as string);
  expect(Object.keys(network.provenance).sort()).toEqual([
    'b1.csv',
    'b2.csv',
    'float.json',
    'w1.csv',
    'w2.csv',
  ]);
  expect(network.provenance['float.json']).toBe(sha256(files.get('float.json') as string));
  expect(manifest.companions?.map(({ file }) => file)).toContain('float.json');
  expect(floatFromJson(files.get('float.json') as string, 'float.json')).toEqual(
    chainOf({
      name: 'net',
      inputs: 1,
      head: 'binary',
      layers: [
        { name: 'hidden', kernel: [[-1]], bias: [0], activation: 'relu' },
        { name: 'output', kernel: [[1]], bias: [-0.5], activation: 'linear' },
      ],
    }),
  );
});

it('says where the weights themselves do not fit a table', () => {
  const data = tableOf([...Array(9)].map((_, at) => [at / 10 - 3, at % 3 === 0 ? 1 : 0]));
  const { warnings } = compile(smallest(), { input: 'fixed<8,3>' }, { data, label: 'column_2' });
  expect(warnings).toContainEqual({
    code: 'pipeline/weights-guess',
    where: data,
    got: 'weights that are right in 33.3 % before anything is rounded; the commonest class is 66.7 %',
    wanted: 'a table as the network was trained on',
    hint: 'are its features scaled as in training, in the same order, and its classes numbered as there?',
  });
});

it('says where the integers lose on the data what they had on the calibration', () => {
  const calibration = tableOf([...Array(9)].map((_, at) => [at / 20 - 0.2]));
  const data = tableOf([-3, -2, -1, 1, 2, 3, -2.5, -1.5].map((x) => [x, x < -0.5 ? 1 : 0]));
  const { warnings } = compile(smallest(), { input: 'fixed<8,3>' }, { calibration, data, label: 'column_2' });
  expect(warnings).toContainEqual({
    code: 'pipeline/data-disagreement',
    where: data,
    got: 'another class than the weights give for 62.5 % of 8 samples: an accuracy of 100.0 % became 37.5 %',
    wanted: 'at most 1.0 %',
    hint: 'formats were chosen on the calibration alone: are its rows like these?',
  });
});
