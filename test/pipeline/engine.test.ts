import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ignoreProgress } from '../../src/core/progress.js';
import { type RunOptions, runStages, type Stage } from '../../src/pipeline/engine.js';

let folder: string;
let source: string;
let made: string[];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'espalier-engine-'));
  source = path.join(folder, 'source.txt');
  writeFileSync(source, 'abc');
  made = [];
});

interface Settings {
  readonly factor?: number;
  readonly suffix?: string;
}

/** Three stages: the text's length times a factor, its sign alone, and that sign as text. */
function stages({ factor = 1, suffix = '' }: Settings = {}): Stage[] {
  const stage = (name: string, rest: Pick<Stage, 'after' | 'settings' | 'make'> & Partial<Stage>): Stage => ({
    name,
    title: name,
    room: 'core',
    ...rest,
    make: (inputs, onProgress) => {
      made.push(name);
      return rest.make(inputs, onProgress);
    },
  });
  return [
    stage('length', {
      after: [],
      settings: { factor },
      files: { source },
      make: async () =>
        new Map([['length.json', JSON.stringify(readFileSync(source, 'utf8').length * factor)]]),
    }),
    stage('sign', {
      after: ['length'],
      settings: {},
      make: async (inputs) =>
        new Map([['deep/sign.txt', String(Math.sign(inputs.product('length').json<number>('length.json')))]]),
    }),
    stage('text', {
      after: ['sign'],
      settings: { suffix },
      make: async (inputs) => new Map([['text.txt', inputs.product('sign').text('deep/sign.txt') + suffix]]),
    }),
  ];
}

const build = () => path.join(folder, 'build');
const run = async (list = stages(), options: Partial<RunOptions> = {}) => {
  made = [];
  await runStages(list, { folder: build(), onProgress: ignoreProgress, ...options });
  return made;
};
const bytes = () =>
  readdirSync(build(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => [file, readFileSync(file, 'utf8')]);

describe('running stages', () => {
  it('makes everything once, and then nothing again', async () => {
    expect(await run()).toEqual(['length', 'sign', 'text']);
    const first = bytes();
    expect(first).toHaveLength(6);
    expect(await run()).toEqual([]);
    expect(bytes()).toEqual(first);
  });

  it('makes the same bytes again', async () => {
    await run();
    const first = bytes();
    expect(await run(stages(), { force: true })).toEqual(['length', 'sign', 'text']);
    expect(bytes()).toEqual(first);
  });

  it('runs what a changed setting reaches, and stops where the product stays the same', async () => {
    await run();
    expect(await run(stages({ factor: 2 }))).toEqual(['length', 'sign']);
    expect(await run(stages({ factor: -2 }))).toEqual(['length', 'sign', 'text']);
    expect(await run(stages({ factor: -2, suffix: '!' }))).toEqual(['text']);
  });

  it('runs again when a file that it read has changed', async () => {
    await run();
    writeFileSync(source, 'abcd');
    expect(await run()).toEqual(['length', 'sign']);
  });

  it('notices a product that was edited, lost or added to', async () => {
    await run();
    const first = bytes();
    writeFileSync(path.join(build(), 'sign/deep/sign.txt'), '-1');
    expect(await run()).toEqual(['sign']);
    rmSync(path.join(build(), 'length/length.json'));
    expect(await run()).toEqual(['length']);
    writeFileSync(path.join(build(), 'text/more.txt'), '');
    expect(await run()).toEqual(['text']);
    writeFileSync(path.join(build(), 'text/stage.json'), '{"schema": "espalier/st');
    expect(await run()).toEqual(['text']);
    expect(bytes()).toEqual(first);
  });

  it('runs from a stage on, and until one', async () => {
    await run();
    expect(await run(stages(), { from: 'sign' })).toEqual(['sign', 'text']);
    expect(await run(stages(), { force: true, until: 'sign' })).toEqual(['length', 'sign']);
  });

  it('keeps what was made before a stage failed, and nothing of the failed one', async () => {
    const [length, sign, text] = stages();
    const broken: Stage = { ...sign, make: () => Promise.reject(new Error('no sign')) };
    await expect(run([length, broken, text])).rejects.toThrow('no sign');
    expect(readdirSync(build())).toEqual(['length']);
    expect(await run()).toEqual(['sign', 'text']);
  });

  it('clears away what a killed run left', async () => {
    mkdirSync(path.join(build(), 'length.0123abcd.part'), { recursive: true });
    writeFileSync(path.join(build(), '.lock'), '4194305');
    expect(await run()).toEqual(['length', 'sign', 'text']);
    expect(readdirSync(build()).sort()).toEqual(['length', 'sign', 'text']);
  });

  it('refuses to run beside another run', async () => {
    mkdirSync(build());
    writeFileSync(path.join(build(), '.lock'), String(process.ppid));
    await expect(run()).rejects.toThrow(
      `${build()}: got another run of this model, process ${process.ppid}, wanted one run at a time ` +
        '(wait for it, or give this one another folder with --build) [pipeline/busy]',
    );
    expect(existsSync(path.join(build(), 'length'))).toBe(false);
  });

  it('does not let a stage read what it did not declare', async () => {
    const [length, sign] = stages();
    await expect(run([length, { ...sign, after: [] }])).rejects.toThrow(
      'internal error: sign reads length undeclared',
    );
  });
});
