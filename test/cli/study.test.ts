import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliHere } from '../support/cli.js';
import { StudyFolder } from '../support/study.js';

let folder: StudyFolder;
let model: string;
beforeAll(() => {
  folder = new StudyFolder();
  model = folder.writeModel('line');
});
afterAll(() => folder.remove());

/** Runs a command of the study in this process, in one thread. */
const cli = (command: string, ...words: string[]) =>
  cliHere(command, model, ...words, '--threads', '0', '--build', folder.at('build'));

describe('espalier evaluate', () => {
  it('prints a table with intervals, and each comparison in words', async () => {
    const { status, stdout, stderr } = await cli('evaluate', '--cv', '3', '--variants', 'pruned-qat,base');
    expect(status).toBe(0);
    // Lines of progress follow where it takes long.
    expect(stderr).toMatch(/^Cross-validate: 3 folds\n/);
    expect(stdout).toMatch(/^variant +accuracy ± sd \[95 % interval\] +sensitivity +specificity +ROC AUC/);
    expect(stdout).toMatch(/\npruned-qat +\d+\.\d\d ± \d+\.\d\d % \[\d+\.\d\d, \d+\.\d\d\]/);
    expect(stdout).toContain(
      '\n1 × 3 folds of 90 samples, stratified; intervals by the corrected resampled t-test\n',
    );
    expect(stdout).toMatch(
      /\npruned-qat − base: [+−]\d+\.\d\d points \[.+\], p = \d\.\d{3}; better in \d folds/,
    );
  });

  it('gives the folds as JSON', async () => {
    const { stdout } = await cli('evaluate', '--cv', '3', '--variants', 'base', '--json');
    const { ok, result } = JSON.parse(stdout);
    expect(ok).toBe(true);
    expect(result.subjects[0].results).toHaveLength(3);
  });
});

describe('espalier distill', () => {
  it('prints teacher, distilled and scratch with their hardware', async () => {
    const { status, stdout } = await cli('distill', '--hidden', '3', '--temperature', '4', '--no-square');
    expect(status).toBe(0);
    expect(stdout).toMatch(/\nteacher +4 +[\d.]+ % +[\d.]+ % +100\.0 % +\d+ of 21 +\d+ +\d+\n/);
    expect(stdout).toMatch(/\nscratch +3 +[\d.]+ % +[\d.]+ % +[\d.]+ % +\d+ of 16 +\d+ +\d+\n/);
    expect(stdout).toContain('\nT = 4, alpha = 0.1, without T²; 22 test samples of one split');
  });

  it('prints a sweep', async () => {
    const words = ['--sweep', '--temperatures', '2', '--alphas', '0,0.5', '--cv', '2'];
    const { status, stdout } = await cli('distill', ...words);
    expect(status).toBe(0);
    expect(stdout).toMatch(/\n2 +0 +\d+\.\d\d ± \d+\.\d\d +-?\d+\.\d\d \[.+\] +\d\.\d{3}\n/);
    expect(stdout).toMatch(
      /\nscratch \d+\.\d\d ± \d+\.\d\d %, base network \d+\.\d\d ± \d+\.\d\d %; 1 × 2 folds of the \d+ training rows\n$/,
    );
  });
});

describe('espalier search', () => {
  it('prints the way and the widths as espalier.yaml takes them', async () => {
    const { status, stdout } = await cli('search', '--margin', '0.02', '--cv', '3', '--level', 'unit');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^level +narrower +bits +accuracy %\n/);
    expect(stdout).toMatch(/\nnetwork +all +\d+ +\d+\.\d\d\n/);
    expect(stdout).toMatch(
      /\nquantization:\n {2}bits: \{ input: \d+, layers: \{ hidden: \{ weights: .+ \} \} \}\n$/,
    );
  });
});
