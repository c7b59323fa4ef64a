import type { Algebra } from './algebra.js';
import {
  type Atom,
  C1,
  type CellAtom,
  type Code,
  type FormTerm,
  isInput,
  type LinearForm,
  namedAtom,
  trailingZeros,
} from './forms.js';
import { lift } from './lift.js';
import { numberOf } from './number.js';
import { evaluateCell } from './symbolic-cells.js';

/** A number as Σ coefficient × input symbol, plus a form of the other algebra; modulo a power of two. */
interface Parts {
  readonly linear: ReadonlyMap<Atom, bigint>;
  readonly rest: LinearForm;
}

/**
 * Some bits look as if they depended on many sums of input symbols, but depend on one sum d alone: floors of sums were
 * taken apart coefficient by coefficient. Here they are put together again, as floors of multiples of d. The result
 * belongs to a new algebra, whose only input symbol is d.
 */
export class Regrouper {
  private readonly codes = new Map<Code, Code | undefined>();
  private readonly forms = new Map<string, Parts | undefined>();
  private readonly cells = new Map<CellAtom, readonly Code[] | undefined>();
  /** A coefficient of d that is odd: there is one, since they have no common divisor. */
  private readonly odd: FormTerm;

  constructor(
    private readonly source: Algebra,
    private readonly target: Algebra,
    private readonly direction: readonly FormTerm[],
    private readonly d: LinearForm,
  ) {
    this.odd = direction.find(({ coefficient }) => (coefficient & 1n) === 1n) as FormTerm;
  }

  /** The same bit in the other algebra; undefined when it hangs on more than d. */
  code(code: Code): Code | undefined {
    if (code <= C1) return code;
    if (this.codes.has(code)) return this.codes.get(code);
    const made = this.makeCode(this.source.formOf(code), this.source.positionOf(code));
    this.codes.set(code, made);
    return made;
  }

  private makeCode(form: LinearForm, position: number): Code | undefined {
    const atom = namedAtom(form);
    if (atom?.kind === 'cell') return this.outputs(atom)?.[position];
    // Bits up to this one hang on the number modulo 2^(position + 1).
    const bits = position + 1;
    const lifted = this.source.options.namedSums ? this.lifted(form, bits) : undefined;
    if (lifted !== undefined) return this.target.bit(lifted, position);
    const parts = this.parts(form, bits);
    const match = parts && this.match(parts.linear, bits);
    if (parts === undefined || match === undefined) return undefined;
    return this.target.bit(this.inD(match.factor, parts.rest), position);
  }

  private lifted(form: LinearForm, bits: number): LinearForm | undefined {
    const lifted = lift(form, bits);
    const match = lifted && this.match(lifted.linear, lifted.shift + bits);
    if (lifted === undefined || match === undefined) return undefined;
    return this.target.floor(this.inD(match.factor, this.target.constant(lifted.constant)), lifted.shift);
  }

  private inD(factor: bigint, rest: LinearForm): LinearForm {
    return this.target.add(this.target.scale(this.d, factor), rest);
  }

  /** The form modulo 2^bits; what is a multiple of that does not count. */
  private parts(form: LinearForm, bits: number): Parts | undefined {
    const key = `${form.id},${bits}`;
    if (this.forms.has(key)) return this.forms.get(key);
    const made = this.makeParts(form, bits);
    this.forms.set(key, made);
    return made;
  }

  private makeParts(form: LinearForm, bits: number): Parts | undefined {
    const linear = new Map<Atom, bigint>();
    const count = (atom: Atom, coefficient: bigint) => {
      const sum = (linear.get(atom) ?? 0n) + coefficient;
      if (sum === 0n) linear.delete(atom);
      else linear.set(atom, sum);
    };
    let rest = this.target.constant(form.constant);
    for (const term of form.terms) {
      const needed = bits - trailingZeros(term.coefficient);
      if (needed <= 0) continue;
      if (isInput(term)) {
        count(term.atom, term.coefficient);
        continue;
      }
      const part = this.atomParts(term.atom, needed);
      if (part === undefined) return undefined;
      for (const [atom, coefficient] of part.linear) count(atom, coefficient * term.coefficient);
      rest = this.target.add(rest, this.target.scale(part.rest, term.coefficient));
    }
    return { linear, rest };
  }

  private atomParts(atom: Atom, bits: number): Parts | undefined {
    if (atom.kind === 'cell') {
      const outputs = this.outputs(atom);
      const rest = outputs && numberOf(outputs, 'unsigned', this.target);
      return rest && { linear: new Map(), rest };
    }
    if (atom.kind === 'sum') return this.parts(atom.form, bits);
    if (atom.kind === 'input') return { linear: new Map([[atom, 1n]]), rest: this.target.constant(0n) };
    const inner = this.parts(atom.form, bits + 1);
    const match = inner && this.match(inner.linear, 1);
    if (inner === undefined || match === undefined) return undefined;
    // What is divisible comes out as it is.
    return {
      linear: match.quotient,
      rest: this.target.floor(this.inD(match.factor, inner.rest), 1),
    };
  }

  private outputs(atom: CellAtom): readonly Code[] | undefined {
    if (this.cells.has(atom)) return this.cells.get(atom);
    const inputs = atom.inputs.map((code) => this.code(code));
    const known = inputs.every((code) => code !== undefined);
    const made = known ? evaluateCell(atom.cell, inputs as Code[], this.target) : undefined;
    this.cells.set(atom, made);
    return made;
  }

  /** linear = factor × d + 2^bits × quotient, if that can be. */
  private match(
    linear: ReadonlyMap<Atom, bigint>,
    bits: number,
  ): { readonly factor: bigint; readonly quotient: ReadonlyMap<Atom, bigint> } | undefined {
    const wanted = linear.get(this.odd.atom) ?? 0n;
    const factor = BigInt.asIntN(bits, wanted * inverseModulo(this.odd.coefficient, bits));
    const quotient = new Map<Atom, bigint>();
    const rest = new Map(linear);
    for (const { atom, coefficient } of this.direction) {
      rest.set(atom, (rest.get(atom) ?? 0n) - factor * coefficient);
    }
    for (const [atom, coefficient] of rest) {
      if (BigInt.asUintN(bits, coefficient) !== 0n) return undefined;
      if (coefficient !== 0n) quotient.set(atom, coefficient >> BigInt(bits));
    }
    return { factor, quotient };
  }
}

/** Of an odd number modulo 2^bits: each step of Newton's doubles the bits that are right. */
function inverseModulo(odd: bigint, bits: number): bigint {
  let inverse = 1n;
  for (let right = 1; right < bits; right *= 2)
    inverse = BigInt.asUintN(bits, inverse * (2n - odd * inverse));
  return inverse;
}
