import type { LogicCell } from '../netlist/types.js';
import {
  type Atom,
  C0,
  C1,
  type Code,
  CX,
  commonDivisor,
  type FormFamily,
  type FormTerm,
  floorDivide,
  type HalfAtom,
  type LinearForm,
  type Multiple,
  mergeTerms,
  namedAtom,
  pow2,
  refine,
  signPosition,
  termsOf,
} from './forms.js';
import { Interner } from './interning.js';
import { liftedBounds } from './lift.js';

const FIRST_CODE = 3;

interface Shifted {
  readonly form: LinearForm;
  readonly shift: number;
}

export interface AlgebraOptions {
  /**
   * A comparison stays a cell until its operands are sums of input symbols: where words are chosen and compared again.
   * Otherwise it is a sign of a difference, which more is known of.
   */
  readonly opaqueComparisons?: boolean;
  /**
   * What an adder gives has a name of its own. Otherwise it is known as the sum that it is, and equal sums are equal,
   * but bits of many sums put together again do not always come to the form of the whole.
   */
  readonly namedSums?: boolean;
}

const isPowerOfTwo = (value: bigint): boolean => value > 0n && (value & (value - 1n)) === 0n;

/** The interned values of one proof. */
export class Algebra {
  private readonly atoms = new Map<string, Atom>();
  private readonly interner = new Interner();
  /** Per form and position; 0 for bits without a name yet. */
  private readonly codes = new Map<LinearForm, Code[]>();
  private readonly halves = new Map<LinearForm, LinearForm>();
  /** What a family's member of that constant is the half of. */
  private readonly origins = new Map<FormFamily, { readonly form: LinearForm; readonly constant: bigint }>();
  private readonly unfolded = new Map<LinearForm, LinearForm>();
  private readonly codeForms: LinearForm[] = [];
  private readonly codeBits: number[] = [];

  constructor(readonly options: AlgebraOptions = {}) {}

  /** Symbols of other bounds are other symbols. */
  input(sample: number, unit: number, low: bigint, high: bigint): LinearForm {
    return this.atomForm(`i${sample},${unit},${low},${high}`, (id) => ({
      kind: 'input',
      id,
      sample,
      unit,
      low,
      high,
    }));
  }

  /** The output of a cell that stays opaque, with bounds of its own where they are known. */
  cell(cell: LogicCell, shape: string, inputs: readonly Code[], width: number): LinearForm {
    const key = `c${shape}:${inputs.join(',')}`;
    return this.atomForm(key, (id) => ({
      kind: 'cell',
      id,
      cell,
      inputs,
      width,
      low: 0n,
      high: pow2(width) - 1n,
    }));
  }

  constant(value: bigint): LinearForm {
    return this.intern([], value);
  }

  add(a: LinearForm, b: LinearForm): LinearForm {
    if (a.terms.length === 0) return this.plus(b, a.constant);
    if (b.terms.length === 0) return this.plus(a, b.constant);
    const terms = mergeTerms(a.terms, b.terms);
    return refine(this.intern(terms, a.constant + b.constant), a.low + b.low, a.high + b.high);
  }

  /** All of them added up at once: one after the other each sum on the way would become a form. */
  sum(parts: readonly Multiple[], constant: bigint): LinearForm {
    let [total, low, high] = [constant, constant, constant];
    for (const { form, factor } of parts) {
      total += form.constant * factor;
      low += factor * (factor > 0n ? form.low : form.high);
      high += factor * (factor > 0n ? form.high : form.low);
    }
    return refine(this.intern(termsOf(parts), total), low, high);
  }

  private plus(form: LinearForm, constant: bigint): LinearForm {
    if (constant === 0n) return form;
    const sum = this.interner.member(form.family, form.constant + constant);
    return refine(sum, form.low + constant, form.high + constant);
  }

  scale(form: LinearForm, factor: bigint): LinearForm {
    if (factor === 0n) return this.constant(0n);
    if (factor === 1n) return form;
    const terms = form.terms.map(({ atom, coefficient }) => ({ atom, coefficient: coefficient * factor }));
    const scaled = this.intern(terms, form.constant * factor);
    const [low, high] = [form.low * factor, form.high * factor];
    return factor > 0n ? refine(scaled, low, high) : refine(scaled, high, low);
  }

  /** The sum of input symbols that terms are. */
  ofTerms(terms: readonly FormTerm[]): LinearForm {
    return this.intern(terms, 0n);
  }

  /** The same form, from now on known to stay within bounds. */
  bounded(form: LinearForm, low: bigint, high: bigint): LinearForm {
    return refine(form, low, high);
  }

  subtract(a: LinearForm, b: LinearForm): LinearForm {
    return this.add(a, this.scale(b, -1n));
  }

  /** −1 − form: every bit inverted. */
  invert(form: LinearForm): LinearForm {
    return this.plus(this.scale(form, -1n), -1n);
  }

  /** floor(form / 2^shift), halving by halving: so equal numbers come to equal forms, whatever they were made from. */
  floor(form: LinearForm, shift: number): LinearForm {
    let result = form;
    for (let count = 0; count < shift; count++) {
      // Beyond the sign nothing changes any more.
      if (result.low >= -1n && result.high <= 0n) break;
      result = this.half(result);
    }
    return result;
  }

  private half(form: LinearForm): LinearForm {
    let made = this.halves.get(form);
    if (made === undefined) {
      made = this.makeHalf(form);
      this.halves.set(form, made);
    }
    return made;
  }

  private makeHalf(form: LinearForm): LinearForm {
    const [low, high] = [form.low >> 1n, form.high >> 1n];
    if (low === high) return this.constant(low);
    // −1 or 0.
    if (low === form.low && high === form.high) return form;
    // Of two values: the upper one is one more, and so is its half.
    if (this.isOfTwo(form)) return this.plus(form, low - form.low);
    const odd = form.terms.filter(({ coefficient }) => (coefficient & 1n) === 1n);
    const whole = form.terms
      .map(({ atom, coefficient }) => ({ atom, coefficient: coefficient >> 1n }))
      .filter(({ coefficient }) => coefficient !== 0n);
    const outside = this.intern(whole, form.constant >> 1n);
    // A division without remainder says nothing of where the quotient is from.
    if (odd.length === 0) return refine(outside, low, high);
    const inside = this.intern(
      odd.map(({ atom }) => ({ atom, coefficient: 1n })),
      0n,
    );
    const atom = inside === form ? this.halfAtom(form) : this.half(inside);
    // floor((B + 1) / 2) = B − floor(B / 2).
    const part = (form.constant & 1n) === 0n ? atom : this.subtract(inside, atom);
    const made = refine(this.add(outside, part), low, high);
    this.noteOrigin(made, form);
    return made;
  }

  /** Remembers whose half a form is, and with it every form that is a constant more. */
  private noteOrigin(made: LinearForm, form: LinearForm): void {
    if (made.terms.length === 0) return;
    if (!this.origins.has(made.family)) this.origins.set(made.family, { form, constant: made.constant });
  }

  /** Of two values one is linear in the other; but bits of named sums stay what they are. */
  private isOfTwo({ low, high }: LinearForm): boolean {
    return high - low === 1n && !this.options.namedSums;
  }

  /** Bit k. */
  bit(form: LinearForm, k: number): Code {
    const position = Math.min(k, signPosition(form));
    const [low, high] = [form.low >> BigInt(position), form.high >> BigInt(position)];
    if (low === high) return (low & 1n) === 1n ? C1 : C0;
    if (form.high !== 0n && this.isOfTwo(form)) {
      // Of two values: whether it is the lower one, as the sign of a number from −1 to 0.
      const lower = this.bit(this.plus(form, -form.high), 0);
      return (low & 1n) === 1n ? lower : this.not(lower);
    }
    // A cell's own bits keep their names: they are its outputs, one by one.
    if (namedAtom(form) !== undefined) return this.nameBit(form, position);
    const whole = this.wholeOf(form);
    if (whole.form !== form) return this.bit(whole.form, position + whole.shift);
    if (this.options.opaqueComparisons && position === signPosition(form)) return this.signBit(form);
    const zeros = Math.min(form.family.zeros, position + 1);
    if (zeros > position) return ((form.constant >> BigInt(position)) & 1n) === 1n ? C1 : C0;
    const sign = this.asSign(form, position);
    if (sign !== undefined) return sign;
    return this.nameBit(zeros === 0 ? form : this.floor(form, zeros), position - zeros);
  }

  private nameBit(form: LinearForm, position: number): Code {
    let known = this.codes.get(form);
    if (known === undefined) {
      known = Array<Code>(signPosition(form) + 1).fill(C0);
      this.codes.set(form, known);
    }
    let code = known[position];
    if (code === C0) {
      code = this.codeForms.length + FIRST_CODE;
      this.codeForms.push(form);
      this.codeBits.push(position);
      known[position] = code;
    }
    return code;
  }

  /** The sign of g × L + c is that of L + floor(c / g). */
  private signBit(form: LinearForm): Code {
    const divided = this.divide(form, commonDivisor(form.terms));
    if (divided.high < 0n) return C1;
    return divided.low >= 0n ? C0 : this.nameBit(divided, signPosition(divided));
  }

  private divide(form: LinearForm, divisor: bigint): LinearForm {
    const terms = form.terms.map(({ atom, coefficient }) => ({ atom, coefficient: coefficient / divisor }));
    return this.intern(terms, floorDivide(form.constant, divisor));
  }

  /** What an operation that adds up gives. */
  sumWord(form: LinearForm, width: number): Code[] {
    const reduced = this.reduce(form, width);
    return this.word(this.options.namedSums ? this.named(reduced) : reduced, width);
  }

  /** The form under a name, unless it is another's bits moved by some places. */
  named(form: LinearForm): LinearForm {
    const [first, ...others] = form.terms;
    const isShifted = () => others.length === 0 && form.constant === 0n && isPowerOfTwo(first.coefficient);
    if (first === undefined || isShifted()) return form;
    return this.atomForm(`s${form.id}`, (id) => {
      const bounds = liftedBounds(form);
      const { low, high } = bounds === undefined ? form : refine(form, bounds.low, bounds.high);
      return { kind: 'sum', id, form, low, high };
    });
  }

  /** The lowest bits. */
  word(form: LinearForm, width: number): Code[] {
    return Array.from({ length: width }, (_, k) => this.bit(form, k));
  }

  formOf(code: Code): LinearForm {
    return this.codeForms[code - FIRST_CODE];
  }

  positionOf(code: Code): number {
    return this.codeBits[code - FIRST_CODE];
  }

  /** Whether two codes are the same bit, by all that is known now: an older one may have an older name. */
  same(a: Code, b: Code): boolean {
    return a === b || (a > CX && b > CX && this.renamed(a) === this.renamed(b));
  }

  private renamed(code: Code): Code {
    const again = this.bit(this.formOf(code), this.positionOf(code));
    if (again <= CX) return again;
    const form = this.formOf(again);
    return this.positionOf(again) === signPosition(form) ? this.signBit(form) : again;
  }

  not(code: Code): Code {
    if (code === CX) return CX;
    if (code < CX) return 1 - code;
    return this.bit(this.invert(this.formOf(code)), this.positionOf(code));
  }

  /** A form of the same value modulo 2^width, with small coefficients. */
  reduce(form: LinearForm, width: number): LinearForm {
    const modulus = pow2(width);
    const half = modulus >> 1n;
    if (form.low >= -half && form.high < modulus) return form;
    const needless = ({ coefficient }: FormTerm) => coefficient >= half || coefficient < -half;
    let reduced = form;
    if (form.terms.some(needless)) {
      const terms = form.terms
        .map(({ atom, coefficient }) => ({ atom, coefficient: BigInt.asIntN(width, coefficient) }))
        .filter(({ coefficient }) => coefficient !== 0n);
      reduced = this.intern(terms, form.constant);
    }
    if (reduced.low >= -half && reduced.high < modulus) return reduced;
    const turns = (reduced.low + half) >> BigInt(width);
    return turns === 0n ? reduced : this.plus(reduced, -turns * modulus);
  }

  /**
   * The uppermost bit of a word that is not centred, such as an unsigned one: a multiple of 2^k more or less makes it
   * a sign, inverted for an odd one, so that every comparison with a threshold has one name.
   */
  private asSign(form: LinearForm, k: number): Code | undefined {
    const unit = pow2(k);
    if (form.low >= -unit && form.high < unit) return undefined;
    const turns = -((form.low + unit) >> BigInt(k));
    if (turns === 0n || form.high + turns * unit >= unit) return undefined;
    const centred = this.plus(form, turns * unit);
    refine(centred, form.low + turns * unit, form.high + turns * unit);
    const code = this.bit(centred, k);
    return (turns & 1n) === 0n ? code : this.not(code);
  }

  /** The form of which this one is the upper bits, as far back as is known; of several that are each other's, one. */
  wholeOf(form: LinearForm): Shifted {
    const path: Shifted[] = [{ form, shift: 0 }];
    for (;;) {
      const last = path[path.length - 1];
      const next = this.unfold(last.form);
      if (next === undefined) return last;
      // Numbers of two values can be each other's halves, but for a constant.
      const again = path.findIndex((step) => step.form.family === next.family);
      if (again >= 0)
        return path.slice(again).reduce((first, step) => (step.form.id < first.form.id ? step : first));
      path.push({ form: next, shift: last.shift + 1 });
    }
  }

  /** A form of which this one is the half. */
  private unfold(form: LinearForm): LinearForm | undefined {
    const origin = form.terms.length === 0 ? undefined : this.origins.get(form.family);
    if (origin !== undefined) return this.plus(origin.form, 2n * (form.constant - origin.constant));
    const { half } = form.family;
    if (half === undefined || (half.coefficient !== 1n && half.coefficient !== -1n)) return undefined;
    let made = this.unfolded.get(form);
    if (made === undefined) {
      made = this.doubled(form, half as FormTerm & { atom: HalfAtom });
      this.unfolded.set(form, made);
    }
    return refine(made, form.low * 2n, form.high * 2n + 1n);
  }

  /** The form twice, with what its half is the half of in its place. */
  private doubled(form: LinearForm, half: FormTerm & { readonly atom: HalfAtom }): LinearForm {
    const others = this.intern(
      form.terms.filter((term) => term !== half),
      form.constant,
    );
    // −floor(B / 2) = floor((1 − B) / 2).
    const inner = half.coefficient === 1n ? half.atom.form : this.plus(this.scale(half.atom.form, -1n), 1n);
    return this.add(this.scale(others, 2n), inner);
  }

  private halfAtom(form: LinearForm): LinearForm {
    const [low, high] = [form.low >> 1n, form.high >> 1n];
    if (low === high) return this.constant(low);
    return this.atomForm(`h${form.id}`, (id) => ({ kind: 'half', id, form, low, high }));
  }

  private atomForm(key: string, make: (id: number) => Atom): LinearForm {
    let atom = this.atoms.get(key);
    if (atom === undefined) {
      atom = make(this.atoms.size);
      this.atoms.set(key, atom);
    }
    return this.intern([{ atom, coefficient: 1n }], 0n);
  }

  private intern(terms: readonly FormTerm[], constant: bigint): LinearForm {
    return this.interner.form(terms, constant);
  }
}
