import { describe, expect, it } from 'vitest';
import { readDesign } from '../../src/emit/read-design.js';
import { type HostileCase, refuseAll } from '../support/hostile.js';
import { newVictim } from '../support/hostile-design.js';

const victim = newVictim('manifest');
const PLACE = 'manifest.json';

/** `traces.0.signal` as errors write it. */
const shownPath = (member: string) =>
  `${PLACE}.${member}`.replace(/\.(\d+)(?=\.|$)/g, (_, index) => `[${index}]`);

const refuseMember = (member: string, value: unknown, what = JSON.stringify(value)): HostileCase => ({
  name: `${member}: ${(what ?? 'missing').slice(0, 60)}`,
  code: 'emit/manifest',
  where: shownPath(member),
  act: () => readDesign(victim.withMember(member, value)),
});

/** What would end one command and begin another in a script of Yosys, make, Tcl, a shell, C++ or Verilog, or lead elsewhere. */
const INJECTIONS = [
  'sa\n!id\n',
  'sa; !id',
  '$(id)',
  '`id`',
  'a b',
  'a\tb',
  '',
  'sa\u0000b',
  '-o/tmp/x',
  '../../../escape',
  '/etc/passwd',
  'a"b',
  "a'b",
  '[exec id]',
  '\\escaped ',
  'módulo',
  '0name',
  'a'.repeat(2_000),
];

const IDENTIFIERS = [
  'top',
  'traces.0.module',
  'traces.0.signal',
  'traces.0.valid',
  'traces.0.ready',
  'traces.0.path.0',
];
const NAMES = ['name', 'traces.0.layer', 'timing.layers.0.layer', 'folded.0.layer', 'roms.0.layer'];
const FILES = ['sources.0.file', 'roms.0.file', 'network.file', 'companions.0.file'];

refuseAll('names in a manifest that go into scripts and paths', [
  ...INJECTIONS.flatMap((text) => [
    ...IDENTIFIERS.slice(0, 3).map((member) => refuseMember(member, text)),
    refuseMember('name', text),
  ]),
  ...IDENTIFIERS.map((member) => refuseMember(member, 'module')),
  ...[...IDENTIFIERS.slice(3), ...NAMES.slice(1)].flatMap((member) => [
    refuseMember(member, 'x\n!touch pwned\n'),
    refuseMember(member, { toString: 'x' }),
  ]),
]);

const PATHS = [
  '../rtl/x.v',
  '../../../etc/passwd',
  '/etc/passwd',
  'rtl/../../x.v',
  './rtl/x.v',
  'rtl//x.v',
  'rtl/',
  'C:\\x.v',
  '..\\x.v',
  '-f.v',
  'rtl/-o.v',
  'a b.v',
  'a;id.v',
  'a\n.v',
  'a\u0000.v',
  '~/x.v',
  '$HOME/x.v',
  '.git/config.v',
  `${'a'.repeat(300)}.v`,
];

refuseAll('files in a manifest that lie elsewhere', [
  ...PATHS.flatMap((text) => FILES.slice(0, 2).map((member) => refuseMember(member, text))),
  ...FILES.slice(2).map((member) => refuseMember(member, '../x.json')),
  refuseMember('sources.0.file', 'rtl/design.vhd'),
  refuseMember('roms.0.file', 'rtl/rom.v'),
  refuseMember('sources.2.file', 'rtl/espalier_frame.v'),
  refuseMember('roms.0.file', 'network.json'),
  refuseMember('companions.0.file', 'manifest.json'),
]);

const HASHES = ['', 'abc', 'A'.repeat(64), 'g'.repeat(64), `${'0'.repeat(64)}\n`, 12, null];
refuseAll(
  'hashes in a manifest that are none',
  ['sources.0.sha256', 'network.sha256'].flatMap((member) =>
    HASHES.map((value) => refuseMember(member, value)),
  ),
);

/** Of each number what is too small, too large, or no whole number. */
const NUMBERS: Readonly<Record<string, readonly unknown[]>> = {
  'timing.interval': [-1, 0, 1.5, 1e9, 1e15, 1e300, '7', null],
  'timing.latency': [-1, 0, 2 ** 31, 1e15],
  'timing.layers.0.interval': [0, -1, 1e15],
  'timing.layers.0.terms': [-1, 0.5],
  'timing.layers.0.lanes': [0, -1, '1'],
  'stream.input.width': [0, -8, 7, 12, 1e9, 2 ** 40, '32'],
  'stream.output.width': [0, 1e9],
  'stream.input.fields.0.width': [0, -1, 65, 1e9, 1e15, 0.5],
  'stream.input.fields.0.lsb': [-1, 1e9, 1.5],
  'stream.input.fields.0.unit': [-1, 1e9, '0'],
  'stream.input.fields.0.count': [0, -1, 1.5, 1e15, '2'],
  'stream.input.fields.0.groups': [0, 1.5],
  'stream.input.fields.0.pitch': [0, -8, 1e9, 8],
  'traces.0.width': [0, 1e9],
  'roms.0.width': [0, 1e9],
  'roms.0.depth': [0, 1e9],
  'folded.0.constants': [[{ unit: 0, code: 1e300 }], [{ unit: 0 }], [3]],
  unreadInputs: [[-1], [1e15], ['0']],
};
/** Where the place is not the member itself, but an item in it. */
const DEEPER = /^(folded|unreadInputs)/;

refuseAll(
  'numbers in a manifest that nothing could be made of',
  Object.entries(NUMBERS).flatMap(([member, values]) =>
    values.map((value) => {
      const refused = refuseMember(member, value);
      return DEEPER.test(member)
        ? { ...refused, where: new RegExp(`manifest\\.json\\.${member.replace(/\.0.*/, '')}`) }
        : refused;
    }),
  ),
);

const MEMBERS = [
  'name',
  'top',
  'architecture',
  'generator',
  'network',
  'sources',
  'roms',
  'stream',
  'stream.input',
  'stream.output.fields',
  'timing',
  'timing.layers',
  'traces',
  'folded',
  'unreadInputs',
];
/** Of another type than each member, whichever it is. */
const otherThan = (member: string): unknown[] => {
  const value = member
    .split('.')
    .reduce((at, key) => (at as never)[key], JSON.parse(MANIFEST_TEXT) as unknown);
  const kinds = { text: 'text', list: [], object: {}, number: 7, truth: true, nothing: null };
  const own = typeof value === 'string' ? 'text' : Array.isArray(value) ? 'list' : 'object';
  return Object.entries(kinds).flatMap(([kind, example]) => (kind === own ? [] : [example]));
};
let MANIFEST_TEXT = '';
victim.withManifest((text) => {
  MANIFEST_TEXT = text;
  return text;
});

refuseAll('members of another type, or missing', [
  ...MEMBERS.flatMap((member) =>
    [undefined, ...otherThan(member)].map((value) => refuseMember(member, value)),
  ),
  refuseMember('more', 1),
  refuseMember('timing.more', 1),
  refuseMember('stream.input.fields.0.colour', 'red'),
  refuseMember('sources', [], 'none'),
]);

/** What follows from network.json, said otherwise. */
const FACTS: Readonly<Record<string, unknown>> = {
  name: 'another',
  'stream.input.fields.0.width': 9,
  'stream.input.fields.1.lsb': 0,
  'stream.output.fields.0.width': 3,
  'stream.output.fields.0.format': 'fixed<40,3>',
  'stream.output.fields.0.kind': 'class',
  'traces.0.layer': 'other',
  'timing.layers.0.layer': 'other',
  'folded.0.layer': 'other',
  'folded.0.unread': [0],
};
refuseAll('what does not follow from the network', [
  ...Object.entries(FACTS).map(([member, value]) => ({
    ...refuseMember(member, value),
    where: new RegExp(`^.*manifest\\.json\\.${member.split('.')[0]}`),
  })),
  { ...refuseMember('stream.input.fields.0.count', 2), where: /stream\.input\.fields\[2\]/ },
  { ...refuseMember('stream.output.fields', []), where: /stream\.output\.fields\[0\]$/ },
  { ...refuseMember('unreadInputs', [1]), where: 'unreadInputs[0]' },
]);

const asText = (name: string, change: (text: string) => string, where = PLACE): HostileCase => ({
  name,
  code: 'emit/manifest',
  where,
  act: () => readDesign(victim.withManifest(change)),
});
const deep = (open: string, close: string, levels: number) => open.repeat(levels) + close.repeat(levels);

refuseAll('texts that are no manifest', [
  asText('nothing', () => ''),
  asText('half of one', (text) => text.slice(0, text.length / 2)),
  asText('null', () => 'null'),
  asText('a number', () => '7'),
  asText('a list', () => '[]'),
  asText('an object', () => '{}'),
  asText('HTML', () => '<!doctype html>'),
  asText('another schema', (text) => text.replace('espalier/manifest', 'espalier/network')),
  asText('a later version', (text) => text.replace('"version": 2', '"version": 3')),
  asText('a version of text', (text) => text.replace('"version": 2', '"version": "2"')),
  asText('a member twice', (text) => text.replace('"top":', '"top": "a",\n  "top":')),
  asText('a member __proto__', (text) => text.replace('"top":', '"__proto__": {},\n  "top":')),
  asText('a member __proto__ further in', (text) =>
    text.replace('"interval":', '"__proto__": {},\n"interval":'),
  ),
  asText('lists in lists', () => deep('[', ']', 100_000)),
  asText('objects in objects', () => `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
  asText('numbers that are none', (text) => text.replace(/"latency": \d+/, '"latency": NaN')),
  asText('a comment', (text) => `// mine\n${text}`),
]);

describe('a manifest as it was emitted', () => {
  it('is read, and so is one of before companions were listed', () => {
    expect(readDesign(victim.withManifest((text) => text)).edited).toEqual([]);
    expect(readDesign(victim.withMember('companions', undefined)).manifest.companions).toBeUndefined();
    victim.expectNothingOutside();
  });
});

/** A line of text that stands for more fields than there is memory for. */
const manyFields = {
  kind: 'value',
  unit: 0,
  lsb: 0,
  width: 1,
  signed: false,
  format: 'ufixed<1,1>',
  count: 2 ** 20,
};
refuseAll('fields without number', [
  {
    ...refuseMember('stream.input.fields.0.count', 2 ** 20),
    where: 'manifest.json.stream.input.fields',
  },
  {
    name: 'three million of them on a bus',
    code: 'emit/manifest',
    where: 'manifest.json',
    act: () =>
      readDesign(
        victim.withManifest((text) => {
          const manifest = JSON.parse(text);
          const bus = { width: 2 ** 20, fields: [manyFields, manyFields, manyFields] };
          return JSON.stringify({ ...manifest, traces: [{ ...manifest.traces[0], ...bus }] });
        }),
      ),
  },
]);
