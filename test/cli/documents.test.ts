import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { STAGE_NAMES } from '../../src/pipeline/stages/index.js';
import { ROOT } from '../support/cli.js';

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const links = (text: string) => [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target]) => target);

describe.each(['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md'])('%s', (file) => {
  it('links to files that exist', () => {
    const missing = links(read(file)).filter(
      (target) => !/^https:/.test(target) && !existsSync(path.join(ROOT, target)),
    );
    expect(missing).toEqual([]);
  });
});

describe('README.md', () => {
  it('names every command and every stage', () => {
    const text = read('README.md');
    const wanted = [
      ...COMMANDS.map(({ name }) => `espalier ${name}`),
      ...STAGE_NAMES.map((name) => `\`${name}\``),
    ];
    expect(wanted.filter((name) => !text.includes(name))).toEqual([]);
  });

  it('builds before the first `npx espalier`', () => {
    const lines = read('README.md').split('\n');
    const first = lines.findIndex((line) => line.startsWith('npx espalier'));
    expect(lines[first - 1]).toMatch(/^npm ci && npm run build +# /);
  });
});

describe('ARCHITECTURE.md', () => {
  it('gives a reason for every dependency', () => {
    const { dependencies, optionalDependencies, devDependencies } = JSON.parse(read('package.json'));
    const text = read('ARCHITECTURE.md').replace('`-backend-wasm`, `-backend-cpu`', (names) =>
      names.replaceAll('`-', '`@tensorflow/tfjs-'),
    );
    const packages = Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies });
    expect(packages.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it('leads to every stage and every list', () => {
    const targets = links(read('ARCHITECTURE.md'));
    const stages = STAGE_NAMES.map((name) => `src/pipeline/stages/${name}.ts`);
    expect(stages.filter((stage) => !targets.includes(stage))).toEqual([]);
    expect(targets.every((target) => statSync(path.join(ROOT, target)) !== undefined)).toBe(true);
  });
});
