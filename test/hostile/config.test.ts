import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { CONFIG } from '../../src/pipeline/checked-config.js';
import { readConfig } from '../../src/pipeline/read-config.js';
import { type HostileCase, newSandbox, refuseAll } from '../support/hostile.js';

const sandbox = newSandbox('config');
const GOOD = "data: { file: data.csv, label: ripe, positive: 'yes' }\n";
const FILE = /espalier\.yaml(:\d+(:\d+.*)?)?$/;

const refuse = (name: string, code: string, text: string | Uint8Array): HostileCase => ({
  name,
  code,
  where: FILE,
  act: () => readConfig(CONFIG, sandbox.write('espalier.yaml', text)),
});
const syntax = (name: string, text: string) => refuse(name, 'pipeline/config-syntax', text);
const value = (text: string) => refuse(text.slice(0, 60), 'pipeline/config-value', GOOD + text);
const key = (text: string) => refuse(text, 'pipeline/config-key', GOOD + text);

/** Nine levels of nine aliases each: 387 million values in a few lines. */
const bomb = Array.from({ length: 9 }, (_, level) => {
  const inner = level === 0 ? '"x"' : `*a${level - 1}`;
  return `b${level}: &a${level} [${Array(9).fill(inner).join(', ')}]`;
}).join('\n');

refuseAll('texts that are no configuration', [
  syntax('aliases of aliases of aliases', `${GOOD}${bomb}\n`),
  syntax('an anchor that holds itself', `${GOOD}hidden: &a [*a]\n`),
  syntax('an anchor that holds itself, as a key', `${GOOD}training: &a { epochs: *a }\n`),
  syntax('an alias without its anchor', `${GOOD}hidden: *nowhere\n`),
  syntax('lists in lists', `${GOOD}hidden: ${'['.repeat(100_000)}${']'.repeat(100_000)}\n`),
  syntax('lists in lists, a few', `${GOOD}hidden: ${'['.repeat(80)}${']'.repeat(80)}\n`),
  syntax('keys in keys', `${Array.from({ length: 900 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')}\n`),
  syntax('a key twice', `${GOOD}seed: 1\nseed: 2\n`),
  syntax('__proto__', `${GOOD}__proto__: { hidden: [3] }\n`),
  syntax('__proto__ further in', `${GOOD}training: { __proto__: { epochs: 1 } }\n`),
  syntax('two documents', `${GOOD}---\n${GOOD}`),
  syntax('a tab for a space', `${GOOD}training:\n\tepochs: 3\n`),
  syntax('a bracket that stays open', `${GOOD}hidden: [3\n`),
  syntax('more values than anybody writes', `${GOOD}hidden: [${'1,'.repeat(200_000)}1]\n`),
  refuse('more than anybody writes', 'file/too-large', `# ${'x'.repeat(2 ** 20)}\n${GOOD}`),
  refuse('UTF-16', 'file/encoding', Buffer.from(`\uFEFF${GOOD}`, 'utf16le')),
  refuse('bytes that are no text', 'file/encoding', Uint8Array.of(0x61, 0x3a, 0xff, 0xfe, 0xe9)),
  refuse('a list', 'pipeline/config-value', '- 1\n- 2\n'),
  refuse('a text', 'pipeline/config-value', 'hello\n'),
  refuse('nothing', 'pipeline/config-value', ''),
]);

refuseAll('values of a configuration that nothing could be made of', [
  ...[
    '[1e15]',
    '[1e300]',
    '[.inf]',
    '[.nan]',
    '[-1]',
    '[0]',
    '[1.5]',
    '["16"]',
    '[[16]]',
    '16',
    '{}',
    'null',
  ].map((text) => value(`hidden: ${text}\n`)),
  value(`hidden: [${Array(33).fill('4').join(', ')}]\n`),
  ...[
    '../../../escape',
    '"a\\0b"',
    '"a\\nb"',
    '-x',
    '7',
    '[]',
    `a${'b'.repeat(200)}`,
    '"$(id)"',
    '"a;b"',
  ].map((text) => value(`name: ${text}\n`)),
  ...['-1', '1.5', '.nan', '1e300', 'one', '[]', 'null'].map((text) => value(`seed: ${text}\n`)),
  ...['training', 'quantization', 'hardware', 'simulation'].flatMap((section) =>
    ['7', '[]', 'text'].map((text) => value(`${section}: ${text}\n`)),
  ),
  value('simulation: { random: 1e12 }\n'),
  value('simulation: { stalls: "$(id)" }\n'),
]);

refuseAll('keys of a configuration that are none', [
  key('more: 1\n'),
  key('constructor: 1\n'),
  key('toString: 1\n'),
  key('"a\\0b": 1\n'),
  key('training: { hasOwnProperty: 1 }\n'),
  key('"<<": { hidden: [1] }\n'),
]);

refuseAll('what is no file', [
  {
    name: 'a pipe',
    code: 'file/unreadable',
    where: 'pipe.yaml',
    act: () => {
      const place = path.join(sandbox.folder, 'pipe.yaml');
      execFileSync('mkfifo', [place]);
      return readConfig(CONFIG, place);
    },
  },
  {
    name: 'a device',
    code: 'file/unreadable',
    where: '/dev/zero',
    act: () => readConfig(CONFIG, '/dev/zero'),
  },
  {
    name: 'a name with NUL',
    code: 'file/unreadable',
    where: 'a\\0b.yaml',
    act: () => readConfig(CONFIG, path.join(sandbox.folder, 'a\0b.yaml')),
  },
]);
