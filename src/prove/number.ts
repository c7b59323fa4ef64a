import type { Algebra } from './algebra.js';
import { C0, type Code, CX, type LinearForm, pow2, refine, signPosition } from './forms.js';

/** How a vector of bits is read as a whole number: exactly, or modulo 2^length. */
export type NumberReading = 'unsigned' | 'signed' | 'modular';

/** The number that bits stand for, lowest first; undefined when one of them is unknown. */
export function numberOf(
  bits: readonly Code[],
  reading: NumberReading,
  algebra: Algebra,
): LinearForm | undefined {
  if (bits.includes(CX)) return undefined;
  // With zeros above them, the bits are the same number in every reading, and the number has bounds.
  if (bits.length > 1 && bits[bits.length - 1] === C0)
    return numberOf(bits.slice(0, -1), 'unsigned', algebra);
  let sum = algebra.constant(0n);
  for (let at = 0; at < bits.length; ) {
    const count = runLength(bits, at, algebra);
    const part = runValue(bits[at], count, at + count === bits.length ? reading : 'unsigned', algebra);
    sum = algebra.add(sum, algebra.scale(part, pow2(at)));
    at += count;
  }
  if (reading === 'modular') return sum;
  const limit = pow2(reading === 'signed' ? bits.length - 1 : bits.length);
  return refine(sum, reading === 'signed' ? -limit : 0n, limit - 1n);
}

function runLength(bits: readonly Code[], at: number, algebra: Algebra): number {
  const first = bits[at];
  let count = 1;
  if (first < CX) {
    while (bits[at + count] === first) count += 1;
    return count;
  }
  const form = algebra.formOf(first);
  const position = algebra.positionOf(first);
  while (at + count < bits.length && bits[at + count] === algebra.bit(form, position + count)) count += 1;
  // Repetitions of a sign are the higher bits of the same number; a constant among them is no part of the run.
  while (count > 1 && bits[at + count - 1] < CX) count -= 1;
  return count;
}

function runValue(first: Code, count: number, reading: NumberReading, algebra: Algebra): LinearForm {
  if (first < CX) {
    if (first === C0) return algebra.constant(0n);
    if (reading === 'unsigned') return algebra.constant(pow2(count) - 1n);
    return algebra.constant(-1n);
  }
  const form = algebra.formOf(first);
  const position = algebra.positionOf(first);
  const start = algebra.floor(form, position);
  // If the run holds all bits of the number up to its sign, no upper bits are missing.
  const room = position + count - signPosition(form);
  if (reading === 'modular' || (reading === 'signed' ? room > 0 : room >= 0 && form.low >= 0n)) return start;
  const end = algebra.floor(form, position + count);
  if (reading === 'unsigned') return algebra.subtract(start, algebra.scale(end, pow2(count)));
  const sign = algebra.floor(form, position + count - 1);
  return algebra.add(start, algebra.scale(algebra.subtract(end, sign), pow2(count)));
}
