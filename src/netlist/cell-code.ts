import { assertNever } from '../core/assert.js';
import { slotsFor } from './layout.js';
import { extend, type Frame, limbExpression, masked, maskOf, trimZeros } from './limb.js';
import type {
  BinaryCell,
  Bits,
  CombinationalCell,
  MemoryReadCell,
  MuxCell,
  Operand,
  ParallelMuxCell,
  RomCell,
  UnaryCell,
} from './types.js';
import { ZERO } from './types.js';

/** What the text of a cell needs of the rest. */
export interface CodeContext extends Frame {
  /** Reserves memory for an operand that is read at a computed place. */
  readonly scratch: (width: number) => number;
  /** Adds a constant table and gives its name. */
  readonly table: (words: Int32Array) => string;
  /** The memory of that name: what its words are called, and how many there are. */
  readonly memory: (name: string) => { readonly words: string; readonly depth: number };
  /** A name that nobody else has. */
  readonly unique: (stem: string) => string;
}

/** Statements that must come first, and one int32 expression per slot of the cell's output. */
export interface CellCode {
  readonly before: readonly string[];
  readonly limbs: readonly string[];
}

const limbsOnly = (limbs: readonly string[]): CellCode => ({ before: [], limbs });

/** JavaScript of a cell, on 32-bit limbs. */
export function cellCode(cell: CombinationalCell, context: CodeContext): CellCode {
  switch (cell.kind) {
    case 'unary':
      return unaryCode(cell, context);
    case 'binary':
      return binaryCode(cell, context);
    case 'mux':
      return limbsOnly(muxLimbs(cell, context));
    case 'parallelMux':
      return limbsOnly(parallelMuxLimbs(cell, context));
    case 'rom':
      return romCode(cell, context);
    case 'memoryRead':
      return memoryReadCode(cell, context);
    default:
      return assertNever(cell);
  }
}

/** The bits as limbs of 32, the last one narrower. */
export function limbsOf(bits: Bits, frame: Frame): string[] {
  return Array.from({ length: slotsFor(bits.length) }, (_, limb) =>
    limbExpression(bits.slice(32 * limb, 32 * limb + 32), frame),
  );
}

const operandLimbs = ({ bits, signed }: Operand, width: number, context: CodeContext): string[] =>
  limbsOf(extend(bits, signed, width), context);

/** Bits in slot `limb` of a word. */
const limbWidth = (width: number, limb: number): number => Math.min(32, width - 32 * limb);

/** A truth value as a word. */
function truth(condition: string, width: number): CellCode {
  return limbsOnly(
    Array.from({ length: slotsFor(width) }, (_, limb) => (limb === 0 ? `${condition} ? 1 : 0` : '0')),
  );
}

const anySet = (bits: Bits, context: CodeContext): string => `(${limbsOf(bits, context).join(' | ')}) !== 0`;

function unaryCode({ operator, a, y }: UnaryCell, context: CodeContext): CellCode {
  const width = y.length;
  switch (operator) {
    case '$not':
      return limbsOnly(
        operandLimbs(a, width, context).map((limb, l) => masked(`~${limb}`, limbWidth(width, l))),
      );
    case '$pos':
      return limbsOnly(operandLimbs(a, width, context));
    case '$neg':
      return sumCode({ bits: [ZERO], signed: false }, a, width, true, context);
    case '$reduce_and': {
      const limbs = limbsOf(a.bits, context);
      const tests = limbs.map((limb, l) => `${limb} === ${maskOf(limbWidth(a.bits.length, l))}`);
      return truth(`(${tests.join(' && ')})`, width);
    }
    case '$reduce_or':
    case '$reduce_bool':
      return truth(anySet(a.bits, context), width);
    case '$logic_not':
      return truth(`(${limbsOf(a.bits, context).join(' | ')}) === 0`, width);
    case '$reduce_xor':
    case '$reduce_xnor': {
      const odd = `parity(${limbsOf(a.bits, context).join(' ^ ')})`;
      return truth(`${odd} === ${operator === '$reduce_xor' ? 1 : 0}`, width);
    }
    default:
      return assertNever(operator);
  }
}

function binaryCode(cell: BinaryCell, context: CodeContext): CellCode {
  const { operator, a, b, y } = cell;
  const width = y.length;
  switch (operator) {
    case '$and':
      return bitwise((p, q) => `${p} & ${q}`, cell, context);
    case '$or':
      return bitwise((p, q) => `${p} | ${q}`, cell, context);
    case '$xor':
      return bitwise((p, q) => `${p} ^ ${q}`, cell, context);
    case '$xnor':
      return bitwise((p, q) => `~(${p} ^ ${q})`, cell, context);
    case '$add':
      return sumCode(a, b, width, false, context);
    case '$sub':
      return sumCode(a, b, width, true, context);
    case '$mul':
      return productCode(cell, context);
    case '$eq':
    case '$ne':
      return equalityCode(cell, operator === '$eq', context);
    case '$lt':
      return truth(lessCode(a, b, context), width);
    case '$gt':
      return truth(lessCode(b, a, context), width);
    case '$le':
      return truth(`!(${lessCode(b, a, context)})`, width);
    case '$ge':
      return truth(`!(${lessCode(a, b, context)})`, width);
    case '$logic_and':
      return truth(`(${anySet(a.bits, context)} && ${anySet(b.bits, context)})`, width);
    case '$logic_or':
      return truth(`(${anySet(a.bits, context)} || ${anySet(b.bits, context)})`, width);
    case '$shl':
    case '$sshl':
    case '$shr':
    case '$sshr':
    case '$shift':
    case '$shiftx':
      return shiftCode(cell, context);
    default:
      return assertNever(operator);
  }
}

function bitwise(
  combine: (a: string, b: string) => string,
  { a, b, y }: BinaryCell,
  context: CodeContext,
): CellCode {
  const [left, right] = [a, b].map((operand) => operandLimbs(operand, y.length, context));
  return limbsOnly(left.map((limb, l) => masked(combine(limb, right[l]), limbWidth(y.length, l))));
}

/** a ± b modulo 2^width, with carries from slot to slot. */
function sumCode(a: Operand, b: Operand, width: number, subtract: boolean, context: CodeContext): CellCode {
  const [left, right] = [a, b].map((operand) => operandLimbs(operand, width, context));
  if (width <= 32) return limbsOnly([masked(`${left[0]} ${subtract ? '-' : '+'} ${right[0]}`, width)]);
  const before: string[] = [];
  const limbs: string[] = [];
  let carry = subtract ? '1' : '0';
  left.forEach((limb, l) => {
    const sum = context.unique('s');
    const other = subtract ? `~${right[l]}` : right[l];
    before.push(`const ${sum} = (${limb} >>> 0) + ((${other}) >>> 0) + ${carry};`);
    limbs.push(masked(sum, limbWidth(width, l)));
    carry = `(${sum} > 4294967295 ? 1 : 0)`;
  });
  return { before, limbs };
}

/** Products of up to 53 bits are exact in a number; wider ones take big integers. */
function productCode({ a, b, y }: BinaryCell, context: CodeContext): CellCode {
  const width = y.length;
  if (width <= 32) {
    const [left, right] = [a, b].map((operand) => operandLimbs(operand, width, context)[0]);
    return limbsOnly([masked(`Math.imul(${left}, ${right})`, width)]);
  }
  const product = context.unique('p');
  if (a.bits.length <= 32 && b.bits.length <= 32 && a.bits.length + b.bits.length <= 53) {
    const [left, right] = [a, b].map((operand) => numberExpression(operand, context));
    const limbs = Array.from({ length: slotsFor(width) }, (_, l) => {
      const part = l === 0 ? product : `Math.floor(${product} / ${2 ** (32 * l)})`;
      return masked(part, limbWidth(width, l));
    });
    return { before: [`const ${product} = ${left} * ${right};`], limbs };
  }
  const [left, right] = [a, b].map((operand) => `[${operandLimbs(operand, width, context).join(', ')}]`);
  return {
    before: [`const ${product} = wideProduct(${left}, ${right});`],
    limbs: Array.from({ length: slotsFor(width) }, (_, l) => masked(`${product}[${l}]`, limbWidth(width, l))),
  };
}

/** An operand of at most 32 bits as a JavaScript number with its sign. */
function numberExpression({ bits, signed }: Operand, context: CodeContext): string {
  const text = limbExpression(extend(bits, signed, 32), context);
  return signed || bits.length < 32 ? text : `(${text} >>> 0)`;
}

function equalityCode({ a, b, y }: BinaryCell, equal: boolean, context: CodeContext): CellCode {
  const width = Math.max(a.bits.length, b.bits.length);
  const signed = a.signed && b.signed;
  const [left, right] = [a, b].map(({ bits }) => operandLimbs({ bits, signed }, width, context));
  const tests = left.map((limb, l) => `${limb} ${equal ? '===' : '!=='} ${right[l]}`);
  return truth(`(${tests.join(equal ? ' && ' : ' || ')})`, y.length);
}

/** a < b, as the numbers that they stand for. */
function lessCode(a: Operand, b: Operand, context: CodeContext): string {
  const signed = a.signed || b.signed;
  // One bit more, so that an unsigned operand beside a signed one keeps its value.
  const width = Math.max(a.bits.length, b.bits.length) + (a.signed === b.signed ? 0 : 1);
  const slots = slotsFor(width);
  const [left, right] = [a, b].map((operand) => {
    const bits = extend(extend(operand.bits, operand.signed, width), signed, 32 * slots);
    return limbsOf(bits, context);
  });
  const unsignedLess = (l: number) => `(${left[l]} >>> 0) < (${right[l]} >>> 0)`;
  let text = '';
  for (let l = 0; l < slots; l++) {
    const isTop = l === slots - 1;
    const less = isTop && signed ? `${left[l]} < ${right[l]}` : unsignedLess(l);
    text = l === 0 ? less : `(${left[l]} === ${right[l]} ? ${text} : ${less})`;
  }
  return text;
}

function muxLimbs({ a, b, select, y }: MuxCell, context: CodeContext): string[] {
  const [test] = limbsOf([select], context);
  const [off, on] = [a, b].map((bits) => limbsOf(bits, context));
  return Array.from({ length: slotsFor(y.length) }, (_, l) => `${test} !== 0 ? ${on[l]} : ${off[l]}`);
}

function parallelMuxLimbs({ a, cases, selects, y }: ParallelMuxCell, context: CodeContext): string[] {
  const tests = selects.map((select) => limbsOf([select], context)[0]);
  const values = cases.map((bits) => limbsOf(bits, context));
  const rest = limbsOf(a, context);
  return Array.from({ length: slotsFor(y.length) }, (_, l) => {
    const choices = tests.map((test, index) => `${test} !== 0 ? ${values[index][l]} : `);
    return `${choices.join('')}${rest[l]}`;
  });
}

function romCode({ address, y, words }: RomCell, context: CodeContext): CellCode {
  const length = 2 ** Math.min(address.length, 32);
  const [index] = limbsOf(address.slice(0, 32), context);
  const limbs = Array.from({ length: slotsFor(y.length) }, (_, l) => {
    const width = limbWidth(y.length, l);
    const beyond = context.unknown === 1 ? maskOf(width) : 0;
    const image = Int32Array.from(words, (word) => limbValue(word, l, width, context.unknown));
    const read = `${context.table(image)}[${index}]`;
    return length > words.length ? `${index} < ${words.length} ? ${read} : ${beyond}` : read;
  });
  return limbsOnly(limbs);
}

/** Words lie one after the other, each in slots of its own. */
function memoryReadCode({ memory, address, y }: MemoryReadCell, context: CodeContext): CellCode {
  const { words, depth } = context.memory(memory);
  const slots = slotsFor(y.length);
  const index = context.unique('a');
  const before = [`const ${index} = ${addressExpression(address, context)};`];
  const limbs = Array.from({ length: slots }, (_, l) => {
    const beyond = context.unknown === 1 ? maskOf(limbWidth(y.length, l)) : 0;
    return `${index} < ${depth} ? ${words}[${index} * ${slots} + ${l}] : ${beyond}`;
  });
  return { before, limbs };
}

/** Where a memory is read or written, as a number that is not negative; exact up to 2^32, far beyond any memory. */
export function addressExpression(address: Bits, context: Frame): string {
  const [low, ...upper] = limbsOf(trimZeros(address), context);
  const far = upper.map((limb) => `${limb} !== 0`).join(' || ');
  return upper.length === 0 ? `${low} >>> 0` : `${far} ? ${2 ** 32} : ${low} >>> 0`;
}

function limbValue(word: Uint8Array, limb: number, width: number, unknown: 0 | 1): number {
  let value = 0;
  for (let bit = 0; bit < width; bit++) {
    const digit = word[32 * limb + bit];
    if ((digit === 2 ? unknown : digit) === 1) value |= 1 << bit;
  }
  return value;
}

/** Shifts by a variable: the operand lies in memory, and `window` reads 32 bits of it from any bit on. */
function shiftCode(cell: BinaryCell, context: CodeContext): CellCode {
  const { operator, a, b, y } = cell;
  const width = y.length;
  const left = operator === '$shl' || operator === '$sshl';
  const arithmetic = operator === '$sshr' && a.signed;
  const generic = operator === '$shift' || operator === '$shiftx';
  const length = left ? width : generic ? a.bits.length : Math.max(width, a.bits.length);
  // With whole slots the copies of the sign lie in memory too.
  const kept = arithmetic ? 32 * slotsFor(length) : length;
  const bits = extend(a.bits, a.signed && !generic, kept);
  const amount = context.unique('k');
  const before = [`const ${amount} = ${left ? '-' : ''}(${amountExpression(b, generic, context)});`];
  const base = placeInMemory(bits, before, context);
  const sign = `(${limbsOf([bits[kept - 1]], context)[0]} !== 0 ? -1 : 0)`;
  const beyond = operator === '$shiftx' && context.unknown === 1 ? '-1' : '0';
  const fill = arithmetic ? sign : beyond;
  const limbs = Array.from({ length: slotsFor(width) }, (_, l) =>
    masked(`window(${base}, ${slotsFor(kept)}, ${amount} + ${32 * l}, ${fill})`, limbWidth(width, l)),
  );
  return { before, limbs };
}

/** Where the bits can be read from any one on: their own word, or a copy in scratch memory. */
function placeInMemory(bits: Bits, before: string[], context: CodeContext): number {
  const word = context.layout.wordOf(bits);
  if (word !== undefined) return word.slot;
  const base = context.scratch(bits.length);
  limbsOf(bits, context).forEach((limb, l) => {
    before.push(`m[${base + l}] = ${limb};`);
  });
  return base;
}

/** Far beyond any word, and far from overflow. */
const TOO_FAR = 2 ** 28;

/** How far to shift, as a number of at most ±2^28. */
function amountExpression({ bits, signed }: Operand, mayBeNegative: boolean, context: CodeContext): string {
  const trimmed = trimZeros(bits);
  if (mayBeNegative && signed && trimmed.length === bits.length) {
    const limbs = limbsOf(extend(bits, true, 32 * slotsFor(bits.length)), context);
    const low = limbs[0];
    const far = limbs.slice(1).map((limb) => `${limb} !== (${low} >> 31)`);
    const near = `Math.max(-${TOO_FAR}, Math.min(${TOO_FAR}, ${low}))`;
    return far.length === 0 ? near : `${far.join(' || ')} ? ${TOO_FAR} : ${near}`;
  }
  const limbs = limbsOf(trimmed, context);
  if (trimmed.length <= 28) return limbs[0];
  const upper = limbs.slice(1).map((limb) => `${limb} !== 0`);
  return `${[...upper, `(${limbs[0]} >>> 28) !== 0`].join(' || ')} ? ${TOO_FAR} : ${limbs[0]}`;
}
