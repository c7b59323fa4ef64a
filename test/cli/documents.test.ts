import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands/index.js';
import { STAGE_NAMES } from '../../src/pipeline/stages/index.js';
import { ROOT } from '../support/cli.js';

const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');
const links = (text: string) => [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target]) => target);

const DOCUMENTS = readdirSync(path.join(ROOT, 'docs'))
  .filter((file) => file.endsWith('.md'))
  .map((file) => `docs/${file}`);

describe.each(['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', ...DOCUMENTS])(
  '%s',
  (file) => {
    it('links to files that exist', () => {
      const missing = links(read(file)).filter(
        (target) => !/^https:/.test(target) && !existsSync(path.join(ROOT, path.dirname(file), target)),
      );
      expect(missing).toEqual([]);
    });
  },
);

describe('README.md', () => {
  it('names every command', () => {
    const text = read('README.md');
    const wanted = COMMANDS.map(({ name }) => `espalier ${name}`);
    expect(wanted.filter((name) => !text.includes(name))).toEqual([]);
  });

  it('builds before the first `npx espalier`', () => {
    const lines = read('README.md').split('\n');
    const first = lines.findIndex((line) => line.startsWith('npx espalier'));
    expect(lines[first - 1]).toMatch(/^npm ci && npm run build +# /);
  });
});

describe('docs/models.md', () => {
  it('names every stage', () => {
    const text = read('docs/models.md');
    expect(STAGE_NAMES.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe("README.md's Verilog", () => {
  it('stands so in the reviewed samples', () => {
    const samples = ['serial-3-2-1/rtl/tiny_hidden.v', 'parallel-4-3-2/rtl/sample_hidden.v'].map((file) =>
      read(`test/samples/${file}`),
    );
    const blocks = [...read('README.md').matchAll(/```verilog\n([\s\S]*?)```/g)].map(([, block]) => block);
    expect(blocks.map((block, at) => samples[at].includes(block))).toEqual([true, true]);
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
