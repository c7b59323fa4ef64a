import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EspalierError } from '../../src/core/errors.js';
import { Random } from '../../src/core/random.js';
import { type ReadWeightsOptions, readWeights } from '../../src/exchange/weights.js';
import { type HostileCase, newSandbox, refuseAll } from '../support/hostile.js';
import { mutated } from '../support/mutated.js';

const sandbox = newSandbox('weights');
const place = (name: string) => path.join(sandbox.folder, name);
let folders = 0;
/** Files in a folder of their own. */
const lay = (files: Readonly<Record<string, string | Uint8Array>>): string => {
  folders += 1;
  for (const [name, content] of Object.entries(files)) sandbox.write(`${folders}/${name}`, content);
  return place(String(folders));
};
const utf16 = (text: string) => Buffer.from(text, 'utf16le');

type Files = Readonly<Record<string, string | Uint8Array>>;
type WeightRow = readonly [
  name: string,
  files: Files,
  code: string,
  where: string,
  options?: Partial<ReadWeightsOptions>,
];

const W2 = { 'w2.csv': '0.5\n-1.5\n', 'b2.csv': '0.25\n' };
const B1 = { 'b1.csv': '1\n2\n' };
const first = (text: string | Uint8Array): Files => ({ 'w1.csv': text, ...B1, ...W2 });
const NUMBER = 'exchange/csv-not-a-number';

const WEIGHTS: readonly WeightRow[] = [
  ['an empty folder', { 'readme.txt': '' }, 'exchange/weight-none', ''],
  ['tables alone', { 'data.csv': '1,2\n' }, 'exchange/weight-none', ''],
  ['an empty file', first(''), 'exchange/csv-empty', 'w1.csv'],
  ['a header alone', first(',0,1\n'), 'exchange/csv-empty', 'w1.csv'],
  ['comments alone', first('# nothing\n# here\n'), 'exchange/csv-empty', 'w1.csv'],
  ['NaN', first('1,NaN\n2,3\n'), NUMBER, 'w1.csv, row 1, column 2'],
  ['inf', first('1,inf\n2,3\n'), NUMBER, 'w1.csv, row 1, column 2'],
  ['an overflow', first('1,1e400\n2,3\n'), NUMBER, 'w1.csv, row 1, column 2'],
  ['a complex number', first('1,(1+2j)\n2,3\n'), NUMBER, 'w1.csv, row 1, column 2'],
  ['brackets of numpy', first('[1 2]\n[3 4]\n'), NUMBER, 'w1.csv, row 1, column 1'],
  ['a tensor of PyTorch', first('tensor([1.0, 2.0])\n'), NUMBER, 'w1.csv, row 1, column 1'],
  ['hexadecimal', first('0x1,2\n3,4\n'), NUMBER, 'w1.csv, row 1, column 1'],
  ['thousands separators', first('"1,000",2\n3,4\n'), NUMBER, 'w1.csv, row 1, column 1'],
  ['a trailing comma', first('1,2,\n3,4,\n'), NUMBER, 'w1.csv, row 1, column 3'],
  ['a hole', first('1,\n2,3\n'), NUMBER, 'w1.csv, row 1, column 2'],
  ['a ragged row', first('1,2\n3\n'), 'exchange/csv-ragged', 'w1.csv, row 2'],
  ['an open quote', first('"1,2\n3,4\n'), 'exchange/csv-syntax', 'w1.csv'],
  ['decimal commas between semicolons', first('1,5;2,5\n3,5;4,5\n'), NUMBER, 'w1.csv, row 1, column 1'],
  [
    'decimal commas in one column',
    { ...W2, 'w1.csv': '0,7\n-1,2\n', 'b1.csv': '0,5\n' },
    'exchange/csv-decimal-comma',
    'w1.csv, row 2',
  ],
  ['digits behind a decimal comma', first('1,5,2,05\n'), NUMBER, 'w1.csv, row 1, column 4'],
  ['a header without an index', first('0,1\n0.5,1.5\n2.5,3.5\n'), 'exchange/csv-header', 'w1.csv, row 1'],
  ['a dropped row', first(',0,1\n0,1,2\n2,3,4\n'), 'exchange/csv-index', 'w1.csv, row 3, column 1'],
  ['UTF-16', first(utf16('1,2\n3,4\n')), 'file/encoding', 'w1.csv'],
  [
    'a .npy file of that name',
    first(Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])),
    'file/encoding',
    'w1.csv:1',
  ],
  ['zeros', first(Buffer.alloc(32)), NUMBER, 'w1.csv, row 1, column 1'],
  [
    'a transposed first kernel',
    { 'w1.csv': '1,2,3\n4,5,6\n', ...B1, ...W2 },
    'exchange/weight-shape',
    'b1.csv',
  ],
  [
    'a transposed last kernel',
    { 'w1.csv': '1,2\n3,4\n', ...B1, ...W2, 'w2.csv': '1,2\n' },
    'exchange/weight-shape',
    'w2.csv',
  ],
  [
    'a kernel that does not chain',
    { ...first('1,2\n3,4\n'), 'w2.csv': '1\n2\n3\n' },
    'exchange/weight-shape',
    'w2.csv',
  ],
  [
    'a bias of a table',
    { ...first('1,2\n3,4\n'), 'b1.csv': '1,2\n3,4\n' },
    'exchange/weight-shape',
    'b1.csv',
  ],
  [
    'a bias with a header',
    { ...first('1,2\n3,4\n'), 'b1.csv': '0\n0.5\n0.25\n' },
    'exchange/weight-shape',
    'b1.csv',
  ],
  ['no bias', { 'w1.csv': '1\n' }, 'exchange/weight-missing', 'w1.csv'],
  ['no kernel', { ...first('1,2\n3,4\n'), 'b3.csv': '1\n' }, 'exchange/weight-missing', 'b3.csv'],
  [
    'a gap',
    { 'w1.csv': '1\n', 'b1.csv': '1\n', 'w3.csv': '1\n', 'b3.csv': '1\n' },
    'exchange/weight-missing',
    '',
  ],
  [
    'two sets',
    { ...first('1,2\n3,4\n'), 'w1_old.csv': '1,2\n3,4\n' },
    'exchange/weight-duplicate',
    'w1_old.csv',
  ],
  ['a set that is not there', first('1,2\n3,4\n'), 'exchange/weight-none', '', { set: 'pruned' }],
  [
    'names that say no order',
    { 'a_kernel.csv': '1\n', 'a_bias.csv': '1\n', 'z_kernel.csv': '1\n', 'z_bias.csv': '1\n' },
    'exchange/weight-order',
    '',
  ],
  [
    'a third layer of another name',
    { ...first('1,2\n3,4\n'), 'layer3.csv': '1,2\n' },
    'exchange/weight-left-out',
    '',
  ],
  [
    'what a batch normalisation left',
    { ...first('1,2\n3,4\n'), 'gamma.csv': '1\n1\n', 'beta.csv': '0\n0\n' },
    'exchange/weight-left-out',
    '',
  ],
  [
    'several outputs of a binary head',
    { 'w1.csv': '1,2\n', ...B1 },
    'exchange/weight-shape',
    'w1.csv',
    { head: 'binary' },
  ],
];

refuseAll(
  'weights are refused',
  WEIGHTS.map(
    ([name, files, code, where, options]): HostileCase => ({
      name,
      code,
      where,
      act: () => readWeights([lay(files)], { name: 'net', ...options }),
    }),
  ),
);

describe('files with broken bytes are read or refused', () => {
  const kernel = ',0,1\n0,0.5,-1.25\n1,2.5,1e-3\n';
  const at = (name: string) => path.join(place('broken'), name);
  const write = (name: string, content: string | Uint8Array) => sandbox.write(`broken/${name}`, content);

  const KINDS: readonly (readonly [
    name: string,
    good: string | Uint8Array,
    read: (bytes: Buffer) => unknown,
  ])[] = [
    [
      'a kernel',
      kernel,
      (bytes) => {
        for (const [name, text] of Object.entries({ ...B1, ...W2, 'w1.csv': bytes }))
          write(`w/${name}`, text);
        const { layers } = readWeights([at('w')], { name: 'net' });
        expect(layers[0].kernel.shape[1] === 2 && layers[0].kernel.values.every(Number.isFinite)).toBe(true);
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
