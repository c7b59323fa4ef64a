import { denseNetwork } from '../../bench/support/networks.js';
import { readDesign } from '../../src/emit/read-design.js';
import { networkFromJson, networkToJson } from '../../src/network/json.js';
import { type HostileCase, refuseAll } from '../support/hostile.js';
import { newVictim, set } from '../support/hostile-design.js';

const TEXT = networkToJson(denseNetwork([4, 3, 2], 1));
const victim = newVictim('network');

/** The code where a member has another type; a value may be of the right type and still mean nothing. */
const refuse = (
  member: string,
  value: unknown,
  code = 'network/schema',
  where?: string | RegExp,
): HostileCase => ({
  name: `${member}: ${(JSON.stringify(value) ?? 'missing').slice(0, 50)}`,
  code,
  where: where ?? new RegExp(`^network\\.json\\.${member.split('.')[0]}`),
  act: () => {
    const network = JSON.parse(TEXT);
    set(network, member.split('.'), value);
    networkFromJson(JSON.stringify(network));
  },
});

const KERNEL = 'layers.0.kernel';
refuseAll('members of a network of another type, or missing', [
  ...['schema', 'version', 'name', 'input', 'layers', 'head'].flatMap((member) =>
    [undefined, null, 7, [], true].map((value) => refuse(member, value)),
  ),
  ...[undefined, null, '4', 0, -1, 1.5, 1e300].map((value) => refuse('input.size', value)),
  ...[null, 7, {}, [7], undefined].map((value) => refuse('input.format', value)),
  ...['a', [1], {}].map((value) => refuse('input.names', value)),
  ...[{}, { kind: 'other' }, { kind: 'minmax', minimum: 'a', maximum: [] }].map((value) =>
    refuse('input.encoder', value),
  ),
  ...[null, 'x', 7, [[1]], {}].map((value) => refuse('layers.0', value)),
  ...['lstm', '__proto__', 'constructor', 'toString', null].map((value) => refuse('layers.0.kind', value)),
  ...[undefined, null, [], {}, 7].map((value) => refuse(KERNEL, value)),
  ...[undefined, 'x', [1], [['1']], [[null]]].map((value) => refuse(`${KERNEL}.codes`, value)),
  ...[undefined, 'tanh', 7, 'constructor'].map((value) => refuse('layers.0.activation', value)),
  ...[undefined, 7, {}, 'inexact', [7], [{}]].map((value) => refuse('layers.0.output', value)),
  ...[undefined, 'softmax', '__proto__', 7].map((value) => refuse('head.kind', value)),
  ...['a', [1], [null]].map((value) => refuse('labels', value)),
  ...[[], { a: 1 }, 'a'].map((value) => refuse('provenance', value)),
  refuse('more', 1),
  refuse('layers.0.more', 1),
  refuse('head.more', 1),
]);

refuseAll('values of a network that mean nothing', [
  ...['', ' ', 'a b', '../../../escape', 'a\n!id', '0a', 'é', 'a\u0000', `a${'b'.repeat(100)}`].flatMap(
    (name) => [refuse('name', name, 'network/name'), refuse('layers.0.name', name, 'network/name')],
  ),
  refuse('layers.1.name', 'hidden1', 'network/name'),
  ...['fixed<0,0>', 'fixed<54,1>', 'fixed<8,2000>', 'fixed<99999999999999999999,1>'].map((format) =>
    refuse('input.format', format, 'fixed/format-width'),
  ),
  ...['', 'fixed', 'fixed<8>', 'fixed<8,1>;id', 'double', 'fixed<1e9,1>', 'fixed<-8,1>'].map((format) =>
    refuse('input.format', format, 'fixed/format-syntax'),
  ),
  refuse('layers', [], 'network/schema'),
  refuse('input.size', 1e9, 'network/schema', /input\.size$/),
  refuse('input.names', ['a'], 'network/shape'),
  refuse(`${KERNEL}.codes`, [], 'network/shape'),
  refuse(`${KERNEL}.codes`, [[], [], [], []], 'network/shape'),
  refuse(`${KERNEL}.codes.0.0`, 1e15, 'network/code-out-of-range'),
  refuse(`${KERNEL}.codes.0.0`, 0.5, 'network/code-out-of-range'),
  refuse(`${KERNEL}.format`, Array(5).fill('fixed<8,2>'), 'network/shape'),
  refuse('layers.0.bias.codes', [], 'network/shape'),
  refuse('layers.0.bias.codes.0', -1e9, 'network/code-out-of-range'),
  refuse('head', { kind: 'binary' }, 'network/shape'),
]);

const asText = (name: string, text: string): HostileCase => ({
  name,
  code: 'network/schema',
  where: 'network.json',
  act: () => networkFromJson(text),
});

refuseAll('texts that are no network', [
  asText('nothing', ''),
  asText('half of one', TEXT.slice(0, TEXT.length / 2)),
  asText('null', 'null'),
  asText('a list', '[]'),
  asText('a number past all numbers', '1e999'),
  asText('a member twice', TEXT.replace('"name"', '"name": "a",\n "name"')),
  asText('__proto__', TEXT.replace('"name"', '"__proto__": {},\n "name"')),
  asText('lists in lists', '['.repeat(1_000_000) + ']'.repeat(1_000_000)),
  asText('objects in objects', `${'{"layers":'.repeat(100_000)}[]${'}'.repeat(100_000)}`),
]);

refuseAll('a network in a design, with its hash put right', [
  {
    name: 'a size of 1e9',
    code: 'network/schema',
    where: 'network.json.input.size',
    act: () => readDesign(victim.withNetwork((network) => set(network, ['input', 'size'], 1e9))),
  },
  {
    name: 'another name',
    code: 'emit/manifest',
    where: 'manifest.json.name',
    act: () => readDesign(victim.withNetwork((network) => set(network, ['name'], 'other'))),
  },
  {
    name: 'another format of the inputs',
    code: 'emit/manifest',
    where: 'manifest.json.stream.input.fields[0].width',
    act: () => readDesign(victim.withNetwork((network) => set(network, ['input', 'format'], 'fixed<4,2>'))),
  },
]);
