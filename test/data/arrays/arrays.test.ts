import { describe, expect, it } from 'vitest';
import { isZip } from '../../../src/core/zip.js';
import { isIdx, readIdx } from '../../../src/data/arrays/idx.js';
import { readNpy } from '../../../src/data/arrays/npy.js';
import { readNpz } from '../../../src/data/arrays/npz.js';
import { messageOf } from '../../support/messages.js';

const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const DICT = '{';

/** Written by numpy 2.4. */
const NUMPY = {
  fortran:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPGY0JywgJ2ZvcnRyYW5fb3JkZXInOiBUcnVlLCAnc2hhcGUnOiAoMiwgMyksIH0gICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAAAAAABAPwAAgD4AAIA/AAAAPwAAoD8=',
  whole:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPGk4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDMsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAr//////////wIAAAAAAAAAAAAAAAABAAA=',
  bigEndian:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnPmY4JywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDIsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAo/+AAAAAAAAMAAAAAAAAAA',
  bytes:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnfHUxJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDEsIDIsIDIpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAoAAQID',
  half: 'k05VTVBZAQB2AHsnZGVzY3InOiAnPGYyJywgJ2ZvcnRyYW5fb3JkZXInOiBGYWxzZSwgJ3NoYXBlJzogKDQsKSwgfSAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIApmLv/7AHwBAA==',
  objects:
    'k05VTVBZAQB2AHsnZGVzY3InOiAnfE8nLCAnZm9ydHJhbl9vcmRlcic6IEZhbHNlLCAnc2hhcGUnOiAoMSwpLCB9ICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAqABJWSAAAAAAAAAIwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwGFlGgDjAVkdHlwZZSTlIwCTziUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LP3SUYoldlH2UjAFhlEsBc2F0lGIu',
  archive:
    'UEsDBC0AAAAIAAAAIQBhYP21//////////8LABQAeF90cmFpbi5ucHkBABAAiAAAAAAAAABPAAAAAAAAAJvsF+obEMnIUMZQrZ6SWpxcpG6loF5Taqiuo6Cell9UUpSYF59flJIKEndLzClOBYoXZyQWpAL5GkY6CiCkqaNQq0Ae4GJgZGJmYWVjBwBQSwMELQAAAAgAAAAhAFoxWvT//////////wsAFAB5X3RyYWluLm5weQEAEACCAAAAAAAAAEYAAAAAAAAAm+wX6hsQychQxlCtnpJanFykbqWgXlNqqK6joJ6WX1RSlJgXn1+UkgoSd0vMKU4FihdnJBakAvkaRjqaOgq1ChQALmZGAFBLAQItAy0AAAAIAAAAIQBhYP21TwAAAIgAAAALAAAAAAAAAAAAAACAAQAAAAB4X3RyYWluLm5weVBLAQItAy0AAAAIAAAAIQBaMVr0RgAAAIIAAAALAAAAAAAAAAAAAACAAYwAAAB5X3RyYWluLm5weVBLBQYAAAAAAgACAHIAAAAPAQAAAAA=',
};

describe('a .npy file', () => {
  it.each([
    ['fortran', [2, 3], [0, 0.25, 0.5, 0.75, 1, 1.25]],
    ['whole', [3], [-1, 2, 2 ** 40]],
    ['bigEndian', [2], [1.5, -2]],
    ['bytes', [1, 2, 2], [0, 1, 2, 3]],
    ['half', [4], [0.0999755859375, -65504, Number.POSITIVE_INFINITY, 2 ** -24]],
  ] as const)('is read as numpy wrote it: %s', (name, shape, values) => {
    const array = readNpy(bytesOf(NUMPY[name]), 'a.npy');
    expect([array.shape, [...array.values]]).toEqual([shape, values]);
  });

  it('of objects, cut off, or with another header is refused', () => {
    expect(messageOf(() => readNpy(bytesOf(NUMPY.objects), 'a.npy'))).toBe(
      'a.npy: got items of type |O, wanted numbers or truths [data/array-format]',
    );
    expect(messageOf(() => readNpy(bytesOf(NUMPY.whole).subarray(0, -1), 'a.npy'))).toBe(
      'a.npy: got 23 bytes of items, wanted 24, as its header says: 3 of <i8 [data/array-format]',
    );
    expect(messageOf(() => readNpy(bytesOf(NUMPY.whole).subarray(0, 20), 'a.npy'))).toBe(
      'a.npy: got 20 bytes, wanted a header of 128 [data/array-format]',
    );
    expect(messageOf(() => readNpy(new TextEncoder().encode(DICT), 'a.npy'))).toBe(
      'a.npy: got bytes that are no .npy file, wanted a .npy file [data/array-format]',
    );
  });

  it('with a whole number that is no number of ours is refused', () => {
    const bytes = bytesOf(NUMPY.whole);
    bytes.fill(0x7f, 128 + 16);
    expect(messageOf(() => readNpy(bytes, 'a.npy'))).toBe(
      'a.npy: got the whole number 9187201950435738000, wanted whole numbers within 2^53 [data/array-format]',
    );
  });
});

describe('a .npz file', () => {
  it('is read as numpy wrote it, compressed', () => {
    const bytes = bytesOf(NUMPY.archive);
    expect(isZip(bytes)).toBe(true);
    const arrays = readNpz(bytes, 'a.npz');
    expect([...arrays].map(([name, { shape, values }]) => [name, shape, [...values]])).toEqual([
      ['x_train', [2, 2, 2], [0, 1, 2, 3, 4, 5, 6, 7]],
      ['y_train', [2], [3, 1]],
    ]);
  });

  it('that lies about its size is refused before room is made for it', () => {
    const bytes = bytesOf(NUMPY.archive);
    const view = new DataView(bytes.buffer);
    // The size of the first array in the list of all at the end.
    const entry = bytes.findIndex(
      (_, at) => at + 4 < bytes.length && view.getUint32(at, true) === 0x02014b50,
    );
    view.setUint32(entry + 24, 2 ** 30, true);
    expect(messageOf(() => readNpz(bytes, 'a.npz'))).toBe(
      'a.npz, x_train.npy: got a size that no file so small unpacks to, wanted the size of the member [data/array-format]',
    );
    view.setUint32(entry + 24, 8, true);
    expect(messageOf(() => readNpz(bytes, 'a.npz'))).toMatch(/^a\.npz.*\[data\/array-format\]$/);
  });

  it('cut off anywhere, or with any byte changed, is refused or read, and nothing else happens', () => {
    const whole = bytesOf(NUMPY.archive);
    const outcomes = new Set<string>();
    const attempt = (bytes: Uint8Array) => {
      try {
        readNpz(bytes, 'a.npz');
        outcomes.add('read');
      } catch (error) {
        outcomes.add((error as { code?: string }).code ?? String(error));
      }
    };
    for (let length = 0; length < whole.length; length++) attempt(whole.subarray(0, length));
    for (let at = 0; at < whole.length; at++) {
      for (const value of [0, 0x7f, 0xff, whole[at] ^ 1]) {
        const changed = whole.slice();
        changed[at] = value;
        attempt(changed);
      }
    }
    expect([...outcomes].sort()).toEqual(['data/array-format', 'read']);
  });
});

describe('an IDX file', () => {
  const file = (type: number, shape: readonly number[], items: readonly number[]) =>
    Uint8Array.from([0, 0, type, shape.length, ...shape.flatMap((length) => [0, 0, 0, length]), ...items]);

  it('is read: bytes, and numbers with the highest byte first', () => {
    const images = readIdx(file(8, [2, 1, 2], [1, 2, 3, 255]), 'images');
    expect([images.shape, [...images.values]]).toEqual([
      [2, 1, 2],
      [1, 2, 3, 255],
    ]);
    expect([...readIdx(file(0x0b, [2], [0, 7, 0xff, 0xfe]), 'n').values]).toEqual([7, -2]);
    expect([...readIdx(file(0x0d, [1], [0x3f, 0xc0, 0, 0]), 'n').values]).toEqual([1.5]);
  });

  it('is told by its first bytes, and refused where it is cut off', () => {
    expect([isIdx(file(8, [1], [1])), isIdx(file(7, [1], [1]))]).toEqual([true, false]);
    expect(messageOf(() => readIdx(file(8, [2, 2], [1, 2, 3]), 'images'))).toBe(
      'images: got 15 bytes, wanted 16, as its header says: 2 x 2 [data/array-format]',
    );
    expect(messageOf(() => readIdx(Uint8Array.of(0, 0, 8, 3, 0), 'images'))).toBe(
      'images: got 5 bytes, wanted a header of 16 [data/array-format]',
    );
  });
});
