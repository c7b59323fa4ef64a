import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder, readBytes, readText, writeFileAtomic } from '../../src/core/files.js';
import { replaceFiles } from '../../src/core/owned-folder.js';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const WANTED = 'wanted a place that files can be written to [file/unwritable]';

describe('a folder', () => {
  it('is made with those above it, and may be there already', () => {
    const deep = path.join(folder, 'a', 'b', 'c');
    makeFolder(deep);
    makeFolder(deep);
    expect(existsSync(deep)).toBe(true);
  });

  it('is refused below a file, which is named', () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, 'mine');
    expect(() => makeFolder(path.join(file, 'x', 'y'))).toThrow(
      expect.objectContaining({ message: `${file}: got a file where a folder should be, ${WANTED}` }),
    );
    expect(readFileSync(file, 'utf8')).toBe('mine');
  });

  // Node's recursive mkdir never comes back from here.
  it.runIf(process.platform === 'linux')('is refused where the system makes none', () => {
    const message = `/proc/espalier: got a place where the system makes no folders, ${WANTED}`;
    const refused = expect.objectContaining({ message });
    expect(() => makeFolder('/proc/espalier/build')).toThrow(refused);
    expect(() => writeFileAtomic('/proc/espalier/report.json', '{}')).toThrow(refused);
    const files = new Map([['rtl/a.v', '']]);
    expect(() => replaceFiles('/proc/espalier', 'design', files, 'rtl/a.v')).toThrow(refused);
  });
});

describe('a file', () => {
  it('does not take the place of a folder', () => {
    const place = path.join(folder, 'place');
    makeFolder(place);
    const message = `${place}: got a folder, ${WANTED}`;
    expect(() => writeFileAtomic(place, '{}')).toThrow(expect.objectContaining({ message }));
    expect(readdirSync(folder).filter((name) => name.startsWith('place'))).toEqual(['place']);
  });
});

describe('reading', () => {
  const place = (name: string) => path.join(folder, name);
  const refusal = (message: string) => expect.objectContaining({ message });

  it('gives a text as it stands', () => {
    const text = 'a\r\nß\n';
    writeFileSync(place('text'), text);
    expect(readText(place('text'))).toBe(text);
    expect(Buffer.from(readBytes(place('text'))).toString()).toBe(text);
  });

  it('refuses what is no plain file, without waiting for it', () => {
    const unreadable = (name: string, got: string) =>
      refusal(`${place(name)}: got ${got}, wanted a readable file [file/unreadable]`);
    makeFolder(place('sub'));
    execFileSync('mkfifo', [place('pipe')]);
    expect(() => readBytes(place('sub'))).toThrow(unreadable('sub', 'a folder'));
    expect(() => readText(place('none'))).toThrow(unreadable('none', 'no such file or folder'));
    expect(() => readText(place('pipe'))).toThrow(unreadable('pipe', 'a pipe or a device'));
    expect(() => readBytes('/dev/zero')).toThrow(
      refusal('/dev/zero: got a pipe or a device, wanted a readable file [file/unreadable]'),
    );
    expect(() => readText(place('a\0b'))).toThrow(unreadable('a\\0b', 'a name with a NUL character'));
  });

  it('refuses more than a file of the kind may have before reading it', () => {
    const file = place('large');
    writeFileSync(file, '');
    truncateSync(file, 2 ** 40);
    const wanted = (limit: string) => `wanted at most ${limit} for a file of this kind [file/too-large]`;
    expect(() => readText(file)).toThrow(refusal(`${file}: got 1048576 MiB, ${wanted('256 MiB')}`));
    expect(() => readBytes(file, 2 ** 20)).toThrow(refusal(`${file}: got 1048576 MiB, ${wanted('1 MiB')}`));
    truncateSync(file, 2 ** 20);
    expect(readBytes(file, 2 ** 20).length).toBe(2 ** 20);
  });
});
