import { assertNever } from '../core/assert.js';
import type { Algebra } from './algebra.js';
import {
  type Atom,
  type CellAtom,
  type Code,
  CX,
  type FormTerm,
  isInput,
  type LinearForm,
  type Multiple,
  namedAtom,
  oneBitCell,
} from './forms.js';
import { numberOf } from './number.js';
import { evaluateCell } from './symbolic-cells.js';

/** What a sum of input symbols is replaced by; undefined for an unknown value. */
export type Replacement = (terms: readonly FormTerm[]) => LinearForm | undefined;

/** Puts other values in the place of input symbols and computes everything that hangs on them anew. */
export class Rebuilder {
  private readonly codes = new Map<Code, Code>();
  private readonly forms = new Map<LinearForm, LinearForm | undefined>();
  private readonly cells = new Map<CellAtom, readonly Code[]>();
  private readonly atoms = new Map<Atom, LinearForm | undefined>();

  constructor(
    private readonly algebra: Algebra,
    private readonly replace: Replacement,
    /** Bits whose value is assumed, whatever they are made from. */
    private readonly assumed: Pick<ReadonlyMap<Code, Code>, 'get'> = new Map(),
  ) {}

  code(code: Code): Code {
    if (code <= CX) return code;
    const known = this.assumed.get(code) ?? this.codes.get(code);
    if (known !== undefined) return known;
    const made = this.makeCode(this.algebra.formOf(code), this.algebra.positionOf(code));
    const rebuilt = this.assumed.get(made) ?? made;
    this.codes.set(code, rebuilt);
    return rebuilt;
  }

  private makeCode(form: LinearForm, position: number): Code {
    // A cell's own bits stay its own: put together and taken apart again they could get another name.
    const atom = namedAtom(form);
    if (atom?.kind === 'cell') return this.outputs(atom)[position];
    const gate = oneBitCell(form, position);
    if (gate !== undefined) {
      const [bit] = this.outputs(gate.atom);
      return gate.inverted ? this.algebra.not(bit) : bit;
    }
    const rebuilt = this.form(form);
    return rebuilt === undefined ? CX : this.algebra.bit(rebuilt, position);
  }

  private outputs(atom: CellAtom): readonly Code[] {
    let codes = this.cells.get(atom);
    if (codes === undefined) {
      const inputs = atom.inputs.map((code) => this.code(code));
      codes = evaluateCell(atom.cell, inputs, this.algebra);
      this.cells.set(atom, codes);
    }
    return codes;
  }

  /** Undefined when it hangs on an unknown value. */
  form(form: LinearForm): LinearForm | undefined {
    if (this.forms.has(form)) return this.forms.get(form);
    const parts = this.partsOf(form);
    const sum = parts && this.algebra.sum(parts, form.constant);
    this.forms.set(form, sum);
    return sum;
  }

  private partsOf({ terms }: LinearForm): Multiple[] | undefined {
    const linear = terms.filter(isInput);
    const replaced = linear.length === 0 ? this.algebra.constant(0n) : this.replace(linear);
    if (replaced === undefined) return undefined;
    const parts: Multiple[] = [{ form: replaced, factor: 1n }];
    for (const { atom, coefficient } of terms) {
      if (atom.kind === 'input') continue;
      const form = this.atom(atom);
      if (form === undefined) return undefined;
      parts.push({ form, factor: coefficient });
    }
    return parts;
  }

  private atom(atom: Atom): LinearForm | undefined {
    if (this.atoms.has(atom)) return this.atoms.get(atom);
    const made = this.make(atom);
    this.atoms.set(atom, made);
    return made;
  }

  private make(atom: Atom): LinearForm | undefined {
    switch (atom.kind) {
      case 'input':
        return this.replace([{ atom, coefficient: 1n }]);
      case 'half': {
        const inner = this.form(atom.form);
        return inner && this.algebra.floor(inner, 1);
      }
      case 'sum': {
        const inner = this.form(atom.form);
        return inner && this.algebra.named(inner);
      }
      case 'cell':
        return numberOf(this.outputs(atom), 'unsigned', this.algebra);
      default:
        return assertNever(atom);
    }
  }
}
