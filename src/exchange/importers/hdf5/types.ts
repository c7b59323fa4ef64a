import { NUMBER_TYPES, type NumberType } from '../../../core/number-types.js';
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

const UNSIGNED: Readonly<Record<number, NumberType>> = {
  1: NUMBER_TYPES.u1,
  2: NUMBER_TYPES.u2,
  4: NUMBER_TYPES.u4,
  8: NUMBER_TYPES.u8,
};
const SIGNED: Readonly<Record<number, NumberType>> = {
  1: NUMBER_TYPES.i1,
  2: NUMBER_TYPES.i2,
  4: NUMBER_TYPES.i4,
  8: NUMBER_TYPES.i8,
};
const FLOATS: Readonly<Record<number, NumberType>> = {
  2: NUMBER_TYPES.f2,
  4: NUMBER_TYPES.f4,
  8: NUMBER_TYPES.f8,
};

function integerOf(file: FileBytes, size: number, bits: number): ElementType {
  const type = ((bits & 8) === 0 ? UNSIGNED : SIGNED)[size];
  return type === undefined
    ? file.refuse(`whole numbers of ${size} bytes`, '1, 2, 4 or 8 bytes')
    : elementOf(type, bits);
}

function floatOf(file: FileBytes, size: number, bits: number): ElementType {
  const type = FLOATS[size];
  return type === undefined
    ? file.refuse(`floats of ${size} bytes`, 'floats of 16, 32 or 64 bits')
    : elementOf(type, bits);
}

function elementOf({ bytes, read }: NumberType, bits: number): ElementType {
  const little = (bits & 1) === 0;
  return { kind: 'number', size: bytes, read: (view, at) => read(view, at, little) };
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
