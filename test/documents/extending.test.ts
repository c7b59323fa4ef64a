import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { networkToJson } from '../../src/network/json.js';
import { ROOT } from '../support/cli.js';
import { randomNetwork } from '../support/networks.js';

const GUIDE = readFileSync(path.join(ROOT, 'docs', 'extending.md'), 'utf8');
/** Beside the sources, so that packages are found. */
const COPY = path.join(ROOT, 'build', `extending-${process.pid}`);

/** Files that the guide gives whole: `path`, a colon, and the text. */
const FILES = [...GUIDE.matchAll(/^`(src\/[^`]+)`:\n\n```ts\n([\s\S]*?)```$/gm)].map(([, file, text]) => ({
  file,
  text,
}));
/** Lines in lists: `LIST` of `path`, a colon, and the import. */
const LINES = [
  ...GUIDE.matchAll(/`([A-Z_]+)` of `(src\/[^`]+)`:\n\n```ts\n(import \{ (\w+) \}.*\n)```$/gm),
].map(([, list, file, line, item]) => ({ list, file, line, item }));
/** The engine's own message. */
const PROBLEM = /```diff\n([\s\S]*?)```/.exec(GUIDE)?.[1] as string;
/** A model file for the importer. */
const MODEL = /```\n(rows 1\n[\s\S]*?)```/.exec(GUIDE)?.[1] as string;
const NETWORK = /```json\n([\s\S]*?)```/.exec(GUIDE)?.[1] as string;

function addLine({ list, file, line, item }: (typeof LINES)[number]): void {
  const place = path.join(COPY, file);
  const text = readFileSync(place, 'utf8');
  const begin = new RegExp(`(export const ${list}\\b[^=]*= \\[)`);
  expect(text).toMatch(begin);
  writeFileSync(place, line + text.replace(begin, `$1${item}, `));
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: COPY,
    encoding: 'utf8',
    env: process.env,
  });
  expect([status, status === 0 ? '' : stdout + stderr], [command, ...args].join(' ')).toEqual([0, '']);
  return stdout;
}

const espalier = (...args: string[]) => run(process.execPath, ['dist/cli/main.js', ...args, '--quiet']);

beforeAll(() => {
  mkdirSync(COPY, { recursive: true });
  for (const entry of ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json']) {
    cpSync(path.join(ROOT, entry), path.join(COPY, entry), { recursive: true });
  }
  for (const entry of ['node_modules', 'rtl', 'sim', 'templates', 'models', 'scripts', 'schemas']) {
    symlinkSync(path.join(ROOT, entry), path.join(COPY, entry));
  }
  for (const { file, text } of FILES) {
    mkdirSync(path.dirname(path.join(COPY, file)), { recursive: true });
    writeFileSync(path.join(COPY, file), text);
  }
  const problems = path.join(COPY, 'src', 'emit', 'problems.ts');
  const message = PROBLEM.replace(/^\+/gm, '');
  writeFileSync(
    problems,
    readFileSync(problems, 'utf8').replace('export const problems = {\n', `$&${message}`),
  );
  LINES.forEach(addLine);
  run(process.execPath, [
    path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    'tsconfig.build.json',
  ]);
}, 120_000);

afterAll(() => rmSync(COPY, { recursive: true, force: true }));

describe('docs/extending.md', () => {
  it('gives every new file its line in a list', () => {
    expect(FILES.map(({ file }) => path.basename(file.replace('/index.ts', ''), '.ts'))).toEqual([
      'scale',
      'direct',
      'blinker',
      'rows',
    ]);
    expect(LINES.map(({ item }) => item)).toEqual(['scale', 'direct', 'blinker', 'rows']);
  });

  it.each(['serial', 'parallel'])(
    'has a kind of layer that becomes Verilog and is proved: %s',
    (architecture) => {
      writeFileSync(path.join(COPY, 'scaled.json'), NETWORK);
      const folder = `scaled-${architecture}`;
      espalier('emit', 'scaled.json', '--architecture', architecture, '--out', folder);
      expect(espalier('simulate', folder, '--engine', 'embedded')).toMatch(/samples differing +0\n/);
      expect(espalier('prove', folder)).toMatch(
        /^proved +for every input, every run of samples and every stall$/m,
      );
    },
  );

  it('has a kind of layer whose random samples mean what they are lowered to', () => {
    writeFileSync(path.join(COPY, 'samples.mjs'), SAMPLES);
    expect(run(process.execPath, ['samples.mjs'])).toBe('200 equal\n');
  });

  it('has an engine whose designs are equal to their networks', () => {
    const random = new Random(1, 'direct');
    for (let round = 0; round < 3; round++) {
      const network = randomNetwork(random);
      const folder = `direct-${round}`;
      writeFileSync(path.join(COPY, `${folder}.json`), networkToJson(network));
      espalier('emit', `${folder}.json`, '--architecture', 'direct', '--beat', '8', '--out', folder);
      expect(espalier('simulate', folder, '--engine', 'embedded', '--random', '200')).toMatch(
        /samples differing +0\n[\s\S]*interval +(\d+) predicted, \1 measured\nlatency +(\d+) predicted, \2 measured/,
      );
      expect(espalier('prove', folder)).toMatch(/^proved +for every input/m);
    }
  });

  it('has a board that is listed', () => {
    expect(espalier('boards')).toContain('Example Blinker');
  });

  it('has a format of model files that becomes Verilog and is proved', () => {
    writeFileSync(path.join(COPY, 'model.rows'), MODEL);
    expect(espalier('import', 'model.rows')).toContain('9 parameters, 6 products a sample\n');
    espalier('compile', 'model.rows', '--input', 'fixed<8,2>', '--bits', '8', '--out', 'imported');
    expect(espalier('prove', 'imported')).toMatch(/^proved +for every input/m);
  });

  it('has a format of model files that refuses what it does not know', () => {
    writeFileSync(path.join(COPY, 'broken.rows'), MODEL.replace('relu', 'swish'));
    const { status, stdout } = spawnSync(
      process.execPath,
      ['dist/cli/main.js', 'import', 'broken.rows', '--json'],
      { cwd: COPY, encoding: 'utf8' },
    );
    expect(status).toBe(1);
    expect(JSON.parse(stdout).error).toEqual({
      code: 'exchange/import-file',
      where: 'broken.rows, layer hidden',
      got: 'swish',
      wanted: 'relu or linear',
    });
  });
});

/** Draws layers of the kind, and compares what each means with the sums that it is lowered to. */
const SAMPLES = `
import { Random } from './dist/core/random.js';
import { finish } from './dist/network/finish.js';
import { scale } from './dist/network/layers/scale.js';
const random = new Random(1, 'extending');
const tensor = { shape: [2], formats: [{ signed: true, width: 6, integer: 6 }, { signed: true, width: 5, integer: 3 }] };
let equal = 0;
for (let round = 0; round < 200; round++) {
  const layer = scale.sample(random, 'scale', [{ name: 'input', tensor }]);
  const codes = [random.integer(-32, 31), random.integer(-16, 15)];
  const meant = scale.evaluator(layer, [tensor])([codes]);
  const lowered = scale.lower(layer, [tensor]).rows.map((row) =>
    finish(row.finish, row.terms.reduce((sum, { input, weight }) => sum + weight * codes[input], row.bias)));
  if (JSON.stringify(meant) === JSON.stringify(lowered)) equal += 1;
}
console.log(equal + ' equal');
`;
