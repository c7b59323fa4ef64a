import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  addFile,
  addFiles,
  checkFiles,
  ownershipOf,
  removeFile,
  replaceFiles,
} from '../../src/core/owned-folder.js';
import { workerFile } from '../../src/core/threads.js';

let above: string;
let folder: string;
beforeEach(() => {
  above = mkdtempSync(path.join(tmpdir(), 'espalier-owned-'));
  folder = path.join(above, 'out');
});
afterEach(() => rmSync(above, { recursive: true }));

const at = (name: string) => path.join(folder, name);
const text = (name: string) => readFileSync(at(name), 'utf8');
/** A user's. */
const put = (name: string, content = 'mine') => {
  mkdirSync(path.dirname(at(name)), { recursive: true });
  writeFileSync(at(name), content);
};
const OLD = new Map([
  ['seal', 'old'],
  ['deep/a', 'old a'],
  ['gone/b', 'old b'],
]);
const NEW = new Map([
  ['seal', 'new'],
  ['deep/a', 'new a'],
  ['c', 'new c'],
]);
const replace = (files: ReadonlyMap<string, string>) => replaceFiles(folder, 'thing', files, 'seal');

const FOREIGN =
  'got something that Espalier did not write, wanted a name that is free: what was not written by Espalier is never ' +
  'replaced (move it away, or choose another place for the output) [file/foreign]';

describe('a folder whose files are replaced', () => {
  it('is new, and then holds the new files beside those of others', () => {
    replace(OLD);
    put('deep/mine');
    put('notes.txt');
    replace(NEW);
    const { own, edited, foreign, product } = ownershipOf(folder);
    expect(own.toSorted()).toEqual(['c', 'deep/a', 'seal']);
    expect({ edited, foreign, product }).toEqual({
      edited: [],
      foreign: ['deep/mine', 'notes.txt'],
      product: 'thing',
    });
    expect([...NEW].map(([name]) => text(name))).toEqual([...NEW.values()]);
    expect(existsSync(at('gone'))).toBe(false);
    expect(readdirSync(above)).toEqual(['out']);
    expect(readdirSync(folder).sort()).toEqual(['.espalier.json', 'c', 'deep', 'notes.txt', 'seal']);
  });

  it('keeps what would be in the way of a new file, and everything else as it was', () => {
    replace(OLD);
    put('c');
    expect(() => replace(NEW)).toThrow(`${at('c')}: ${FOREIGN}`);
    expect([text('c'), text('seal'), text('gone/b')]).toEqual(['mine', 'old', 'old b']);
  });

  it('keeps links, where they lie and where they lead', () => {
    replace(OLD);
    mkdirSync(path.join(above, 'elsewhere'));
    writeFileSync(path.join(above, 'elsewhere', 'a'), 'mine');
    rmSync(at('deep'), { recursive: true });
    symlinkSync('../elsewhere', at('deep'));
    expect(() => replace(NEW)).toThrow(`${at('deep')}: ${FOREIGN}`);
    rmSync(at('deep'));
    symlinkSync('../elsewhere/a', at('c'));
    expect(() => replace(NEW)).toThrow(`${at('c')}: ${FOREIGN}`);
    expect(readlinkSync(at('c'))).toBe('../elsewhere/a');
    expect(readFileSync(path.join(above, 'elsewhere', 'a'), 'utf8')).toBe('mine');
  });

  it('keeps what was edited, also where no new file is to come', () => {
    replace(OLD);
    put('gone/b', 'edited');
    put('seal', 'edited');
    expect(() => replace(NEW)).toThrow(
      `${at('gone/b')}: got other bytes than Espalier wrote, as in ${JSON.stringify(at('seal'))}, wanted the file as it ` +
        'was written, or none: what was edited is never replaced or removed (move it away or delete it, and it is ' +
        'written again) [file/edited]',
    );
    expect([text('gone/b'), text('deep/a')]).toEqual(['edited', 'old a']);
  });

  it.each([
    ['no JSON', 'mine'],
    ['another shape', '{"schema": "espalier/written", "version": 1, "files": []}'],
    [
      'paths that lead out',
      `{"schema": "espalier/written", "version": 1, "files": {"../x": "${'0'.repeat(64)}"}}`,
    ],
  ])('has no record of ours where it holds %s', (_, content) => {
    put('.espalier.json', content);
    expect(() => replace(NEW)).toThrow(`${at('.espalier.json')}: ${FOREIGN}`);
    expect(readdirSync(folder)).toEqual(['.espalier.json']);
  });

  it('stays as it was where the disk is full or refuses', () => {
    writeFileSync(folder, 'mine');
    expect(() => replace(NEW)).toThrow(
      `${folder}: got a file where a folder should be, wanted a place that files can be written to [file/unwritable]`,
    );
    expect(readFileSync(folder, 'utf8')).toBe('mine');
  });

  it('loses nothing of the user’s when it is killed at any moment, and can be replaced again', async () => {
    replace(OLD);
    put('deep/mine');
    const before = path.join(above, 'before');
    const survives = async (first: number, until: number) => {
      const [code, signal] = await once(replacing({ first, until }), 'exit');
      expect([code, signal]).toEqual([null, 'SIGKILL']);
      const { edited, foreign } = ownershipOf(folder);
      expect({ edited, foreign }).toEqual({ edited: [], foreign: ['deep/mine'] });
      if (existsSync(at('seal'))) {
        const files = text('seal') === 'old' ? OLD : NEW;
        expect([...files.keys()].map(text)).toEqual([...files.values()]);
      }
    };
    const copy = (from: string, to: string) => {
      rmSync(to, { recursive: true, force: true });
      cpSync(from, to, { recursive: true, verbatimSymlinks: true });
    };
    // The record, two files, the seal, the record again. Each death is followed by another one.
    for (const until of [1, 2, 3, 4, 5]) {
      await survives(1, until);
      copy(folder, before);
      for (const again of [1, 2, 3, 4, 5]) {
        for (const first of [0, 1]) {
          await survives(first, again);
          copy(before, folder);
        }
      }
    }
    // As another process would, which has not looked for leftovers yet.
    await once(replacing({ first: 0, times: 1 }), 'exit');
    expect(readdirSync(folder).sort()).toEqual(['.espalier.json', 'deep', 'gone', 'seal']);
    expect([text('deep/mine'), ...[...OLD.keys()].map(text)]).toEqual(['mine', ...OLD.values()]);
  });
});

/** A process that replaces the folder's files in turn; it dies where it is about to rename a file the `until`th time. */
function replacing({ first, times = 10, until = 0 }: { first: number; times?: number; until?: number }) {
  const sets = [OLD, NEW].map((files) => [...files]);
  const script = `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    import { replaceFiles } from ${JSON.stringify(workerFile('core/owned-folder'))};
    let left = ${until};
    const rename = fs.renameSync;
    fs.renameSync = (...names) => {
      if (--left === 0) process.kill(process.pid, 'SIGKILL');
      rename(...names);
    };
    syncBuiltinESMExports();
    const sets = ${JSON.stringify(sets)}.map((files) => new Map(files));
    for (let i = 0; i < ${times}; i++) {
      replaceFiles(${JSON.stringify(folder)}, 'thing', sets[(${first} + i) % 2], 'seal');
    }`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

describe('files that are added to a folder', () => {
  it('replace those of an earlier time, and nothing else', () => {
    put('notes.txt');
    addFiles(folder, OLD);
    addFile(at('seal'), 'newer');
    expect([text('seal'), text('deep/a'), text('notes.txt')]).toEqual(['newer', 'old a', 'mine']);
    expect(() => addFile(at('notes.txt'), '')).toThrow(`${at('notes.txt')}: ${FOREIGN}`);
    put('deep/a', 'edited');
    expect(() => addFiles(folder, OLD)).toThrow(
      expect.objectContaining({ code: 'file/edited', where: at('deep/a') }),
    );
    expect([text('seal'), text('deep/a'), text('notes.txt')]).toEqual(['newer', 'edited', 'mine']);
  });

  it('lie beside a product, and never take the place of one of its files', () => {
    replace(OLD);
    for (const content of ['a', 'b']) addFile(at('guest'), content);
    expect(() => addFiles(folder, new Map([...OLD, ['guest', 'c']]))).toThrow(
      `${at('seal')}: got a file of a thing, wanted another name: such files are replaced together, by the command that ` +
        'wrote them (choose another place for the output) [file/of-product]',
    );
    rmSync(at('deep/a'));
    expect(() => checkFiles(folder, ['deep/a'])).toThrow(
      expect.objectContaining({ code: 'file/of-product' }),
    );
    expect([text('seal'), text('guest'), existsSync(at('deep/a'))]).toEqual(['old', 'b', false]);
    replace(NEW);
    expect([existsSync(at('guest')), text('seal')]).toEqual([false, 'new']);
  });

  it('are removed only as they were written', () => {
    addFiles(folder, OLD);
    put('deep/a', 'edited');
    put('notes.txt');
    for (const name of ['seal', 'deep/a', 'notes.txt', 'absent']) removeFile(folder, name);
    const { own, edited, foreign } = ownershipOf(folder);
    expect({ own, edited, foreign }).toEqual({ own: ['gone/b'], edited: ['deep/a'], foreign: ['notes.txt'] });
  });
});
