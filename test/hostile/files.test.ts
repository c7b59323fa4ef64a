import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkText } from '../../src/cosim/check-text.js';
import { loadDesign } from '../../src/cosim/design.js';
import { readRegressions } from '../../src/cosim/regressions.js';
import { readDesign } from '../../src/emit/read-design.js';
import { type HostileCase, refuseAll } from '../support/hostile.js';
import { newVictim, textOf } from '../support/hostile-design.js';

const victim = newVictim('files');
const { design } = victim;
victim.withManifest((text) => text);
const { manifest } = readDesign(design);
const ROM = manifest.roms[0].file;
const FILES = ['manifest.json', 'network.json', 'rtl/espalier_rom.v', ROM];

/** What may stand in a file's place, and what is said of it. */
const THINGS: readonly (readonly [what: string, code: string, make: (place: string) => void])[] = [
  ['a pipe', 'file/unreadable', (place) => execFileSync('mkfifo', [place])],
  ['a folder', 'file/unreadable', (place) => mkdirSync(place)],
  ['a link to /dev/zero', 'file/unreadable', (place) => symlinkSync('/dev/zero', place)],
  ['a link to /dev/stdin', 'file/unreadable', (place) => symlinkSync('/dev/stdin', place)],
  ['a link to a file elsewhere', 'emit/file-outside', (place) => symlinkSync('/etc/hostname', place)],
  ['a link to itself', 'emit/file-missing', (place) => symlinkSync(path.basename(place), place)],
  ['nothing', 'emit/file-missing', () => {}],
  [
    'an endless file',
    'file/too-large',
    (place) => {
      writeFileSync(place, '');
      truncateSync(place, 2 ** 40);
    },
  ],
  [
    'bytes that are no text',
    'file/encoding',
    (place) => writeFileSync(place, Uint8Array.of(0x61, 0xff, 0xe9)),
  ],
  ['UTF-16', 'file/encoding', (place) => writeFileSync(place, Buffer.from('\uFEFFmodule', 'utf16le'))],
];

/** Nobody looks for another design where the manifest itself is none. */
const codeFor = (file: string, code: string): string =>
  file === 'manifest.json'
    ? ({ 'emit/file-missing': 'emit/not-a-design', 'emit/file-outside': 'emit/manifest' }[code] ?? code)
    : code;

refuseAll(
  'files of a design that are none',
  FILES.flatMap((file) =>
    THINGS.map(
      ([what, code, make]): HostileCase => ({
        name: `${file} is ${what}`,
        // A device lies outside of the folder too.
        code: file !== 'manifest.json' && what.includes('/dev/') ? 'emit/file-outside' : codeFor(file, code),
        where: codeFor(file, code) === 'emit/not-a-design' ? design : new RegExp(`${file}(:1)?$`),
        act: () => {
          victim.withManifest((text) => text);
          rmSync(path.join(design, file));
          make(path.join(design, file));
          return readDesign(design);
        },
      }),
    ),
  ),
);

const edited = (name: string, code: string, file: string, content: string): HostileCase => ({
  name,
  code,
  where: file,
  act: () => loadDesign(victim.withFile(file, content)),
});

refuseAll('files that are not what the manifest says', [
  { ...edited('another network', 'network/schema', 'network.json', '{}'), where: 'network.json.schema' },
  edited(
    'a network with a space more',
    'cosim/network-changed',
    'network.json',
    `${textOf(victim, 'network.json')} `,
  ),
  edited(
    'a ROM image with another word',
    'cosim/rom-changed',
    ROM,
    textOf(victim, ROM).replace(/[0-9a-f]/, 'g'),
  ),
  edited('a ROM image that jumps', 'cosim/rom-changed', ROM, `${textOf(victim, ROM)}@0 00\n`),
  edited('a ROM image that is empty', 'cosim/rom-changed', ROM, ''),
  edited('a ROM image in CRLF', 'cosim/rom-changed', ROM, textOf(victim, ROM).replaceAll('\n', '\r\n')),
]);

const records = (name: string, text: string, where: string | RegExp = 'regressions.json'): HostileCase => ({
  name,
  code: 'cosim/regression-records',
  where,
  act: () => readRegressions(victim.write('regressions.json', text)),
});
const RECORD = { codes: [1], stalls: 'none', seed: 1, found: '' };
const file = (items: unknown) =>
  JSON.stringify({ schema: 'espalier/regressions', version: 1, records: items });

refuseAll('records of regressions', [
  records('nothing', ''),
  records('null', 'null'),
  records('a list', '[]'),
  records('a member twice', '{"schema":"a","schema":"b"}'),
  records('__proto__', '{"__proto__":{}}'),
  records('lists in lists', '['.repeat(9_999) + ']'.repeat(9_999)),
  records('a record of text', file(['a']), 'regressions.json.records[0]'),
  records('codes of text', file([{ ...RECORD, codes: ['1'] }]), '.records[0].codes[0]'),
  records('codes that are not whole', file([{ ...RECORD, codes: [1e300] }]), '.records[0].codes[0]'),
  records('an unknown pattern', file([{ ...RECORD, stalls: 'x' }]), '.records[0].stalls'),
  records('a seed of text', file([{ ...RECORD, seed: '$(id)' }]), '.records[0].seed'),
  records('a member more', file([{ ...RECORD, more: 1 }]), '.records[0].more'),
  records('records that are no list', file({}), '.records'),
]);

const SOURCE = manifest.sources[0].file;
const source = (text: string): HostileCase => ({
  name: `Verilog with ${JSON.stringify(text)}`,
  code: 'cosim/verilog',
  where: `${SOURCE}:1`,
  act: () => loadDesign(victim.withFile(SOURCE, `${text}\n${textOf(victim, SOURCE)}`)),
});

const RTL = path.join(import.meta.dirname, '..', '..', 'rtl');
const primitiveFiles = () =>
  readdirSync(RTL)
    .filter((name) => name.endsWith('.v'))
    .map((name) => path.join(RTL, name));

describe('every emitted design', () => {
  it('is simulated', () => {
    expect(loadDesign(victim.withManifest((text) => text)).editedSources).toEqual([]);
  });

  it('is made of modules that are', () => {
    const sources = primitiveFiles().map((file) => ({ file, sha256: '' }));
    const files = new Map(sources.map(({ file }) => [file, readFileSync(file, 'utf8')]));
    expect(files.size).toBeGreaterThan(5);
    expect(() => checkText({ manifest: { ...manifest, sources }, files })).not.toThrow();
  });
});

refuseAll('Verilog that would run or open something', [
  ...[
    '$system("id")',
    '$fopen("x")',
    '$fwrite(1)',
    '$dumpfile("x")',
    '$c("system(0);")',
    '$value$plusargs',
    '$',
  ].map(source),
  ...['`include "/etc/passwd"', '`define S', '`systemc_header', '`verilator_config', '`'].map(source),
  ...[
    'import "DPI-C" function int system(string s);',
    'export "DPI-C" x;',
    '\\a/* ',
    '"open',
    '/* */ $system',
  ].map(source),
  ...['"/etc/passwd"', '"../x.mem"', '"~/x"', '"rtl/x.mem"'].map((path) =>
    source(`$readmemh(${path}, words)`),
  ),
]);
