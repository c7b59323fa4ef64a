import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { makeFolder, writeFileAtomic, writeFolderAtomic } from '../../src/core/files.js';

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
    expect(() => writeFolderAtomic('/proc/espalier', new Map([['a', 'b']]))).toThrow(refused);
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
