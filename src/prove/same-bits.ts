import type { Algebra } from './algebra.js';
import { type Code, CX, type LinearForm } from './forms.js';
import type { FieldShape } from './verdict.js';

/** Whether the bits are those of the form, and the field holds all its values. */
export function sameBits(
  codes: readonly Code[],
  form: LinearForm,
  { width, signed }: FieldShape,
  algebra: Algebra,
): boolean {
  const limit = 2n ** BigInt(signed ? width - 1 : width);
  return form.low >= (signed ? -limit : 0n) && form.high < limit && lowestBits(codes, form, algebra);
}

/** Whether the bits are the lowest ones of the form. */
export function lowestBits(codes: readonly Code[], form: LinearForm, algebra: Algebra): boolean {
  const { form: whole, shift } = algebra.wholeOf(form);
  return codes.every((code, k) => code === algebra.bit(form, k) || isBitOf(code, whole, k + shift, algebra));
}

/** Whether the code is the bit at the position of a form that is this one modulo the power of two above that bit. */
function isBitOf(code: Code, form: LinearForm, position: number, algebra: Algebra): boolean {
  if (code <= CX || algebra.positionOf(code) !== position) return false;
  const { terms, constant } = algebra.subtract(algebra.formOf(code), form);
  return [constant, ...terms.map(({ coefficient }) => coefficient)].every(
    (value) => BigInt.asUintN(position + 1, value) === 0n,
  );
}
