import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/core/random.js';
import { parseWeightCsv, printWeightCsv } from '../../src/exchange/weight-csv.js';
import { readWeights, weightFiles } from '../../src/exchange/weights.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'espalier-weights-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};
const read = () => readWeights([folder], { name: 'net' });
const message = (text: string) => expect.objectContaining({ message: text.replaceAll('DIR', folder) });

describe('the shapes of a file', () => {
  const wanted = [
    [0.5, -1e-126],
    [0, 3],
  ];

  it.each([
    ['pandas', ',0,1\n0,0.5,-1e-126\n1,-0.0,3.0\n'],
    ['pandas with CRLF and a byte order mark', '\ufeff,0,1\r\n0,0.5,-1E-126\r\n1,0.0,3.\r\n'],
    ['pandas with named rows', ',"a","b"\nradius,0.5,-1e-126\n"concave points",0,3\n'],
    ['bare numbers without a final newline', '0.5,-1.0e-126\n-0.0,+3'],
    ['bare numbers, spaced', ' .5, -1e-126 \n\n0, 3e0\n'],
    ['pandas without an index', 'a,"größe"\n0.5,-1e-126\n0,3\n'],
    ['pandas with semicolons', ';0;1\r\n0;0.5;-1e-126\r\n1;0;3\r\n'],
    ['pandas with tabs', '\t0\t1\n0\t0.5\t-1e-126\n1\t0\t3\n'],
    ['numpy.savetxt', '5.0e-01 -1.0e-126\n0.0e+00 3.0e+00\n'],
    ['numpy.savetxt with a header, CRLF', '# radius; mean\r\n5.0e-01 -1.0e-126\r\n-0.0e+00 3.0e+00\r\n'],
  ])('%s', (_, text) => {
    const { values } = parseWeightCsv(text, 'w.csv');
    expect(values).toEqual(wanted);
    expect(Object.is(values[1][0], 0)).toBe(true);
  });

  it.each(['pandas', 'bare'] as const)('what is written as %s reads back as the same doubles', (style) => {
    const random = new Random(5, 'csv');
    const values = Array.from({ length: 20 }, () => [random.normal() * 10 ** random.integer(-300, 300), 0]);
    expect(parseWeightCsv(printWeightCsv(values, style), 'w.csv').values).toEqual(values);
  });
});

describe('a whole network', () => {
  it('chains its layers, whatever the names', () => {
    write('w1_podado.csv', ',0,1\n0,1,2\n1,3,4\n2,5,6\n');
    write('b1_podado.csv', ',0\n0,0.5\n1,0.25\n');
    write('layer2_weights_podado.csv', '7\n8');
    write('layer2_bias_podado.csv', '9');
    write('history.csv', 'epoch,loss\n1,0.5\n');
    expect(read()).toEqual({
      name: 'net',
      inputs: 3,
      head: 'binary',
      layers: [
        {
          kind: 'dense',
          name: 'hidden',
          kernel: [
            [1, 2],
            [3, 4],
            [5, 6],
          ],
          bias: [0.5, 0.25],
          activation: 'relu',
        },
        { kind: 'dense', name: 'output', kernel: [[7], [8]], bias: [9], activation: 'linear' },
      ],
    });
  });

  it('writes what it reads', () => {
    write('w1.csv', '1,2\n3,4');
    write('b1.csv', '5,6');
    const network = read();
    rmSync(folder, { recursive: true });
    for (const [name, text] of weightFiles(
      network,
      { weights: 'w{n}_x.csv', bias: 'b{n}_x.csv' },
      'pandas',
    )) {
      write(name, text);
    }
    expect(read()).toEqual(network);
    expect(network.head).toBe('argmax');
  });

  it('takes one set of a folder with several', () => {
    for (const set of ['base', 'pruned']) {
      write(`w1_${set}.csv`, set === 'base' ? '1' : '0');
      write(`b1_${set}.csv`, '2');
    }
    expect(readWeights([folder], { name: 'net', set: 'pruned' }).layers[0].kernel).toEqual([[0]]);
    expect(read).toThrow(
      message(
        'DIR/b1_pruned.csv: got the bias of layer 1 a second time, wanted one file for them; the other is ' +
          'DIR/b1_base.csv (name the files, or choose one set of a folder with --set) [exchange/weight-duplicate]',
      ),
    );
  });
});

describe('refusals', () => {
  it.each([
    [
      'NaN',
      '1,2\n3,NaN\n',
      'w1.csv, row 2, column 2: got "NaN", wanted a finite decimal number [exchange/csv-not-a-number]',
    ],
    [
      'infinity',
      '-inf,2\n',
      'w1.csv, row 1, column 1: got "-inf", wanted a finite decimal number [exchange/csv-not-a-number]',
    ],
    [
      'an overflow',
      '1e999\n',
      'w1.csv, row 1, column 1: got "1e999", wanted a finite decimal number [exchange/csv-not-a-number]',
    ],
    [
      'text',
      '1,two\n',
      'w1.csv, row 1, column 2: got "two", wanted a finite decimal number [exchange/csv-not-a-number]',
    ],
    [
      'an empty cell',
      '1,2\n3,\n',
      'w1.csv, row 2, column 2: got "", wanted a finite decimal number [exchange/csv-not-a-number]',
    ],
    [
      'decimal commas',
      '1,5;2\n3;4\n',
      'w1.csv, row 1, column 1: got "1,5", wanted a finite decimal number ' +
        '(if decimals are written with a comma here: write them with a point) [exchange/csv-not-a-number]',
    ],
    [
      'decimal commas between tabs',
      '0,3\t-0,5\n',
      'w1.csv, row 1, column 2: got "3\\t-0", wanted a finite decimal number ' +
        '(if decimals are written with a comma here: write them with a point) [exchange/csv-not-a-number]',
    ],
    [
      'a first number that is not finite',
      'NaN\n1\n',
      'w1.csv, row 1, column 1: got "NaN", wanted a finite decimal number [exchange/csv-not-a-number]',
    ],
    [
      'names alone',
      'a,b\n',
      'w1.csv: got no numbers, wanted at least one row of numbers [exchange/csv-empty]',
    ],
    [
      'text in pandas’ shape',
      ',0,1\n0,1,x\n',
      'w1.csv, row 2, column 3: got "x", wanted a finite decimal number [exchange/csv-not-a-number]',
    ],
    [
      'a ragged row',
      '1,2\n3\n',
      'w1.csv, row 2: got 1 cell, wanted 2 cells, as in the first row [exchange/csv-ragged]',
    ],
    [
      'an empty file',
      '\n',
      'w1.csv: got no numbers, wanted at least one row of numbers [exchange/csv-empty]',
    ],
    [
      'a header alone',
      ',0,1\n',
      'w1.csv: got no numbers, wanted at least one row of numbers [exchange/csv-empty]',
    ],
    [
      'a dropped row',
      ',0\n0,1\n2,1\n',
      'w1.csv, row 3, column 1: got index 2, wanted index 1 (rows of the data frame were dropped or reordered ' +
        'before it was written) [exchange/csv-index]',
    ],
  ])('%s', (_, text, wanted) => {
    expect(() => parseWeightCsv(text, 'w1.csv')).toThrow(message(wanted));
  });

  it.each([
    [
      'kernels that do not chain',
      { 'w1.csv': '1,2\n3,4', 'b1.csv': '1,2', 'w2.csv': '1\n2\n3', 'b2.csv': '1' },
      'DIR/w2.csv: got 3 x 1 numbers, wanted 2 rows, one per unit of layer hidden [exchange/weight-shape]',
    ],
    [
      'a transposed kernel',
      { 'w1.csv': '1,2\n3,4', 'b1.csv': '1,2', 'w2.csv': '1,2', 'b2.csv': '1' },
      'DIR/w2.csv: got 1 x 2 numbers, wanted 2 rows, one per unit of layer hidden (kernels are inputs x units, as in ' +
        'Keras: is this one transposed?) [exchange/weight-shape]',
    ],
    [
      'a header without index',
      { 'w1.csv': '1,2\n3,4', 'b1.csv': '1,2', 'w2.csv': '0,1\n1,2\n3,4', 'b2.csv': '1,1' },
      'DIR/w2.csv: got 3 x 2 numbers, wanted 2 rows, one per unit of layer hidden (the first row counts 0, 1, …: a ' +
        'header without its index column? write it with header=False) [exchange/weight-shape]',
    ],
    [
      'a bias of another length',
      { 'w1.csv': '1,2\n3,4', 'b1.csv': '1\n2\n3' },
      'DIR/b1.csv: got 3 x 1 numbers, wanted 2 numbers in one column or row, one per column of w1.csv ' +
        '[exchange/weight-shape]',
    ],
    [
      'a missing bias',
      { 'w1.csv': '1' },
      'DIR/w1.csv: got no bias for layer 1, wanted a weights and a bias file for every layer, numbered without gaps ' +
        '[exchange/weight-missing]',
    ],
    [
      'a gap',
      { 'w1.csv': '1', 'b1.csv': '1', 'w3.csv': '1', 'b3.csv': '1' },
      'DIR: got no weights for layer 2, wanted a weights and a bias file for every layer, numbered without gaps ' +
        '[exchange/weight-missing]',
    ],
    [
      'an empty folder',
      { 'notes.csv': '1' },
      'DIR: got no weight files, wanted files such as w1.csv and b1.csv [exchange/weight-none]',
    ],
  ])('%s', (_, files, wanted) => {
    for (const [name, text] of Object.entries(files)) write(name, text as string);
    expect(read).toThrow(message(wanted));
  });

  it('a file that is not there, or has no number', () => {
    expect(() => readWeights(['nowhere/w1.csv'], { name: 'net' })).toThrow(
      message('nowhere/w1.csv: got no such file or folder, wanted a readable file [file/unreadable]'),
    );
    const file = write('weights.csv', '1');
    expect(() => readWeights([file], { name: 'net' })).toThrow(
      message(
        'DIR/weights.csv: got a name without role and layer, wanted w1….csv and b1….csv, or names with ' +
          'weights/kernel/bias and the layer’s number [exchange/weight-file-name]',
      ),
    );
  });
});
