import { describe, expect, it } from 'vitest';
import { parseRows, type RowsOptions } from '../../src/data/rows.js';
import { messageOf } from '../support/messages.js';

const NAMED = { inputs: 2, names: ['length', 'width'] };
const NAMELESS = { inputs: 2, names: [] };
const read = (text: string, wanted: typeof NAMED | typeof NAMELESS, options: RowsOptions = {}) =>
  parseRows(text, 'new.csv', wanted, options);

describe('rows for a network', () => {
  it.each<[string, string, typeof NAMED | typeof NAMELESS, RowsOptions]>([
    ['columns in another order', 'width,length\n2,1\n4,3\n', NAMED, {}],
    ['other columns beside them', 'name,width,length,kind\nq,2,1,a\nr,4,3,b\n', NAMED, {}],
    ['one class', 'length,width,kind\n1,2,a\n3,4,a\n', NAMED, { label: 'kind' }],
    ['no header', '1,2\n3,4\n', NAMED, {}],
    ['no names in the network', 'a,b\n1,2\n3,4\n', NAMELESS, {}],
    ['no names, and a label', 'kind,a,b\nx,1,2\ny,3,4\n', NAMELESS, { label: 'kind' }],
    ['no names, and an index', ',a,b\n0,1,2\n1,3,4\n', NAMELESS, {}],
    ['a missing value that nobody reads', 'length,width,kind\n1,2,\n3,4,a\n', NAMED, {}],
  ])('%s', (_, text, wanted, options) => {
    expect(read(text, wanted, options).features).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('says what was left out, or read as names, where columns are taken as they stand', () => {
    const codes = (text: string, wanted: typeof NAMED | typeof NAMELESS) =>
      read(text, wanted).warnings.map(({ code, got, hint }) => [code, got, hint]);
    expect(codes(',a,b\n0,1,2\n1,3,4\n', NAMELESS)).toEqual([
      ['data/index-column', 'the column "Unnamed: 0", which numbers the rows', 'it was left out'],
    ]);
    expect(codes('0,1\n1.5,2\n3,4\n', NAMELESS)).toEqual([
      [
        'data/counted-header',
        'a first row that counts 0, 1, …',
        'it was read as names, as pandas writes them',
      ],
    ]);
    expect(codes(',width,length\n0,1,2\n1,3,4\n', NAMED)).toEqual([]);
  });

  it('does without a label that stands in another table', () => {
    const options = { label: 'kind', labelMayMiss: true };
    expect(read('a,b\n1,2\n3,4\n', NAMELESS, options).label).toBeUndefined();
    expect(read('a,kind,b\n1,x,2\n3,y,4\n', NAMELESS, options).label?.cells).toEqual(['x', 'y']);
  });

  it('numbers the labels as the network does', () => {
    const { label } = read('length,width,y\n1,2,1.0\n3,4,0\n', NAMED, { label: 'y' });
    expect(label?.cells).toEqual(['1.0', '0']);
    expect(label?.numbers(['0', '1'])).toEqual([1, 0]);
    expect(messageOf(() => label?.numbers(['a', 'b']))).toBe(
      'new.csv:2, column "y": got "1.0", wanted one of the labels "a", "b" [data/unknown-label]',
    );
  });

  it.each<[string, string, typeof NAMED | typeof NAMELESS, RowsOptions, string]>([
    [
      'columns that are not there',
      'length,breadth\n1,2\n',
      NAMED,
      {},
      'new.csv: got a table with the columns "length", "breadth", wanted every input of the network: "width" is missing [data/missing-columns]',
    ],
    [
      'too many columns',
      'a,b,kind\n1,2,0\n',
      NAMELESS,
      {},
      'new.csv: got 3 columns of features: "a", "b", "kind", wanted 2, one for each input of the network (--label names the column of the classes, which is no feature) [data/column-count]',
    ],
    [
      'too few columns',
      '1,x\n2,y\n',
      NAMED,
      { label: 'column_2' },
      'new.csv: got 1 column of features: "column_1", wanted 2, one for each input of the network [data/column-count]',
    ],
    [
      'a label that is not there',
      'length,width\n1,2\n',
      NAMED,
      { label: 'kind' },
      'new.csv, --label: got "kind", wanted one of the columns "length", "width" [data/unknown-column]',
    ],
    [
      'a missing value',
      'length,width\n1,\n',
      NAMED,
      {},
      'new.csv:2, column "width": got a missing value, wanted a value in every cell (data.missing: drop leaves such rows out) [data/missing-value]',
    ],
  ])('refuses %s', (_, text, wanted, options, message) => {
    expect(messageOf(() => read(text, wanted, options))).toBe(message);
  });
});
