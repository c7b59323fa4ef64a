import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliHere, newFolder, SMALL_MODEL, smallModel } from '../support/cli.js';

const KILOBYTES = 64;
const disk = newFolder('disk');
const mount = () =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${KILOBYTES}k`, 'tmpfs', disk]).status === 0;
const unmount = () => spawnSync('umount', [disk]);
/** Only the system's administrator may mount a disk. */
const canMount = mount();
if (canMount) unmount();

let inputs: string;
beforeAll(() => {
  inputs = newFolder('inputs');
  cpSync(path.join(smallModel(SMALL_MODEL), 'models', 'small'), path.join(inputs, 'small'), {
    recursive: true,
  });
  mkdirSync(path.join(inputs, 'w'));
  writeFileSync(path.join(inputs, 'w', 'w1.csv'), '1,-1\n-1,0.5\n');
  writeFileSync(path.join(inputs, 'w', 'b1.csv'), '0.5\n0.25\n');
});
afterAll(unmount);

const compile = (out: string) => [
  ...[
    'compile',
    '--weights',
    path.join(inputs, 'w'),
    '--input',
    'unit',
    '--architecture',
    'parallel',
    '--quiet',
  ],
  ...['--out', out],
];

/** By what is written: the command, and in which folder of the disk the error must say that it is full. */
const CASES: Readonly<Record<string, readonly [argv: () => string[], where: string]>> = {
  'a design': [() => compile(path.join(disk, 'design')), 'design'],
  'the stages of a run': [
    () => ['run', path.join(inputs, 'small'), '--build', disk, '--until', 'data', '--quiet'],
    'small/data',
  ],
  'an export': [
    () => ['export', 'c', path.join(inputs, 'design'), '--out', path.join(disk, 'c'), '--quiet'],
    'c/',
  ],
};

describe.skipIf(!canMount)('a full disk (where this process may mount one)', () => {
  beforeAll(async () => {
    expect((await cliHere(...compile(path.join(inputs, 'design')))).status).toBe(0);
  });

  it.each(Object.entries(CASES))('is told of, and keeps no part of %s', async (_, [argv, where]) => {
    expect(mount()).toBe(true);
    try {
      // Folders and empty files still have room, their contents have none.
      const filler = path.join(disk, 'mine');
      writeFileSync(filler, Buffer.alloc((KILOBYTES - 4) * 1024, 7));
      const { status, stderr } = await cliHere(...argv());
      expect({ status, stderr: stderr.slice(stderr.indexOf('error ')) }).toEqual({
        status: 1,
        stderr: expect.stringMatching(
          new RegExp(
            `^error file/unwritable\n  where   ${path.join(disk, where)}.*\n  got     a full disk\n` +
              '  wanted  a place that files can be written to\n$',
          ),
        ),
      });
      const files = readdirSync(disk, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
      expect(files.map(({ name }) => name).filter((name) => name !== '.espalier.json')).toEqual(['mine']);
      expect(readFileSync(filler).every((byte) => byte === 7)).toBe(true);
    } finally {
      unmount();
    }
  });
});
