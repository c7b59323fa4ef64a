import { NUMBER_TYPES } from '../../core/number-types.js';
import { problems } from '../problems.js';
import type { NumberArray } from './number-array.js';

/** Samples by the third byte of the file; all have their high byte first. */
const TYPES = {
  8: NUMBER_TYPES.u1,
  9: NUMBER_TYPES.i1,
  11: NUMBER_TYPES.i2,
  12: NUMBER_TYPES.i4,
  13: NUMBER_TYPES.f4,
  14: NUMBER_TYPES.f8,
} as const;

/** Whether bytes begin as an IDX file, the form of MNIST. */
export const isIdx = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 &&
  bytes[0] === 0 &&
  bytes[1] === 0 &&
  bytes[2] in TYPES &&
  bytes[3] >= 1 &&
  bytes[3] <= 4;

/** @throws data/array-format */
export function readIdx(bytes: Uint8Array, file: string): NumberArray {
  if (!isIdx(bytes)) throw problems.arrayFormat(file, 'bytes that are no IDX file', 'an IDX file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { bytes: width, read } = TYPES[bytes[2] as keyof typeof TYPES];
  const start = 4 + 4 * bytes[3];
  if (bytes.length < start) throw problems.arrayFormat(file, `${bytes.length} bytes`, `a header of ${start}`);
  const shape = Array.from({ length: bytes[3] }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = shape.reduce((size, length) => size * length, 1);
  if (bytes.length !== start + count * width) {
    const wanted = `${start + count * width}, as its header says: ${shape.join(' x ')}`;
    throw problems.arrayFormat(file, `${bytes.length} bytes`, wanted);
  }
  const values =
    width === 1 && bytes[2] === 0x08
      ? bytes.slice(start)
      : Float64Array.from({ length: count }, (_, index) => read(view, start + index * width, false));
  return { shape, values };
}
