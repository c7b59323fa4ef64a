import { NUMBER_TYPES, type NumberType } from '../../core/number-types.js';
import { problems } from '../problems.js';
import type { NumberArray } from './number-array.js';

const MAGIC = '\x93NUMPY';

/** Types by numpy's letter and width. A whole number past 2^53 is refused where it is met. */
const KINDS: Readonly<Record<string, NumberType>> = NUMBER_TYPES;

/** Whether bytes begin as a `.npy` file. */
export const isNpy = (bytes: Uint8Array): boolean =>
  bytes.length > MAGIC.length && Buffer.from(bytes.subarray(0, MAGIC.length)).toString('latin1') === MAGIC;

/**
 * An array that `numpy.save` wrote, of numbers or truths. Objects are pickles, which are refused: they may run code.
 *
 * @throws data/array-format
 */
export function readNpy(bytes: Uint8Array, file: string): NumberArray {
  const { descr, fortran, shape, start } = headerOf(bytes, file);
  const [, order, name] = /^([<>|=])([a-z]\d+)$/.exec(descr) ?? [];
  const kind = KINDS[name];
  if (kind === undefined) throw problems.arrayFormat(file, `items of type ${descr}`, 'numbers or truths');
  const count = shape.reduce((size, length) => size * length, 1);
  if (bytes.length - start !== count * kind.bytes) {
    const wanted = `${count * kind.bytes}, as its header says: ${shape.join(' x ')} of ${descr}`;
    throw problems.arrayFormat(file, `${bytes.length - start} bytes of items`, wanted);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const read = (index: number) => kind.read(view, index * kind.bytes, order !== '>');
  const places = fortran ? fortranOrder(shape) : undefined;
  const make =
    name === 'u1' || name === 'b1'
      ? Uint8Array
      : name === 'f4' || name === 'f2'
        ? Float32Array
        : Float64Array;
  const values = new make(count);
  for (let index = 0; index < count; index++) {
    const value = read(places === undefined ? index : places(index));
    if (Number.isInteger(value) && !Number.isSafeInteger(value) && name.endsWith('8') && name[0] !== 'f') {
      throw problems.arrayFormat(file, `the whole number ${value}`, 'whole numbers within 2^53');
    }
    values[index] = value;
  }
  return { shape, values };
}

interface Header {
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
  readonly start: number;
}

/** The header is a Python dictionary of three members; nothing else is taken. */
function headerOf(bytes: Uint8Array, file: string): Header {
  if (!isNpy(bytes) || bytes.length < 12)
    throw problems.arrayFormat(file, 'bytes that are no .npy file', 'a .npy file');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLong = bytes[6] >= 2;
  const from = isLong ? 12 : 10;
  const length = isLong ? view.getUint32(8, true) : view.getUint16(8, true);
  const start = from + length;
  if (start > bytes.length) throw problems.arrayFormat(file, `${bytes.length} bytes`, `a header of ${start}`);
  const text = Buffer.from(bytes.subarray(from, start)).toString('latin1');
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(text)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(text)?.[1];
  if (descr === undefined || fortran === undefined || shape === undefined) {
    throw problems.arrayFormat(
      file,
      `the header ${JSON.stringify(text.slice(0, 80))}`,
      'descr, fortran_order and shape',
    );
  }
  const lengths = shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  return { descr, fortran: fortran === 'True', shape: lengths, start };
}

/** Where the item at a place in C's order stands in Fortran's. */
function fortranOrder(shape: readonly number[]): (index: number) => number {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((size, length) => size * length, 1));
  return (index) => {
    let rest = index;
    let place = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += (rest % shape[axis]) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return place;
  };
}
