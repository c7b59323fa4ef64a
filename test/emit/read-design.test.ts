import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { denseNetwork } from '../../bench/support/networks.js';
import { makeFolder } from '../../src/core/files.js';
import { emitDesign } from '../../src/emit/design.js';
import { companionWarnings, readDesign } from '../../src/emit/read-design.js';
import { writeFolder } from '../support/write-folder.js';

const folder = mkdtempSync(path.join(tmpdir(), 'espalier-read-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = path.join(folder, 'run');
const design = path.join(run, 'design');
const manifest = path.join(design, 'manifest.json');
writeFolder(
  design,
  emitDesign(denseNetwork([3, 2], 1), { architecture: 'serial' }, { version: '0', command: 'test' }),
);
const TEXT = readFileSync(manifest, 'utf8');

function messageOf(place: string): string {
  try {
    readDesign(place);
  } catch (error) {
    return (error as Error).message.replaceAll(folder, 'HERE');
  }
  return 'none';
}

/** The message for another manifest, which is then put back. */
function messageWith(text: string): string {
  writeFileSync(manifest, text);
  const message = messageOf(design);
  writeFileSync(manifest, TEXT);
  return message;
}

describe('what is no design', () => {
  const wanted = 'wanted the folder of an emitted design';

  it('is named, and the design near it', () => {
    makeFolder(path.join(folder, 'empty'));
    expect(messageOf(design)).toBe('none');
    expect(messageOf(path.join(folder, 'none'))).toBe(
      `HERE/none: got no such folder, ${wanted} [emit/not-a-design]`,
    );
    expect(messageOf(path.join(folder, 'empty'))).toBe(
      `HERE/empty: got a folder without manifest.json, ${wanted} [emit/not-a-design]`,
    );
    const likely = '(did you mean HERE/run/design?) [emit/not-a-design]';
    expect(messageOf(run)).toBe(`HERE/run: got a folder without manifest.json, ${wanted} ${likely}`);
    expect(messageOf(path.join(design, 'rtl'))).toBe(
      `HERE/run/design/rtl: got a folder without manifest.json, ${wanted} ${likely}`,
    );
    expect(messageOf(manifest)).toBe(`HERE/run/design/manifest.json: got a file, ${wanted} ${likely}`);
  });
});

describe('a manifest', () => {
  const refusal = (got: string) =>
    `HERE/run/design/manifest.json: got ${got}, wanted a manifest of this version of Espalier ` +
    '(espalier/manifest, version 2) (emit the design again) [emit/manifest]';

  it('is of this version and complete', () => {
    expect(messageWith(TEXT.replace('"version": 2', '"version": 9'))).toBe(
      refusal('schema "espalier/manifest", version 9'),
    );
    expect(messageWith('null')).toBe(refusal('schema none, version none'));
    expect(messageWith(TEXT.replace('"sources"', '"files"'))).toBe(
      'HERE/run/design/manifest.json.sources: got nothing, wanted a list (emit the design again) [emit/manifest]',
    );
  });
});

describe('what was edited', () => {
  const change = (file: string, edit: (text: string) => string) => {
    const place = path.join(design, file);
    writeFileSync(place, edit(readFileSync(place, 'utf8')));
  };

  it('is listed by what it is for, and by whether only its line ends changed', () => {
    const { manifest: emitted, hashes } = readDesign(design);
    expect([...hashes.keys()].slice(0, 3)).toEqual([
      'manifest.json',
      'network.json',
      emitted.sources[0].file,
    ]);
    const [{ file: source }] = emitted.sources;
    const [{ file: rom }] = emitted.roms;
    const [script, list] = ['vendor/vivado.tcl', `rtl/${emitted.top}.f`];
    const files = [source, rom, script, list, 'README.md'];
    const texts = files.map((file) => readFileSync(path.join(design, file), 'utf8'));
    change(source, (text) => text.replaceAll('\n', '\r\n'));
    change(rom, (text) => text.replace(/\w/, (digit) => (digit === '0' ? '1' : '0')));
    change(script, (text) => `${text}exec id\n`);
    change('README.md', (text) => `${text}mine\n`);
    rmSync(path.join(design, list));
    const read = readDesign(design);
    expect(read.edited.map(({ file, role, change }) => [file, role, change])).toEqual([
      [source, 'source', 'line ends'],
      [rom, 'rom', 'contents'],
      [list, 'companion', 'missing'],
      ['README.md', 'companion', 'contents'],
      [script, 'companion', 'contents'],
    ]);
    expect(companionWarnings(read)).toEqual([
      {
        code: 'emit/companions-edited',
        where: design,
        got: `${list}, ${script}: not as emitted`,
        wanted: 'the files for other tools as they belong to this design',
        hint: 'nothing here reads them; vendor tools do',
      },
    ]);
    files.forEach((file, index) => {
      writeFileSync(path.join(design, file), texts[index]);
    });
    expect(readDesign(design).edited).toEqual([]);
  });

  it('is not looked at again: what was read is handed on', () => {
    const read = readDesign(design);
    const [{ file }] = read.manifest.sources;
    const text = readFileSync(path.join(design, file), 'utf8');
    writeFileSync(path.join(design, file), 'other');
    expect(read.files.get(file)).toBe(text);
    writeFileSync(path.join(design, file), text);
  });
});
