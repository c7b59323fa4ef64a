import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDataset, parseDataset } from '../../src/data/dataset.js';
import { WDBC_FEATURES } from '../../src/data/wdbc.js';
import { messageOf } from '../support/messages.js';

const WDBC = path.join(import.meta.dirname, '../../models/wdbc/data.csv');

/** Three samples of the breast cancer data, benign last, as each of the known files has them. */
const rows = [
  { id: '842302', diagnosis: 'M', values: WDBC_FEATURES.map((_, feature) => feature + 0.5) },
  { id: '842517', diagnosis: 'M', values: WDBC_FEATURES.map((_, feature) => feature * 1e-3) },
  { id: '8510426', diagnosis: 'B', values: WDBC_FEATURES.map((_, feature) => 100 - feature) },
];
const kaggle = [
  `${['id', 'diagnosis', ...WDBC_FEATURES].map((name) => `"${name}"`).join(',')},`,
  ...rows.map(({ id, diagnosis, values }) => [id, diagnosis, ...values].join(',')),
].join('\r\n');
const uci = rows.map(({ id, diagnosis, values }) => `${[id, diagnosis, ...values].join(',')}\n`).join('');
const sklearn = [
  '3,30,malignant,benign',
  ...rows.map(({ diagnosis, values }) => [...values, diagnosis === 'M' ? 0 : 1].join(',')),
].join('\n');

describe('the breast cancer files', () => {
  it.each([
    ['Kaggle data.csv', kaggle],
    ['UCI wdbc.data', uci],
    ['scikit-learn table', sklearn],
  ])('recognises %s by its content', (form, text) => {
    const dataset = parseDataset(text, 'any-name.txt');
    expect(dataset.report.form).toBe(form);
    expect(dataset.featureNames).toEqual(WDBC_FEATURES);
    expect(dataset.features).toEqual(rows.map(({ values }) => values));
    expect(dataset.labels).toEqual([1, 1, 0]);
    expect(dataset.classes).toEqual(['B', 'M']);
  });

  it('reports what the Kaggle file holds', () => {
    const { report } = parseDataset(kaggle, 'data.csv');
    expect(report.rows).toBe(3);
    expect(report.columns).toHaveLength(33);
    expect(report.firstRows[0].slice(0, 3)).toEqual(['842302', 'M', '0.5']);
    expect(report.droppedColumns).toEqual(['Unnamed: 32']);
    expect(report.ignoredColumns).toEqual(['id']);
    expect(report.missing['Unnamed: 32']).toBe(3);
    expect(report.missing['concave points_mean']).toBe(0);
    expect(report.classCounts).toEqual({ B: 1, M: 2 });
  });

  it('takes rows that hold the nameless last cell too', () => {
    const text = kaggle.split('\r\n').map((line, index) => (index === 0 ? line : `${line},`));
    expect(parseDataset(text.join('\n'), 'data.csv').features).toEqual(rows.map(({ values }) => values));
  });

  it('loads the 569 rows that come with the project', () => {
    const { features, labels, report } = loadDataset(WDBC);
    expect(features).toHaveLength(569);
    expect(features[0].slice(0, 4)).toEqual([17.99, 10.38, 122.8, 1001]);
    expect(features[568][29]).toBe(0.07039);
    expect(labels[0]).toBe(1);
    expect(report.classCounts).toEqual({ B: 357, M: 212 });
    expect(report.droppedColumns).toEqual([]);
  });
});

describe('any other table', () => {
  const flowers = 'length;width;kind\n1;2;rose\n3;4;aster\n5;6;iris\n7;8;rose\n';

  it('reads several classes, in the order of their names', () => {
    const dataset = parseDataset(flowers, 'flowers.csv', { label: 'kind' });
    expect(dataset.featureNames).toEqual(['length', 'width']);
    expect(dataset.classes).toEqual(['aster', 'iris', 'rose']);
    expect(dataset.labels).toEqual([2, 0, 1, 2]);
    expect(dataset.features).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ]);
  });

  it('orders numbers as labels by their value', () => {
    const text = 'x,y\n1,10\n2,9\n3,100\n';
    expect(parseDataset(text, 'data.csv', { label: 'y' }).classes).toEqual(['9', '10', '100']);
  });

  it('makes the positive label class 1, and leaves out ignored columns', () => {
    const text = 'name,x,ok\na,1,no\nb,2,yes\n';
    const options = { label: 'ok', positive: 'no', ignore: ['name'] };
    const dataset = parseDataset(text, 'data.csv', options);
    expect(dataset.classes).toEqual(['yes', 'no']);
    expect(dataset.labels).toEqual([1, 0]);
    expect(dataset.featureNames).toEqual(['x']);
  });

  it('names the columns of a table without a header', () => {
    const dataset = parseDataset('1,2,0\n3,4,1\n', 'data.csv', { label: 'column_3' });
    expect(dataset.featureNames).toEqual(['column_1', 'column_2']);
    expect(dataset.features).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('reads the class names of other scikit-learn tables', () => {
    const dataset = parseDataset('2,1,setosa,virginica\n5.1,0\n6.3,1\n', 'iris.csv');
    expect(dataset.classes).toEqual(['setosa', 'virginica']);
    expect(dataset.featureNames).toEqual(['feature_1']);
  });

  it('drops rows with missing values when asked to, and says how many', () => {
    const text = 'x,y\n1,a\nNA,b\n3,b\n,a\n';
    const dataset = parseDataset(text, 'data.csv', { label: 'y', missing: 'drop' });
    expect(dataset.features).toEqual([[1], [3]]);
    expect(dataset.report.missing).toEqual({ x: 2, y: 0 });
    expect(dataset.report.droppedRows).toBe(2);
  });
});

describe('what cannot be read', () => {
  const table = 'x,y\n1,a\n2,b\n';
  it.each([
    ['an empty file', '', {}, 'data.csv: got no rows of data, wanted a table of samples [data/empty]'],
    [
      'a header alone',
      'x,y\n',
      { label: 'y' },
      'data.csv: got no rows of data, wanted a table of samples [data/empty]',
    ],
    [
      'a text',
      'Dear reader\nthis is a letter\n',
      {},
      'data.csv:1: got a first line without a delimiter, wanted a table of cells separated by commas, semicolons or tabs [data/not-a-table]',
    ],
    [
      'a binary file',
      'PK\0\0,',
      {},
      'data.csv: got a binary file, wanted a table of cells separated by commas, semicolons or tabs [data/not-a-table]',
    ],
    [
      'an open quote',
      'x,y\n1,"a\n2,b\n',
      {},
      'data.csv:3: got Quote Not Closed, wanted a table of cells separated by commas, semicolons or tabs [data/not-a-table]',
    ],
    [
      'no statement of the label',
      table,
      {},
      'data.csv: got a table with the columns "x", "y" and nothing that says which of them is the class, wanted the name of the label\'s column (state it as data.label) [data/no-label-column]',
    ],
    [
      'an unknown label column',
      table,
      { label: 'z' },
      'data.csv, data.label: got "z", wanted one of the columns "x", "y" [data/unknown-column]',
    ],
    [
      'an unknown column to ignore',
      table,
      { label: 'y', ignore: ['id'] },
      'data.csv, data.ignore: got "id", wanted one of the columns "x", "y" [data/unknown-column]',
    ],
    [
      'two columns of one name',
      'x,x,y\n1,2,a\n',
      { label: 'y' },
      'data.csv: got two columns named "x", wanted a name for every column that no other column has [data/duplicate-column]',
    ],
    [
      'no features',
      'x,y\n,a\n,b\n',
      { label: 'y' },
      'data.csv: got no column beside the label and the ignored and empty ones, wanted at least one column of numbers [data/no-features]',
    ],
    [
      'a cell that is no number',
      'x,y\n1,a\ntwo,b\n',
      { label: 'y' },
      'data.csv:3, column "x": got "two", wanted a finite number (a column that is no feature can be named in data.ignore) [data/not-a-number]',
    ],
    [
      'a decimal comma',
      'x;y\n0,3;a\n0,5;b\n',
      { label: 'y' },
      'data.csv:2, column "x": got "0,3", wanted a finite number (if decimals are written with a comma here: write them with a point) [data/not-a-number]',
    ],
    [
      'a row cut at its decimal commas',
      '0,3;-0,5;1\n0,2;0,1;0\n',
      { label: 'column_3' },
      'data.csv:1, column "column_2": got "3;-0", wanted a finite number (if decimals are written with a comma here: write them with a point) [data/not-a-number]',
    ],
    [
      'an infinite number',
      'x,y\n1,a\n1e999,b\n',
      { label: 'y' },
      'data.csv:3, column "x": got "1e999", wanted a finite number (a column that is no feature can be named in data.ignore) [data/not-a-number]',
    ],
    [
      'a ragged row',
      'x,y\n1,a\n\n2\n',
      { label: 'y' },
      'data.csv:4: got 1 cell, wanted 2 cells, as many as the table has columns [data/ragged-row]',
    ],
    [
      'missing values',
      'x,y\n1,a\n?,b\n,b\n',
      { label: 'y' },
      'data.csv:3, column "x": got a missing value, the first of 2, wanted a value in every cell (data.missing: drop leaves such rows out) [data/missing-value]',
    ],
    [
      'a measurement for a class',
      'x,y\n1,0.5\n2,-1\n3,0.5\n4,7e2\n5,2\n',
      { label: 'y' },
      'data.csv, column "y": got 4 different numbers in 5 rows, wanted the class of every row (a regression is not trained here: give weights trained elsewhere to `espalier compile --head values`) [data/measured-label]',
    ],
    [
      'a single class',
      'x,y\n1,a\n2,a\n',
      { label: 'y' },
      'data.csv, column "y": got the one label "a" in every row, wanted at least two classes [data/single-class]',
    ],
    [
      'an unknown positive label',
      table,
      { label: 'y', positive: 'c' },
      'data.csv, column "y", data.positive: got "c", wanted one of the labels "a", "b" [data/unknown-label]',
    ],
    [
      'a positive one of three labels',
      `${table}3,c\n`,
      { label: 'y', positive: 'c' },
      'data.csv, column "y", data.positive: got "c" as the positive one of 3 labels, wanted a positive label only where there are two labels [data/positive-of-many]',
    ],
    [
      'a diagnosis that is neither B nor M',
      kaggle.replace('8510426,B', '8510426,X'),
      {},
      'data.csv:4, column "diagnosis": got "X", wanted one of the labels "B", "M" [data/unknown-label]',
    ],
  ])('refuses %s', (_, text, options, wanted) => {
    expect(messageOf(() => parseDataset(text, 'data.csv', options))).toBe(wanted);
  });

  it('refuses a file that is not there', () => {
    expect(messageOf(() => loadDataset('nowhere/data.csv'))).toBe(
      'nowhere/data.csv: got no such file or folder, wanted a readable file [file/unreadable]',
    );
  });
});
