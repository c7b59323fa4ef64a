import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EspalierError } from '../../src/core/errors.js';
import { readText } from '../../src/core/files.js';
import { Random } from '../../src/core/random.js';
import { type DatasetOptions, loadDataset } from '../../src/data/dataset.js';
import { parseRows } from '../../src/data/rows.js';
import { type HostileCase, newSandbox, refuseAll } from '../support/hostile.js';
import { mutated } from '../support/mutated.js';

const sandbox = newSandbox('tables');
const place = (name: string) => path.join(sandbox.folder, name);
let folders = 0;
/** Files in a folder of their own. */
const lay = (files: Readonly<Record<string, string | Uint8Array>>): string => {
  folders += 1;
  for (const [name, content] of Object.entries(files)) sandbox.write(`${folders}/${name}`, content);
  return place(String(folders));
};
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

type TableRow = readonly [
  name: string,
  text: string | Uint8Array,
  code: string,
  where: string,
  options?: DatasetOptions,
];

const Y = { label: 'y' };
const TABLES: readonly TableRow[] = [
  ['nothing', '', 'data/empty', 'table.csv'],
  ['blank lines', '\n\n  \n', 'data/empty', 'table.csv'],
  ['a header', 'x,y\n', 'data/empty', 'table.csv', Y],
  ['a letter', 'Dear reader,\nthis is a letter.\n', 'data/no-label-column', 'table.csv'],
  ['one column', 'x\n1\n2\n', 'data/not-a-table', 'table.csv:1'],
  ['a zip', Buffer.from([0x50, 0x4b, 3, 4, 0x14, 0, 0xff, 0]), 'file/encoding', 'table.csv:1'],
  ['zeros', Buffer.alloc(64), 'data/not-a-table', 'table.csv'],
  ['a workbook’s page of HTML', '<html><body>x</body></html>\n', 'data/not-a-table', 'table.csv:1'],
  ['JSON', '{"x": [1, 2],\n"y": [0, 1]}\n', 'data/not-a-table', 'table.csv:1'],
  ['Latin-1', latin1('x,y\n1,é\n2,è\n'), 'file/encoding', 'table.csv:2', Y],
  ['UTF-16', utf16('\ufeffx,y\n1,a\n2,b\n'), 'file/encoding', 'table.csv', Y],
  ['an open quote', 'x,y\n1,"a\n2,b\n', 'data/not-a-table', 'table.csv:3', Y],
  ['a quote in a cell', 'x,y\n1,a"b\n2,b\n', 'data/not-a-table', 'table.csv:2', Y],
  ['a short row', 'x,z,y\n1,2,a\n3,b\n', 'data/ragged-row', 'table.csv:3', Y],
  ['a long row', 'x,y\n1,a\n2,b,c\n', 'data/ragged-row', 'table.csv:3', Y],
  ['R’s header, which is one name short', 'x,y\n"1",5,a\n"2",6,b\n', 'data/ragged-row', 'table.csv:2', Y],
  ['two columns of one name', 'x,x,y\n1,2,a\n3,4,b\n', 'data/duplicate-column', 'table.csv', Y],
  ['no label', 'x,y\n1,a\n2,b\n', 'data/no-label-column', 'table.csv'],
  ['a label that is not there', 'x,y\n1,a\n', 'data/unknown-column', 'data.label', { label: 'z' }],
  ['a label in another case', 'x,Y\n1,a\n2,b\n', 'data/unknown-column', 'data.label', Y],
  ['one class', 'x,y\n1,a\n2,a\n', 'data/single-class', 'column "y"', Y],
  ['one class in several spellings', 'x,y\n1,1\n2,1.0\n3,01\n', 'data/single-class', 'column "y"', Y],
  ['a measurement for a class', 'x,y\n1,0.5\n2,1.5\n3,2.5\n', 'data/measured-label', 'column "y"', Y],
  [
    'a positive label that is none',
    'x,y\n1,a\n2,b\n',
    'data/unknown-label',
    'data.positive',
    { label: 'y', positive: 'A' },
  ],
  [
    'a positive of three',
    'x,y\n1,a\n2,b\n3,c\n',
    'data/positive-of-many',
    'data.positive',
    { label: 'y', positive: 'a' },
  ],
  ['no features', 'y,z\na,\nb,\n', 'data/no-features', 'table.csv', Y],
  ['nothing but an index', ',y\n0,a\n1,b\n', 'data/no-features', 'table.csv', Y],
  ['a missing value', 'x,y\n1,a\nNA,b\n', 'data/missing-value', 'table.csv:3, column "x"', Y],
  ['a missing label', 'x,y\n1,a\n2,\n', 'data/missing-value', 'table.csv:3, column "y"', Y],
  [
    'missing values in all rows that would stay',
    'x,z,y\n1,,a\n,2,b\n',
    'data/empty',
    'table.csv',
    { label: 'y', missing: 'drop' },
  ],
  [
    'a header that is said to be none',
    'x,y\n1,a\n2,b\n',
    'data/not-a-number',
    'table.csv:1, column "column_1"',
    { label: 'column_2', header: false },
  ],
  ...[
    'inf',
    '-Infinity',
    '1e999',
    '0x1F',
    '1,5',
    '1 000',
    '1_000',
    '12%',
    '$5',
    '1d3',
    '５',
    '−1',
    '1e',
    '--1',
    '.',
    'one',
  ].map(
    (cell): TableRow => [
      `the cell ${cell}`,
      `x;y\n1;a\n${cell};b\n`,
      'data/not-a-number',
      'table.csv:3, column "x"',
      Y,
    ],
  ),
];

refuseAll(
  'tables are refused',
  TABLES.map(
    ([name, text, code, where, options]): HostileCase => ({
      name,
      code,
      where,
      act: () => loadDataset(path.join(lay({ 'table.csv': text }), 'table.csv'), options),
    }),
  ),
);

describe('files with broken bytes are read or refused', () => {
  const table = 'length,width,ripe\n1,2,no\n3,4,yes\n5,6,no\n7,8.5,yes\n';
  const at = (name: string) => path.join(place('broken'), name);
  const write = (name: string, content: string | Uint8Array) => sandbox.write(`broken/${name}`, content);

  const KINDS: readonly (readonly [
    name: string,
    good: string | Uint8Array,
    read: (bytes: Buffer) => unknown,
  ])[] = [
    [
      'a table',
      table,
      (bytes) => {
        write('t.csv', bytes);
        const wanted = { inputs: 2, names: ['width', 'length'] };
        parseRows(readText(at('t.csv')), 't.csv', wanted);
        const { features, labels } = loadDataset(at('t.csv'), { label: 'ripe' });
        expect(features.flat().every(Number.isFinite)).toBe(true);
        expect(labels).toHaveLength(features.length);
      },
    ],
  ];

  it.each(KINDS)('%s: 200 of a seed', (name, good, read) => {
    const random = new Random(11, name);
    for (let run = 0; run < 200; run++) {
      const bytes = mutated(Buffer.from(good), random);
      try {
        read(bytes);
      } catch (error) {
        expect(error, bytes.toString('latin1')).toBeInstanceOf(EspalierError);
      }
    }
    sandbox.expectNothingOutside();
  });
});
