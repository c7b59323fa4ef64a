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
import { claim } from '../../src/core/lock.js';
import { addFile } from '../../src/core/owned-folder.js';
import { ourMark } from '../../src/core/process-mark.js';
import { ignoreProgress } from '../../src/core/progress.js';
import { type RunOptions, type RunStage, runStages } from '../../src/pipeline/engine.js';

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
function stages({ factor = 1, suffix = '' }: Settings = {}): RunStage[] {
  const stage = (
    name: string,
    rest: Pick<RunStage, 'after' | 'settings' | 'make'> & Partial<RunStage>,
  ): RunStage => ({
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
  await runStages(list, {
    folder: build(),
    checkpoints: path.join(folder, 'unfinished'),
    onProgress: ignoreProgress,
    ...options,
  });
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
    expect(first).toHaveLength(9);
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

  it('makes again what was lost of a product', async () => {
    await run();
    const first = bytes();
    rmSync(path.join(build(), 'length/length.json'));
    expect(await run()).toEqual(['length']);
    rmSync(path.join(build(), 'text/stage.json'));
    expect(await run()).toEqual(['text']);
    expect(bytes()).toEqual(first);
  });

  it('neither replaces what somebody edited nor works on beside it', async () => {
    await run();
    const file = path.join(build(), 'sign/deep/sign.txt');
    writeFileSync(file, '-1');
    await expect(run(stages({ factor: 2 }))).rejects.toThrow(
      `${file}: got other bytes than Espalier wrote, wanted the file as it was written, or none: what was edited is ` +
        'never replaced or removed (move it away or delete it, and it is written again) [file/edited]',
    );
    expect(made).toEqual([]);
    expect(readFileSync(file, 'utf8')).toBe('-1');
    rmSync(file);
    expect(await run()).toEqual(['sign']);
  });

  it('refuses a folder of a stage that holds files of others, before any work', async () => {
    mkdirSync(path.join(build(), 'sign/deep'), { recursive: true });
    const files = ['sign/sign.txt', 'sign/deep/mine'].map((name) => path.join(build(), name));
    for (const file of files) writeFileSync(file, 'mine');
    await expect(run()).rejects.toThrow(
      `${path.join(build(), 'sign')}: got files that this command did not write: "deep/mine", "sign.txt", wanted a new ` +
        'folder, an empty one, or one with an older output of this command, which is replaced (choose another folder, ' +
        'or move them away) [pipeline/output-folder]',
    );
    expect(made).toEqual([]);
    expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(['mine', 'mine']);
  });

  it('refuses a folder with an input in it, before it makes anything', async () => {
    const [length, ...rest] = stages();
    const refused = (input: string) =>
      `${input}: got an input that lies in ${build()}, where the output goes, ` +
      'wanted an output folder without inputs (choose another place for the output) [file/input-in-output]';
    const source = path.join(build(), 'source.txt');
    await expect(run([{ ...length, files: { source } }, ...rest])).rejects.toThrow(refused(source));
    await expect(run(stages(), { inputs: [build()] })).rejects.toThrow(refused(build()));
    expect(existsSync(build())).toBe(false);
  });

  it('leaves alone what another command laid beside a product, and drops it with the product', async () => {
    await run();
    const guest = path.join(build(), 'text/proof.json');
    addFile(guest, 'proved');
    expect(await run()).toEqual([]);
    expect(readFileSync(guest, 'utf8')).toBe('proved');
    expect(await run(stages({ suffix: '?' }))).toEqual(['text']);
    expect(existsSync(guest)).toBe(false);
  });

  it('runs from a stage on, and until one', async () => {
    await run();
    expect(await run(stages(), { from: 'sign' })).toEqual(['sign', 'text']);
    expect(await run(stages(), { force: true, until: 'sign' })).toEqual(['length', 'sign']);
  });

  it('keeps what was made before a stage failed, and nothing of the failed one', async () => {
    const [length, sign, text] = stages();
    const broken: RunStage = { ...sign, make: () => Promise.reject(new Error('no sign')) };
    await expect(run([length, broken, text])).rejects.toThrow('no sign');
    expect(readdirSync(build())).toEqual(['length']);
    expect(await run()).toEqual(['sign', 'text']);
  });

  it('clears away what a killed run left, and nothing that only looks like it', async () => {
    const [gone, ours] = ['4194305-1', ourMark().split('-').slice(0, 2).join('-')].map((process) => {
      return `.espalier-${process}-${ourMark().split('-')[2]}-0123abcd.part`;
    });
    for (const name of [gone, ours, 'length.0123abcd.part']) {
      mkdirSync(path.join(build(), name), { recursive: true });
    }
    expect(await run()).toEqual(['length', 'sign', 'text']);
    expect(readdirSync(build()).sort()).toEqual([ours, 'length', 'length.0123abcd.part', 'sign', 'text']);
  });

  it('refuses to run beside another run', async () => {
    const claimed = claim(build(), '.espalier.running');
    await expect(run()).rejects.toThrow(
      `${build()}: got another run of this model, process ${process.pid}, wanted one run at a time ` +
        '(wait for it, or give this one another folder with --build) [pipeline/busy]',
    );
    expect(existsSync(path.join(build(), 'length'))).toBe(false);
    if ('release' in claimed) claimed.release();
    expect(await run()).toEqual(['length', 'sign', 'text']);
  });

  it('does not let a stage read what it did not declare', async () => {
    const [length, sign] = stages();
    await expect(run([length, { ...sign, after: [] }])).rejects.toThrow(
      'internal error: sign reads length undeclared',
    );
  });
});
