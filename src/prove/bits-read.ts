import type { Algebra } from './algebra.js';
import { type Atom, C1, type Code, type InputAtom, type LinearForm, trailingZeros } from './forms.js';

/** How many low bits of each input symbol, by its number, the given bits hang on at most. */
export function bitsRead(codes: readonly Code[], algebra: Algebra): ReadonlyMap<number, number> {
  const read = new Map<number, number>();
  const seen = new Map<LinearForm | Atom, number>();
  const isNew = (item: LinearForm | Atom, bits: number) => {
    if ((seen.get(item) ?? 0) >= bits) return false;
    seen.set(item, bits);
    return true;
  };
  const visitCode = (code: Code) => {
    if (code > C1) visit(algebra.formOf(code), algebra.positionOf(code) + 1);
  };
  // A form's lowest bits hang on as many bits of its atoms, less the zeros that a factor puts below them.
  const visit = (form: LinearForm, bits: number) => {
    if (!isNew(form, bits)) return;
    for (const { atom, coefficient } of form.terms) visitAtom(atom, bits - trailingZeros(coefficient));
  };
  const visitAtom = (atom: Atom, bits: number) => {
    if (bits <= 0 || !isNew(atom, bits)) return;
    if (atom.kind === 'input') read.set(atom.unit, Math.max(bits, read.get(atom.unit) ?? 0));
    else if (atom.kind === 'half') visit(atom.form, bits + 1);
    else if (atom.kind === 'sum') visit(atom.form, bits);
    else for (const code of atom.inputs) visitCode(code);
  };
  for (const code of codes) visitCode(code);
  return read;
}

/**
 * How many values of a symbol, from its lowest on, stand for all: those after which the bits, and a function of a sum
 * with the given period, repeat.
 *
 * @param bits how many low bits of the symbol are read
 * @param weights of the symbol in the sums
 */
export function valuesEnough(
  { low, high }: InputAtom,
  bits: number,
  weights: readonly bigint[],
  period: number | undefined,
): number {
  const all = Number(high - low) + 1;
  if (period === undefined) return all;
  let values = 2 ** bits;
  while (weights.some((weight) => (weight * BigInt(values)) % BigInt(period) !== 0n)) values *= 2;
  return Math.min(all, values);
}
