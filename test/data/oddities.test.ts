import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/core/text.js';
import { type DatasetOptions, parseDataset } from '../../src/data/dataset.js';
import { fitScaler } from '../../src/data/scaler.js';
import { samplesOf } from '../../src/learn/samples.js';
import { messageOf } from '../support/messages.js';

const read = (text: string, options: DatasetOptions = {}) => parseDataset(text, 'data.csv', options);
const said = (text: string, options: DatasetOptions = {}) =>
  read(text, options).report.warnings.map(({ code, got }) => `${code}: ${got}`);

describe('the first row', () => {
  it.each<[string, string, DatasetOptions, readonly string[], number, readonly string[]]>([
    [
      'counts, as pandas without names writes it',
      '0,1\n2.5,0\n3.5,1\n',
      { label: '1' },
      ['0'],
      2,
      ['data/counted-header: a first row that counts 0, 1, …'],
    ],
    [
      'counts up to a named label',
      '0,1,kind\n2.5,1,a\n3.5,2,b\n',
      { label: 'kind' },
      ['0', '1'],
      2,
      ['data/counted-header: a first row that counts 0, 1, …'],
    ],
    [
      'counts, and is said to be a sample',
      '0,1\n2,0\n',
      { label: 'column_2', header: false },
      ['column_1'],
      2,
      [],
    ],
    ['counts, and is said to be a header', '0,1\n2,0\n4,1\n', { label: '1', header: true }, ['0'], 2, []],
    [
      'holds years and a word over numbers',
      '2019,2020,y\n1,2,0\n3,4,1\n',
      { label: 'y' },
      ['2019', '2020'],
      2,
      [],
    ],
    ['is a comment of numpy', '# x,y\n1,0\n2,1\n', { label: 'y' }, ['x'], 2, []],
    ['has a byte order mark and ends in CR alone', '\ufeffx;y\r1;a\r2;b\r', { label: 'y' }, ['x'], 2, []],
    ['has quotes and a trailing separator', '"x","y",\n1,"a",\n2,"b",\n', { label: 'y' }, ['x'], 2, []],
  ])('%s', (_, text, options, names, rows, warnings) => {
    const { featureNames, features } = read(text, options);
    expect(featureNames).toEqual(names);
    expect(features).toHaveLength(rows);
    expect(said(text, options)).toEqual(warnings);
  });
});

describe('columns that number the rows', () => {
  const index = (name: string) => [`data/index-column: the column "${name}", which numbers the rows`];

  it.each<[string, string, string, readonly string[]]>([
    ['pandas’ index', ',x,y\n0,5,a\n1,6,a\n2,7,b\n', 'Unnamed: 0', ['x']],
    ['R’s names of rows', '"","x","y"\n"r1",5,"a"\n"r2",6,"b"\n', 'Unnamed: 0', ['x']],
    ['an index of two tables, one after the other', ',x,y\n0,5,a\n0,6,b\n', 'Unnamed: 0', ['x']],
    ['an index that was read as a column', 'Unnamed: 0,x,y\n7,5,a\n3,6,b\n', 'Unnamed: 0', ['x']],
    ['an id', 'ID,x,y\n907,5,a\n303,6,b\n', 'ID', ['x']],
  ])('%s is left out, and said', (_, text, column, names) => {
    const { featureNames, report } = read(text, { label: 'y' });
    expect(featureNames).toEqual(names);
    expect(report.ignoredColumns).toEqual([column]);
    expect(said(text, { label: 'y' })).toEqual(index(column));
    expect(said(text, { label: 'y', ignore: [column] })).toEqual([]);
  });

  it('is left out of a table without names too', () => {
    const text = '0,5.5,a\n1,6.5,a\n2,7,b\n3,7.5,b\n';
    expect(read(text, { label: 'column_3' }).featureNames).toEqual(['column_2']);
    expect(said(text, { label: 'column_3' })).toEqual(index('column_1'));
  });

  it.each([
    ['a label in front', 'y,x\n0,5\n1,6\n', ['x']],
    ['an id that repeats', 'id,x,y\n1,5,0\n1,6,1\n', ['id', 'x']],
    ['a count that has a name', 't,x,y\n0,5,0\n1,6,1\n', ['t', 'x']],
  ])('%s is none', (_, text, names) => {
    expect(read(text, { label: 'y' }).featureNames).toEqual(names);
    expect(said(text, { label: 'y' })).toEqual([]);
  });
});

describe('labels', () => {
  it.each([
    ['0, 1, 1.0', 'x,y\n1,0\n2,1\n3,1.0\n', ['0', '1'], [0, 1, 1]],
    ['1, 01, +2', 'x,y\n1,1\n2,01\n3,+2\n', ['1', '+2'], [0, 0, 1]],
    ['-0 and 0 and 1e0', 'x,y\n1,-0\n2,0\n3,1e0\n', ['0', '1e0'], [0, 0, 1]],
    ['floats', 'x,y\n1,1.0\n2,0.0\n', ['0.0', '1.0'], [1, 0]],
    [
      'numbers of 17 digits',
      'x,y\n1,10000000000000001\n2,10000000000000002\n',
      ['10000000000000001', '10000000000000002'],
      [0, 1],
    ],
  ])('%s', (_, text, classes, labels) => {
    expect(read(text, { label: 'y' })).toMatchObject({ classes, labels });
  });

  it('finds the positive one whatever its spelling', () => {
    expect(read('x,y\n1,0.0\n2,1.0\n', { label: 'y', positive: '0' }).classes).toEqual(['1.0', '0.0']);
  });

  it('finds the classes of a scikit-learn table whatever their spelling', () => {
    expect(read('2,1,setosa,virginica\n5.1,0.0\n6.3,1.0\n').labels).toEqual([0, 1]);
  });

  it('says that two differ in case alone', () => {
    expect(said('x,y\n1,Yes\n2,yes\n3,no\n', { label: 'y' })).toEqual([
      'data/similar-labels: the labels "Yes" and "yes"',
    ]);
    expect(said('x,y\n1,A\n2,a\n', { label: 'y' })).toEqual([]);
  });
});

describe('cells', () => {
  it('reads True and False of a column as 1 and 0', () => {
    expect(read('x,z,y\nTrue,1,0\nFALSE,2,1\n', { label: 'y' }).features).toEqual([
      [1, 1],
      [0, 2],
    ]);
  });

  it.each(['inf', '-Infinity', '0x10', '1_000', '1d5', '1 000', '12,5%', '−1', 'TRUE'])(
    'refuses %s',
    (cell) => {
      expect(messageOf(() => read(`x;y\n1;a\n${cell};b\n`, { label: 'y' }))).toMatch(
        /^data\.csv:3, column "x": got ".*", wanted a finite number \(.*\) \[data\/not-a-number\]$/,
      );
    },
  );

  it.each(['', 'NA', 'nan', '-NaN', '#N/A', '<NA>', 'null', '?'])('takes "%s" for missing', (cell) => {
    const text = `x;y\n1;a\n${cell};b\n2;b\n`;
    expect(read(text, { label: 'y', missing: 'drop' }).features).toEqual([[1], [2]]);
  });
});

describe('features of any size', () => {
  const dataset = (first: string, second: string, third = '0') =>
    read(`x,y\n${first},a\n${second},b\n${third},b\n`, { label: 'y' });

  it('refuses ends that are further apart than any number', () => {
    expect(messageOf(() => fitScaler(dataset('-1e308', '1e308'), [0, 1]))).toBe(
      'feature "x": got values from -1e+308 to 1e+308, wanted values whose difference is a finite number (divide the ' +
        'column by a power of ten, or leave outliers out (data.clip)) [data/span]',
    );
  });

  it('refuses a row that scaling makes infinite, unless it is clipped', () => {
    const table = dataset('0', '1e-300', '1e300');
    const scaler = fitScaler(table, [0, 1]);
    expect(messageOf(() => samplesOf(table, scaler, [0, 2]))).toBe(
      'feature "x": got 1e+300, wanted a value that is still finite when 0 to 1e-300, the range of the training rows, ' +
        'is scaled to 0 to 1 (data.clip moves what lies beyond that range to its ends) [data/scaled]',
    );
    expect(samplesOf(table, scaler, [0, 2], true).features).toEqual([[0], [1]]);
  });

  it('scales what is as large as numbers are', () => {
    const table = dataset('0', '1e308', '5e307');
    expect(samplesOf(table, fitScaler(table, [0, 1, 2]), [0, 1, 2]).features).toEqual([[0], [1], [0.5]]);
  });
});

describe('text that is not UTF-8', () => {
  const hint = (encoding: string) =>
    `wanted text in UTF-8 (save it as UTF-8 (in Excel “CSV UTF-8”), or: iconv -f ${encoding} -t UTF-8 OLD > NEW) ` +
    '[file/encoding]';
  const utf16 = (text: string) => Buffer.from(text, 'utf16le');

  it.each<[string, Buffer, string]>([
    [
      'Latin-1',
      Buffer.from('x,y\n1,é\n2,è\n', 'latin1'),
      `t.csv:2: got the byte 0xE9, which is no UTF-8, ${hint('WINDOWS-1252')}`,
    ],
    [
      'a character that is cut',
      Buffer.from([0x78, 0xc3]),
      `t.csv:1: got the byte 0xC3, which is no UTF-8, ${hint('WINDOWS-1252')}`,
    ],
    ['UTF-16 with its mark', utf16('\ufeffx,y\n'), `t.csv: got text in UTF-16, ${hint('UTF-16LE')}`],
    ['UTF-16 without', utf16('x,y\n'), `t.csv: got text in UTF-16, ${hint('UTF-16LE')}`],
    [
      'UTF-16, the other end first',
      utf16('\ufeffx,y\n').swap16(),
      `t.csv: got text in UTF-16, ${hint('UTF-16LE')}`,
    ],
  ])('%s is refused', (_, bytes, wanted) => {
    expect(messageOf(() => decodeText(bytes, 't.csv'))).toBe(wanted);
  });

  it('reads UTF-8, and takes its byte order mark away', () => {
    expect(decodeText(Buffer.from('\ufeffé, è\n', 'utf8'), 't.csv')).toBe('é, è\n');
  });
});
