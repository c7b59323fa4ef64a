import { describe, expect, it } from 'vitest';
import { lowerNetwork } from '../../src/network/affine.js';
import { networkFromJson, networkToJson } from '../../src/network/json.js';
import { referenceModel } from '../../src/network/reference.js';
import { messageOf } from '../support/messages.js';

const EXACT = { activation: 'linear', output: 'exact' };
const FORMAT = { format: 'fixed<8,8>' };

/** A network of one layer, or some, on a map of 8-bit whole numbers. */
const networkOf = (shape: readonly number[], ...layers: readonly object[]) =>
  networkFromJson(
    JSON.stringify({
      schema: 'espalier/network',
      version: 2,
      name: 'map',
      input: { shape, format: 'fixed<8,8>' },
      layers,
      head: { kind: 'values' },
    }),
    'n.json',
  );

const outputsOf = (network: ReturnType<typeof networkOf>, codes: readonly number[]) =>
  referenceModel(network)(codes).outputs;

const counting = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

/** One channel to one, 3x3. */
const conv = (codes: readonly (readonly number[])[], members: object = {}) => ({
  kind: 'conv2d',
  name: 'conv',
  kernel: { ...FORMAT, codes: codes.map((row) => row.map((code) => [[code]])) },
  bias: { ...FORMAT, codes: [100] },
  finish: EXACT,
  ...members,
});

const CROSS = [
  [0, 1, 0],
  [2, 10, 3],
  [0, 4, 0],
];

describe('a convolution', () => {
  it('is what is computed by hand, where the window lies inside', () => {
    // 1 2 3 4 / 5 6 7 8 / 9 10 11 12: around 6 stand 2, 5, 7, 10; around 7 stand 3, 6, 8, 11.
    expect(outputsOf(networkOf([3, 4, 1], conv(CROSS)), counting(12))).toEqual([
      100 + 2 + 2 * 5 + 10 * 6 + 3 * 7 + 4 * 10,
      100 + 3 + 2 * 6 + 10 * 7 + 3 * 8 + 4 * 11,
    ]);
  });

  it('reads 0 in the padding, which stands as it says: top, bottom, left, right', () => {
    const network = networkOf([2, 2, 1], conv(CROSS, { padding: [1, 0, 0, 1] }));
    // 0 0 0 / 1 2 0 / 3 4 0
    expect(outputsOf(network, [1, 2, 3, 4])).toEqual([100 + 2 * 1 + 10 * 2 + 4 * 4]);
  });

  it('strides over rows and columns', () => {
    const one = conv([[1]], { strides: [2, 3] });
    expect(outputsOf(networkOf([3, 5, 1], one), counting(15))).toEqual([101, 104, 111, 114]);
  });

  it('leaves cells out between its taps', () => {
    const sparse = conv([[1, 1]], { dilation: [1, 2] });
    expect(outputsOf(networkOf([1, 4, 1], sparse), [1, 10, 20, 40])).toEqual([121, 150]);
  });

  it('reads its own group of channels only', () => {
    const grouped = {
      ...conv([]),
      groups: 2,
      kernel: {
        ...FORMAT,
        codes: [
          [
            [
              [1, 2, 3, 4],
              [10, 20, 30, 40],
            ],
          ],
        ],
      },
      bias: { ...FORMAT, codes: [0, 0, 0, 0] },
    };
    expect(outputsOf(networkOf([1, 1, 4], grouped), [1, 2, 3, 4])).toEqual([
      21,
      42,
      3 * 3 + 30 * 4,
      4 * 3 + 40 * 4,
    ]);
  });

  it('goes through JSON unchanged, what it leaves out being said', () => {
    const network = networkOf([3, 4, 1], conv(CROSS));
    const text = networkToJson(network);
    expect(networkFromJson(text)).toEqual(network);
    expect(JSON.parse(text).layers[0]).toMatchObject({
      strides: [1, 1],
      padding: [0, 0, 0, 0],
      dilation: [1, 1],
      groups: 1,
    });
  });
});

const largest = (members: object) => ({
  kind: 'max_pool',
  name: 'pool',
  window: [2, 2],
  strides: [2, 2],
  ...members,
});

describe('a max pool', () => {
  it('gives the largest of each window, channel by channel', () => {
    expect(outputsOf(networkOf([2, 2, 2], largest({})), [1, -8, 5, -2, 3, -4, 2, -6])).toEqual([5, -2]);
  });

  it('never gives padding', () => {
    const pool = largest({ strides: [1, 1], padding: [1, 0, 0, 1] });
    expect(outputsOf(networkOf([1, 2, 1], pool), [-3, -5])).toEqual([-3, -5]);
  });

  it('gives padding that a layer before it has put there', () => {
    const pad = { kind: 'move', name: 'pad', move: { kind: 'pad', before: [0, 0, 0], after: [1, 0, 0] } };
    expect(outputsOf(networkOf([1, 2, 1], pad, largest({})), [-3, -5])).toEqual([0]);
  });

  it('reads nothing that is never the largest', () => {
    // 300 and an 8-bit code are at least 172, so that the padding's 0 never wins.
    const network = networkOf(
      [1, 2, 1],
      conv([[1]], {
        bias: { format: 'fixed<10,10>', codes: [300] },
        finish: { activation: 'relu', output: { format: 'ufixed<9,9>', rounding: 'TRN', overflow: 'SAT' } },
      }),
      { kind: 'move', name: 'pad', move: { kind: 'pad', before: [0, 0, 0], after: [1, 0, 0] } },
      largest({}),
    );
    const [, pool] = lowerNetwork(network).layers;
    expect(pool.rows.map((row) => 'inputs' in row && [row.inputs, row.least])).toEqual([[[0, 1], undefined]]);
  });
});

const average = (members: object) => ({
  kind: 'average_pool',
  name: 'mean',
  channels: 1,
  window: [2, 2],
  strides: [2, 2],
  reciprocal: 'ufixed<8,1>',
  finish: { activation: 'linear', output: { format: 'fixed<10,8>', rounding: 'TRN', overflow: 'SAT' } },
  ...members,
});

describe('an average pool', () => {
  it('is exact where counts are powers of two', () => {
    expect(outputsOf(networkOf([2, 4, 1], average({})), [1, 2, 3, 4, 5, 7, 0, 0])).toEqual([15, 7]);
  });

  it.each([
    ['leaves padding out of the mean', false, [8, 4]],
    ['counts padding where it shall', true, [4, 2]],
  ] as const)('%s', (_, countPadding, outputs) => {
    const pool = average({ window: [2, 1], strides: [1, 1], padding: [1, 0, 0, 0], countPadding });
    expect(outputsOf(networkOf([1, 2, 1], pool), [2, 1])).toEqual(outputs);
  });

  it('multiplies by the least reciprocal of its format that is not too small', () => {
    // 1/3 becomes 43/128: 43 × 90 / 128 = 30.23, of which two fraction bits stay.
    const pool = average({ window: [1, 3], strides: [1, 1] });
    expect(outputsOf(networkOf([1, 3, 1], pool), [20, 30, 40])).toEqual([120]);
  });

  it('gives 0 where nothing lies inside', () => {
    const pool = average({ window: [1, 1], strides: [1, 1], padding: [1, 0, 0, 0] });
    expect(outputsOf(networkOf([1, 1, 1], pool), [5])).toEqual([0, 20]);
  });
});

describe('layers that only move codes of a map', () => {
  const one = conv([[1]], { bias: { ...FORMAT, codes: [0] } });

  it('repeat cells', () => {
    const network = networkOf([1, 2, 1], one, { kind: 'upsample', name: 'up', factors: [2, 2] });
    expect(outputsOf(network, [3, 4])).toEqual([3, 3, 4, 4, 3, 3, 4, 4]);
  });

  it('pad with zeros', () => {
    const pad = { kind: 'move', name: 'pad', move: { kind: 'pad', before: [1, 0, 0], after: [0, 1, 1] } };
    expect(outputsOf(networkOf([1, 1, 1], one, pad), [7])).toEqual([0, 0, 0, 0, 7, 0, 0, 0]);
  });
});

describe('refuses', () => {
  it.each([
    [
      'a window larger than the padded map',
      [2, 2, 1],
      conv(CROSS, { padding: [1, 0, 0, 0] }),
      'n.json.layers[0] (conv): got a window that covers 3x3 cells, on a map of 3x2, padding included, wanted a window that fits on the padded map [network/window]',
    ],
    [
      'a max pool whose window can lie in the padding altogether',
      [2, 2, 1],
      largest({ padding: [2, 0, 0, 0] }),
      'n.json.layers[0] (pool).padding: got [2,0,0,0], a position of the window lying in it altogether, wanted less padding than the window has taps [network/shape]',
    ],
    [
      'groups that do not divide the channels',
      [1, 1, 3],
      conv([[1]], { groups: 2 }),
      'n.json.layers[0] (conv): got 2 groups of 3 channels read and 1 given, wanted a number of groups that divides both [network/groups]',
    ],
    [
      'more positions than there may be',
      [1, 1, 1],
      conv([[1]], { padding: [60_000, 0, 60_000, 0] }),
      'n.json.layers[0] (conv): got a map of 60001x60001 positions, wanted at most 16777216 positions [network/positions]',
    ],
    [
      'an upsampling past them',
      [1, 1, 1],
      { kind: 'upsample', name: 'up', factors: [60_000, 60_000] },
      'n.json.layers[0] (up): got a map of 60000x60000 positions, wanted at most 16777216 positions [network/positions]',
    ],
    [
      'a kernel of other channels',
      [1, 1, 3],
      conv([[1]]),
      'n.json.layers[0] (conv).kernel.codes[0][0]: got 1 channels (those of a group), wanted 3 channels (those of a group) [network/shape]',
    ],
    [
      'a ragged kernel',
      [3, 3, 1],
      conv([[1, 2], [3]]),
      'n.json.layers[0] (conv).kernel.codes[1]: got 1 columns, wanted 2 columns [network/shape]',
    ],
    [
      'a reciprocal that the format does not hold',
      [2, 2, 1],
      average({ reciprocal: 'ufixed<8,-2>' }),
      'n.json.layers[0] (mean).reciprocal: got ufixed<8,-2>, wanted a format that holds 1/4, such as ufixed<16,1> [network/shape]',
    ],
    [
      'as many channels as the map has not',
      [2, 2, 2],
      average({}),
      'n.json.layers[0] (mean).channels: got 1, wanted 2 channels, as the map has [network/shape]',
    ],
  ])('%s', (_, shape, layer, message) => {
    expect(messageOf(() => networkOf(shape, layer))).toBe(message);
  });

  it('a convolution of a list', () => {
    const flat = { kind: 'move', name: 'flat', move: { kind: 'reshape', shape: [4] } };
    expect(messageOf(() => networkOf([2, 2, 1], flat, conv([[1]])))).toBe(
      'n.json.layers[1] (conv): got a list of 4 units, wanted a map: a layer of kind move that reshapes to [height, width, channels] makes one of it [network/shape]',
    );
  });

  it('formats that are not one per channel', () => {
    const plain = JSON.parse(networkToJson(networkOf([1, 2, 1], conv([[1]]))));
    plain.input.format = ['fixed<8,8>', 'ufixed<8,8>'];
    expect(messageOf(() => networkFromJson(JSON.stringify(plain), 'n.json'))).toBe(
      'n.json.input.format: got 2 formats, wanted 1 formats (one per channel) [network/shape]',
    );
  });
});
