import { describe, expect, it } from 'vitest';
import { parseWeightCsv } from '../../src/exchange/weight-csv.js';
import { readWeights } from '../../src/exchange/weights.js';
import { weightFolder } from '../support/weight-folder.js';

const { write, read, message } = weightFolder();

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
      'one column of decimal commas',
      '0,7\n-1,2\n',
      'w1.csv, row 2: got "-1,2", and never a point or a sign behind the comma, wanted decimals with a point (two ' +
        'columns of whole numbers are told from them by a point, as in 1.0,2.0, or by a semicolon between) ' +
        '[exchange/csv-decimal-comma]',
    ],
    [
      'the digits of a decimal comma',
      '0,05\n1,2\n',
      'w1.csv, row 1: got "0,05", and never a point or a sign behind the comma, wanted decimals with a point (two ' +
        'columns of whole numbers are told from them by a point, as in 1.0,2.0, or by a semicolon between) ' +
        '[exchange/csv-decimal-comma]',
    ],
    [
      'such digits among more columns',
      '1,05,-2\n',
      'w1.csv, row 1, column 2: got "05", wanted a finite decimal number (if decimals are written with a comma here: ' +
        'write them with a point) [exchange/csv-not-a-number]',
    ],
    [
      'a header that counts, without an index',
      '0,1,2\n0.5,1,2\n',
      'w1.csv, row 1: got a first row that counts 0, 1, …: a header without its index column, wanted numbers alone, or ' +
        'a header and an index (in pandas write it with header=False; weights that are so are written as 0.0,1.0,…) ' +
        '[exchange/csv-header]',
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
        'Keras: is this one transposed, as in PyTorch? --transpose reads it) [exchange/weight-shape]',
    ],
    [
      'a transposed first kernel',
      { 'w1.csv': '1,2,3\n4,5,6', 'b1.csv': '1,2' },
      'DIR/b1.csv: got 1 x 2 numbers, wanted 3 numbers in one column or row, one per column of w1.csv (w1.csv has as ' +
        'many rows: kernels are inputs x units, as in Keras: is this one transposed, as in PyTorch? --transpose reads ' +
        'it) [exchange/weight-shape]',
    ],
    [
      'a bias with a header without index',
      { 'w1.csv': '1,2\n3,4\n5,6', 'b1.csv': '0\n0.5\n0.25' },
      'DIR/b1.csv: got 3 x 1 numbers, wanted 2 numbers in one column or row, one per column of w1.csv (the first row ' +
        'counts 0, 1, …: a header without its index column? write it with header=False) [exchange/weight-shape]',
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
        '(of a network whose layers have no bias: --no-bias) [exchange/weight-missing]',
    ],
    [
      'a gap',
      { 'w1.csv': '1', 'b1.csv': '1', 'w3.csv': '1', 'b3.csv': '1' },
      'DIR: got no weights for layer 2, wanted a weights and a bias file for every layer, numbered without gaps ' +
        '[exchange/weight-missing]',
    ],
    [
      'a folder of text files',
      { 'b1.txt': '1', 'w1.txt': '1' },
      'DIR: got no weight files, but "b1.txt", "w1.txt", wanted files such as w1.csv and b1.csv (name them one by one ' +
        'if they are tables of numbers: --weights b1.txt w1.txt …) [exchange/weight-none]',
    ],
    [
      'a PyTorch file',
      { 'model.pt': '' },
      'DIR: got no weight files, but "model.pt", wanted files such as w1.csv and b1.csv ' +
        "(a model's file is read by espalier compile model.pt) [exchange/weight-none]",
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
    const file = write('layer.csv', '1');
    expect(() => readWeights([file], { name: 'net' })).toThrow(
      message(
        'DIR/layer.csv: got a name without role and layer, wanted w1….csv and b1….csv, or names with ' +
          'weights/kernel/bias and the layer’s number [exchange/weight-file-name]',
      ),
    );
  });
});
