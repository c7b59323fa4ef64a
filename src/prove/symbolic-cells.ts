import { assertNever } from '../core/assert.js';
import type {
  BinaryCell,
  Bit,
  LogicCell,
  MuxCell,
  Operand,
  ParallelMuxCell,
  RomCell,
  UnaryCell,
} from '../netlist/types.js';
import type { Algebra } from './algebra.js';
import { C0, C1, type Code, CX, isInput, type LinearForm, pow2, signPosition } from './forms.js';
import { numberOf } from './number.js';

/**
 * A cell's output bits in the algebra. Exact: what is not linear, bitwise trivial or constant becomes an opaque atom;
 * what may be `x` becomes unknown.
 *
 * @param inputs the bits that the cell reads, in the order of `inputBits`
 */
export function evaluateCell(cell: LogicCell, inputs: readonly Code[], algebra: Algebra): Code[] {
  switch (cell.kind) {
    case 'unary':
      return unary(cell, inputs, algebra);
    case 'binary': {
      const split = cell.a.bits.length;
      return binary(cell, inputs.slice(0, split), inputs.slice(split), algebra);
    }
    case 'mux': {
      const width = cell.y.length;
      return mux(inputs[2 * width], inputs.slice(0, width), inputs.slice(width, 2 * width), algebra);
    }
    case 'parallelMux':
      return parallelMux(cell, inputs, algebra);
    case 'rom':
      return rom(cell, inputs, algebra);
    default:
      return assertNever(cell);
  }
}

/** Extended by zeros or the sign, or cut. */
const widen = (bits: readonly Code[], signed: boolean, width: number): Code[] =>
  Array.from({ length: width }, (_, at) =>
    at < bits.length ? bits[at] : signed && bits.length > 0 ? bits[bits.length - 1] : C0,
  );

const unknown = (width: number): Code[] => Array<Code>(width).fill(CX);
const truth = (code: Code, width: number): Code[] => widen([code], false, width);

/** The cell's output as an atom of its own. */
function opaque(cell: LogicCell, inputs: readonly Code[], width: number, algebra: Algebra): Code[] {
  if (inputs.includes(CX)) return unknown(width);
  return algebra.word(algebra.cell(cell, shapeOf(cell), inputs, width), width);
}

/** Two cells of one shape compute the same function of their input bits. */
function shapeOf(cell: LogicCell): string {
  switch (cell.kind) {
    case 'unary':
      return `${cell.operator},${cell.a.bits.length},${cell.a.signed},${cell.y.length}`;
    case 'binary': {
      const operand = ({ bits, signed }: Operand) => `${bits.length},${signed}`;
      return `${cell.operator},${operand(cell.a)},${operand(cell.b)},${cell.y.length}`;
    }
    case 'mux':
      return `mux,${cell.y.length}`;
    case 'parallelMux':
      return `pmux,${cell.cases.length},${cell.y.length}`;
    case 'rom':
      return `rom,${cell.name},${cell.address.length}`;
    default:
      return assertNever(cell);
  }
}

function unary(cell: UnaryCell, a: readonly Code[], algebra: Algebra): Code[] {
  const width = cell.y.length;
  switch (cell.operator) {
    case '$not':
      return widen(a, cell.a.signed, width).map((bit) => algebra.not(bit));
    case '$pos':
      return widen(a, cell.a.signed, width);
    case '$neg':
      return sum([C0], false, a, cell.a.signed, width, -1n, algebra);
    case '$reduce_and':
      return truth(conjunction(a, algebra), width);
    case '$reduce_or':
    case '$reduce_bool':
      return truth(disjunction(a, algebra), width);
    case '$logic_not':
      return truth(algebra.not(disjunction(a, algebra)), width);
    case '$reduce_xor':
    case '$reduce_xnor': {
      const odd = a.reduce((left, right) => xor(left, right, algebra), C0);
      return truth(cell.operator === '$reduce_xor' ? odd : algebra.not(odd), width);
    }
    default:
      return assertNever(cell.operator);
  }
}

function binary(cell: BinaryCell, a: readonly Code[], b: readonly Code[], algebra: Algebra): Code[] {
  const width = cell.y.length;
  const { signed } = cell.a;
  const bitwise = (combine: (left: Code, right: Code, algebra: Algebra) => Code): Code[] => {
    const right = widen(b, cell.b.signed, width);
    return widen(a, signed, width).map((left, at) => combine(left, right[at], algebra));
  };
  switch (cell.operator) {
    case '$and':
      return bitwise(and);
    case '$or':
      return bitwise(or);
    case '$xor':
      return bitwise(xor);
    case '$xnor':
      return bitwise((left, right) => algebra.not(xor(left, right, algebra)));
    case '$add':
      return sum(a, signed, b, cell.b.signed, width, 1n, algebra);
    case '$sub':
      return sum(a, signed, b, cell.b.signed, width, -1n, algebra);
    case '$mul':
      return product(cell, a, b, algebra);
    case '$eq':
      return truth(equal(cell, a, b, algebra), width);
    case '$ne':
      return truth(algebra.not(equal(cell, a, b, algebra)), width);
    case '$lt':
    case '$gt':
    case '$le':
    case '$ge':
      return truth(comparison(cell, a, b, algebra), width);
    case '$logic_and':
      return truth(and(disjunction(a, algebra), disjunction(b, algebra), algebra), width);
    case '$logic_or':
      return truth(or(disjunction(a, algebra), disjunction(b, algebra), algebra), width);
    case '$shl':
    case '$sshl':
    case '$shr':
    case '$sshr':
    case '$shift':
    case '$shiftx':
      return shift(cell, a, b, algebra);
    default:
      return assertNever(cell.operator);
  }
}

const BIT = { bits: [0], signed: false } as const;
const gate = (operator: '$and' | '$xor'): BinaryCell => {
  return { kind: 'binary', name: operator, place: undefined, operator, a: BIT, b: BIT, y: [0] };
};
const AND_GATE = gate('$and');
const XOR_GATE = gate('$xor');

/** A gate of two bits as an atom; the order of its inputs does not count. */
function gateAtom(cell: BinaryCell, a: Code, b: Code, algebra: Algebra): Code {
  return opaque(cell, a < b ? [a, b] : [b, a], 1, algebra)[0];
}

export function and(a: Code, b: Code, algebra: Algebra): Code {
  if (a === C0 || b === C0) return C0;
  if (a === C1 || a === b) return b;
  if (b === C1) return a;
  if (a === CX || b === CX) return CX;
  if (a === algebra.not(b)) return C0;
  return gateAtom(AND_GATE, a, b, algebra);
}

function or(a: Code, b: Code, algebra: Algebra): Code {
  return algebra.not(and(algebra.not(a), algebra.not(b), algebra));
}

function xor(a: Code, b: Code, algebra: Algebra): Code {
  if (a === CX || b === CX) return CX;
  if (a === b) return C0;
  if (a === C0) return b;
  if (b === C0) return a;
  if (a === C1) return algebra.not(b);
  if (b === C1) return algebra.not(a);
  if (a === algebra.not(b)) return C1;
  return gateAtom(XOR_GATE, a, b, algebra);
}

function conjunction(bits: readonly Code[], algebra: Algebra): Code {
  if (bits.includes(C0)) return C0;
  const open = [...new Set(bits.filter((bit) => bit !== C1))].sort((a, b) => a - b);
  if (open.includes(CX)) return CX;
  return upperOnes(open, algebra) ?? open.reduce((left, right) => and(left, right, algebra), C1);
}

/** The upper bits of a negative number are all 1 exactly if it is at least −2^k. So one comparison replaces many gates. */
function upperOnes(bits: readonly Code[], algebra: Algebra): Code | undefined {
  if (bits.length < 2 || algebra.options.namedSums) return undefined;
  const first = bits.reduce((low, bit) => (algebra.positionOf(bit) < algebra.positionOf(low) ? bit : low));
  const [form, lowest] = [algebra.formOf(first), algebra.positionOf(first)];
  const top = signPosition(form);
  if (form.high >= 0n || top - lowest > bits.length) return undefined;
  const upper = Array.from({ length: top - lowest }, (_, at) => algebra.bit(form, lowest + at));
  const own = new Set(upper.filter((bit) => bit !== C1));
  if (own.size !== bits.length || !bits.every((bit) => own.has(bit))) return undefined;
  const limit = algebra.add(form, algebra.constant(pow2(lowest)));
  return algebra.not(algebra.bit(limit, Number.MAX_SAFE_INTEGER));
}

const disjunction = (bits: readonly Code[], algebra: Algebra): Code =>
  algebra.not(
    conjunction(
      bits.map((bit) => algebra.not(bit)),
      algebra,
    ),
  );

/** a + sign × b modulo 2^width. */
function sum(
  a: readonly Code[],
  aSigned: boolean,
  b: readonly Code[],
  bSigned: boolean,
  width: number,
  sign: bigint,
  algebra: Algebra,
): Code[] {
  const [left, right] = [
    operandNumber(a, aSigned, width, algebra),
    operandNumber(b, bSigned, width, algebra),
  ];
  if (left === undefined || right === undefined) return unknown(width);
  return algebra.sumWord(algebra.add(left, algebra.scale(right, sign)), width);
}

/** An operand of an operation modulo 2^width. */
function operandNumber(
  bits: readonly Code[],
  signed: boolean,
  width: number,
  algebra: Algebra,
): LinearForm | undefined {
  if (bits.length >= width) return numberOf(bits.slice(0, width), 'modular', algebra);
  return numberOf(bits, signed ? 'signed' : 'unsigned', algebra);
}

function product(cell: BinaryCell, a: readonly Code[], b: readonly Code[], algebra: Algebra): Code[] {
  const width = cell.y.length;
  const left = operandNumber(a, cell.a.signed, width, algebra);
  const right = operandNumber(b, cell.b.signed, width, algebra);
  if (left === undefined || right === undefined) return unknown(width);
  const [constant, other] = left.terms.length === 0 ? [left, right] : [right, left];
  if (constant.terms.length > 0) return opaque(cell, [...a, ...b], width, algebra);
  return algebra.sumWord(algebra.scale(other, constant.constant), width);
}

function comparison(cell: BinaryCell, a: readonly Code[], b: readonly Code[], algebra: Algebra): Code {
  const left = numberOf(a, cell.a.signed ? 'signed' : 'unsigned', algebra);
  const right = numberOf(b, cell.b.signed ? 'signed' : 'unsigned', algebra);
  if (left === undefined || right === undefined) return CX;
  const linear = left.terms.every(isInput) && right.terms.every(isInput);
  if (algebra.options.opaqueComparisons && !linear) return opaque(cell, [...a, ...b], 1, algebra)[0];
  // The sign of the difference; bits beyond the sign's are equal to it.
  const isLess = (one: LinearForm, other: LinearForm) =>
    algebra.bit(algebra.subtract(one, other), Number.MAX_SAFE_INTEGER);
  switch (cell.operator) {
    case '$lt':
      return isLess(left, right);
    case '$gt':
      return isLess(right, left);
    case '$le':
      return algebra.not(isLess(right, left));
    default:
      return algebra.not(isLess(left, right));
  }
}

function equal(cell: BinaryCell, a: readonly Code[], b: readonly Code[], algebra: Algebra): Code {
  const width = Math.max(a.length, b.length);
  const signed = cell.a.signed && cell.b.signed;
  const right = widen(b, signed, width);
  const same = widen(a, signed, width).map((left, at) => algebra.not(xor(left, right[at], algebra)));
  return conjunction(same, algebra);
}

/** select ? b : a. */
export function mux(select: Code, a: readonly Code[], b: readonly Code[], algebra: Algebra): Code[] {
  if (select === C0) return [...a];
  if (select === C1) return [...b];
  const open = a.flatMap((bit, at) => (muxBit(select, bit, b[at], algebra) === undefined ? [at] : []));
  const width = open.length;
  const cell: MuxCell = {
    kind: 'mux',
    name: 'mux',
    place: undefined,
    a: [],
    b: [],
    select: 0,
    y: Array(width).fill(0),
  };
  const inputs = [...open.map((at) => a[at]), ...open.map((at) => b[at]), select];
  const word = width === 0 ? [] : opaque(cell, inputs, width, algebra);
  return a.map((bit, at) => muxBit(select, bit, b[at], algebra) ?? word[open.indexOf(at)]);
}

/** A multiplexer's bit where it needs no multiplexer. */
function muxBit(select: Code, a: Code, b: Code, algebra: Algebra): Code | undefined {
  if (a === b) return a;
  if (select === CX || a === CX || b === CX) return CX;
  if (a === C0 && b === C1) return select;
  if (a === C1 && b === C0) return algebra.not(select);
  return undefined;
}

function parallelMux(cell: ParallelMuxCell, inputs: readonly Code[], algebra: Algebra): Code[] {
  const width = cell.y.length;
  const word = (index: number) => inputs.slice(index * width, (index + 1) * width);
  const selects = inputs.slice((cell.cases.length + 1) * width);
  const chosen = selects.flatMap((select, index) => (select === C0 ? [] : [index]));
  if (chosen.length === 0) return word(0);
  const [first] = chosen;
  if (chosen.length === 1) return mux(selects[first], word(0), word(first + 1), algebra);
  if (selects.includes(CX) || selects.filter((select) => select === C1).length > 1) return unknown(width);
  return opaque(cell, inputs, width, algebra);
}

function rom(cell: RomCell, address: readonly Code[], algebra: Algebra): Code[] {
  const index = numberOf(address, 'unsigned', algebra);
  if (index === undefined) return unknown(cell.y.length);
  const { low, high } = index;
  if (high >= BigInt(cell.words.length)) return unknown(cell.y.length);
  const words = cell.words.slice(Number(low), Number(high) + 1);
  // If a bit is the same in all words that the address can reach, it does not depend on the address.
  const word = words.length === 1 ? [] : opaque(cell, address, cell.y.length, algebra);
  return cell.y.map((_, bit) => {
    const [digit] = words[0].subarray(bit);
    return words.every((other) => other[bit] === digit) ? digit : word[bit];
  });
}

const SHIFTS: ReadonlySet<string> = new Set(['$shl', '$sshl', '$shr', '$sshr', '$shift', '$shiftx']);

/** A shift by a number that is known, of which only the bits that it chooses are looked at: its operand may be wide. */
export function constantShift(
  cell: LogicCell,
  value: (bit: Bit) => Code,
  algebra: Algebra,
): Code[] | undefined {
  if (cell.kind !== 'binary' || !SHIFTS.has(cell.operator)) return undefined;
  const amount = shiftAmount(cell, cell.b.bits.map(value), algebra);
  if (amount === undefined || amount.terms.length > 0) return undefined;
  return shifted(cell, (at) => value(cell.a.bits[at]), amount.constant);
}

function shift(cell: BinaryCell, a: readonly Code[], b: readonly Code[], algebra: Algebra): Code[] {
  const width = cell.y.length;
  const amount = shiftAmount(cell, b, algebra);
  if (amount === undefined) return unknown(width);
  if (amount.terms.length > 0) return opaque(cell, [...a, ...b], width, algebra);
  return shifted(cell, (at) => a[at], amount.constant);
}

const isGeneric = ({ operator }: BinaryCell): boolean => operator === '$shift' || operator === '$shiftx';

const shiftAmount = (cell: BinaryCell, b: readonly Code[], algebra: Algebra): LinearForm | undefined =>
  numberOf(b, isGeneric(cell) && cell.b.signed ? 'signed' : 'unsigned', algebra);

function shifted(cell: BinaryCell, bitAt: (at: number) => Code, amount: bigint): Code[] {
  const { operator } = cell;
  const width = cell.y.length;
  const given = cell.a.bits.length;
  const left = operator === '$shl' || operator === '$sshl';
  const length = left ? width : isGeneric(cell) ? given : Math.max(width, given);
  // Extended by zeros or the sign.
  const extended = (at: number): Code =>
    at < given ? bitAt(at) : cell.a.signed && given > 0 ? bitAt(given - 1) : C0;
  const beyond = (): Code =>
    operator === '$sshr' && cell.a.signed ? extended(length - 1) : operator === '$shiftx' ? CX : C0;
  const offset = left ? -amount : amount;
  return Array.from({ length: width }, (_, at) => {
    const from = BigInt(at) + offset;
    if (from < 0n) return operator === '$shiftx' ? CX : C0;
    return from >= BigInt(length) ? beyond() : extended(Number(from));
  });
}
