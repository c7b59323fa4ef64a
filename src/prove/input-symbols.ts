import type { Interval } from '../fixed/interval.js';
import type { Algebra } from './algebra.js';
import type { Code, LinearForm } from './forms.js';

/** A field of the input bus: its code is offset + Σ weight × symbol. */
export interface InputField {
  readonly unit: number;
  readonly lsb: number;
  readonly width: number;
  readonly offset: number;
  readonly terms: readonly SymbolTerm[];
  /** The codes that it can have. */
  readonly range: Interval;
  /** Its bits, lowest first, where these are the symbols. */
  readonly bits?: readonly (InputSymbol | 0 | 1)[];
}

export interface SymbolTerm {
  readonly symbol: InputSymbol;
  readonly weight: number;
}

/** A number that a field, or several on the same nets, is made from. */
export interface InputSymbol {
  readonly number: number;
  readonly low: number;
  readonly high: number;
}

/** A symbol's value in sample number `sample`. */
export function symbolForm({ number, low, high }: InputSymbol, sample: number, algebra: Algebra): LinearForm {
  return algebra.input(sample, number, BigInt(low), BigInt(high));
}

/** The code of a field of sample number `sample`. */
export function fieldForm(
  { offset, terms, range }: InputField,
  sample: number,
  algebra: Algebra,
): LinearForm {
  const form = terms.reduce(
    (sum, { symbol, weight }) =>
      algebra.add(sum, algebra.scale(symbolForm(symbol, sample, algebra), BigInt(weight))),
    algebra.constant(BigInt(offset)),
  );
  // One symbol has its bounds already.
  return terms.length < 2 ? form : algebra.bounded(form, BigInt(range.low), BigInt(range.high));
}

/** The bits of a field of sample number `sample`, lowest first. */
export function fieldBits(field: InputField, sample: number, algebra: Algebra): Code[] {
  if (field.bits === undefined) return algebra.word(fieldForm(field, sample, algebra), field.width);
  return field.bits.map((bit) =>
    typeof bit === 'number' ? bit : algebra.bit(symbolForm(bit, sample, algebra), 0),
  );
}
