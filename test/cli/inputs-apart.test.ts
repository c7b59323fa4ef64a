import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cliHere, filesOf, newFolder, runCliIn, SMALL_MODEL, smallModel } from '../support/cli.js';

/** With a model, weights, samples and a design; made once, copied for each test. */
let all: string;
let place: string;
const at = (...names: string[]) => path.join(place, ...names);

beforeAll(async () => {
  all = newFolder('all');
  cpSync(path.join(smallModel(`${SMALL_MODEL}seed: 3\n`), 'models', 'small'), path.join(all, 'small'), {
    recursive: true,
  });
  mkdirSync(path.join(all, 'w'));
  writeFileSync(path.join(all, 'w', 'w1.csv'), '1,-1\n-1,0.5\n');
  writeFileSync(path.join(all, 'w', 'b1.csv'), '0.5\n0.25\n');
  mkdirSync(path.join(all, 'tables'));
  writeFileSync(path.join(all, 'tables', 'rows.csv'), '0.5,0.25\n0,1\n');
  const made = await cliHere(
    'compile',
    '--weights',
    path.join(all, 'w'),
    '--input',
    'unit',
    '--out',
    path.join(all, 'design'),
  );
  expect(made.status).toBe(0);
});

beforeEach(() => {
  place = newFolder('place');
  cpSync(all, place, { recursive: true });
});

const inOutput = (input: string, output: string) =>
  [
    'error file/input-in-output',
    `  where   ${input}`,
    `  got     an input that lies in ${output}, where the output goes`,
    '  wanted  an output folder without inputs',
    '  hint    choose another place for the output',
    '',
  ].join('\n');
const inInput = (output: string, input: string) =>
  [
    'error file/output-in-input',
    `  where   ${output}`,
    `  got     a place inside ${input}, all of which is an input`,
    '  wanted  a place outside of the inputs',
    '  hint    choose another place for the output',
    '',
  ].join('\n');
const ofProduct = (file: string) =>
  [
    'error file/of-product',
    `  where   ${file}`,
    '  got     a file of a design',
    '  wanted  another name: such files are replaced together, by the command that wrote them',
    '  hint    choose another place for the output',
    '',
  ].join('\n');

/** A command line, and what it says of it; paths from the place. */
type Case = readonly [argv: () => string[], message: () => string];

const CASES: Readonly<Record<string, Case>> = {
  'run into the folder of the model': [
    () => ['run', at('small'), '--build', place],
    () => inOutput(at('small', 'espalier.yaml'), at('small')),
  ],
  'run --study into a folder above the data': [
    () => ['run', at('small'), '--build', place, '--study'],
    () => inOutput(at('small', 'espalier.yaml'), at('small')),
  ],
  'compile into the folder of the weights': [
    () => ['compile', '--weights', at('w'), '--input', 'unit', '--out', at('w')],
    () => inOutput(at('w'), at('w')),
  ],
  'compile into the folder of a weight file': [
    () => ['compile', '--weights', at('w', 'w1.csv'), at('w', 'b1.csv'), '--input', 'unit', '--out', at('w')],
    () => inOutput(at('w', 'w1.csv'), at('w')),
  ],
  'compile into a folder in that of the weights': [
    () => ['compile', '--weights', at('w'), '--input', 'unit', '--out', at('w', 'new', 'design')],
    () => inInput(at('w', 'new', 'design'), at('w')),
  ],
  'compile above the calibration': [
    () => ['compile', '--weights', at('w'), '--calibration', at('tables', 'rows.csv'), '--out', at('tables')],
    () => inOutput(at('tables', 'rows.csv'), at('tables')),
  ],
  'compile above the data': [
    () => [
      'compile',
      '--weights',
      at('w'),
      '--input',
      'unit',
      '--data',
      at('tables', 'rows.csv'),
      '--out',
      at('tables'),
    ],
    () => inOutput(at('tables', 'rows.csv'), at('tables')),
  ],
  'compile above the configuration': [
    () => [
      'compile',
      '--weights',
      at('w'),
      '--input',
      'unit',
      '--config',
      at('small', 'espalier.yaml'),
      '--out',
      at('small'),
    ],
    () => inOutput(at('small', 'espalier.yaml'), at('small')),
  ],
  'emit over the design of its network': [
    () => ['emit', at('design', 'network.json'), '--out', at('design')],
    () => inOutput(at('design', 'network.json'), at('design')),
  ],
  'distill into the folder of the model': [
    () => ['distill', at('small'), '--hidden', '2', '--out', at('small')],
    () => inOutput(at('small', 'espalier.yaml'), at('small')),
  ],
  'export c into the design': [
    () => ['export', 'c', at('design'), '--out', at('design')],
    () => inOutput(at('design'), at('design')),
  ],
  'export c beside its network': [
    () => ['export', 'c', at('design', 'network.json'), '--out', at('design')],
    () => inOutput(at('design', 'network.json'), at('design')),
  ],
  'export c below the design': [
    () => ['export', 'c', at('design'), '--out', at('design', 'c')],
    () => inInput(at('design', 'c'), at('design')),
  ],
  'simulate into the design': [
    () => ['simulate', at('design'), '--random', '5', '--out', at('design')],
    () => inOutput(at('design'), at('design')),
  ],
  'simulate above the data': [
    () => [
      'simulate',
      at('design'),
      '--data',
      at('tables', 'rows.csv'),
      '--random',
      '5',
      '--out',
      at('tables'),
    ],
    () => inOutput(at('tables', 'rows.csv'), at('tables')),
  ],
  'prove over a file of the design': [
    () => ['prove', at('design'), '--out', at('design', 'network.json')],
    () => ofProduct(at('design', 'network.json')),
  ],
  'synth over a file of the design': [
    () => ['synth', at('design'), '--out', at('design', 'manifest.json')],
    () => ofProduct(at('design', 'manifest.json')),
  ],
};

/** Searches, sweeps and cross-validations write into this folder of the build folder. */
const CACHED: Readonly<Record<string, (model: string, build: string) => string[]>> = {
  search: (model, build) => ['search', model, '--build', build],
  evaluate: (model, build) => ['evaluate', model, '--build', build],
  'distill --sweep': (model, build) => ['distill', model, '--hidden', '2', '--sweep', '--build', build],
};

describe('an output lies apart from the inputs, or nothing is written', () => {
  it.each(Object.entries(CASES))('%s', async (_, [argv, message]) => {
    const before = filesOf(place);
    expect(await cliHere(...argv())).toEqual({ status: 1, stdout: '', stderr: message() });
    expect(filesOf(place)).toEqual(before);
  });

  it.each(Object.entries(CACHED))('%s above a model', async (_, argv) => {
    const cache = at('.cache', 'study');
    mkdirSync(at('.cache'));
    cpSync(at('small'), path.join(cache, 'small'), { recursive: true });
    const config = path.join(cache, 'small', 'espalier.yaml');
    expect(await cliHere(...argv(path.join(cache, 'small'), place), '--quiet')).toEqual({
      status: 1,
      stdout: '',
      stderr: inOutput(config, cache),
    });
  });

  it('wherever links lead', async () => {
    symlinkSync(at('w'), at('link'));
    const out = at('link', 'new', 'design');
    const { status, stderr } = await cliHere(
      'compile',
      '--weights',
      at('w'),
      '--input',
      'unit',
      '--out',
      out,
    );
    expect({ status, stderr }).toEqual({ status: 1, stderr: inInput(out, at('w')) });
  });

  it('but build/ may lie in the folder where one stands', async () => {
    expect((await runCliIn(at('small'), 'run', '--until', 'data')).stderr).not.toContain('error');
    expect(
      (await runCliIn(at('w'), 'compile', '--weights', '.', '--input', 'unit', '--name', 'n')).status,
    ).toBe(0);
    expect(
      (await runCliIn(at('design'), 'simulate', '.', '--engine', 'embedded', '--random', '5')).status,
    ).toBe(0);
  });

  it('and a certificate is written beside the design again and again', async () => {
    for (const _ of [1, 2]) expect((await cliHere('prove', at('design'))).status).toBe(0);
  });
});
