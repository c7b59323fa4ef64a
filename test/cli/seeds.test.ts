import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Ended, runCliIn, smallModel } from '../support/cli.js';

describe('a run for each of several seeds', () => {
  let folder: string;
  let ended: Ended;
  beforeAll(async () => {
    folder = smallModel();
    ended = await runCliIn(folder, 'run', '--seeds', '3,4,5', '--json');
  });
  const outcome = () => JSON.parse(ended.stdout);

  it('gives each network’s accuracies and their mean', () => {
    expect(ended.status, ended.stderr).toBe(0);
    const { model, runs, means } = outcome().result;
    expect(model).toBe('small');
    expect(runs.map(({ seed }: { seed: number }) => seed)).toEqual([3, 4, 5]);
    const names = ['float', 'pruned', 'fixed-point'];
    expect(means.map(({ name }: { name: string }) => name)).toEqual(names);
    names.forEach((name, at) => {
      const accuracies = runs.map(
        ({ networks }: { networks: { accuracy: number }[] }) => networks[at].accuracy,
      );
      const mean = accuracies.reduce((sum: number, one: number) => sum + one, 0) / 3;
      expect(means[at]).toMatchObject({ name, count: 3 });
      expect(means[at].mean).toBeCloseTo(mean, 12);
      expect(means[at].high - mean).toBeCloseTo(mean - means[at].low, 12);
    });
  });

  it('leaves each run’s products in a folder of its own, as one of that seed would', async () => {
    await runCliIn(folder, 'run', '--seed', '4', '--until', 'quantize', '--build', 'alone');
    const read = (build: string) =>
      readFileSync(path.join(folder, build, 'small/quantize/network.json'), 'utf8');
    expect(read('build/seed4')).toBe(read('alone'));
    expect(read('build/seed3')).not.toBe(read('alone'));
  });

  it('says whose warnings it gives', () => {
    const places = outcome().warnings.map(({ where }: { where: string }) => where);
    expect(places).toContain('seed 3, training');
    expect(places).toContain('seed 5, training');
  });

  it('keeps what has not changed, and prints a table', async () => {
    const again = await runCliIn(folder, 'run', '--seeds', '3,4,5');
    expect(again.stdout).toMatch(
      /^network +seed 3 +seed 4 +seed 5 +mean +deviation +95 % interval +non-zeros$/m,
    );
    expect(again.stdout).toMatch(/^fixed point( +\d+\.\d\d %){5} +-?\d+\.\d\d % to \d+\.\d\d %( +\d+)/m);
    expect(again.stdout).toMatch(/^seed 4 +build\/seed4\/small$/m);
    expect(again.stderr).toContain('seed 5: ');
    expect(again.stderr).toContain('unchanged');
  });

  it.each([
    ['1,1', 'got "1,1", wanted 1 once [cli/option-value]'],
    ['1,x', 'got "x", wanted a whole number from 0 up [cli/option-value]'],
    ['', 'got "", wanted a whole number from 0 up [cli/option-value]'],
  ])('refuses the seeds "%s"', async (seeds, wanted) => {
    const refused = await runCliIn(folder, 'run', '--json', '--seeds', seeds);
    expect(refused.status).not.toBe(0);
    const { where, got, wanted: want, code } = JSON.parse(refused.stdout).error;
    expect(`${where}: got ${got}, wanted ${want} [${code}]`).toBe(`--seeds: ${wanted}`);
  });
});
