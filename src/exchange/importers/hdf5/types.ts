import { halfToNumber } from '../../../core/half.js';
import type { FileBytes } from './bytes.js';

/** How the elements of an array lie in bytes. */
export type ElementType =
  | { readonly kind: 'number'; readonly size: number; readonly read: (view: DataView, at: number) => number }
  /** Of fixed length, filled up with zeros or spaces. */
  | { readonly kind: 'text'; readonly size: number }
  /** Of any length, in a heap. */
  | { readonly kind: 'heap text'; readonly size: number };

const CLASS = { integer: 0, float: 1, text: 3, enumeration: 8, variable: 9 } as const;

/** @param at where a datatype message lies @throws exchange/import-file */
export function readElementType(file: FileBytes, at: number): ElementType {
  const kind = file.u8(at) & 0x0f;
  const bits = file.u8(at + 1);
  const size = file.u32(at + 4);
  switch (kind) {
    case CLASS.integer:
      return integerOf(file, size, bits);
    case CLASS.float:
      return floatOf(file, size, bits);
    case CLASS.text:
      if (size < 1) file.refuse('texts of no length', 'texts');
      return { kind: 'text', size };
    case CLASS.enumeration:
      return readElementType(file, at + 8);
    case CLASS.variable:
      if ((bits & 0x0f) !== 1) file.refuse('lists of any length', 'numbers or texts');
      return { kind: 'heap text', size: 16 };
    default:
      return file.refuse(`elements of HDF5's class ${kind}`, 'numbers or texts');
  }
}

function integerOf(file: FileBytes, size: number, bits: number): ElementType {
  const little = (bits & 1) === 0;
  const isSigned = (bits & 8) !== 0;
  const readers: Readonly<Record<number, (view: DataView, at: number) => number>> = {
    1: (view, at) => (isSigned ? view.getInt8(at) : view.getUint8(at)),
    2: (view, at) => (isSigned ? view.getInt16(at, little) : view.getUint16(at, little)),
    4: (view, at) => (isSigned ? view.getInt32(at, little) : view.getUint32(at, little)),
    8: (view, at) => Number(isSigned ? view.getBigInt64(at, little) : view.getBigUint64(at, little)),
  };
  const read = readers[size];
  return read === undefined
    ? file.refuse(`whole numbers of ${size} bytes`, '1, 2, 4 or 8 bytes')
    : { kind: 'number', size, read };
}

function floatOf(file: FileBytes, size: number, bits: number): ElementType {
  const little = (bits & 1) === 0;
  const readers: Readonly<Record<number, (view: DataView, at: number) => number>> = {
    2: (view, at) => halfToNumber(view.getUint16(at, little)),
    4: (view, at) => view.getFloat32(at, little),
    8: (view, at) => view.getFloat64(at, little),
  };
  const read = readers[size];
  return read === undefined
    ? file.refuse(`floats of ${size} bytes`, 'floats of 16, 32 or 64 bits')
    : { kind: 'number', size, read };
}

/** The lengths of the axes: none of a single element. @param at where a dataspace message lies */
export function readShape(file: FileBytes, at: number): number[] {
  const version = file.u8(at);
  const rank = file.u8(at + 1);
  if (version !== 1 && version !== 2) file.refuse(`a dataspace of version ${version}`, 'version 1 or 2');
  if (rank > 8) file.refuse(`${rank} axes`, 'at most 8');
  const isNull = version === 2 && file.u8(at + 3) === 2;
  if (isNull) return [0];
  const begin = at + (version === 1 ? 8 : 4);
  return Array.from({ length: rank }, (_, axis) => file.length(begin + 8 * axis));
}
