import { assertNever } from '../core/assert.js';
import { compileNetlist } from '../netlist/compile.js';
import {
  type BinaryCell,
  type BinaryOperator,
  type Bit,
  type Bits,
  type LogicCell,
  type Netlist,
  ONE,
  ZERO,
} from '../netlist/types.js';
import type { Algebra } from './algebra.js';
import {
  type Atom,
  C0,
  C1,
  type CellAtom,
  type Code,
  type FormTerm,
  isInput,
  type LinearForm,
  signPosition,
} from './forms.js';

/** A variable of a function: a port of the compiled netlist, wide enough for a signed number in its bounds. */
export interface Variable {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

/** How the part of a form that is linear in the input symbols hangs on the variables. */
export type Resolve = (
  terms: readonly FormTerm[],
) => readonly { readonly variable: Variable; readonly coefficient: bigint }[];

/** All that bits hang on: every linear part over input symbols that occurs, each once. */
export function linearParts(codes: readonly Code[], algebra: Algebra): LinearForm[] {
  const parts = new Map<string, LinearForm>();
  const seen = new Set<LinearForm>();
  const visit = (form: LinearForm) => {
    if (seen.has(form)) return;
    seen.add(form);
    const linear = form.terms.filter(isInput);
    if (linear.length > 0) {
      const key = linear.map(({ atom, coefficient }) => `${atom.id}:${coefficient}`).join(',');
      parts.set(key, { ...form, terms: linear });
    }
    for (const { atom } of form.terms) visitAtom(atom);
  };
  const visitAtom = (atom: Atom) => {
    if (atom.kind === 'half' || atom.kind === 'sum') visit(atom.form);
    else if (atom.kind === 'cell') for (const code of atom.inputs) visitCode(code);
  };
  const visitCode = (code: Code) => {
    if (code > C1) visit(algebra.formOf(code));
  };
  for (const code of codes) visitCode(code);
  return [...parts.values()];
}

/** Bits of the algebra as a compiled function of a few variables. */
export class CompiledFunction {
  private readonly cells: LogicCell[] = [];
  private readonly inputs = new Map<string, Bits>();
  private readonly words = new Map<LinearForm, Bits>();
  private readonly atoms = new Map<Atom, Bits>();
  private nets = 0;
  private readonly ports: readonly Uint8Array[];
  private readonly output: Uint8Array;
  private readonly settle: () => void;

  constructor(
    codes: readonly Code[],
    private readonly algebra: Algebra,
    private readonly variables: readonly Variable[],
    private readonly resolve: Resolve,
  ) {
    for (const { name, low, high } of variables) {
      this.inputs.set(
        name,
        this.fresh(signPosition({ low: BigInt(low), high: BigInt(high) } as LinearForm) + 1),
      );
    }
    const output = codes.map((code) => this.bit(code));
    const netlist: Netlist = {
      top: 'function',
      netCount: this.nets,
      inputs: this.inputs,
      outputs: new Map([['y', output]]),
      signals: new Map(),
      cells: this.cells,
      registers: [],
      memories: [],
    };
    const compiled = compileNetlist(netlist);
    this.ports = variables.map(({ name }) => compiled.bytes(name));
    this.output = compiled.bytes('y');
    this.settle = compiled.settle;
  }

  /** The output bits as an unsigned number, for one value per variable; at most 53 bits. */
  run(values: readonly number[]): number {
    this.variables.forEach((_, index) => {
      writeNumber(
        this.ports[index],
        values[index],
        (this.inputs.get(this.variables[index].name) as Bits).length,
      );
    });
    this.settle();
    let result = 0;
    for (let at = this.output.length - 1; at >= 0; at--) result = result * 256 + this.output[at];
    return result;
  }

  private fresh(width: number): Bit[] {
    return Array.from({ length: width }, () => this.nets++);
  }

  private bit(code: Code): Bit {
    if (code === C0) return ZERO;
    if (code === C1) return ONE;
    const word = this.word(this.algebra.formOf(code));
    return word[Math.min(this.algebra.positionOf(code), word.length - 1)];
  }

  /** A form's value in two's complement. */
  private word(form: LinearForm): Bits {
    const known = this.words.get(form);
    if (known !== undefined) return known;
    const width = signPosition(form) + 1;
    const parts = [
      ...this.resolve(form.terms.filter(isInput)).map(({ variable, coefficient }) => ({
        bits: this.inputs.get(variable.name) as Bits,
        coefficient,
      })),
      ...form.terms
        .filter((term) => !isInput(term))
        .map(({ atom, coefficient }) => ({ bits: this.atomBits(atom), coefficient })),
    ];
    let sum: Bits = constantBits(form.constant, width);
    for (const { bits, coefficient } of parts) {
      const product = this.operation('$mul', bits, constantBits(coefficient, width), width);
      sum = this.operation('$add', sum, product, width);
    }
    this.words.set(form, sum);
    return sum;
  }

  /** An atom in two's complement. */
  private atomBits(atom: Atom): Bits {
    const known = this.atoms.get(atom);
    if (known !== undefined) return known;
    const made = this.makeAtom(atom);
    this.atoms.set(atom, made);
    return made;
  }

  private makeAtom(atom: Atom): Bits {
    switch (atom.kind) {
      case 'input':
        throw new Error('internal error: an input symbol is resolved with its form');
      case 'half': {
        const word = this.word(atom.form);
        return word.length > 1 ? word.slice(1) : word;
      }
      case 'sum':
        return this.word(atom.form);
      case 'cell':
        return [...this.cellBits(atom), ZERO];
      default:
        return assertNever(atom);
    }
  }

  private cellBits({ cell, inputs, width }: CellAtom): Bits {
    const bits = inputs.map((code) => this.bit(code));
    const y = this.fresh(width);
    this.cells.push(withBits(cell, bits, y));
    return y;
  }

  private operation(operator: BinaryOperator, a: Bits, b: Bits, width: number): Bits {
    const y = this.fresh(width);
    const operand = (bits: Bits) => ({ bits, signed: true });
    const cell: BinaryCell = {
      kind: 'binary',
      name: operator,
      place: undefined,
      operator,
      a: operand(a),
      b: operand(b),
      y,
    };
    this.cells.push(cell);
    return y;
  }
}

/** The same cell between other nets; its inputs in the order of `inputBits`. */
function withBits(cell: LogicCell, bits: Bits, y: Bits): LogicCell {
  const width = y.length;
  switch (cell.kind) {
    case 'unary':
      return { ...cell, a: { ...cell.a, bits }, y };
    case 'binary': {
      const split = cell.a.bits.length;
      return {
        ...cell,
        a: { ...cell.a, bits: bits.slice(0, split) },
        b: { ...cell.b, bits: bits.slice(split) },
        y,
      };
    }
    case 'mux':
      return {
        ...cell,
        a: bits.slice(0, width),
        b: bits.slice(width, 2 * width),
        select: bits[2 * width],
        y,
      };
    case 'parallelMux': {
      const count = cell.cases.length;
      const cases = cell.cases.map((_, index) => bits.slice((index + 1) * width, (index + 2) * width));
      return { ...cell, a: bits.slice(0, width), cases, selects: bits.slice((count + 1) * width), y };
    }
    case 'rom':
      return { ...cell, address: bits, y };
    default:
      return assertNever(cell);
  }
}

function constantBits(value: bigint, width: number): Bits {
  const word = BigInt.asUintN(width, value);
  return Array.from({ length: width }, (_, at) => (((word >> BigInt(at)) & 1n) === 1n ? ONE : ZERO));
}

/** Two's complement of a number of at most 53 bits, upper bits of the last byte 0. */
function writeNumber(bytes: Uint8Array, value: number, width: number): void {
  let rest = value < 0 ? value + 2 ** width : value;
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}
