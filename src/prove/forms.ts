import type { LogicCell } from '../netlist/types.js';

/**
 * Values of nets as exact algebra. A bit is 0, 1, unknown, or bit k of the two's complement (without end) of a whole
 * number that is a linear form over atoms: input symbols, halves (rounded down) of other forms, sums under a name, and
 * outputs of cells that the algebra does not look into. Everything is interned: equal bits have equal numbers.
 */
export type Code = number;
export const C0: Code = 0;
export const C1: Code = 1;
/** A value that nothing is known of. */
export const CX: Code = 2;
export type Atom = InputAtom | HalfAtom | SumAtom | CellAtom;

interface AtomBase {
  readonly id: number;
  readonly low: bigint;
  readonly high: bigint;
}

/** A symbol: input `unit` of sample `sample`; the oldest sample in flight is 0. */
export interface InputAtom extends AtomBase {
  readonly kind: 'input';
  readonly sample: number;
  readonly unit: number;
}

/** floor(form / 2). */
export interface HalfAtom extends AtomBase {
  readonly kind: 'half';
  readonly form: LinearForm;
}

/** The value of a form under a name of its own, so that its bits stay what an adder gives. */
export interface SumAtom extends AtomBase {
  readonly kind: 'sum';
  readonly form: LinearForm;
}

/** A cell's output as an unsigned number; `inputs` are the bits of the operands, in the cell's own order. */
export interface CellAtom extends AtomBase {
  readonly kind: 'cell';
  readonly cell: LogicCell;
  readonly inputs: readonly Code[];
  readonly width: number;
}

/** constant + Σ coefficient × atom, in the order of the atoms' ids. The bounds hold for every value it takes. */
export interface LinearForm {
  readonly id: number;
  readonly family: FormFamily;
  readonly terms: readonly FormTerm[];
  readonly constant: bigint;
  low: bigint;
  high: bigint;
}

/** All forms of the same terms, which differ in their constants only. */
export interface FormFamily {
  readonly terms: readonly FormTerm[];
  /** Of the terms alone. */
  readonly low: bigint;
  readonly high: bigint;
  /** How many low bits are 0 in all coefficients. Without coefficients it is infinite. */
  readonly zeros: number;
  /** The term of a half, if there is exactly one. */
  readonly half: FormTerm | undefined;
  /** The first one that was made; most families have no other. */
  first: LinearForm | undefined;
  /** The others, by their constants. */
  others: Map<bigint, LinearForm> | undefined;
}

export interface FormTerm {
  readonly atom: Atom;
  readonly coefficient: bigint;
}

/** The atom that a form is, if it is a cell's output or a named sum and nothing else: its bits keep their names. */
export function namedAtom({ terms, constant }: LinearForm): CellAtom | SumAtom | undefined {
  if (terms.length !== 1 || constant !== 0n || terms[0].coefficient !== 1n) return undefined;
  const [{ atom }] = terms;
  return atom.kind === 'cell' || atom.kind === 'sum' ? atom : undefined;
}

/** The cell of one output bit that the bit at the position is, or is the inverse of. */
export function oneBitCell(
  { terms, constant }: LinearForm,
  position: number,
): { readonly atom: CellAtom; readonly inverted: boolean } | undefined {
  if (position !== 0 || terms.length !== 1) return undefined;
  const [{ atom, coefficient }] = terms;
  const isOne = atom.kind === 'cell' && atom.low === 0n && atom.high === 1n && (coefficient & 1n) === 1n;
  return isOne ? { atom, inverted: (constant & 1n) === 1n } : undefined;
}

export const isInput = ({ atom }: FormTerm): boolean => atom.kind === 'input';

export const pow2 = (exponent: number): bigint => 1n << BigInt(exponent);

/** Adds what is known of a form's values. */
export function refine(form: LinearForm, low: bigint, high: bigint): LinearForm {
  if (low > form.low) form.low = low;
  if (high < form.high) form.high = high;
  return form;
}

/** The position from which on all bits are equal: that of the sign. */
export function signPosition({ low, high }: Pick<LinearForm, 'low' | 'high'>): number {
  const magnitude = high > -low - 1n ? high : -low - 1n;
  return magnitude === 0n ? 0 : magnitude.toString(2).length;
}

/** Of the coefficients; positive. */
export function commonDivisor(terms: readonly FormTerm[]): bigint {
  let divisor = 0n;
  for (const { coefficient } of terms) {
    let rest = coefficient < 0n ? -coefficient : coefficient;
    while (rest !== 0n) [divisor, rest] = [rest, divisor % rest];
  }
  return divisor;
}

/** Rounded down, by a positive number. */
export const floorDivide = (a: bigint, b: bigint): bigint => (a >= 0n ? a / b : -((-a + b - 1n) / b));

/** Of a number that is not 0: how many of its low bits are. */
export function trailingZeros(value: bigint): number {
  let zeros = 0;
  while (((value >> BigInt(zeros)) & 1n) === 0n) zeros += 1;
  return zeros;
}

/** The least and the greatest value of a sum, its atoms taken as independent of each other. */
export function boundsOf(terms: Iterable<FormTerm>, constant: bigint): { low: bigint; high: bigint } {
  let [low, high] = [constant, constant];
  for (const { atom, coefficient } of terms) {
    low += coefficient * (coefficient > 0n ? atom.low : atom.high);
    high += coefficient * (coefficient > 0n ? atom.high : atom.low);
  }
  return { low, high };
}

/** The terms of a sum of two forms, in the order of the atoms' ids. */
export function mergeTerms(a: readonly FormTerm[], b: readonly FormTerm[]): FormTerm[] {
  const terms: FormTerm[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    if (right === undefined || (left !== undefined && left.atom.id < right.atom.id)) {
      terms.push(left);
      i += 1;
    } else if (left === undefined || right.atom.id < left.atom.id) {
      terms.push(right);
      j += 1;
    } else {
      const coefficient = left.coefficient + right.coefficient;
      if (coefficient !== 0n) terms.push({ atom: left.atom, coefficient });
      i += 1;
      j += 1;
    }
  }
  return terms;
}

/** A form so many times. */
export interface Multiple {
  readonly form: LinearForm;
  readonly factor: bigint;
}

/** The terms of all of them together, in their order. */
export function termsOf(parts: readonly Multiple[]): FormTerm[] {
  const coefficients = new Map<Atom, bigint>();
  for (const { form, factor } of parts) {
    for (const { atom, coefficient } of form.terms) {
      coefficients.set(atom, (coefficients.get(atom) ?? 0n) + coefficient * factor);
    }
  }
  return Array.from(coefficients, ([atom, coefficient]) => ({ atom, coefficient }))
    .filter(({ coefficient }) => coefficient !== 0n)
    .sort((one, other) => one.atom.id - other.atom.id);
}
