import { describe, expect, it } from 'vitest';
import { packNumbers, unpackNumbers } from '../../src/data/packed.js';

describe('rows of numbers as bytes', () => {
  it.each([
    [
      'uint8',
      [
        [0, 255],
        [7, 1],
      ],
    ],
    [
      'float32',
      [
        [0.5, -2],
        [300, 1],
      ],
    ],
    [
      'float64',
      [
        [0.1, 2 ** 60],
        [-0, 1e-300],
      ],
    ],
  ])('are kept exactly, as %s', (type, rows) => {
    const packed = packNumbers(rows);
    expect(packed.type).toBe(type);
    // A part of a larger buffer, at an odd place.
    const moved = new Uint8Array([9, ...packed.bytes]).subarray(1);
    expect(unpackNumbers({ ...packed, bytes: moved })).toEqual(rows);
    expect(unpackNumbers({ ...packed, bytes: Buffer.from(packed.bytes) })).toEqual(rows);
  });
});
