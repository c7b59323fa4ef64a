import { assertNever } from '../core/assert.js';
import { extend } from './limb.js';
import {
  type BinaryCell,
  type BinaryOperator,
  type Bit,
  type Bits,
  type CombinationalCell,
  type Control,
  isNet,
  type MemoryCell,
  type MemoryReadCell,
  type MuxCell,
  type Netlist,
  ONE,
  type Operand,
  type ParallelMuxCell,
  type RegisterCell,
  type RomCell,
  UNDEFINED,
  type UnaryCell,
  type UnaryOperator,
  ZERO,
} from './types.js';

/** A netlist with a companion of every net that can be `x`: 1 while the net hangs on a value that the Verilog leaves open. */
export interface TaintedNetlist {
  /** The cells and registers of the original, and the companions' after them. Compile it with `unknown: 1`. */
  readonly netlist: Netlist;
  /** The registers of companions. */
  readonly companions: readonly RegisterCell[];
  /** The companions of some nets or constants. */
  readonly of: (bits: Bits) => Bits;
}

/**
 * A netlist with a net that is 1 in a cycle in which an `x` arises that a register takes over or an output shows. Those in
 * memories are followed here too.
 */
export interface WatchfulNetlist {
  /** Compile it with `unknown: 1`. */
  readonly netlist: Netlist;
  readonly alarm: Bit;
}

const ADDED = { name: 'x', place: undefined };
const companionName = (memory: string): string => `x of ${memory}`;
const unsigned = (bits: Bits): Operand => ({ bits, signed: false });
const isZero = (bits: Bits): boolean => bits.every((bit) => bit === ZERO);

/**
 * Adds to a netlist what tells whether its nets are `x`. An `x` is followed as Verilog does, and never lost: arithmetic
 * and comparisons of order on one are `x` altogether, while 0 & x is 0 and a choice between equal bits is that bit.
 */
export function withTaint(netlist: Netlist): TaintedNetlist {
  return new TaintBuilder(netlist).withRegisters();
}

/** Adds to a netlist what tells whether it makes an `x` from registers and inputs that are not: few cells, as a rule. */
export function withAlarm(netlist: Netlist): WatchfulNetlist {
  return new TaintBuilder(netlist).withAlarm();
}

class TaintBuilder {
  private readonly cells: CombinationalCell[] = [];
  /** By net; absent where it can not be `x`. */
  private readonly companions = new Map<Bit, Bit>();
  private nets: number;

  constructor(private readonly netlist: Netlist) {
    this.nets = netlist.netCount;
  }

  withRegisters(): TaintedNetlist {
    const { netlist } = this;
    const words = netlist.registers.map(({ q }) => this.newWord(q.length));
    netlist.registers.forEach(({ q }, index) => {
      this.note(q, words[index]);
    });
    this.followCells();
    const companions = netlist.registers.map((register, index): RegisterCell => {
      const q = words[index];
      const initial = register.initial.map((bit) => (bit === UNDEFINED ? ONE : ZERO));
      const d = this.nextTaint(register, q);
      return { ...ADDED, kind: 'register', d, q, enable: undefined, reset: undefined, initial };
    });
    const registers = [...netlist.registers, ...companions];
    return { netlist: this.extended(registers), companions, of: (bits) => this.of(bits) };
  }

  withAlarm(): WatchfulNetlist {
    const { netlist } = this;
    this.followCells();
    const taken = netlist.registers.flatMap((register) =>
      this.nextTaint(
        register,
        register.q.map(() => ZERO),
      ),
    );
    const shown = [...netlist.outputs.values()].flatMap((bits) => this.of(bits));
    const alarm = this.any([...taken, ...shown]);
    return { netlist: this.extended(netlist.registers), alarm };
  }

  private followCells(): void {
    for (const cell of this.netlist.cells) {
      this.cells.push(cell);
      this.note(cell.y, this.cellTaint(cell));
    }
  }

  private extended(registers: readonly RegisterCell[]): Netlist {
    const memories = [...this.netlist.memories, ...this.memories()];
    return { ...this.netlist, netCount: this.nets, cells: this.cells, registers, memories };
  }

  private newWord(width: number): Bit[] {
    return Array.from({ length: width }, () => this.nets++);
  }

  private note(bits: Bits, taint: Bits): void {
    bits.forEach((bit, index) => {
      if (isNet(bit) && taint[index] !== ZERO) this.companions.set(bit, taint[index]);
    });
  }

  private of(bits: Bits): Bit[] {
    return bits.map((bit) => (bit === UNDEFINED ? ONE : (this.companions.get(bit) ?? ZERO)));
  }

  private binary(operator: BinaryOperator, a: Operand, b: Operand, width: number): Bit[] {
    const y = this.newWord(width);
    this.cells.push({ ...ADDED, kind: 'binary', operator, a, b, y });
    return y;
  }

  private unary(operator: UnaryOperator, bits: Bits, width: number): Bit[] {
    const y = this.newWord(width);
    this.cells.push({ ...ADDED, kind: 'unary', operator, a: unsigned(bits), y });
    return y;
  }

  private and(a: Bits, b: Bits): Bits {
    return isZero(a) ? a : isZero(b) ? b : this.binary('$and', unsigned(a), unsigned(b), a.length);
  }

  private or(...words: Bits[]): Bits {
    const [first, ...others] = words.filter((word) => !isZero(word));
    if (first === undefined) return words[0];
    return others.reduce((a, b) => this.binary('$or', unsigned(a), unsigned(b), a.length), first);
  }

  private not(bits: Bits): Bits {
    return this.unary('$not', bits, bits.length);
  }

  private choose(select: Bit, b: Bits, a: Bits): Bits {
    if (isZero(a) && isZero(b)) return a;
    const y = this.newWord(a.length);
    this.cells.push({ ...ADDED, kind: 'mux', a, b, select, y });
    return y;
  }

  private any(bits: Bits): Bit {
    const open = [...new Set(bits)].filter((bit) => bit !== ZERO);
    if (open.length <= 1) return open[0] ?? ZERO;
    return open.includes(ONE) ? ONE : this.unary('$reduce_or', open, 1)[0];
  }

  /** 1 when a bit is surely 1. */
  private surely(bits: Bits): Bit {
    const taint = this.of(bits);
    const sure = isZero(taint) ? bits : this.and(bits, this.not(taint));
    return this.unary('$reduce_or', sure, 1)[0];
  }

  private cellTaint(cell: CombinationalCell): Bits {
    switch (cell.kind) {
      case 'unary':
        return this.unaryTaint(cell);
      case 'binary':
        return this.binaryTaint(cell);
      case 'mux':
        return this.muxTaint(cell);
      case 'parallelMux':
        return this.parallelMuxTaint(cell);
      case 'rom':
        return this.romTaint(cell);
      case 'memoryRead':
        return this.memoryReadTaint(cell);
      default:
        return assertNever(cell);
    }
  }

  private unaryTaint({ operator, a, y }: UnaryCell): Bits {
    const taint = this.of(a.bits);
    if (isZero(taint)) return y.map(() => ZERO);
    switch (operator) {
      case '$not':
      case '$pos':
        return extend(taint, a.signed, y.length);
      case '$neg':
        return y.map(() => this.any(taint));
      case '$reduce_xor':
      case '$reduce_xnor':
        return truth(this.any(taint), y);
      case '$reduce_or':
      case '$reduce_bool':
      case '$logic_not':
        return truth(this.openTruth(a.bits), y);
      case '$reduce_and': {
        // A bit that is surely 0 decides.
        const zero = this.any(this.not(this.or(a.bits, taint)));
        return truth(this.and([this.any(taint)], this.not([zero]))[0], y);
      }
      default:
        return assertNever(operator);
    }
  }

  /** Whether it is open if a bit is set. */
  private openTruth(bits: Bits): Bit {
    const taint = this.any(this.of(bits));
    return taint === ZERO ? ZERO : this.and([taint], this.not([this.surely(bits)]))[0];
  }

  private binaryTaint(cell: BinaryCell): Bits {
    const { operator, a, b, y } = cell;
    const whole = [this.of(a.bits), this.of(b.bits)];
    if (whole.every(isZero) && operator !== '$shiftx') return y.map(() => ZERO);
    switch (operator) {
      case '$and':
      case '$or':
        return this.bitwiseTaint(cell, operator === '$or');
      case '$xor':
      case '$xnor': {
        const [left, right] = [a, b].map((o, index) => extend(whole[index], o.signed, y.length));
        return this.or(left, right);
      }
      case '$add':
      case '$sub':
      case '$mul': {
        const taint = this.any(whole.flat());
        return y.map(() => taint);
      }
      case '$lt':
      case '$le':
      case '$ge':
      case '$gt':
        return truth(this.any(whole.flat()), y);
      case '$eq':
      case '$ne':
        return truth(this.equalityTaint(a, b), y);
      case '$logic_and':
      case '$logic_or':
        return truth(this.logicTaint(cell), y);
      case '$shl':
      case '$sshl':
      case '$shr':
      case '$sshr':
      case '$shift':
      case '$shiftx':
        return this.shiftTaint(cell);
      default:
        return assertNever(operator);
    }
  }

  /** Open where one is open and the other is open or does not decide: a 0 decides a conjunction, a 1 the other. */
  private bitwiseTaint({ a, b, y }: BinaryCell, isOr: boolean): Bits {
    const [p, q] = [a, b].map(({ bits, signed }) => {
      const [value, taint] = [bits, this.of(bits)].map((word) => extend(word, signed, y.length));
      return { taint, lets: () => this.or(isOr ? this.not(value) : value, taint) };
    });
    const open = (one: typeof p, other: typeof p) =>
      isZero(one.taint) ? one.taint : this.and(one.taint, other.lets());
    return this.or(open(p, q), open(q, p));
  }

  private equalityTaint(a: Operand, b: Operand): Bit {
    const width = Math.max(a.bits.length, b.bits.length);
    const signed = a.signed && b.signed;
    const [left, right] = [a, b].map(({ bits }) => extend(bits, signed, width));
    const taint = this.or(this.of(left), this.of(right));
    const different = this.and(this.binary('$xor', unsigned(left), unsigned(right), width), this.not(taint));
    return this.and([this.any(taint)], this.not([this.any(different)]))[0];
  }

  private logicTaint({ operator, a, b }: BinaryCell): Bit {
    const [p, q] = [a, b].map(({ bits }) => ({ taint: [this.openTruth(bits)], surely: this.surely(bits) }));
    // What the other must be, or may be, for this one to matter.
    const lets = ({ taint, surely }: typeof p) =>
      this.or(operator === '$logic_and' ? [surely] : this.not([surely]), taint);
    return this.or(this.and(p.taint, lets(q)), this.and(q.taint, lets(p)))[0];
  }

  private shiftTaint({ operator, a, b, y }: BinaryCell): Bits {
    const amount = this.any(this.of(b.bits));
    const taint = { bits: this.of(a.bits), signed: a.signed };
    // $shiftx gives x beyond its word.
    const shifted =
      isZero(taint.bits) && operator !== '$shiftx'
        ? y.map(() => ZERO)
        : this.binary(operator, taint, b, y.length);
    return this.or(
      shifted,
      y.map(() => amount),
    );
  }

  private muxTaint({ a, b, select, y }: MuxCell): Bits {
    const [open] = this.of([select]);
    const [p, q] = [this.of(a), this.of(b)];
    const chosen = this.choose(select, q, p);
    if (open === ZERO) return chosen;
    const different = this.binary('$xor', unsigned(a), unsigned(b), y.length);
    return this.or(
      chosen,
      this.and(
        y.map(() => open),
        this.or(different, p, q),
      ),
    );
  }

  private parallelMuxTaint({ a, cases, selects, y }: ParallelMuxCell): Bits {
    const open = this.any(this.of(selects));
    const [rest, ...words] = [a, ...cases].map((bits) => this.of(bits));
    let chosen: Bits = rest;
    if (![rest, ...words].every(isZero)) {
      chosen = this.newWord(y.length);
      this.cells.push({ ...ADDED, kind: 'parallelMux', a: rest, cases: words, selects, y: chosen });
    }
    return this.or(
      chosen,
      y.map(() => open),
    );
  }

  private romTaint({ address, words, y }: RomCell): Bits {
    const open = this.any(this.of(address));
    const masks = words.map((word) => word.map((digit) => (digit === 2 ? 1 : 0)));
    const whole =
      words.length === 2 ** address.length && masks.every((mask) => mask.every((bit) => bit === 0));
    const read = whole ? y.map(() => ZERO) : this.newWord(y.length);
    // Beyond its words a ROM gives x, which counts as 1.
    if (!whole) this.cells.push({ ...ADDED, kind: 'rom', address, words: masks, y: read });
    return this.or(
      read,
      y.map(() => open),
    );
  }

  private memoryReadTaint({ memory, address, y }: MemoryReadCell): Bits {
    const open = this.any(this.of(address));
    const read = this.newWord(y.length);
    // Beyond its words a memory gives x, which counts as 1.
    this.cells.push({ ...ADDED, kind: 'memoryRead', memory: companionName(memory), address, y: read });
    return this.or(
      read,
      y.map(() => open),
    );
  }

  /**
   * The memories of companions. A bit that may be written or not is `x` from then on, and so is every word where it is open
   * which one is written.
   */
  private memories(): MemoryCell[] {
    return this.netlist.memories.map((memory) => {
      const [address, data, enable] = [memory.address, memory.data, memory.enable].map((bits) =>
        this.of(bits),
      );
      const mayWrite = this.or(memory.enable, enable);
      const open = this.any(address);
      return {
        ...memory,
        name: companionName(memory.name),
        data: this.or(data, enable),
        enable: mayWrite,
        fill: open === ZERO ? ZERO : this.and([open], [this.any(mayWrite)])[0],
        initial: memory.initial === UNDEFINED ? ONE : ZERO,
      };
    });
  }

  /** What the companion of a register takes over, `q` being what it holds. */
  private nextTaint({ d, enable, reset }: RegisterCell, q: Bits): Bits {
    const choose = ({ bit, active }: Control, on: Bits, off: Bits) => {
      const [open] = this.of([bit]);
      const chosen = active === 1 ? this.choose(bit, on, off) : this.choose(bit, off, on);
      return this.or(
        chosen,
        q.map(() => open),
      );
    };
    const value = reset === undefined ? [] : this.of(reset.value);
    let taken: Bits = this.of(d);
    if (enable !== undefined) taken = choose(enable, taken, q);
    return reset !== undefined ? choose(reset, value, taken) : taken;
  }
}

/** A truth value as a word: only its lowest bit can be open. */
const truth = (open: Bit, y: Bits): Bits => y.map((_, index) => (index === 0 ? open : ZERO));
