import { networkFromJson } from '../../src/network/json.js';

const CODES = [3, -5, 0, 7, 2, -1, 4, 0, -6, 1, 5, -2, 0, 3, -7, 6, 2, -4];

/** 3x3, to two channels, with padding all round; its positions lie so many cells apart. */
export const conv = (stride: number, channels = 1) => ({
  kind: 'conv2d',
  name: 'conv',
  kernel: {
    format: 'fixed<4,4>',
    codes: [0, 6, 12].map((row) =>
      [0, 2, 4].map((at) =>
        Array.from({ length: channels }, (_, channel) =>
          [0, 1].map((unit) => CODES[(row + at + unit + 5 * channel) % CODES.length]),
        ),
      ),
    ),
  },
  bias: { format: 'fixed<6,6>', codes: [5, -9] },
  strides: [stride, stride],
  padding: [1, 1, 1, 1],
  finish: { activation: 'relu', output: { format: 'ufixed<6,8>', rounding: 'RND', overflow: 'SAT' } },
});

export const POOL = { kind: 'max_pool', name: 'pool', window: [2, 2], strides: [2, 2] };

const ROUNDED = { format: 'fixed<5,6>', rounding: 'RND', overflow: 'SAT' };

/** A mean that leaves padding out. */
export const mean = (channels: number, window: readonly number[], rest: object = {}) => ({
  ...{ kind: 'average_pool', name: 'pool', channels, window, strides: [1, 1], padding: [1, 1, 1, 1] },
  ...{ countPadding: false, reciprocal: 'ufixed<6,1>', finish: { activation: 'linear', output: ROUNDED } },
  ...rest,
});

export const UP = { kind: 'upsample', name: 'up', factors: [2, 2] };
export const FLAT = { kind: 'move', name: 'flat', move: { kind: 'reshape', shape: [12] } };
export const DENSE = {
  kind: 'dense',
  name: 'score',
  kernel: {
    format: 'fixed<4,4>',
    codes: Array.from({ length: 12 }, (_, input) => [CODES[input], CODES[17 - input]]),
  },
  bias: { format: 'fixed<6,6>', codes: [0, 1] },
  finish: { activation: 'linear', output: 'exact' },
};

/** A network over a map of codes of such formats, one for all channels or one for each. */
export const mapNetwork = (
  shape: readonly number[],
  layers: readonly object[],
  format: string | readonly string[] = 'fixed<4,4>',
) =>
  networkFromJson(
    JSON.stringify({
      schema: 'espalier/network',
      version: 2,
      name: 'student',
      input: { shape, format },
      layers,
      head: { kind: layers.at(-1) === DENSE ? 'argmax' : 'values' },
    }),
  );

/** A second convolution, without padding, of two channels to two. */
export const SECOND = {
  ...conv(1, 2),
  name: 'second',
  padding: [0, 0, 0, 0],
};
